package check

// The capabilities that a check can need. A target says which of them it has;
// the embedded shop has all.
const (
	// Settings: the shop's provider form can be set for one check.
	Settings Capability = "settings"
	// TLSProvider: the shop can be told which CA certifies the provider.
	TLSProvider Capability = "tls_provider"
	// Clock: the shop's clock can be moved.
	Clock Capability = "clock"
	// WhoAmIJSON: the shop says as JSON who is signed in, with all claims.
	WhoAmIJSON Capability = "who_am_i_json"
	// Mapping: the shop maps claims to (service, type, issuer).
	Mapping Capability = "claim_mapping"
	// UserInfo: the shop asks the UserInfo endpoint.
	UserInfo Capability = "userinfo"
	// PKCE: the shop sends a code challenge (RFC 7636).
	PKCE Capability = "pkce"
	// ReturnParameter: sign-in can be started with a page to return to.
	ReturnParameter Capability = "return_parameter"
	// SecureCookies: the shop marks its session cookie Secure where it is
	// reached now; a shop behind https always does.
	SecureCookies Capability = "secure_cookies"
	// RPLogout: the shop signs out at the provider too (RP-Initiated Logout 1.0).
	RPLogout Capability = "rp_initiated_logout"
	// SignOut: the shop has a way to sign out.
	SignOut Capability = "sign_out"
	// DeepLink: there is a page for signed-in customers, with a query, whose
	// visit leads to the sign-in.
	DeepLink Capability = "deep_link"
	// Identity: the shop says as JSON which of its customers is signed in.
	Identity Capability = "customer_identity"
	// LocalAccounts: customers can have a password of the shop's own.
	LocalAccounts Capability = "local_accounts"
	// AccountLinking: such customers can link themselves to a person at the
	// provider.
	AccountLinking Capability = "account_linking"
	// SignedUserInfo: the shop can be told to expect UserInfo as a JWT.
	SignedUserInfo Capability = "signed_userinfo"
	// IDTokenAlg: the shop can be told which algorithm ID tokens are signed with
	// (id_token_signed_response_alg).
	IDTokenAlg Capability = "id_token_alg"
	// StaffPage: there is a page for people with a certain claim only.
	StaffPage Capability = "staff_page"
	// GuestCart: visitors can pick something before they sign in.
	GuestCart Capability = "guest_cart"
	// OrderForm: forms have a CSRF token, before the sign-in and after it.
	OrderForm Capability = "order_form"
	// ShownProfile: the shop says as JSON what it shows as name and e-mail address.
	ShownProfile Capability = "shown_profile"
	// FreshInstance: the shop starts anew for each check, with nothing of the
	// provider's in its caches.
	FreshInstance Capability = "fresh_instance"
	// SeveralProviders: the shop can have a second provider beside the first.
	SeveralProviders Capability = "several_providers"
	// Discovery: the shop takes the endpoints from the issuer's metadata.
	Discovery Capability = "discovery"
	// InitiateLogin: third parties can start a sign-in (OpenID Connect Core
	// 1.0, section 4).
	InitiateLogin Capability = "initiate_login"
	// ClientAssertion: the shop can authenticate at the token endpoint with
	// private_key_jwt and client_secret_jwt.
	ClientAssertion Capability = "client_assertion"
	// Scopes: the scopes that the shop asks for are documented.
	Scopes Capability = "scopes"
	// FormPost: the shop can take answers by a form (OAuth 2.0 Form Post Response
	// Mode).
	FormPost Capability = "form_post"
	// Hybrid and Implicit: the shop can ask for an ID token in the answer,
	// beside a code or alone (OpenID Connect Core 1.0, sections 3.3 and 3.2).
	Hybrid   Capability = "hybrid"
	Implicit Capability = "implicit"
	// Restart: the shop can be restarted in the middle of a check.
	Restart Capability = "restart"
	// MaxAge and ACRValues: the shop can ask how long ago and how people signed
	// in at the provider, with max_age and acr_values.
	MaxAge    Capability = "max_age"
	ACRValues Capability = "acr_values"
	// EncryptedIDToken: ID tokens can be encrypted for the shop.
	EncryptedIDToken Capability = "encrypted_id_token"
	// BackChannelLogout: the shop takes logout tokens from the provider
	// (OpenID Connect Back-Channel Logout 1.0).
	BackChannelLogout Capability = "backchannel_logout"
	// FrontChannelLogout: the shop can be signed out in a frame of the provider
	// (OpenID Connect Front-Channel Logout 1.0), and FrontChannelSession: only
	// by issuer and session ID.
	FrontChannelLogout  Capability = "frontchannel_logout"
	FrontChannelSession Capability = "frontchannel_logout_session"
	// Refresh: the shop can renew the tokens of a session, and does so on the
	// account page once the access token has expired.
	Refresh Capability = "refresh"
)

// Capabilities are all of them.
func Capabilities() []Capability {
	return []Capability{
		Settings, TLSProvider, Clock, WhoAmIJSON, Mapping, UserInfo, PKCE, ReturnParameter, SecureCookies, RPLogout,
		SignOut, DeepLink, Identity, LocalAccounts, AccountLinking, SignedUserInfo, IDTokenAlg, StaffPage, GuestCart, OrderForm, ShownProfile, FreshInstance,
		SeveralProviders,
		Discovery,
		InitiateLogin,
		ClientAssertion, MaxAge, ACRValues, EncryptedIDToken, Refresh,
		Scopes, Restart,
		BackChannelLogout, FrontChannelLogout, FrontChannelSession,
		FormPost, Hybrid, Implicit,
	}
}

// What a check can need of the provider. The mock has all of it, unless it
// imitates a vendor that has not; no target says anything of it.
const (
	// ProfileInIDToken: the claims of scopes are in ID tokens from the token
	// endpoint, not in UserInfo alone.
	ProfileInIDToken Capability = "profile_in_id_token"
	// ResponseIssuer: authorization responses have iss (RFC 9207).
	ResponseIssuer Capability = "response_issuer"
	// LogoutState: state comes back from a sign-out (RP-Initiated Logout 1.0,
	// section 3).
	LogoutState Capability = "logout_state"
	// TypedClaims: claims of one's own keep their JSON types.
	TypedClaims Capability = "typed_claims"
	// LetterSubjects: subjects have letters in them.
	LetterSubjects Capability = "letter_subjects"
)

// OfProvider are the capabilities that are the provider's.
func OfProvider() []Capability {
	return []Capability{ProfileInIDToken, ResponseIssuer, LogoutState, TypedClaims, LetterSubjects}
}
