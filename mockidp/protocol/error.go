package protocol

// Code is an error code of OAuth 2.0 or OpenID Connect.
type Code string

// The error codes that the provider answers, with where they are defined.
const (
	InvalidRequest          Code = "invalid_request"           // RFC 6749, section 4.1.2.1
	UnauthorizedClient      Code = "unauthorized_client"       // RFC 6749, section 4.1.2.1
	AccessDenied            Code = "access_denied"             // RFC 6749, section 4.1.2.1
	UnsupportedResponseType Code = "unsupported_response_type" // RFC 6749, section 4.1.2.1
	InvalidScope            Code = "invalid_scope"             // RFC 6749, section 4.1.2.1
	ServerError             Code = "server_error"              // RFC 6749, section 4.1.2.1
	InvalidClient           Code = "invalid_client"            // RFC 6749, section 5.2
	InvalidGrant            Code = "invalid_grant"             // RFC 6749, section 5.2
	UnsupportedGrantType    Code = "unsupported_grant_type"    // RFC 6749, section 5.2
	InvalidToken            Code = "invalid_token"             // RFC 6750, section 3.1
	LoginRequired           Code = "login_required"            // OpenID Connect Core 1.0, section 3.1.2.6
	RequestNotSupported     Code = "request_not_supported"     // OpenID Connect Core 1.0, section 3.1.2.6
	RequestURINotSupported  Code = "request_uri_not_supported" // OpenID Connect Core 1.0, section 3.1.2.6
	RegistrationUnsupported Code = "registration_not_supported"
	ConsentRequired         Code = "consent_required"                  // OpenID Connect Core 1.0, section 3.1.2.6
	InteractionRequired     Code = "interaction_required"              // OpenID Connect Core 1.0, section 3.1.2.6
	AccountSelection        Code = "account_selection_required"        // OpenID Connect Core 1.0, section 3.1.2.6
	InvalidRequestObject    Code = "invalid_request_object"            // OpenID Connect Core 1.0, section 3.1.2.6
	InvalidRequestURI       Code = "invalid_request_uri"               // OpenID Connect Core 1.0, section 3.1.2.6
	UnmetAuthentication     Code = "unmet_authentication_requirements" // Unmet Authentication Requirements 1.0, section 2
	UnsupportedTokenType    Code = "unsupported_token_type"            // RFC 7009, section 2.2.1
	InsufficientScope       Code = "insufficient_scope"                // RFC 6750, section 3.1
	AuthorizationPending    Code = "authorization_pending"             // RFC 8628, section 3.5
	SlowDown                Code = "slow_down"                         // RFC 8628, section 3.5
	ExpiredToken            Code = "expired_token"                     // RFC 8628, section 3.5
	InvalidRedirectURI      Code = "invalid_redirect_uri"              // Dynamic Client Registration 1.0, section 3.3
	InvalidClientMetadata   Code = "invalid_client_metadata"           // Dynamic Client Registration 1.0, section 3.3
	MissingInitiateLogin    Code = "missing_initiate_login_uri"        // what customers of Okta meet
)

// Error is an answer that the protocol foresees. Whatever else goes wrong
// inside the provider is answered as ServerError.
type Error struct {
	Code        Code
	Description string
	// Status is the HTTP status where the error is not a redirect; zero
	// means 400.
	Status int
	// Case is the mistake behind it, for providers with words of their own.
	Case Case
}

// Error is the code and, when there is one, the description.
func (e *Error) Error() string {
	if e.Description == "" {
		return string(e.Code)
	}
	return string(e.Code) + ": " + e.Description
}

// HTTPStatus is the status to answer with, never zero.
func (e *Error) HTTPStatus() int {
	if e.Status == 0 {
		return 400
	}
	return e.Status
}

// ErrorBody is the JSON of an Error (RFC 6749, section 5.2).
type ErrorBody struct {
	Error       Code   `json:"error"`
	Description string `json:"error_description,omitempty"`
}
