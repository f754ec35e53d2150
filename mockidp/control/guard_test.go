package control_test

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/countersign-oidc/countersign/mockidp/control"
	"github.com/countersign-oidc/countersign/mockidp/settings"
)

// ask makes a request with header fields given as name, value pairs; one named
// Host is the name that is called.
func ask(t testing.TB, s *control.Server, method, path, body string, header ...string) (int, http.Header, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, s.URL()+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(header); i += 2 {
		if header[i] == "Host" {
			req.Host = header[i+1]
		} else {
			req.Header.Set(header[i], header[i+1])
		}
	}
	resp, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, resp.Header, string(text)
}

// TestWhoMayCall holds which requests get to the API.
func TestWhoMayCall(t *testing.T) {
	t.Parallel()
	s := startServer(t, control.Options{
		Names: []string{"idp"},
		Pages: map[string]http.Handler{"GET /page": http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusTeapot)
		})},
		Authorize: func(r *http.Request) bool { return r.Header.Get("Cookie") == "session=good" },
	})
	bearer := "Bearer " + s.Token()
	port := s.URL()[strings.LastIndex(s.URL(), ":"):]
	for name, tc := range map[string]struct {
		path   string
		header []string
		want   int
	}{
		"with the token":             {"/v1/issuers", []string{"Authorization", bearer}, 200},
		"scheme in small letters":    {"/v1/issuers", []string{"Authorization", "bearer " + s.Token()}, 200},
		"own origin":                 {"/v1/issuers", []string{"Authorization", bearer, "Origin", s.URL()}, 200},
		"localhost":                  {"/v1/issuers", []string{"Authorization", bearer, "Host", "localhost" + port}, 200},
		"IPv6 loopback":              {"/v1/issuers", []string{"Authorization", bearer, "Host", "[::1]" + port}, 200},
		"a configured name":          {"/v1/issuers", []string{"Authorization", bearer, "Host", "IDP:80"}, 200},
		"a session of a page":        {"/v1/issuers", []string{"Cookie", "session=good"}, 200},
		"same-origin fetch":          {"/v1/issuers", []string{"Authorization", bearer, "Sec-Fetch-Site", "same-origin"}, 200},
		"health":                     {"/healthz", nil, 200},
		"readiness":                  {"/readyz", nil, 200},
		"a page":                     {"/page", nil, 418},
		"no token":                   {"/v1/issuers", nil, 401},
		"no token for the document":  {"/openapi.json", nil, 401},
		"another token":              {"/v1/issuers", []string{"Authorization", "Bearer " + control.NewToken()}, 401},
		"half a token":               {"/v1/issuers", []string{"Authorization", bearer[:20]}, 401},
		"an empty token":             {"/v1/issuers", []string{"Authorization", "Bearer "}, 401},
		"another scheme":             {"/v1/issuers", []string{"Authorization", "Basic " + s.Token()}, 401},
		"token in the query":         {"/v1/issuers?access_token=" + s.Token(), nil, 401},
		"another session":            {"/v1/issuers", []string{"Cookie", "session=bad"}, 401},
		"another origin":             {"/v1/issuers", []string{"Authorization", bearer, "Origin", "http://evil.test"}, 403},
		"another port":               {"/v1/issuers", []string{"Authorization", bearer, "Origin", "http://127.0.0.1:1"}, 403},
		"no origin":                  {"/v1/issuers", []string{"Authorization", bearer, "Origin", "null"}, 403},
		"another origin and session": {"/v1/issuers", []string{"Cookie", "session=good", "Origin", "http://localhost" + port}, 403},
		"another site":               {"/v1/issuers", []string{"Cookie", "session=good", "Sec-Fetch-Site", "cross-site"}, 403},
		"health of another origin":   {"/healthz", []string{"Origin", "http://evil.test"}, 403},
		"a page of another origin":   {"/page", []string{"Origin", "http://evil.test"}, 403},
		"rebound name":               {"/v1/issuers", []string{"Authorization", bearer, "Host", "evil.test" + port}, 421},
		"rebound name and origin":    {"/page", []string{"Host", "evil.test" + port, "Origin", "http://evil.test" + port}, 421},
		"another address":            {"/v1/issuers", []string{"Authorization", bearer, "Host", "192.0.2.1" + port}, 421},
		"nothing there":              {"/v2", []string{"Authorization", bearer}, 404},
	} {
		status, got, text := ask(t, s, http.MethodGet, tc.path, "", tc.header...)
		if status != tc.want {
			t.Errorf("%s: status %d, want %d: %s", name, status, tc.want, text)
		}
		if challenge := got.Get("WWW-Authenticate"); (challenge != "") != (tc.want == 401) {
			t.Errorf("%s: WWW-Authenticate %q", name, challenge)
		}
		if got.Get("Access-Control-Allow-Origin") != "" || strings.Contains(text, s.Token()) {
			t.Errorf("%s: %v %s", name, got, text)
		}
		if tc.want >= 400 && tc.want != 418 && got.Get("Content-Type") != "application/problem+json" {
			t.Errorf("%s: %v %s", name, got, text)
		}
	}
}

// TestWhatMayBeSent holds how requests are refused that an operation cannot
// make sense of.
func TestWhatMayBeSent(t *testing.T) {
	t.Parallel()
	s := startServer(t, control.Options{})
	h, err := s.Client().NewIssuer(t.Context(), settings.Issuer{Path: "/acme"})
	if err != nil {
		t.Fatal(err)
	}
	const users = "/v1/issuers/acme/users"
	good := `{"username":"a","password":"b"}`
	for name, tc := range map[string]struct {
		method, path, kind, body string
		want                     int
		says                     string
	}{
		"a user":              {"POST", users, "application/json; charset=utf-8", good, 204, ""},
		"a form":              {"POST", users, "application/x-www-form-urlencoded", "username=a", 415, "application/json"},
		"no type":             {"POST", users, "", good, 415, "application/json"},
		"no JSON":             {"POST", users, "application/json", `{"username":`, 400, "the file ends too early"},
		"nothing":             {"POST", users, "application/json", "", 400, "empty"},
		"YAML":                {"POST", users, "application/json", "username: a", 400, "not JSON"},
		"an unknown member":   {"POST", users, "application/json", `{"username":"a","password":"b","pasword":"c"}`, 422, `did you mean \"password\"?`},
		"a member twice":      {"POST", users, "application/json", `{"username":"a","password":"b","password":"c"}`, 422, "already set"},
		"another type":        {"POST", users, "application/json", `[` + good + `]`, 422, "expected object"},
		"2 MiB":               {"POST", users, "application/json", `"` + strings.Repeat("x", 2<<20) + `"`, 413, "1 MiB"},
		"another method":      {"PUT", users, "application/json", good, 405, "PUT does nothing here"},
		"HEAD of a stream":    {"HEAD", "/v1/issuers/acme/journal/stream", "", "", 405, ""},
		"unknown parameter":   {"GET", "/v1/issuers/acme/journal?usr=ada", "", "", 400, `no parameter \"usr\"`},
		"parameter twice":     {"GET", "/v1/issuers/acme/journal?user=a&user=b", "", "", 400, "more than once"},
		"broken query":        {"GET", "/v1/issuers/acme/journal?user=%zz", "", "", 400, "not form encoded"},
		"parameter missing":   {"DELETE", users, "", "", 400, "user is missing"},
		"after what":          {"GET", "/v1/issuers/acme/journal?after=-1", "", "", 400, "after"},
		"how many":            {"GET", "/v1/issuers/acme/journal?limit=0", "", "", 400, "limit"},
		"which secrets":       {"GET", "/v1/issuers/acme/journal?secrets=yes", "", "", 400, "secrets"},
		"waits too long":      {"GET", "/v1/issuers/acme/journal/await?wait=31s", "", "", 400, "wait"},
		"waits without unit":  {"GET", "/v1/issuers/acme/journal/await?wait=3", "", "", 400, "wait"},
		"a ticket that is no": {"GET", "/v1/issuers/acme/armed/one", "", "", 404, `\"one\"`},
		"unknown issuer":      {"GET", "/v1/issuers/acmee", "", "", 404, `did you mean \"acme\"?`},
	} {
		status, got, text := ask(t, s, tc.method, tc.path, tc.body, "Authorization", "Bearer "+s.Token(), "Content-Type", tc.kind)
		if status != tc.want || !strings.Contains(text, tc.says) {
			t.Errorf("%s: %d %s; want %d and %q", name, status, text, tc.want, tc.says)
		}
		if allow := got.Get("Allow"); tc.method == "PUT" && allow != "DELETE, GET, POST" {
			t.Errorf("%s: Allow %q", name, allow)
		}
	}
	if all, err := h.Users(t.Context()); err != nil || len(all) != 1 {
		t.Errorf("users %+v, %v", all, err)
	}
}

// TestStreamsAreBounded holds that there are not more than so many, that one
// that ends makes room, and that closing the server ends them.
func TestStreamsAreBounded(t *testing.T) {
	t.Parallel()
	s := startServer(t, control.Options{})
	if _, err := s.Client().NewIssuer(t.Context(), settings.Issuer{Path: "/acme"}); err != nil {
		t.Fatal(err)
	}
	// open is the status of a new stream, and the stream.
	open := func() (int, io.ReadCloser) {
		req, err := http.NewRequestWithContext(t.Context(), "GET", s.URL()+"/v1/issuers/acme/journal/stream", nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Authorization", "Bearer "+s.Token())
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = resp.Body.Close() })
		return resp.StatusCode, resp.Body
	}
	var streams []io.ReadCloser
	for {
		status, body := open()
		if status != 200 {
			var p control.Problem
			if err := json.NewDecoder(body).Decode(&p); err != nil || p.Status != 503 || len(streams) != 32 {
				t.Fatalf("%d streams, then %+v, %v", len(streams), p, err)
			}
			break
		}
		streams = append(streams, body)
	}
	if err := streams[0].Close(); err != nil {
		t.Fatal(err)
	}
	for deadline := time.Now().Add(5 * time.Second); ; {
		if status, _ := open(); status == 200 {
			break
		}
		if time.Now().After(deadline) {
			t.Fatal("a stream that has ended makes no room")
		}
	}
	if err := s.Close(t.Context()); err != nil {
		t.Error(err)
	}
	if _, err := io.ReadAll(streams[1]); err != nil {
		t.Errorf("the end of a stream: %v", err)
	}
}

func TestWeakTokensAreRefused(t *testing.T) {
	t.Parallel()
	for _, token := range []string{"short", "with a space in it, which no header takes\n"} {
		if _, err := control.Start(t.Context(), startLocal(t), control.Options{Token: token}); err == nil {
			t.Errorf("%q is taken", token)
		}
	}
	if a, b := control.NewToken(), control.NewToken(); len(a) != 43 || a == b {
		t.Errorf("tokens %q and %q", a, b)
	}
}
