package catalog

import "github.com/countersign-oidc/countersign/runner/check"

func tokenChecks() []check.Check {
	return append([]check.Check{
		TokenTypeCase, TokenTypeOther, TokenExpiresInMissing, TokenExpiresInOdd, TokenScope,
		TokenUnknownMembers, TokenIDTokenWrongType, TokenAccessTokenMissing, TokenErrorAnswers, TokenErrorBesideTokens,
		TokenNamesOther, TokenNamesTwice, TokenAccessTokenNoProof, TokenBasicClientID, TokenAuthMethodsListed,
		TokenPrivateKeyJWT, TokenSecretJWT, TokenAssertionAudience,
	}, refreshChecks()...)
}

func tokenAnswer(noun, title string, refs []string, harm, remedy string) check.Check {
	return check.Check{
		ID: check.ID("token." + noun), Title: title, Level: check.Must, Refs: refs,
		Harm: harm, Tried: withFault, Judged: threeWays, Remedy: remedy,
	}
}

// survived is a check of an answer that a shop may refuse or accept.
func survived(c check.Check) check.Check {
	c.Tried = "A person signs in while the provider answers so, each variant once, and once as usual."
	c.Judged = "Passes if the shop signs in the right person or refuses with a page of its own; a crash fails, and so does a session of another person."
	return c
}

func needs(c check.Check, capabilities ...check.Capability) check.Check {
	c.Needs = capabilities
	return c
}

// The checks of token responses.
var (
	TokenTypeCase = permitted(tokenAnswer("type-case", "The token type is compared without regard to case",
		[]string{"TOK-01", rfc6749 + "5.1"},
		"Customers cannot sign in with a provider that writes bearer with a small letter.",
		"Compare token_type with Bearer without regard to case."))
	TokenTypeOther = tokenAnswer("type-other", "An access token of another type is not used as a bearer token",
		[]string{"TOK-02", rfc6749 + "7.1"},
		"A token that is bound to a key is sent around as if it were not, and whoever sees it can use it.",
		"Use an access token only if token_type is Bearer; refuse the response otherwise.")
	TokenExpiresInMissing = permitted(tokenAnswer("expires-in-missing", "A token response without expires_in is accepted",
		[]string{"TOK-03", rfc6749 + "5.1"},
		"Customers cannot sign in with a provider that leaves out what is optional.",
		"Do without expires_in; the session has a length of its own."))
	TokenExpiresInOdd = survived(tokenAnswer("expires-in-odd", "An expires_in that is no length does no harm",
		[]string{"TOK-04", rfc6749 + "5.1"},
		"The session is over at once and the customer sent round in circles, or the shop crashes.",
		"Take expires_in for a hint about the access token, and never as the length of the session."))
	TokenScope = check.Check{
		ID: "token.scope", Title: "A token response without scope is accepted, and one with a narrower scope does no harm", Level: check.Must,
		Refs:   []string{"TOK-05", rfc6749 + "5.1"},
		Harm:   "Customers cannot sign in with a provider that granted what was asked for, or the shop crashes over what they did not want to share.",
		Tried:  "A person signs in with a token response without scope, and with one that has openid alone.",
		Judged: "Passes if the person is signed in the first time, and the second time signed in or refused with a page of the shop.",
		Remedy: "Where scope is missing, take what was asked for as granted; where it is narrower, do without the rest.",
	}
	TokenUnknownMembers = permitted(should(tokenAnswer("unknown-members", "Unknown members of a token response are ignored",
		[]string{"TOK-06", rfc6749 + "5.1", core + "3.1.3.3"},
		"Customers cannot sign in any more on the day that the provider adds a member.",
		"Ignore members that you do not know.")))
	TokenIDTokenWrongType = tokenAnswer("id-token-wrong-type", "A token response whose ID token is no text signs nobody in",
		[]string{"TOK-08", core + "3.1.3.5"},
		"A value that the verification cannot read is how it is got around.",
		"Require id_token to be a JSON string that is not empty.")
	TokenAccessTokenMissing = tokenAnswer("access-token-missing", "A response without an access token leads to no request with an empty one",
		[]string{"TOK-09", rfc6749 + "5.1", "CVE-2021-41580"},
		"UserInfo is asked for nobody, and the customer is whoever it answers with.",
		"Refuse a token response without access_token, or do without UserInfo.")
	TokenErrorAnswers = tokenAnswer("error-answers", "A refused token request ends the sign-in, and is not sent again",
		[]string{"TOK-10", rfc6749 + "5.2"},
		"A code that is sent twice makes the provider revoke what it granted, and an error page that shows too much gives the client secret away.",
		"End the sign-in on an error response; show no answer of the provider.")
	TokenErrorBesideTokens = tokenAnswer("error-beside-tokens", "Tokens beside an error sign nobody in",
		[]string{"TOK-11", rfc6749 + "5.1", rfc6749 + "5.2"},
		"What the provider says it refused is taken for granted.",
		"Refuse every token response whose status is not 200 or that has an error member.")
	TokenNamesOther = tokenAnswer("names-other", "Members of a token response by other names are not taken",
		[]string{"NET-20", rfc6749 + "5.1", "RFC 8259, 4"},
		"Two readers of one answer see two different tokens, and a filter in between looks at the wrong one.",
		"Compare names exactly; in Go read the response into a map, for encoding/json ignores the case of names.")
	TokenNamesTwice = permitted(tokenAnswer("names-twice", "A second member whose name differs in case does not replace the right one",
		[]string{"NET-20", rfc6749 + "5.1", "RFC 8259, 4"},
		"A token that somebody else put into the answer is used in place of the provider's.",
		"Compare names exactly; in Go read the response into a map, for encoding/json ignores the case of names."))
	TokenAccessTokenNoProof = tokenAnswer("access-token-no-proof", "An ID token in the place of the access token signs nobody in",
		[]string{"TOK-41", rfc8725 + "3.12"},
		"Access tokens go to many parties; if one of them opens an account, all of those parties can.",
		"Take the ID token from id_token and from nowhere else.")
)

// The checks of client authentication.
var (
	TokenBasicClientID = check.Check{
		ID: "token.basic-client-id", Title: "A client ID with special characters reaches the provider unchanged", Level: check.Must,
		Needs: []check.Capability{check.Settings}, Refs: []string{"LGN-29", rfc6749 + "2.3.1"},
		Harm:   "The shop cannot sign anybody in with the client ID that its provider gave it.",
		Tried:  "The client ID and the secret have colons, percent signs, plus signs, spaces and letters beyond ASCII; a person signs in.",
		Judged: "Passes if the provider takes the credentials in the Authorization header and the person is signed in.",
		Remedy: "Encode client ID and secret as form values before they are joined and put into Base64; x/oauth2, openid-client and Spring Security do.",
	}
	TokenAuthMethodsListed = check.Check{
		ID: "token.auth-methods-listed", Title: "Credentials are sent only in a way that the provider's metadata lists", Level: check.Must,
		Needs: []check.Capability{check.Discovery, check.FreshInstance},
		Refs:  []string{"LGN-30", core + "9", "OpenID Connect Discovery 1.0, 3"},
		Harm:  "The client secret is sent where it is not expected, and ends up in a log.",
		Tried: "The provider's metadata lists another method, private_key_jwt or an unknown one alone, then none if client_secret_basic is configured; meanwhile the provider takes every method.",
		Judged: "Fails if credentials are sent by a method that is not listed, or if the shop does not sign in where nothing is listed, " +
			"which stands for client_secret_basic.",
		Remedy: "Compare the configured method with token_endpoint_auth_methods_supported and stop with an error about the configuration.",
	}
	TokenPrivateKeyJWT = needs(assertionCheck("private-key-jwt", "Client assertions with private_key_jwt are fresh and for this provider alone",
		"Sign each assertion anew with a random jti, the issuer as the only audience, and an expiry a minute ahead."), check.ClientAssertion)
	TokenSecretJWT = needs(assertionCheck("secret-jwt", "Client assertions with client_secret_jwt are fresh and for this provider alone",
		"Sign each assertion anew with a random jti, the issuer as the only audience, and an expiry a minute ahead."), check.ClientAssertion)
	TokenAssertionAudience = check.Check{
		ID: "token.assertion-audience", Title: "A client assertion is worthless at another provider than the one that was asked", Level: check.Must,
		Needs:  []check.Capability{check.ClientAssertion, check.SeveralProviders},
		Refs:   []string{"SEC-22", "RFC 7523, 3"},
		Harm:   "A provider of an attacker has the shop authenticate at the honest one, and redeems stolen codes there.",
		Tried:  "A person signs in at an evil provider that names the token endpoint of the honest one as its own.",
		Judged: "Passes if every assertion that reaches the honest token endpoint is for the evil issuer alone, and an ordinary sign-in works.",
		Remedy: "Make the issuer of the provider that was asked the audience, never the token endpoint that its metadata names.",
	}
)

func assertionCheck(noun, title, remedy string) check.Check {
	return check.Check{
		ID: check.ID("token." + noun), Title: title, Level: check.Must,
		Refs:   []string{"LGN-31", core + "9", "RFC 7523, 3"},
		Harm:   "Whoever sees one assertion authenticates as the shop with it, here or at another provider.",
		Tried:  "A person signs in twenty times, and what the shop sent to the token endpoint is compared.",
		Judged: "Fails if an assertion is used twice, is good for more than ten minutes, has another iss, sub or aud than it should, another algorithm than the registered one, or comes with a secret.",
		Remedy: remedy,
	}
}
