package identity

import (
	"slices"

	jose "github.com/go-jose/go-jose/v4"

	"github.com/countersign-oidc/countersign/mockidp/protocol"
)

// AuthMethod is a way in which a client authenticates at the token endpoint
// (OpenID Connect Core 1.0, section 9).
type AuthMethod string

// The methods that the provider serves.
const (
	AuthBasic      AuthMethod = "client_secret_basic"
	AuthPost       AuthMethod = "client_secret_post"
	AuthSecretJWT  AuthMethod = "client_secret_jwt"
	AuthPrivateJWT AuthMethod = "private_key_jwt"
	AuthNone       AuthMethod = "none"
)

// AuthMethods are all methods that the provider serves.
func AuthMethods() []AuthMethod {
	return []AuthMethod{AuthBasic, AuthPost, AuthSecretJWT, AuthPrivateJWT, AuthNone}
}

// GrantType is a way to get tokens (RFC 6749, section 1.3).
type GrantType string

// The grant types that the provider serves. GrantImplicit is for responses of
// the authorization endpoint that carry tokens.
const (
	GrantCode        GrantType = "authorization_code"
	GrantImplicit    GrantType = "implicit"
	GrantRefresh     GrantType = "refresh_token"
	GrantCredentials GrantType = "client_credentials"
	GrantDevice      GrantType = "urn:ietf:params:oauth:grant-type:device_code"
)

// GrantTypes are all grant types that the provider serves.
func GrantTypes() []GrantType {
	return []GrantType{GrantCode, GrantImplicit, GrantRefresh, GrantCredentials, GrantDevice}
}

// The values of Client.SubjectType (OpenID Connect Core 1.0, section 8).
const (
	SubjectPublic   = "public"
	SubjectPairwise = "pairwise"
)

// Client is a registered relying party. Its JSON is the client metadata of
// OpenID Connect Dynamic Client Registration 1.0, section 2, and of the logout
// specifications.
type Client struct {
	ID string `json:"client_id"`
	// Secret is empty for a client that has none.
	Secret string `json:"client_secret,omitempty"`
	// Name is what people read on the provider's pages; the ID stands in.
	Name string `json:"client_name,omitempty"`
	// AuthMethod is the only method accepted from this client. Empty means
	// AuthBasic with a secret and AuthNone without.
	AuthMethod AuthMethod `json:"token_endpoint_auth_method,omitempty"`
	// AuthAlg is the only algorithm accepted of its assertions; empty accepts
	// every one that fits the method.
	AuthAlg string `json:"token_endpoint_auth_signing_alg,omitempty"`
	// Keys are the client's public keys: for its assertions, for its request
	// objects and to encrypt to it.
	Keys *jose.JSONWebKeySet `json:"jwks,omitempty"`

	// RedirectURIs and PostLogoutRedirectURIs are compared as exact strings,
	// but for the port of a loopback redirect URI (RFC 8252, section 7.3).
	RedirectURIs           []string `json:"redirect_uris,omitempty"`
	PostLogoutRedirectURIs []string `json:"post_logout_redirect_uris,omitempty"`
	// Scope are scope values of the client's own, separated by spaces, that it
	// is granted beside the provider's (RFC 7591, section 2).
	Scope string `json:"scope,omitempty"`
	// ResponseTypes is "code" alone when empty, GrantTypes
	// authorization_code alone. A refresh token is issued when the client has
	// GrantRefresh and asks for offline_access.
	ResponseTypes []string    `json:"response_types,omitempty"`
	GrantTypes    []GrantType `json:"grant_types,omitempty"`
	// RequirePAR refuses authorization requests that were not pushed (RFC
	// 9126, section 6).
	RequirePAR bool `json:"require_pushed_authorization_requests,omitempty"`
	// RequirePKCE refuses authorization requests without a code challenge.
	// Public clients need one in any case (RFC 9700, section 2.1.1).
	RequirePKCE bool `json:"require_pkce,omitempty"`

	// SubjectType is "public" (also when empty) or "pairwise". The sector is
	// the host of SectorIdentifier, or that of the redirect URIs.
	SubjectType      string `json:"subject_type,omitempty"`
	SectorIdentifier string `json:"sector_identifier_uri,omitempty"`
	// IDTokenAlg is RS256 when empty. The encryption of a token has an
	// algorithm for the key and one for the content, A128CBC-HS256 when empty.
	IDTokenAlg     string `json:"id_token_signed_response_alg,omitempty"`
	IDTokenKeyAlg  string `json:"id_token_encrypted_response_alg,omitempty"`
	IDTokenEnc     string `json:"id_token_encrypted_response_enc,omitempty"`
	UserInfoAlg    string `json:"userinfo_signed_response_alg,omitempty"`
	UserInfoKeyAlg string `json:"userinfo_encrypted_response_alg,omitempty"`
	UserInfoEnc    string `json:"userinfo_encrypted_response_enc,omitempty"`
	RequestAlg     string `json:"request_object_signing_alg,omitempty"`
	// ThinIDToken leaves the claims of scopes to UserInfo when there is an
	// access token (section 5.4).
	ThinIDToken   bool     `json:"thin_id_token,omitempty"`
	DefaultMaxAge *int64   `json:"default_max_age,omitempty"`
	DefaultACR    []string `json:"default_acr_values,omitempty"`

	// Users are the usernames of the people who are assigned to the client;
	// nobody else may sign in to it. Nil is everybody.
	Users []string `json:"assigned_users,omitempty"`

	InitiateLoginURI          string `json:"initiate_login_uri,omitempty"`
	FrontChannelLogoutURI     string `json:"frontchannel_logout_uri,omitempty"`
	FrontChannelLogoutSession bool   `json:"frontchannel_logout_session_required,omitempty"`
	BackChannelLogoutURI      string `json:"backchannel_logout_uri,omitempty"`
	BackChannelLogoutSession  bool   `json:"backchannel_logout_session_required,omitempty"`
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

// Grants reports whether the client may use a grant type.
func (c Client) Grants(g GrantType) bool {
	if len(c.GrantTypes) == 0 {
		return g == GrantCode
	}
	return slices.Contains(c.GrantTypes, g)
}

// GrantNames are the grant types that the client may use.
func (c Client) GrantNames() []string {
	var out []string
	for _, g := range GrantTypes() {
		if c.Grants(g) {
			out = append(out, string(g))
		}
	}
	return out
}

// Knows reports whether a scope value means something for the client: one of
// the provider's, or one of its own.
func (c Client) Knows(scope string) bool {
	return slices.Contains(protocol.Scopes(), scope) || slices.Contains(protocol.SplitScope(c.Scope), scope)
}

// DisplayName is what people read on the provider's pages.
func (c Client) DisplayName() string {
	if c.Name != "" {
		return c.Name
	}
	return c.ID
}
