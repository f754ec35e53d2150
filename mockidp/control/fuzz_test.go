package control

import (
	"bufio"
	"errors"
	"log/slog"
	"net"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/countersign-oidc/countersign/mockidp"
	"github.com/countersign-oidc/countersign/mockidp/identity"
	"github.com/countersign-oidc/countersign/mockidp/settings"
)

// FuzzBodies holds that whatever is sent to an operation, it answers with a
// status that the document has.
func FuzzBodies(f *testing.F) {
	var all []operation
	for _, o := range operations() {
		// A logout token would go to whatever address a client was given.
		if o.body != "" && o.id != "sendLogout" {
			all = append(all, o)
		}
	}
	for i, body := range []string{
		`{"path":"/acme","users":[{"username":"ada","password":"pw"}]}`, `{"by":"-90s"}`, `{"username":"a","password":"b","claims":{"x":[1.50,null]}}`,
		`{"client_id":"a","redirect_uris":["http://x.test/cb"]}`, `{"fault":"jwks.status.503","user":"ada","budget":1}`,
		`{"fault":{"id":"a.b","token":{"set_claims":{"aud":{"$now":"1h"}}}}}`, `{"how":"overlap"}`,
		`{"kind":"id_token","client":"shop","user":"ada","auth_time":"2026-01-31T12:00:00Z","lifetime":"-1h","edit":{"sign":"unsigned"}}`,
		`{"evil":{"honest":"/fuzz","mixes":["issuer"]}}`, `{`, `null`, `{"fault":null}`, `{"kind":"id_token","client":"shop","user":"ada","auth_time":"2026-99-31T12:00:00Z"}`,
	} {
		f.Add(i, body)
	}
	server, err := mockidp.Start(f.Context(), mockidp.Options{})
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { _ = server.Close(f.Context()) })
	local := &Local{Server: server}
	fresh := settings.Issuer{Path: "/fuzz", Users: []identity.User{{Username: "ada", Password: "pw"}}, Clients: []identity.Client{
		{ID: "shop", RedirectURIs: []string{"http://x.test/cb"}, IDTokenAlg: "ES256"},
	}}
	const token = "a-token-of-some-length"
	handler := newHandler(local, &net.TCPAddr{}, Options{Token: token, Logger: slog.New(slog.DiscardHandler)})
	f.Fuzz(func(t *testing.T, which int, body string) {
		if _, err := local.NewIssuer(t.Context(), fresh); err != nil {
			t.Fatal(err)
		}
		o := all[max(which%len(all), 0)]
		r := httptest.NewRequest(o.method, "http://localhost"+strings.Replace(o.path, "{issuer}", "fuzz", 1), strings.NewReader(body))
		r.Header.Set("Authorization", "Bearer "+token)
		r.Header.Set("Content-Type", "application/json")
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, r)
		if !slices.Contains(o.statuses(), w.Code) {
			t.Errorf("%s: %d %s", o.id, w.Code, w.Body)
		}
		for _, p := range server.Providers() {
			p.Close()
		}
	})
}

// FuzzReadEvent holds that what a stream says is read in full or refused, and
// that reading it ends.
func FuzzReadEvent(f *testing.F) {
	f.Add("id: 1\nevent: entry\ndata: {\"seq\":1}\n\n: nothing new\n\nevent: missed\ndata: 7\n\n")
	f.Add("event: entry\ndata: null\n\n")
	f.Fuzz(func(t *testing.T, text string) {
		lines := bufio.NewScanner(strings.NewReader(text))
		lines.Buffer(nil, 1<<16)
		for events := 0; ; events++ {
			p, err := readEvent(lines, 3)
			if err != nil {
				break
			}
			if events > len(text) || len(p.Entries) > 1 || p.Missed == 0 && len(p.Entries) == 0 && p.Next != 3 {
				t.Fatalf("event %d of %q: %+v", events, text, p)
			}
		}
		if err := lines.Err(); err != nil && !errors.Is(err, bufio.ErrTooLong) {
			t.Error(err)
		}
	})
}
