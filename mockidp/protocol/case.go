package protocol

// Case names the mistake behind an error, which its code often does not tell:
// providers word each of them in their own way.
type Case string

// The cases that the provider itself meets.
const (
	CaseWrongSecret        Case = "wrong_client_secret"
	CaseUnknownClientToken Case = "unknown_client_token"
	CaseNoClientAuth       Case = "missing_client_auth"
	CaseBadHeader          Case = "malformed_auth_header"
	CaseWrongMethod        Case = "wrong_auth_method"
	CaseBothMethods        Case = "both_auth_methods"
	CaseSecretInQuery      Case = "credentials_in_query"
	CaseNoClientID         Case = "missing_client_id"
	CaseNeedlessSecret     Case = "public_client_sent_secret"

	CaseInvalidCode       Case = "invalid_code"
	CaseExpiredCode       Case = "expired_code"
	CaseReplayedCode      Case = "replayed_code"
	CaseNoCode            Case = "missing_code"
	CaseNoRedirectToken   Case = "missing_redirect_uri_token"
	CaseRedirectToken     Case = "redirect_mismatch_token"
	CaseVerifier          Case = "pkce_verifier_mismatch"
	CaseNoVerifier        Case = "pkce_missing_verifier"
	CaseNeedlessVerifier  Case = "pkce_verifier_without_challenge"
	CaseWrongGrant        Case = "wrong_grant_type"
	CaseUnknownGrant      Case = "unsupported_grant_type"
	CaseMissingParameter  Case = "missing_parameter"
	CaseUserDisabledToken Case = "user_disabled_token"

	CaseUnknownClient   Case = "unknown_client_authorize"
	CaseRedirect        Case = "redirect_mismatch_authorize"
	CaseNoRedirect      Case = "no_reply_address"
	CaseScope           Case = "invalid_scope"
	CaseNoOpenID        Case = "missing_openid_scope"
	CaseNoPKCE          Case = "missing_pkce"
	CaseNoResponseType  Case = "missing_response_type"
	CaseResponseType    Case = "unauthorized_flow"
	CaseNoNonce         Case = "missing_nonce_hybrid"
	CaseNotPushed       Case = "par_required"
	CaseInvalidRequest  Case = "invalid_request"
	CaseLoginRequired   Case = "login_required"
	CaseConsentRequired Case = "consent_required"
	CaseConsentDenied   Case = "consent_denied"
	CaseNotAssigned     Case = "user_not_assigned"
	CaseUserDisabled    Case = "user_disabled"
	CaseBadLogin        Case = "bad_login"
	CaseUnknownUser     Case = "unknown_user"
	CaseNoInitiateLogin Case = "idp_initiated_without_initiate_login_uri"

	CaseAPIKey         Case = "wrong_client_secret_direct"
	CaseDirectLogin    Case = "bad_login_direct"
	CaseDirectDisabled Case = "user_disabled_direct"
	CaseDirectRefresh  Case = "invalid_code_direct"
	CaseDirectToken    Case = "invalid_custom_token"

	CasePostLogout     Case = "post_logout_not_allowed"
	CaseNoHint         Case = "logout_missing_hint"
	CaseNoLogoutClient Case = "logout_missing_client"
	CaseOtherSubject   Case = "logout_other_subject"
	CaseBadToken       Case = "userinfo_bad_token"
	CaseTokenScope     Case = "userinfo_insufficient_scope"
	CaseUserInfoCall   Case = "userinfo_bad_request"
	CaseUnknownServer  Case = "unknown_authorization_server"
)
