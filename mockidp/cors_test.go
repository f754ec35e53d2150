package mockidp

import (
	"net/http"
	"testing"

	"github.com/countersign-oidc/countersign/mockidp/fault"
	"github.com/countersign-oidc/countersign/mockidp/internal/endpoint"
	"github.com/countersign-oidc/countersign/mockidp/journal"
)

// sharedPaths are the endpoints that single-page relying parties call.
var sharedPaths = map[string]bool{
	endpoint.DiscoveryPath: true, endpoint.JWKSPath: true, endpoint.TokenPath: true,
	endpoint.UserInfoPath: true, endpoint.RevocationPath: true, endpoint.PARPath: true,
}

func TestOnlyWhatSinglePagesCallIsShared(t *testing.T) {
	p := newProvider(t, func(c *Config) { c.ClientRegistration, c.SessionManagement = true, true })
	b := newBrowser(t, p)
	for _, path := range append(endpoint.Paths(), "/nothing") {
		r := b.do(request(t, http.MethodGet, p.Issuer()+path, nil, "Origin", "http://spa.test"))
		if (r.StatusCode == http.StatusNotFound) != (path == "/nothing") {
			t.Errorf("GET %s: %d", path, r.StatusCode)
		}
		want := ""
		if sharedPaths[path] {
			want = "*"
		}
		if got := r.Header.Get("Access-Control-Allow-Origin"); got != want {
			t.Errorf("GET %s: Access-Control-Allow-Origin %q, want %q", path, got, want)
		}
		if got := r.Header.Get("Access-Control-Allow-Credentials"); got != "" {
			t.Errorf("GET %s allows credentials: %q", path, got)
		}
		r = b.do(request(t, http.MethodOptions, p.Issuer()+path, nil,
			"Origin", "http://spa.test", "Access-Control-Request-Method", "POST", "Access-Control-Request-Headers", "authorization"))
		if got := r.Header.Get("Access-Control-Allow-Origin"); got != want || (r.StatusCode == http.StatusNoContent) != (want == "*") {
			t.Errorf("preflight of %s: %d, %q", path, r.StatusCode, got)
		}
	}
}

func TestPreflight(t *testing.T) {
	p := newProvider(t, nil)
	b := newBrowser(t, p)
	ticket := arm(t, p, fault.TokenStatus500, fault.Scope{}, 1)
	mark := p.Journal().Mark()
	r := b.do(request(t, http.MethodOptions, p.Issuer()+endpoint.TokenPath, nil, "Origin", "http://spa.test", "Access-Control-Request-Method", "POST"))
	for name, want := range map[string]string{
		"Access-Control-Allow-Methods": "POST", "Access-Control-Allow-Headers": "Authorization, *", "Access-Control-Max-Age": "600",
	} {
		if got := r.Header.Get(name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	if seen := p.Journal().Select(journal.Query{After: mark}); len(seen) != 0 || ticket.Fired() != 0 {
		t.Errorf("a preflight left %v and spent %d of the fault", seen, ticket.Fired())
	}
	// Without what makes it a preflight, it is a request like others.
	if r := b.do(request(t, http.MethodOptions, p.Issuer()+endpoint.TokenPath, nil, "Origin", "http://spa.test")); r.StatusCode != http.StatusInternalServerError {
		t.Errorf("OPTIONS met no fault: %d", r.StatusCode)
	}
	if r := b.do(request(t, http.MethodOptions, p.Issuer()+endpoint.TokenPath, nil)); r.StatusCode != http.StatusMethodNotAllowed {
		t.Errorf("OPTIONS: %d", r.StatusCode)
	}
}
