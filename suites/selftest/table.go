package selftest

import "github.com/countersign-oidc/countersign/runner/check"

// Table lists for each flaw of the reference shop the checks that must fail,
// all of them and no other.
func Table() map[string][]check.ID {
	return map[string][]check.ID{}
}
