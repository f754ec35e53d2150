package mockidp

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/countersign-oidc/countersign/mockidp/fault"
	"github.com/countersign-oidc/countersign/mockidp/identity"
	"github.com/countersign-oidc/countersign/mockidp/journal"
	"github.com/countersign-oidc/countersign/mockidp/protocol"
)

// Mix is one way in which an evil issuer passes for an honest one, or puts the
// honest one's endpoints between its own.
type Mix string

// The mixes. Those named after a member of the discovery document put the
// honest issuer's value there.
const (
	// MixAuthorizationEndpoint is the mix-up attack: people sign in at the
	// honest issuer, and the relying party redeems the code at the evil one (RFC
	// 9207, section 1; RFC 9700, section 4.4.1).
	MixAuthorizationEndpoint Mix = "authorization_endpoint"
	// MixTokenEndpoint has the evil issuer's codes redeemed at the honest one,
	// to inject codes into it (RFC 9700, section 4.5).
	MixTokenEndpoint Mix = "token_endpoint"
	// MixUserInfoEndpoint shows the evil issuer's access tokens to the honest
	// one.
	MixUserInfoEndpoint Mix = "userinfo_endpoint"
	// MixIssuer claims the honest issuer in the evil one's document (OpenID
	// Connect Discovery 1.0, section 4.3).
	MixIssuer Mix = "issuer"
	// MixJWKSURI names the honest keys for tokens that others sign.
	MixJWKSURI Mix = "jwks_uri"
	// MixTokenIssuer claims the honest issuer in ID tokens (OpenID Connect
	// Core 1.0, section 3.1.3.7).
	MixTokenIssuer Mix = "id_token.iss"
	// MixResponseIssuer claims the honest issuer in authorization responses of
	// the evil one (RFC 9207, section 2.4).
	MixResponseIssuer Mix = "response.iss"
)

// Mixes are all of them.
func Mixes() []Mix {
	return []Mix{
		MixAuthorizationEndpoint, MixTokenEndpoint, MixUserInfoEndpoint, MixIssuer, MixJWKSURI,
		MixTokenIssuer, MixResponseIssuer,
	}
}

// Evil is an attacker's issuer: a provider like any other that takes every code
// and every credential, keeps what it gets, and mixes with an honest one.
type Evil struct{ *Provider }

// NewEvil adds an evil issuer beside an honest one. It has keys of its own and
// knows the honest one's clients and people as they are now, but for the
// clients' secrets; Config.Users and Config.Clients replace them, and
// Config.Metadata is applied on top of the mixes.
func (s *Server) NewEvil(honest *Provider, c Config, mixes ...Mix) (*Evil, error) {
	patch, faults, err := mixed(honest, mixes)
	if err != nil {
		return nil, fmt.Errorf("evil issuer: %w", err)
	}
	if len(c.Metadata) > 0 {
		// Behind the mixes, so that it wins. NewProvider says so if it is no
		// object.
		if json.Unmarshal(c.Metadata, &patch) != nil {
			patch = nil
		}
	}
	if patch != nil {
		if c.Metadata, err = json.Marshal(patch); err != nil {
			return nil, fmt.Errorf("evil issuer: %w", err)
		}
	}
	if c.Users == nil {
		c.Users = honest.directory.Users()
	}
	if c.Clients == nil {
		c.Clients = strangers(honest.directory.Clients())
	}
	c.Faults = slices.Concat(faults, c.Faults)
	p, err := s.NewProvider(c)
	if err != nil {
		return nil, fmt.Errorf("evil issuer: %w", err)
	}
	return &Evil{p}, nil
}

// strangers are clients whose secrets the evil issuer does not know.
func strangers(clients []identity.Client) []identity.Client {
	for i := range clients {
		if clients[i].Secret != "" {
			clients[i].Secret = rand.Text() + rand.Text() + rand.Text()
		}
	}
	return clients
}

// takesAnything lets every token request through.
func takesAnything() fault.Arming {
	return fault.Arming{Spec: fault.Spec{
		ID: "evil.token.anything", Title: "a token endpoint that takes every code and every credential",
		Refs: []protocol.Ref{{Spec: "RFC 9700", Section: "4.4"}},
		Response: &fault.ResponseEdit{Endpoint: journal.Token, Waive: []fault.Rule{
			fault.RuleClientSecret, fault.RuleClientMethod, fault.RuleCodeIssued, fault.RuleCodeClient, fault.RuleCodeReuse,
			fault.RulePKCE, fault.RuleRedirectURI, fault.RuleRefreshReuse,
		}},
	}}
}

// mixed is the patch of the discovery document and the faults of some mixes.
func mixed(honest *Provider, mixes []Mix) (map[string]json.RawMessage, []fault.Arming, error) {
	m := honest.Metadata()
	members := map[Mix]string{
		MixAuthorizationEndpoint: m.AuthorizationEndpoint, MixTokenEndpoint: m.TokenEndpoint,
		MixUserInfoEndpoint: m.UserInfoEndpoint, MixIssuer: m.Issuer, MixJWKSURI: m.JWKSURI,
	}
	patch := make(map[string]json.RawMessage)
	faults := []fault.Arming{takesAnything()}
	var errs []error
	for _, mix := range mixes {
		value, member := members[mix]
		if !member {
			value = m.Issuer
		}
		text, err := json.Marshal(value)
		switch {
		case err != nil:
			errs = append(errs, err)
		case member:
			patch[string(mix)] = text
		case mix == MixTokenIssuer:
			faults = append(faults, fault.Arming{Spec: fault.Spec{
				ID: "evil.id_token.iss", Title: "an ID token that claims another issuer",
				Refs:  []protocol.Ref{{Spec: "OpenID Connect Core 1.0", Section: "3.1.3.7"}},
				Token: &fault.TokenEdit{SetClaims: map[string]json.RawMessage{"iss": text}},
			}})
		case mix == MixResponseIssuer:
			faults = append(faults, fault.Arming{Spec: fault.Spec{
				ID: "evil.authorize.iss", Title: "an authorization response that claims another issuer",
				Refs:     []protocol.Ref{{Spec: "RFC 9207", Section: "2.4"}},
				Redirect: &fault.RedirectEdit{Endpoint: journal.Authorize, Set: map[string]string{"iss": value}},
			}})
		default:
			errs = append(errs, fmt.Errorf("mix %q; known: %q", mix, Mixes()))
		}
	}
	if len(patch) == 0 {
		patch = nil
	}
	return patch, faults, errors.Join(errs...)
}
