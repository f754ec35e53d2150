package control

import (
	"log/slog"
	"net"
	"net/http/httptest"
	"testing"

	"github.com/countersign-oidc/countersign/mockidp"
	"github.com/countersign-oidc/countersign/mockidp/settings"
)

// TestSecretsAreForThisMachine holds that a caller from elsewhere does not get
// them, token or not.
func TestSecretsAreForThisMachine(t *testing.T) {
	t.Parallel()
	s, err := mockidp.Start(t.Context(), mockidp.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close(t.Context())
	local := &Local{Server: s}
	if _, err := local.NewIssuer(t.Context(), settings.Issuer{Path: "/acme"}); err != nil {
		t.Fatal(err)
	}
	const token = "a-token-of-some-length"
	everywhere := &net.TCPAddr{IP: net.IPv4zero}
	handler := newHandler(local, everywhere, Options{Token: token, Logger: slog.New(slog.DiscardHandler)})
	for _, tc := range []struct {
		from, query string
		want        int
	}{
		{"127.0.0.1:1", "?secrets=show", 200},
		{"[::1]:1", "?secrets=show", 200},
		{"[::ffff:127.0.0.1]:1", "?secrets=show", 200},
		{"192.0.2.1:1", "?secrets=show", 403},
		{"", "?secrets=show", 403},
		{"192.0.2.1:1", "", 200},
	} {
		w, r := httptest.NewRecorder(), httptest.NewRequest("GET", "http://192.0.2.7/v1/issuers/acme/journal"+tc.query, nil)
		r.RemoteAddr = tc.from
		r.Header.Set("Authorization", "Bearer "+token)
		if handler.ServeHTTP(w, r); w.Code != tc.want {
			t.Errorf("from %q: %d %s", tc.from, w.Code, w.Body)
		}
	}
}
