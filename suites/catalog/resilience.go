package catalog

import "github.com/countersign-oidc/countersign/runner/check"

func resilienceChecks() []check.Check {
	return []check.Check{
		ResilienceUnreachable, ResilienceTokenConnection, ResilienceKeysConnection, ResilienceUserInfoConnection,
		ResilienceCodeOnce, ResilienceLengths, ResilienceSignOut, ResilienceTokenUnanswered, ResilienceKeysUnanswered,
		ResilienceUserInfoUnanswered, ResilienceOthersServed, ResilienceManyWait, ResilienceSlowProvider,
		ResilienceTokenStatus, ResilienceOtherStatus, ResilienceBackoff, ResilienceHTMLAnswer,
		ResilienceTypeWithCharset, ResilienceTypeOther, ResilienceTokenNotJSON, ResilienceOthersNotJSON,
		ResilienceDeepJSON, ResilienceCompressed, ResilienceChunked, ResilienceOversized, ResilienceManyHeaders,
		ResilienceProviderCookies, ResilienceTokenRedirect, ResilienceUserInfoRedirect, ResilienceRedirectLoop,
		ResilienceCertificate, ResilienceOldTLS, ResilienceCertificateRenewed, ResilienceOldHTTP, ResilienceLiteralAddress, ResilienceStartFlood,
		ResilienceLongValues, ResilienceRecovers, ResilienceBrowserGone, ResilienceClockSkew,
		ResilienceErrorsTellNothing, ResilienceSecretsKept, ResilienceLargeTokens,
	}
}

const (
	weatherJudged   = "Passes if the fault took effect, no session comes of it, the page is the shop's and no crash, and the next sign-in works."
	weatheredJudged = "Passes if the fault took effect, the page is the shop's and no crash, nobody but the customer is signed in, and the next sign-in works."
	waitJudged      = "Passes if the customer gets a page within the time that the shop documents, half a minute without one, no session comes of what was missing, and the next sign-in works."
	waitRemedy      = "Give every request to the provider a timeout of some seconds that covers the body too (Timeout of http.Client in Go, AbortSignal.timeout in Node, OIDCHTTPTimeoutLong in mod_auth_openidc)."
	liveJudged      = "Passes if the other customer gets through at least twice before the wait is over, without an error."
)

// The checks of connections to the provider and of waiting for it.
var (
	ResilienceUnreachable = check.Check{
		ID: "resilience.unreachable", Title: "A provider that cannot be reached ends the sign-in on a page of the shop",
		Level: check.Must, Needs: []check.Capability{check.Settings}, Refs: []string{"NET-01", "NET-22", "RFC 9110, 15.6"},
		Harm:   "A short outage of the provider shows customers a crash, or keeps the shop broken after it is over.",
		Tried:  "The ports of the key set, of the token endpoint and of UserInfo are closed, one after the other, while a person signs in; then all are open.",
		Judged: "Passes if no session comes of it (with UserInfo, none of somebody else), the page is no crash, and the sign-in works once the ports are open.",
		Remedy: "Treat a connection error as an answer: show a page with a way to try again, and keep nothing of the failed sign-in.",
	}
	ResilienceTokenConnection = check.Check{
		ID: "resilience.token-connection", Title: "A token request whose connection breaks ends on a page of the shop, without a session",
		Level: check.Must, Refs: []string{"NET-04", "NET-12", "NET-08", core + "3.1.3.4"},
		Harm:   "Customers see a stack trace, or are signed in by half an answer.",
		Tried:  "The token endpoint closes or resets the connection before, within and after the answer, answers with what is not HTTP, or with nothing.",
		Judged: weatherJudged,
		Remedy: "Handle read errors of the token response like a refusal: end the sign-in with an error page.",
	}
	ResilienceKeysConnection = check.Check{
		ID: "resilience.keys-connection", Title: "A key set that does not arrive whole ends the sign-in on a page of the shop",
		Level: check.Must, Needs: []check.Capability{check.FreshInstance}, Refs: []string{"NET-04", "NET-12", core + "3.1.3.7 (6)"},
		Harm:   "Tokens are taken unverified, or no sign-in works any more until somebody restarts the shop.",
		Tried:  "The JWKS endpoint closes or resets the connection before, within and after the answer, answers with what is not HTTP, or with nothing.",
		Judged: weatherJudged,
		Remedy: "Refuse the sign-in when keys cannot be read, and fetch them again at the next one.",
	}
	ResilienceUserInfoConnection = check.Check{
		ID: "resilience.userinfo-connection", Title: "A UserInfo request whose connection breaks does no harm",
		Level: check.Must, Needs: []check.Capability{check.UserInfo}, Refs: []string{"NET-04", "NET-12", core + "5.3.4"},
		Harm:   "Customers see a stack trace because a profile could not be fetched.",
		Tried:  "UserInfo closes or resets the connection before, within and after the answer, answers with what is not HTTP, or with nothing.",
		Judged: weatheredJudged,
		Remedy: "Treat a failed UserInfo request as one outcome: go on with the ID token, or end with an error page.",
	}
	ResilienceCodeOnce = check.Check{
		ID: "resilience.code-once", Title: "A code is not sent again when the token request fails",
		Level: check.Must, Refs: []string{"NET-04", "NET-05", rfc6749 + "4.1.2"},
		Harm:   "The provider takes the second request for a theft and revokes what it issued: the customer is thrown out.",
		Tried:  "The token endpoint closes the connection, resets it within the answer, cuts the answer off, or answers 500.",
		Judged: "Passes if the journal shows each code in one token request.",
		Remedy: "Do not retry token requests of the authorization code grant; start the sign-in anew. In Go, net/http repeats requests on reused connections only.",
	}
	ResilienceLengths = check.Check{
		ID: "resilience.lengths", Title: "Answers of a wrong length or coding end on a page of the shop",
		Level: check.Must, Refs: []string{"NET-12", "NET-10", "RFC 9112, 8"},
		Harm:   "A proxy that cuts answers off makes the shop crash.",
		Tried:  "Token endpoint, key set and UserInfo promise more or fewer bytes than they send, or say gzip and send plain text.",
		Judged: weatheredJudged,
		Remedy: "Read the whole body, check the error, and parse only then.",
	}
	ResilienceSignOut = check.Check{
		ID: "resilience.sign-out-outage", Title: "A sign-out ends the shop's session although the provider fails",
		Level: check.Must, Needs: []check.Capability{check.RPLogout, check.SignOut}, Refs: []string{"NET-01", "NET-04", rpLogout + "2"},
		Harm:   "A customer who signed out on a shared computer while the provider was down is still signed in.",
		Tried:  "A person signs out while the end session endpoint closes or resets the connection, answers with what is not HTTP, or with 500.",
		Judged: "Passes if nobody is signed in at the shop afterwards.",
		Remedy: "End the own session before sending the browser to the end session endpoint.",
	}
	ResilienceTokenUnanswered = check.Check{
		ID: "resilience.token-unanswered", Title: "A token endpoint that does not answer is given up in time",
		Level: check.Must, Refs: []string{"NET-02", "RFC 9110, 15.6.5"},
		Harm:   "Customers look at an empty page for minutes, and every one of them keeps a worker of the shop busy.",
		Tried:  "The token endpoint never answers, stalls behind the header or the first byte, or sends a byte a second.",
		Judged: waitJudged,
		Remedy: waitRemedy,
	}
	ResilienceKeysUnanswered = check.Check{
		ID: "resilience.keys-unanswered", Title: "A key set that does not answer is given up in time",
		Level: check.Must, Needs: []check.Capability{check.FreshInstance}, Refs: []string{"NET-02", "RFC 9110, 15.6.5"},
		Harm:   "Customers look at an empty page for minutes, and every one of them keeps a worker of the shop busy.",
		Tried:  "The JWKS endpoint never answers, stalls behind the header or the first byte, or sends a byte a second.",
		Judged: waitJudged,
		Remedy: waitRemedy,
	}
	ResilienceUserInfoUnanswered = check.Check{
		ID: "resilience.userinfo-unanswered", Title: "A UserInfo endpoint that does not answer is given up in time",
		Level: check.Must, Needs: []check.Capability{check.UserInfo}, Refs: []string{"NET-02", "RFC 9110, 15.6.5"},
		Harm:   "Customers look at an empty page for minutes, and every one of them keeps a worker of the shop busy.",
		Tried:  "UserInfo never answers, stalls behind the header or the first byte, or sends a byte a second.",
		Judged: waitJudged,
		Remedy: waitRemedy,
	}
	ResilienceOthersServed = check.Check{
		ID: "resilience.others-served", Title: "Other customers are served while one sign-in waits for the provider",
		Level: check.Must, Refs: []string{"NET-02", "RFC 9110, 15.6.5"},
		Harm:   "One sign-in that hangs stops the whole shop.",
		Tried:  "A sign-in waits for a silent token endpoint, a silent UserInfo and, with a new key, a silent key set, while another customer signs in or opens pages again and again.",
		Judged: liveJudged,
		Remedy: "Hold no lock and no single worker while waiting for the provider.",
	}
	ResilienceManyWait = check.Check{
		ID: "resilience.many-wait", Title: "Other customers are served while fifty sign-ins wait for the provider",
		Level: check.Must, Refs: []string{"NET-02", "RFC 9110, 15.6.5"},
		Harm:   "A provider that is slow for some customers takes the shop down for all of them.",
		Tried:  "Fifty sign-ins wait for a silent token endpoint at once, while another customer signs in again and again.",
		Judged: liveJudged,
		Remedy: "Bound the wait for the provider, and do not let waiting sign-ins use up the workers or connections that others need.",
	}
	ResilienceSlowProvider = check.Check{
		ID: "resilience.slow-provider", Title: "A provider that takes some seconds is waited for",
		Level: check.Should, Refs: []string{"NET-03", "RFC 9110, 15.6.5"},
		Harm:   "Nobody can sign in on the days when the provider is busy.",
		Tried:  "The token endpoint takes two, five and eight seconds.",
		Judged: "Passes if each of the three people is signed in.",
		Remedy: "Give a request to the provider about ten seconds.",
	}
)
