package fault

// Rule is a check of the provider's own that a fault can make it forget, so
// that a defence of the relying party is measured alone.
type Rule string

// The rules that can be waived, with the endpoint that holds them. A fault
// acts where the rule would have refused, and only there.
const (
	// RulePKCE is the comparison of verifier and challenge at the token
	// endpoint (RFC 7636, section 4.6).
	RulePKCE Rule = "pkce"
	// RuleCodeIssued is that a code was issued at all, at the token endpoint. A
	// code that was not then stands for the first user, in the order of
	// usernames, and for all scopes.
	RuleCodeIssued Rule = "code_issued"
	// RuleCodeReuse is that a code is good once, at the token endpoint (RFC
	// 6749, section 4.1.2).
	RuleCodeReuse Rule = "code_reuse"
	// RuleCodeClient is that a code is good for its client alone, at the token
	// endpoint (RFC 6749, section 4.1.3).
	RuleCodeClient Rule = "code_client"
	// RuleRefreshReuse is that a refresh token is good once, at the token
	// endpoint (RFC 9700, section 4.14.2).
	RuleRefreshReuse Rule = "refresh_reuse"
	// RuleRedirectURI is exact matching at the authorization endpoint, the
	// comparison with the authorization request at the token endpoint (RFC
	// 6749, section 4.1.3) and exact matching of the
	// post_logout_redirect_uri at the end session endpoint.
	RuleRedirectURI Rule = "redirect_uri"
	// RuleClientSecret is the comparison of a client's secret or assertion, at
	// the endpoints where clients authenticate (RFC 6749, section 2.3).
	RuleClientSecret Rule = "client_secret"
	// RuleClientMethod is that a client authenticates as it is registered.
	RuleClientMethod Rule = "client_method"
	// RulePrompt is that prompt and max_age are heeded, at the authorization
	// endpoint (OpenID Connect Core 1.0, section 3.1.2.1).
	RulePrompt Rule = "prompt"
)

// Rules are all rules that can be waived.
func Rules() []Rule {
	return []Rule{
		RulePKCE, RuleCodeIssued, RuleCodeReuse, RuleCodeClient, RuleRefreshReuse, RuleRedirectURI,
		RuleClientSecret, RuleClientMethod, RulePrompt,
	}
}
