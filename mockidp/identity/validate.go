package identity

import (
	"net/url"
	"slices"
	"strings"
)

// RedirectError is what is wrong with a redirect URI. Registration has an
// error code of its own for it (OpenID Connect Dynamic Client Registration 1.0,
// section 3.3).
type RedirectError struct{ problem string }

// Error is what is wrong with the redirect URI.
func (e RedirectError) Error() string { return e.problem }

// Validate lists everything that is wrong with a client's registration. Its
// error joins one error for each.
func (c Client) Validate() error {
	var p problems
	switch {
	case c.ID == "":
		p.add("no client_id")
	case strings.ContainsFunc(c.ID, func(r rune) bool { return r < 0x20 || r > 0x7e }):
		// RFC 6749, appendix A.1.
		p.add("the client_id has characters that are not printable ASCII")
	}
	c.checkMethod(&p)
	c.checkKeys(&p)
	c.checkGrants(&p)
	c.checkRedirects(&p)
	c.checkAddresses(&p)
	c.checkSector(&p)
	c.checkAlgs(&p)
	if c.DefaultMaxAge != nil && *c.DefaultMaxAge < 0 {
		p.add("default_max_age %d is negative", *c.DefaultMaxAge)
	}
	return p.err()
}

// ResponseTypes are the response types that a client can register (OAuth 2.0
// Multiple Response Type Encoding Practices 1.0).
func ResponseTypes() []string {
	return []string{
		"code", "id_token", "id_token token", "code id_token", "code token", "code id_token token", "token",
	}
}

// checkGrants holds response types and grant types to each other (OpenID
// Connect Dynamic Client Registration 1.0, section 2).
func (c Client) checkGrants(p *problems) {
	for _, g := range c.GrantTypes {
		if !slices.Contains(GrantTypes(), g) {
			p.add("grant type %q; known: %q", g, GrantTypes())
		}
	}
	if c.Grants(GrantCredentials) && c.Method() == AuthNone {
		p.add("grant type %s without a way to authenticate", GrantCredentials)
	}
	for _, t := range c.ResponseTypes {
		words := strings.Fields(t)
		if !slices.ContainsFunc(ResponseTypes(), func(known string) bool { return sameWords(words, strings.Fields(known)) }) {
			p.add("response type %q; known: %q", t, ResponseTypes())
			continue
		}
		for _, w := range words {
			if g := grantOf(w); !c.Grants(g) {
				p.add("response type %q without grant type %s", t, g)
			}
		}
	}
}

func grantOf(word string) GrantType {
	if word == "code" {
		return GrantCode
	}
	return GrantImplicit
}

func sameWords(a, b []string) bool {
	return slices.Equal(slices.Sorted(slices.Values(a)), slices.Sorted(slices.Values(b)))
}

// checkRedirects needs redirect URIs of clients that the authorization
// endpoint serves, and none of others.
func (c Client) checkRedirects(p *problems) {
	if len(c.RedirectURIs) == 0 && (c.Grants(GrantCode) || c.Grants(GrantImplicit)) {
		*p = append(*p, RedirectError{"no redirect_uris"})
	}
	for _, uri := range c.RedirectURIs {
		if wrong := checkRedirect(uri); wrong != "" {
			*p = append(*p, RedirectError{"redirect URI " + quote(uri) + " " + wrong})
		}
	}
	for _, uri := range c.PostLogoutRedirectURIs {
		if wrong := checkRedirect(uri); wrong != "" {
			p.add("post-logout redirect URI %q %s", uri, wrong)
		}
	}
}

// checkRedirect is RFC 6749, section 3.1.2. A scheme of a native app's own has
// to look like a domain name backwards (RFC 8252, section 7.1).
func checkRedirect(uri string) string {
	u, err := url.Parse(uri)
	switch {
	case err != nil || !u.IsAbs():
		return "is not absolute"
	case strings.Contains(uri, "#"):
		return "has a fragment"
	case u.User != nil:
		return "has a username"
	case u.Scheme == "http" || u.Scheme == "https":
		if u.Hostname() == "" {
			return "has no host"
		}
	case !strings.Contains(u.Scheme, "."):
		return "is neither https nor http, and a scheme of an app's own has a dot, as in com.example.app"
	}
	return ""
}

// checkAddresses is about the URLs that the provider calls or sends browsers to.
func (c Client) checkAddresses(p *problems) {
	for _, a := range []struct{ name, uri string }{
		{"initiate_login_uri", c.InitiateLoginURI},
		{"frontchannel_logout_uri", c.FrontChannelLogoutURI},
		{"backchannel_logout_uri", c.BackChannelLogoutURI},
	} {
		if a.uri == "" {
			continue
		}
		u, err := url.Parse(a.uri)
		if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Hostname() == "" || strings.Contains(a.uri, "#") {
			p.add("%s %q is not an https or http URL without fragment", a.name, a.uri)
		}
	}
	// OpenID Connect Front-Channel Logout 1.0, section 2.
	if at := origin(c.FrontChannelLogoutURI); at != "" &&
		!slices.ContainsFunc(c.RedirectURIs, func(uri string) bool { return origin(uri) == at }) {
		p.add("frontchannel_logout_uri %q has not the scheme, host and port of a redirect URI", c.FrontChannelLogoutURI)
	}
}

// origin is the scheme, host and port of a URL, and "" where there are none.
func origin(uri string) string {
	u, err := url.Parse(uri)
	if err != nil || u.Host == "" {
		return ""
	}
	return u.Scheme + "://" + u.Host
}

// checkSector is OpenID Connect Core 1.0, section 8.1. What is behind a
// sector_identifier_uri is not fetched.
func (c Client) checkSector(p *problems) {
	if !slices.Contains([]string{"", SubjectPublic, SubjectPairwise}, c.SubjectType) {
		p.add("subject type %q; known: %s, %s", c.SubjectType, SubjectPublic, SubjectPairwise)
	}
	if c.SectorIdentifier != "" {
		if u, err := url.Parse(c.SectorIdentifier); err != nil || u.Scheme != "https" || u.Hostname() == "" {
			p.add("sector_identifier_uri %q is not an https URL", c.SectorIdentifier)
		}
		return
	}
	if c.SubjectType != SubjectPairwise {
		return
	}
	var hosts []string
	for _, uri := range c.RedirectURIs {
		if u, err := url.Parse(uri); err == nil && !slices.Contains(hosts, u.Hostname()) {
			hosts = append(hosts, u.Hostname())
		}
	}
	if len(hosts) != 1 {
		p.add("pairwise subjects with redirect URIs of %d hosts need a sector_identifier_uri", len(hosts))
	}
}
