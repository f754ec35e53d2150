// Package identity holds the people and the relying parties that a provider
// knows, as plain data.
package identity

// User is an end-user of the provider (OpenID Connect Core 1.0, section 5).
type User struct {
	// Username and Password are what the sign-in page asks for.
	Username string `json:"username"`
	Password string `json:"password"`
	// Subject is the "sub" claim; the username stands in when it is empty.
	Subject string `json:"sub,omitempty"`
	// Claims are the user's other claims with their JSON types. Standard
	// claims are released by scope (section 5.4), all others always.
	Claims map[string]any `json:"claims,omitempty"`
}

// Sub is the subject identifier that tokens of the user carry.
func (u User) Sub() string {
	if u.Subject != "" {
		return u.Subject
	}
	return u.Username
}

// AuthMethod is a way in which a client authenticates at the token endpoint
// (OpenID Connect Core 1.0, section 9).
type AuthMethod string

// The methods that the provider serves.
const (
	AuthBasic AuthMethod = "client_secret_basic"
	AuthPost  AuthMethod = "client_secret_post"
	AuthNone  AuthMethod = "none"
)

// Client is a registered relying party (OpenID Connect Dynamic Client
// Registration 1.0, section 2).
type Client struct {
	ID string `json:"client_id"`
	// Secret is empty for a public client.
	Secret string `json:"client_secret,omitempty"`
	// AuthMethod is the only method accepted from this client. Empty means
	// AuthBasic with a secret and AuthNone without.
	AuthMethod AuthMethod `json:"token_endpoint_auth_method,omitempty"`
	// RedirectURIs and PostLogoutRedirectURIs are compared as exact strings.
	RedirectURIs           []string `json:"redirect_uris"`
	PostLogoutRedirectURIs []string `json:"post_logout_redirect_uris,omitempty"`
	// IDTokenAlg is "RS256" (also when empty) or "ES256".
	IDTokenAlg string `json:"id_token_signed_response_alg,omitempty"`
	// Refresh allows the refresh_token grant; a refresh token is issued when
	// offline_access is asked for too.
	Refresh bool `json:"refresh,omitempty"`
}

// Method is the effective authentication method of the client.
func (c Client) Method() AuthMethod {
	switch {
	case c.AuthMethod != "":
		return c.AuthMethod
	case c.Secret == "":
		return AuthNone
	default:
		return AuthBasic
	}
}
