package mockidp

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/countersign-oidc/countersign/mockidp/fault"
	"github.com/countersign-oidc/countersign/mockidp/identity"
	"github.com/countersign-oidc/countersign/mockidp/journal"
	"github.com/countersign-oidc/countersign/mockidp/keys"
)

// listener is a relying party's logout endpoint. It keeps what it was sent.
type listener struct {
	*httptest.Server
	mu   sync.Mutex
	got  []url.Values
	raw  []string
	kind []string
}

func listen(t *testing.T, answer http.HandlerFunc) *listener {
	t.Helper()
	l := &listener{}
	l.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		form, err := url.ParseQuery(string(body))
		if err != nil {
			form = nil
		}
		l.mu.Lock()
		l.got, l.raw = append(l.got, form), append(l.raw, r.Method+" "+r.URL.RequestURI()+" "+string(body))
		l.kind = append(l.kind, r.Header.Get("Content-Type"))
		l.mu.Unlock()
		answer(w, r)
	}))
	t.Cleanup(l.Close)
	return l
}

// forms, lines and types are the bodies, whole requests and content types of
// what has arrived so far.
func (l *listener) forms() []url.Values { return read(l, &l.got) }
func (l *listener) lines() []string     { return read(l, &l.raw) }
func (l *listener) types() []string     { return read(l, &l.kind) }

func read[T any](l *listener, list *[]T) []T {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(*list)
}

func ok(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusOK) }

// newNotified is a provider that tells its clients at the given address.
func newNotified(t *testing.T, address string) *Provider {
	t.Helper()
	return newProvider(t, func(c *Config) {
		for i := range c.Clients {
			c.Clients[i].BackChannelLogoutURI = address + "?client=" + c.Clients[i].ID
		}
	})
}

// opened is the header and the claims of a JWT, and by which key it is signed.
func opened(t *testing.T, p *Provider, raw string) (header, claims map[string]any, signed string) {
	t.Helper()
	parts := strings.Split(raw, ".")
	if len(parts) != 3 {
		t.Fatalf("a token of %d parts: %q", len(parts), raw)
	}
	for part, into := range map[string]*map[string]any{parts[0]: &header, parts[1]: &claims} {
		if err := json.Unmarshal(unbase64(t, part), into); err != nil {
			t.Fatal(err)
		}
	}
	return header, claims, signedBy(t, p.Keys(), parts)
}

// TestLogoutToken holds every member of the token against OpenID Connect
// Back-Channel Logout 1.0, section 2.4.
func TestLogoutToken(t *testing.T) {
	t.Parallel()
	l := listen(t, ok)
	p := newNotified(t, l.URL)
	b := newBrowser(t, p)
	hint, _ := b.tokens()
	b.signIn(authParams("client_id", "poster"))
	_, id, _ := opened(t, p, hint)
	before := time.Now().Unix()
	if r := b.get("/leave", url.Values{"id_token_hint": {hint}, "post_logout_redirect_uri": {bye}}); r.Header.Get("Location") != bye {
		t.Fatalf("%d %s", r.StatusCode, r.Text)
	}
	if len(l.forms()) != 2 {
		t.Fatalf("the relying parties were told %d times: %q", len(l.forms()), l.lines())
	}
	seen := map[any]string{}
	for i, form := range l.forms() {
		if len(form) != 1 || l.types()[i] != "application/x-www-form-urlencoded" || !strings.HasPrefix(l.lines()[i], "POST /?client=") {
			t.Errorf("request %q of type %q", l.lines()[i], l.types()[i])
		}
		header, claims, signed := opened(t, p, form.Get("logout_token"))
		seen[claims["aud"]] = signed
		exp, _ := claims["exp"].(float64)
		iat, _ := claims["iat"].(float64)
		if header["typ"] != "logout+jwt" || claims["iss"] != p.Issuer() || claims["sub"] != "sub-ada" || claims["sid"] != id["sid"] ||
			claims["jti"] == "" || int64(iat) < before || exp-iat != 120 {
			t.Errorf("header %v, claims %v", header, claims)
		}
		if text, _ := json.Marshal(claims["events"]); string(text) != `{"http://schemas.openid.net/event/backchannel-logout":{}}` {
			t.Errorf("events %s", text)
		}
		want := []string{"aud", "events", "exp", "iat", "iss", "jti", "sid", "sub"}
		if got := slices.Sorted(maps.Keys(claims)); !slices.Equal(got, want) {
			t.Errorf("claims %q, want %q", got, want)
		}
	}
	if want := map[any]string{"shop": "published RS256", "poster": "published ES256"}; !maps.Equal(seen, want) {
		t.Errorf("signed %v, want %v", seen, want)
	}
	b.signIn(authParams())
	b.get("/leave", url.Values{"id_token_hint": {hint}})
	if len(l.forms()) != 3 {
		t.Errorf("told %d times after a second session with one client, want 3", len(l.forms()))
	}
}

func TestLogoutTokenIsAlwaysSigned(t *testing.T) {
	t.Parallel()
	l := listen(t, ok)
	p := newNotified(t, l.URL)
	c, _ := p.Client("shop")
	c.IDTokenAlg = keys.None
	p.directory.PutClient(c)
	if _, err := p.SendLogout(t.Context(), LogoutNotice{Client: "shop", User: "ada"}); err != nil {
		t.Fatal(err)
	}
	header, claims, signed := opened(t, p, l.forms()[0].Get("logout_token"))
	if signed != "published RS256" || header["alg"] != "RS256" || claims["sid"] != nil || claims["sub"] != "sub-ada" {
		t.Errorf("header %v, claims %v, signed by %s", header, claims, signed)
	}
}

// TestRelyingPartyAnswers holds what the journal and the caller are told of
// each way to answer a notice.
func TestRelyingPartyAnswers(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		answer http.HandlerFunc
		status int
		body   string
		err    string
	}{
		"done": {ok, 200, "", ""},
		"refused": {func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusBadRequest)
			_, _ = io.WriteString(w, `{"error":"invalid_request"}`)
		}, 400, `{"error":"invalid_request"}`, ""},
		"a redirect": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Location", "/elsewhere")
			w.WriteHeader(http.StatusTemporaryRedirect)
		}, 307, "", ""},
		"without end": {func(w http.ResponseWriter, r *http.Request) {
			for r.Context().Err() == nil {
				if _, err := io.WriteString(w, strings.Repeat("1", 4096)); err != nil {
					return
				}
			}
		}, 200, strings.Repeat("1", 16<<10), ""},
		"the connection cut": {func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, 0, "", "EOF"},
		"nothing":            {func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }, 0, "", "context canceled"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			l := listen(t, func(w http.ResponseWriter, r *http.Request) {
				if name == "nothing" {
					// Patience ends once the notice has arrived.
					cancel()
				}
				tc.answer(w, r)
			})
			p := newNotified(t, l.URL)
			a, err := p.SendLogout(ctx, LogoutNotice{Client: "shop", User: "ada", SID: "s"})
			if (err != nil) != (tc.err != "") || err != nil && !strings.Contains(err.Error(), tc.err) {
				t.Fatalf("error %v, want %q", err, tc.err)
			}
			if a.Status != tc.status || string(a.Body) != tc.body || len(a.Faults) > 0 || len(l.lines()) != 1 {
				t.Errorf("status %d, %d bytes, faults %q after %d requests", a.Status, len(a.Body), a.Faults, len(l.lines()))
			}
			told := p.Journal().Select(journal.Query{Kind: journal.BackChannelLogout, Client: "shop", User: "ada"})
			if len(told) != 1 {
				t.Fatalf("%d entries", len(told))
			}
			e := told[0]
			if e.Status != tc.status || e.Sent != (tc.err == "") || string(e.Body) != tc.body || e.Path != l.URL+"?client=shop" || e.Method != "POST" ||
				len(e.Tokens) != 1 || e.Tokens[0].Kind != "logout_token" || e.Form.Get("logout_token") != e.Tokens[0].Value ||
				(e.ErrorDescription == "") != (tc.err == "") {
				t.Errorf("entry %+v", e)
			}
			if text, err := json.Marshal(e.Redacted()); err != nil || strings.Contains(string(text), e.Tokens[0].Value) {
				t.Errorf("redacted: %s, %v", text, err)
			}
		})
	}
}

// TestNobodyToTell holds what SendLogout refuses, before anything is sent.
func TestNobodyToTell(t *testing.T) {
	t.Parallel()
	l := listen(t, ok)
	p := newNotified(t, l.URL)
	p.directory.PutClient(identity.Client{ID: "deaf"})
	p.directory.PutClient(identity.Client{ID: "odd", BackChannelLogoutURI: "ftp://shop.test/"})
	for want, n := range map[string]LogoutNotice{
		`client "nobody" is not registered`:           {Client: "nobody", User: "ada"},
		`client "deaf" has no backchannel_logout_uri`: {Client: "deaf", User: "ada"},
		`no user "zoe"`:                     {Client: "shop", User: "zoe"},
		`neither a user nor a session`:      {Client: "shop"},
		`unsupported protocol scheme "ftp"`: {Client: "odd", User: "ada"},
		`token: no edits`:                   {Client: "shop", User: "ada", Edit: &fault.TokenEdit{}},
	} {
		if _, err := p.SendLogout(t.Context(), n); err == nil || !strings.Contains(err.Error(), want) || !strings.HasPrefix(err.Error(), "logout notice: ") {
			t.Errorf("%+v: %v, want %s", n, err, want)
		}
	}
	if len(l.lines()) > 0 {
		t.Errorf("sent %q", l.lines())
	}
	// A session says enough when its user is gone.
	if _, err := p.SendLogout(t.Context(), LogoutNotice{Client: "shop", User: "zoe", SID: "s"}); err != nil || len(l.lines()) != 1 {
		t.Errorf("a session without a user: %v", err)
	}
}

// TestEndSessionsTells holds that the relying parties of all sessions of a
// user are told, once, and those of nobody else.
func TestEndSessionsTells(t *testing.T) {
	t.Parallel()
	l := listen(t, ok)
	p := newNotified(t, l.URL)
	first, second := newBrowser(t, p), newBrowser(t, p)
	first.code()
	second.code()
	second.signIn(authParams("client_id", "app"))
	page := newBrowser(t, p)
	page.post(action(t, page.get("/begin", authParams()).Text), url.Values{"username": {"bob"}, "password": {"pw"}})
	if n := p.EndSessions("ada"); n != 2 {
		t.Errorf("ended %d sessions, want 2", n)
	}
	sids := map[any]int{}
	for _, form := range l.forms() {
		_, claims, _ := opened(t, p, form.Get("logout_token"))
		if claims["sub"] != "sub-ada" {
			t.Errorf("told of %v", claims["sub"])
		}
		sids[claims["sid"]]++
	}
	if len(l.forms()) != 3 || len(sids) != 2 {
		t.Errorf("told %d times of %d sessions, want 3 and 2", len(l.forms()), len(sids))
	}
	p.EndSessions("ada")
	if len(l.forms()) != 3 {
		t.Errorf("told again: %d", len(l.forms()))
	}
}

// stuck is a network on which no relying party answers.
type stuck struct{}

func (stuck) RoundTrip(r *http.Request) (*http.Response, error) {
	<-r.Context().Done()
	return nil, r.Context().Err()
}

// busy is a network that counts how many requests there are at once.
type busy struct {
	mu        sync.Mutex
	now, most int
}

func (b *busy) RoundTrip(r *http.Request) (*http.Response, error) {
	b.mu.Lock()
	b.now++
	b.most = max(b.most, b.now)
	b.mu.Unlock()
	select {
	case <-time.After(time.Second):
	case <-r.Context().Done():
		return nil, r.Context().Err()
	}
	b.mu.Lock()
	b.now--
	b.mu.Unlock()
	return &http.Response{StatusCode: http.StatusOK, Body: http.NoBody, Header: http.Header{}}, nil
}

// TestDeadRelyingParties holds that they delay a sign-out by five seconds
// together, and no more.
func TestDeadRelyingParties(t *testing.T) {
	t.Parallel()
	sharedRing().Warm()
	synctest.Test(t, func(t *testing.T) {
		p := newMemoryProvider(t, nil)
		p.notices.HTTP.Transport = stuck{}
		b := newMemoryBrowser(t, p)
		b.code()
		for i := range 20 {
			id := "rp" + strconv.Itoa(i)
			p.directory.PutClient(identity.Client{ID: id, RedirectURIs: []string{callback}, BackChannelLogoutURI: "http://" + id + ".test/out", Secret: "s"})
			b.get("/begin", authParams("client_id", id))
		}
		start := time.Now()
		r := b.post("/leave", url.Values{"client_id": {"shop"}, "post_logout_redirect_uri": {bye}, "confirmed": {"yes"}})
		if took := time.Since(start); r.Header.Get("Location") != bye || took != 5*time.Second {
			t.Errorf("status %d after %v", r.StatusCode, took)
		}
		told := p.Journal().Select(journal.Query{Kind: journal.BackChannelLogout})
		for _, e := range told {
			if e.Sent || !strings.Contains(e.ErrorDescription, context.DeadlineExceeded.Error()) {
				t.Errorf("%s: sent %v, %s", e.Client, e.Sent, e.ErrorDescription)
			}
		}
		if len(told) != 20 {
			t.Errorf("%d notices, want 20", len(told))
		}
	})
}

func TestNoticesAtOnce(t *testing.T) {
	t.Parallel()
	sharedRing().Warm()
	synctest.Test(t, func(t *testing.T) {
		p := newMemoryProvider(t, nil)
		network := &busy{}
		p.notices.HTTP.Transport = network
		b := newMemoryBrowser(t, p)
		b.code()
		for i := range 20 {
			id := "rp" + strconv.Itoa(i)
			p.directory.PutClient(identity.Client{ID: id, RedirectURIs: []string{callback}, BackChannelLogoutURI: "http://" + id + ".test/out", Secret: "s"})
			b.get("/begin", authParams("client_id", id))
		}
		start := time.Now()
		p.EndSessions("ada")
		if took := time.Since(start); took != 3*time.Second || network.most != 8 {
			t.Errorf("20 notices took %v, %d at once", took, network.most)
		}
	})
}

// TestClosingEndsNotices holds that a provider that closes waits for nobody.
func TestClosingEndsNotices(t *testing.T) {
	t.Parallel()
	l := listen(t, func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	p := newNotified(t, l.URL)
	p.Close()
	if _, err := p.SendLogout(t.Context(), LogoutNotice{Client: "shop", User: "ada"}); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
}
