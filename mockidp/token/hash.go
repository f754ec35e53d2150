package token

import "github.com/countersign-oidc/countersign/mockidp/keys"

// Hash is the at_hash of an access token or the c_hash of a code: the left
// half of its hash, with the function of the ID token's algorithm (OpenID
// Connect Core 1.0, sections 3.1.3.6 and 3.3.2.11). It is empty for an
// algorithm that has none.
func Hash(alg, value string) string {
	function := keys.Hash(alg)
	if function == 0 {
		return ""
	}
	h := function.New()
	// A hash.Hash never returns an error.
	_, _ = h.Write([]byte(value))
	sum := h.Sum(nil)
	return encode(sum[:len(sum)/2])
}
