package identity

import (
	"encoding/json"
	"maps"
	"slices"

	"github.com/countersign-oidc/countersign/mockidp/protocol"
)

// maxSubject is how long a subject identifier may be (OpenID Connect Core 1.0,
// section 2).
const maxSubject = 255

// Validate lists everything that is wrong with a user. Its error joins one
// error for each.
func (u User) Validate() error {
	var p problems
	if u.Username == "" {
		p.add("no username")
	}
	if u.Password == "" {
		p.add("no password")
	}
	if u.AskPasswordAfter < 0 {
		p.add("ask_password_after %d is negative", u.AskPasswordAfter)
	}
	if len(u.Sub()) > maxSubject {
		p.add("sub is longer than %d characters", maxSubject)
	}
	for _, name := range slices.Sorted(maps.Keys(u.Claims)) {
		if protocol.Reserved(name) {
			p.add("claim %q is the provider's own to set", name)
		} else if _, err := json.Marshal(u.Claims[name]); err != nil {
			p.add("claim %q: %w", name, err)
		}
	}
	return p.err()
}
