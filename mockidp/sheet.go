package mockidp

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/url"
	"strings"

	"github.com/countersign-oidc/countersign/mockidp/identity"
)

// Sheet is what an operator types into the provider form of a relying party.
type Sheet struct {
	// Client is the registration, as the provider has it.
	Client                               identity.Client
	Issuer, JWKSURI                      string
	AuthorizationEndpoint, TokenEndpoint string
	TokenEndpointType                    string // "basic", "post", or an authentication method
	UserInfoEndpoint                     string // empty where the provider has none
	LogoutEndpoint                       string // empty where the provider has none
	Scope                                string // separated by spaces
}

// Sheet is the form for a client. The endpoints are those of the discovery
// document as it is served, and those that it is silent about as they are.
func (p *Provider) Sheet(client string) (Sheet, error) {
	c, known := p.directory.Client(client)
	if !known {
		return Sheet{}, fmt.Errorf("settings of client %q: %s knows no such client", client, p.issuer)
	}
	m := p.metadata
	if err := json.Unmarshal(p.document, &m); err != nil {
		return Sheet{}, fmt.Errorf("metadata of %s: %w", p.issuer, err)
	}
	kind := string(c.Method())
	switch c.Method() {
	case identity.AuthBasic, identity.AuthNone:
		kind = "basic"
	case identity.AuthPost:
		kind = "post"
	}
	form := p.config.Profile.Form
	s := Sheet{
		Client: c, Issuer: p.issuer, JWKSURI: m.JWKSURI,
		AuthorizationEndpoint: m.AuthorizationEndpoint, TokenEndpoint: m.TokenEndpoint, TokenEndpointType: kind,
		UserInfoEndpoint: m.UserInfoEndpoint, LogoutEndpoint: m.EndSessionEndpoint,
		Scope: cmp.Or(form.Scope, "openid profile email address"),
	}
	if s.LogoutEndpoint != "" && form.ReturnParameter != "" && len(c.PostLogoutRedirectURIs) > 0 {
		s.LogoutEndpoint = withParameter(s.LogoutEndpoint, form.ReturnParameter, c.PostLogoutRedirectURIs[0])
	}
	return s, nil
}

// withParameter is a URL with a parameter of its own.
func withParameter(address, name, value string) string {
	sep := "?"
	if strings.Contains(address, "?") {
		sep = "&"
	}
	return address + sep + name + "=" + url.QueryEscape(value)
}
