package selftest

import "github.com/countersign-oidc/countersign/runner/check"

// Table lists for each flaw of the reference shop the checks that must fail,
// all of them and no other. A flaw may stand in several of its parts.
func Table() map[string][]check.ID {
	table := map[string][]check.ID{}
	for _, part := range []map[string][]check.Check{
		loginFlaws(), claimsFlaws(), sessionFlaws(), logoutFlaws(), idtokenFlaws(), signatureFlaws(), keysFlaws(),
		discoveryFlaws(), tokenFlaws(), resilienceFlaws(), attackFlaws(), pageFlaws(), initiatedFlaws(), accountsFlaws(),
	} {
		for flaw, checks := range part {
			for _, c := range checks {
				table[flaw] = append(table[flaw], c.ID)
			}
		}
	}
	return table
}
