package endpoint

import (
	"crypto/sha256"
	"encoding/base64"

	"github.com/countersign-oidc/countersign/mockidp/identity"
	"github.com/countersign-oidc/countersign/mockidp/internal/state"
	"github.com/countersign-oidc/countersign/mockidp/protocol"
)

// invented is a grant that fits the request for a code that nobody issued: see
// fault.RuleCodeIssued. Of the authorization request, and so of its nonce,
// nothing is known.
func (e *Token) invented(c identity.Client, form map[string]string) state.Family {
	g := state.Grant{Client: c.ID, User: e.Directory.first(), RedirectURI: form["redirect_uri"], Scopes: protocol.Scopes()}
	if verifier := form["code_verifier"]; verifier != "" {
		sum := sha256.Sum256([]byte(verifier))
		g.Challenge = base64.RawURLEncoding.EncodeToString(sum[:])
	}
	return state.NewFamily(g)
}
