package protocol

// Metadata is the discovery document (OpenID Connect Discovery 1.0, section 3;
// RFC 8414; RFC 9207, section 3; RP-Initiated Logout 1.0, section 2.1).
type Metadata struct {
	Issuer                string `json:"issuer"`
	AuthorizationEndpoint string `json:"authorization_endpoint"`
	TokenEndpoint         string `json:"token_endpoint"`
	UserInfoEndpoint      string `json:"userinfo_endpoint"`
	EndSessionEndpoint    string `json:"end_session_endpoint"`
	JWKSURI               string `json:"jwks_uri"`

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

	// The parameters below default to something else than false when they
	// are absent, or are worth saying outright.
	ClaimsParameterSupported     bool `json:"claims_parameter_supported"`
	RequestParameterSupported    bool `json:"request_parameter_supported"`
	RequestURIParameterSupported bool `json:"request_uri_parameter_supported"`
	IssParameterSupported        bool `json:"authorization_response_iss_parameter_supported"`
}
