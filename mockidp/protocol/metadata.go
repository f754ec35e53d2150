package protocol

// Metadata is the discovery document (OpenID Connect Discovery 1.0, section 3;
// RFC 8414; RFC 8628, section 4; RFC 9126, section 5; RFC 9207, section 3; the
// logout and session management specifications).
type Metadata struct {
	Issuer                string `json:"issuer"`
	AuthorizationEndpoint string `json:"authorization_endpoint"`
	TokenEndpoint         string `json:"token_endpoint"`
	UserInfoEndpoint      string `json:"userinfo_endpoint"`
	EndSessionEndpoint    string `json:"end_session_endpoint"`
	JWKSURI               string `json:"jwks_uri"`

	IntrospectionEndpoint       string `json:"introspection_endpoint,omitempty"`
	RevocationEndpoint          string `json:"revocation_endpoint,omitempty"`
	PAREndpoint                 string `json:"pushed_authorization_request_endpoint,omitempty"`
	DeviceAuthorizationEndpoint string `json:"device_authorization_endpoint,omitempty"`
	RegistrationEndpoint        string `json:"registration_endpoint,omitempty"`
	CheckSessionIframe          string `json:"check_session_iframe,omitempty"`

	ScopesSupported        []string `json:"scopes_supported"`
	ResponseTypesSupported []string `json:"response_types_supported"`
	ResponseModesSupported []string `json:"response_modes_supported"`
	GrantTypesSupported    []string `json:"grant_types_supported"`
	SubjectTypesSupported  []string `json:"subject_types_supported"`
	IDTokenAlgsSupported   []string `json:"id_token_signing_alg_values_supported"`
	AuthMethodsSupported   []string `json:"token_endpoint_auth_methods_supported"`
	ClaimTypesSupported    []string `json:"claim_types_supported"`
	ClaimsSupported        []string `json:"claims_supported"`
	ChallengesSupported    []string `json:"code_challenge_methods_supported"`
	PromptValuesSupported  []string `json:"prompt_values_supported"`

	ACRValuesSupported         []string `json:"acr_values_supported,omitempty"`
	UILocalesSupported         []string `json:"ui_locales_supported,omitempty"`
	DisplayValuesSupported     []string `json:"display_values_supported,omitempty"`
	IDTokenKeyAlgsSupported    []string `json:"id_token_encryption_alg_values_supported,omitempty"`
	IDTokenEncsSupported       []string `json:"id_token_encryption_enc_values_supported,omitempty"`
	UserInfoAlgsSupported      []string `json:"userinfo_signing_alg_values_supported,omitempty"`
	UserInfoKeyAlgsSupported   []string `json:"userinfo_encryption_alg_values_supported,omitempty"`
	UserInfoEncsSupported      []string `json:"userinfo_encryption_enc_values_supported,omitempty"`
	RequestAlgsSupported       []string `json:"request_object_signing_alg_values_supported,omitempty"`
	AuthAlgsSupported          []string `json:"token_endpoint_auth_signing_alg_values_supported,omitempty"`
	IntrospectionAuthSupported []string `json:"introspection_endpoint_auth_methods_supported,omitempty"`
	IntrospectionAuthAlgs      []string `json:"introspection_endpoint_auth_signing_alg_values_supported,omitempty"`
	RevocationAuthSupported    []string `json:"revocation_endpoint_auth_methods_supported,omitempty"`
	RevocationAuthAlgs         []string `json:"revocation_endpoint_auth_signing_alg_values_supported,omitempty"`

	RequirePAR                bool `json:"require_pushed_authorization_requests,omitempty"`
	FrontChannelLogout        bool `json:"frontchannel_logout_supported,omitempty"`
	FrontChannelLogoutSession bool `json:"frontchannel_logout_session_supported,omitempty"`
	BackChannelLogout         bool `json:"backchannel_logout_supported,omitempty"`
	BackChannelLogoutSession  bool `json:"backchannel_logout_session_supported,omitempty"`

	// The parameters below default to something else than false when they
	// are absent, or are worth saying outright.
	ClaimsParameterSupported     bool `json:"claims_parameter_supported"`
	RequestParameterSupported    bool `json:"request_parameter_supported"`
	RequestURIParameterSupported bool `json:"request_uri_parameter_supported"`
	IssParameterSupported        bool `json:"authorization_response_iss_parameter_supported"`
}
