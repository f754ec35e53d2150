package mockidp

import (
	"time"

	"github.com/countersign-oidc/countersign/mockidp/fault"
	"github.com/countersign-oidc/countersign/mockidp/internal/endpoint"
)

// Token is a token to mint, as if the provider had issued it in a flow. Kind and
// Client are needed, and User but for an access token of the client's own or a
// logout token that names a session.
type Token struct {
	// Kind is "id_token", "access_token", "refresh_token" or "logout_token".
	Kind string
	// Client is a client ID, User a username.
	Client, User string
	// Scopes are openid when nil, with offline_access for a refresh token, and
	// none for a client's own access token.
	Scopes []string
	Nonce  string
	// AuthTime is when the user signed in; zero is now.
	AuthTime time.Time
	// SID names the session, ACR and AMR how the user signed in. An ID token
	// has these claims only if they are given.
	SID, ACR string
	AMR      []string
	// AccessToken and Code are what an ID token vouches for by at_hash and
	// c_hash.
	AccessToken, Code string
	// Lifetime is that of the provider's own tokens when zero. A token with a
	// negative one has expired.
	Lifetime time.Duration
	// Edit spoils an ID token or a logout token; its own Token member is not
	// looked at. One that changes nothing is an error.
	Edit *fault.TokenEdit
}

// Mint makes a token without a flow and returns it as it would be sent. The
// client's registration decides how it is signed and encrypted. Access and
// refresh tokens are good at the provider's endpoints. Faults that are armed do
// not act on it, and the journal does not have it. Its error lists everything
// that is wrong.
func (p *Provider) Mint(t Token) (string, error) {
	return p.mint.Make(endpoint.Order(t), p.router.Facts)
}
