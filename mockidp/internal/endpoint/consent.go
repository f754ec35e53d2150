package endpoint

import (
	"maps"
	"slices"

	"github.com/countersign-oidc/countersign/mockidp/protocol"
)

// asksConsent reports whether the end-user has to agree first.
func (e *Authorize) asksConsent(req *authRequest, p person, v *visit) bool {
	switch {
	case v.consented:
		return false
	case req.prompted(promptConsent):
		return true
	default:
		return p.AskConsent && !e.Store.Consented(p.Username, req.client.ID, req.asked())
	}
}

// asked are the scopes of a request and the standard claims beyond them that
// its claims parameter asks for.
func (r *authRequest) asked() []string {
	out := slices.Clone(r.scopes)
	for _, claims := range []map[string]*protocol.ClaimRequest{r.claims.UserInfo, r.claims.IDToken} {
		for _, name := range slices.Sorted(maps.Keys(claims)) {
			scope := protocol.ScopeOf(name)
			if scope != "" && !slices.Contains(r.scopes, scope) && !slices.Contains(out, name) {
				out = append(out, name)
			}
		}
	}
	return out
}
