package environ

import (
	"cmp"
	"encoding/json"
	"maps"
	"strconv"
	"strings"

	"github.com/countersign-oidc/countersign/mockidp"
	"github.com/countersign-oidc/countersign/mockidp/identity"
)

// values are what stands for the placeholders of a configuration.
type values map[string]string

// fill replaces the placeholders that have a value so far.
func (v values) fill(s string) string {
	if !strings.Contains(s, "{{") {
		return s
	}
	for name, value := range v {
		s = strings.ReplaceAll(s, "{{"+name+"}}", value)
	}
	return s
}

// of adds what is known once the provider and the client are.
func (v values) of(p *mockidp.Provider, c identity.Client, s Setup) values {
	m := p.Metadata()
	// What a lane promises otherwise is in the document alone.
	_ = json.Unmarshal(p.ServedMetadata(), &m)
	out := maps.Clone(v)
	maps.Copy(out, values{
		"issuer": p.Issuer(), "client_id": c.ID, "client_secret": c.Secret, "client_auth_method": string(c.Method()),
		"jwks_uri": m.JWKSURI, "authorization_endpoint": m.AuthorizationEndpoint + s.AuthorizeQuery,
		"token_endpoint": m.TokenEndpoint, "userinfo_endpoint": m.UserInfoEndpoint,
		"end_session_endpoint": m.EndSessionEndpoint,
		"accounts":             s.accountsText(), "link_by_email": strconv.FormatBool(s.LinkByEmail),
		"userinfo_alg": s.userInfoAlg(), "id_token_alg": cmp.Or(s.IDTokenAlg, "RS256"),
	})
	return out
}
