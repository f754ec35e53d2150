package harness

import (
	"encoding/json"
	"slices"

	"github.com/countersign-oidc/countersign/mockidp/protocol"
)

// ClaimName is the name under which the provider issues a claim of a person.
func (s *Spec) ClaimName(claim string) string {
	return s.Lane.Provider.Profile().Custom.ClaimName(claim)
}

// Issued are claims of a person under the names that the provider issues them
// by in ID tokens, and the names of those that it does not issue, or not with
// their values as they are.
func (s *Spec) Issued(claims map[string]json.RawMessage) (issued map[string]json.RawMessage, dropped []string) {
	p := s.Lane.Provider.Profile()
	issued = map[string]json.RawMessage{}
	within := map[string]json.RawMessage{}
	for claim, value := range claims {
		switch {
		case protocol.ScopeOf(claim) != "" && (p.IDToken.Thin || slices.Contains(p.IDToken.Remove, claim)), s.ClaimName(claim) == "",
			protocol.ScopeOf(claim) == "" && p.Custom.Form != "":
			dropped = append(dropped, claim)
		case protocol.ScopeOf(claim) != "":
			issued[claim] = value
		case p.Custom.Within != "":
			within[claim] = value
		default:
			issued[s.ClaimName(claim)] = value
		}
	}
	if len(within) > 0 {
		issued[p.Custom.Within], _ = json.Marshal(within) // raw JSON always encodes
	}
	slices.Sort(dropped)
	return issued, dropped
}
