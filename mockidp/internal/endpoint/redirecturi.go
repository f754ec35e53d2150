package endpoint

import (
	"net/url"
	"regexp"
	"slices"
	"strings"
)

// loopbackURI is a redirect URI of a native app. The name localhost is not among
// them: it need not be the loopback interface (RFC 8252, sections 7.3 and 8.3).
var loopbackURI = regexp.MustCompile(`^(http://(?:127\.0\.0\.1|\[::1\]))(?::[0-9]{1,5})?([/?].*)?$`)

// matchesRedirect reports whether a redirect URI is one of the client's. Strings are
// compared as they are, but for the port of a loopback redirect URI.
func matchesRedirect(uris []string, given string) bool {
	if slices.Contains(uris, given) {
		return true
	}
	own := loopbackURI.FindStringSubmatch(given)
	if own == nil {
		return false
	}
	return slices.ContainsFunc(uris, func(uri string) bool {
		m := loopbackURI.FindStringSubmatch(uri)
		return m != nil && m[1] == own[1] && m[2] == own[2]
	})
}

// absolute reports whether the browser could be sent to a URI at all. It is
// what is left to check when a fault waives the registration.
func absolute(uri string) bool {
	u, err := url.Parse(uri)
	return err == nil && u.IsAbs() && !strings.Contains(uri, "#")
}
