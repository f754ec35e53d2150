package judge

import (
	"net/http"
	"testing"

	"github.com/countersign-oidc/countersign/runner/check"
)

func TestHeadersOfPages(t *testing.T) {
	t.Parallel()
	header := func(pairs ...string) http.Header {
		h := http.Header{}
		for i := 0; i < len(pairs); i += 2 {
			h.Add(pairs[i], pairs[i+1])
		}
		return h
	}
	const csp, xfo = "Content-Security-Policy", "X-Frame-Options"
	for _, tc := range []struct {
		name string
		h    http.Header
		want check.Verdict
		says string
	}{
		{"nothing", header(), check.Fail, "any site may"},
		{"old header", header(xfo, "deny"), check.Pass, "DENY"},
		{"obsolete", header(xfo, "ALLOW-FROM https://x.example"), check.Fail, "do not know"},
		{"none", header(csp, "default-src 'self'; frame-ancestors 'none'"), check.Pass, "names who"},
		{"sub-domains", header(csp, "frame-ancestors *.shop.example"), check.Pass, "names who"},
		{"everybody", header(csp, "frame-ancestors *", xfo, "DENY"), check.Fail, "any site"},
		{"a scheme", header(csp, "frame-ancestors https:"), check.Fail, "any site"},
		{"the stricter of two", header(csp, "frame-ancestors *", csp, "frame-ancestors 'self'"), check.Pass, "names who"},
	} {
		expect(t, tc.name, NotFramable(tc.name, tc.h), tc.want, tc.says)
	}
	for _, tc := range []struct {
		name string
		h    http.Header
		want check.Verdict
		says string
	}{
		{"no policy", header(), check.Fail, "no Content-Security-Policy"},
		{"none by default", header(csp, "default-src 'none'"), check.Pass, "no script"},
		{"inline", header(csp, "default-src 'self'; script-src 'self' 'unsafe-inline'"), check.Fail, "lets scripts run"},
		{"inline for old browsers", header(csp, "script-src 'unsafe-inline' 'nonce-x'"), check.Pass, "no script"},
		{"anywhere", header(csp, "script-src https:"), check.Fail, "lets scripts run"},
		{"nothing about scripts", header(csp, "frame-ancestors 'none'"), check.Fail, "lets scripts run"},
	} {
		expect(t, tc.name, ScriptsRestricted(tc.name, tc.h), tc.want, tc.says)
	}
	expect(t, "a field", NotInjected("x", header("X-Planted", "1"), "X-Planted"), check.Fail, "field of its own")
	expect(t, "a cookie", NotInjected("x", header("Set-Cookie", "X-Planted=1; Path=/"), "X-Planted"), check.Fail, "set a cookie")
	expect(t, "another", NotInjected("x", header("Set-Cookie", "sid=X-Planted=1"), "X-Planted"), check.Pass, "no header field")
}
