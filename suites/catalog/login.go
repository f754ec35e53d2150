package catalog

import (
	"slices"

	"github.com/countersign-oidc/countersign/runner/check"
)

func loginChecks() []check.Check {
	return slices.Concat(loginBasics(), loginRequestChecks(), loginErrorChecks(), loginFlowChecks(), loginFormChecks())
}

func loginBasics() []check.Check {
	return []check.Check{
		LoginSignsIn, LoginReturnsToPage, LoginReturnForeign, LoginReturnAfterFailure, LoginReturnItself, LoginCallbackURLClean,
		LoginRequestWellFormed, LoginRedirectURIHost, LoginStateUnpredictable, LoginNonceUnpredictable,
		LoginPKCES256, LoginPKCEFresh,
		LoginStateOther, LoginStateMissing, LoginStateBound, LoginStateOnce, LoginCodeOnce, LoginIssuerParameterOther,
		LoginErrorWithCode, LoginCancelled, LoginErrorCodes, LoginRefusalStatus, LoginErrorEscaped,
		LoginBasicCredentials, LoginPostCredentials, LoginTokenRequest, LoginTokenErrors, LoginAccessTokenHeader,
	}
}

// onlyOwnPaths is how pages to return to are read.
const onlyOwnPaths = "Accept only paths of the shop: begin with one slash, no backslash, no control character."

// The checks of the way to the provider and back.
var (
	LoginSignsIn = check.Check{
		ID: "login.signs-in", Title: "Each customer is signed in as themself",
		Level: check.Must, Refs: []string{"LGN-01", core + "3.1"},
		Harm:   "Customers cannot reach their account, or reach somebody else's.",
		Tried:  "Two people sign in at the same shop, one after the other.",
		Judged: "Passes if the shop says of each that this very person is signed in, after one token request each.",
		Remedy: "Compare the provider form with the provider's settings; find the customer by issuer and subject.",
	}
	LoginReturnsToPage = check.Check{
		ID: "login.returns-to-page", Title: "After signing in the customer is back on the page first asked for",
		Level: check.Must, Needs: []check.Capability{check.DeepLink}, Refs: []string{"LGN-32", shopGuide + "Flow (4)"},
		Harm:   "Customers lose the offer they were about to buy.",
		Tried:  "A page for signed-in customers is opened with a query; the person signs in.",
		Judged: "Passes if the browser comes to rest on the same path with the same query.",
		Remedy: "Remember the page on the server together with the state of the sign-in.",
	}
	LoginReturnForeign = check.Check{
		ID: "login.return-foreign", Title: "Signing in leads to no other site",
		Level: check.Must, Needs: []check.Capability{check.ReturnParameter}, Refs: []string{"SEC-25", rfc9700 + "4.11.1"},
		Harm:   "A link to the real shop, with a real sign-in, ends on a copy of it that asks for card data.",
		Tried:  "Sign-ins are started with a page of another site to return to, in more than fifty spellings; one is started by a link on such a page.",
		Judged: "Passes if the browser comes to rest at the shop each time.",
		Remedy: onlyOwnPaths,
	}
	LoginReturnAfterFailure = check.Check{
		ID: "login.return-after-failure", Title: "A failed sign-in leads to no other site",
		Level: check.Must, Needs: []check.Capability{check.ReturnParameter}, Refs: []string{"SEC-25", rfc9700 + "4.11.1", "CVE-2021-32786"},
		Harm:   "Whoever presses Cancel at the real provider ends on a copy of the shop.",
		Tried:  "Sign-ins are started with a page of another site to return to, in more than fifty spellings, and the provider refuses each.",
		Judged: "Passes if the browser comes to rest at the shop each time.",
		Remedy: onlyOwnPaths,
	}
	LoginReturnItself = check.Check{
		ID: "login.return-itself", Title: "A page of signing in or out is no page to return to",
		Level: check.Should, Needs: []check.Capability{check.ReturnParameter}, Refs: []string{"SEC-26", rfc9700 + "4.11.1"},
		Harm:   "A link signs the customer in for ever, or out again at once.",
		Tried:  "Sign-ins are to return to the start, the sign-in redirect, the sign-out redirect and the initiation, some of them in upper case, and to a path of 10 KB.",
		Judged: "Passes if each takes one sign-in and ends signed in on another page, without an error.",
		Remedy: "Return to the default page where the wanted one belongs to signing in or out, in any case, or is longer than an address of the shop.",
	}
	LoginCallbackURLClean = check.Check{
		ID: "login.callback-url-clean", Title: "The code does not stay in the address bar",
		Level: check.Should, Refs: []string{"SES-07", rfc9700 + "4.2.4"},
		Harm:   "Codes end in browser histories, in analytics and in the Referer of the next page.",
		Tried:  "A person signs in; the address of the page where the browser rests is read.",
		Judged: "Passes if it carries neither code nor state.",
		Remedy: "Answer the callback with a redirect to a clean address.",
	}
	LoginRequestWellFormed = check.Check{
		ID: "login.request-well-formed", Title: "The authorization request is well-formed",
		Level: check.Must, Needs: []check.Capability{check.Settings}, Refs: []string{"LGN-02", core + "3.1.2.1", rfc6749 + "3.1"},
		Harm:   "Stricter providers refuse the sign-in, at the next update if not today.",
		Tried:  "A person signs in at a provider whose authorization endpoint has a query of its own; the request is read.",
		Judged: "Passes if client_id, response_type, scope with openid and a registered redirect_uri are there, nothing twice, and the endpoint's query is kept.",
		Remedy: "Build the request with the library of your OpenID Connect client and from the endpoint as configured.",
	}
	LoginRedirectURIHost = check.Check{
		ID: "login.redirect-uri-host", Title: "Forged host headers do not change where the code is sent",
		Level: check.Must, Refs: []string{"SES-21", rfc9700 + "4.13"},
		Harm:   "Behind a lenient proxy a code is sent to a host of the attacker's choice.",
		Tried:  "The shop's sign-in is started with forged X-Forwarded-Host, Forwarded and X-Forwarded-Proto headers.",
		Judged: "Passes if the redirect_uri is the registered one.",
		Remedy: "Take the redirect URI from the configuration, never from request headers.",
	}
	LoginStateUnpredictable = check.Check{
		ID: "login.state-unpredictable", Title: "The state is new and unpredictable at each sign-in",
		Level: check.Must, Refs: []string{"LGN-03", rfc6749 + "10.12"},
		Harm:   "An attacker can prepare the end of a sign-in and slip it into the customer's browser.",
		Tried:  "Four sign-ins are begun, some in the same browser and some in a fresh one; their states are compared.",
		Judged: "Passes if all differ, carry at least 128 bits, and equal no cookie.",
		Remedy: "Take at least 16 bytes from a cryptographic random source for each authorization request.",
	}
	LoginNonceUnpredictable = check.Check{
		ID: "login.nonce-unpredictable", Title: "The nonce is new and unpredictable at each sign-in",
		Level: check.Must, Refs: []string{"LGN-04", core + "15.5.2"},
		Harm:   "The ID token of one sign-in can be used in another.",
		Tried:  "Four sign-ins are begun; their nonces are compared.",
		Judged: "Passes if each has one, all differ, carry at least 128 bits and differ from the state.",
		Remedy: "Take at least 16 bytes from a cryptographic random source for each authorization request.",
	}
	LoginPKCES256 = check.Check{
		ID: "login.pkce-s256", Title: "A shop without a client secret proves with PKCE that it began the sign-in",
		Level: check.Must, Needs: []check.Capability{check.PKCE}, Refs: []string{"LGN-05", "LGN-06", rfc9700 + "2.1.1", rfc7636 + "4.2"},
		Harm:   "Whoever sees a code, in a log or a Referer, can redeem it.",
		Tried:  "A public client signs a person in; the authorization request and the token request are read.",
		Judged: "Passes if the challenge is of method S256 and the verifier, 43 to 128 characters, belongs to it.",
		Remedy: "Switch PKCE with S256 on in the client library.",
	}
	LoginPKCEFresh = check.Check{
		ID: "login.pkce-fresh", Title: "The code challenge is new at each sign-in",
		Level: check.Must, Needs: []check.Capability{check.PKCE}, Refs: []string{"LGN-05", "LGN-06", rfc7636 + "7.1"},
		Harm:   "A verifier seen once redeems every later code.",
		Tried:  "Four sign-ins are begun; their code challenges are compared.",
		Judged: "Passes if each has one and all differ.",
		Remedy: "Make a new code verifier for each authorization request.",
	}
	LoginStateOther = check.Check{
		ID: "login.state-other", Title: "An answer with another state is refused",
		Level: check.Must, Refs: []string{"SEC-01", rfc6749 + "10.12"},
		Harm:  "An attacker can sign the customer in to the attacker's account and read what the customer enters there.",
		Tried: withFault, Judged: threeWays,
		Remedy: "Compare the state of the answer with the one kept for this browser.",
	}
	LoginStateMissing = check.Check{
		ID: "login.state-missing", Title: "An answer without a state is refused",
		Level: check.Must, Refs: []string{"SEC-02", rfc6749 + "10.12"},
		Harm:  "Leaving the state out is enough to sign the customer in to the attacker's account.",
		Tried: withFault, Judged: threeWays,
		Remedy: "Require the state; a missing value must not skip the comparison.",
	}
	LoginStateBound = check.Check{
		ID: "login.state-bound-to-browser", Title: "An answer that belongs to another browser is refused",
		Level: check.Must, Refs: []string{"SEC-04", rfc6749 + "10.12"},
		Harm:   "A link is enough to sign the customer in to the attacker's account.",
		Tried:  "An attacker signs in at the provider but keeps the answer; the customer's browser, where a sign-in is pending too, opens it.",
		Judged: "Passes if nobody is signed in there and the customer's own sign-in then works.",
		Remedy: "Keep the state in, or bound to, a cookie of the browser that began the sign-in.",
	}
	LoginStateOnce = check.Check{
		ID: "login.state-once", Title: "A state is good for one answer",
		Level: check.Must, Refs: []string{"SEC-05", rfc9700 + "4.2.4"},
		Harm:   "The end of a sign-in can be replayed with another code.",
		Tried:  "After a sign-in the provider answers the same authorization request a second time, with a new code.",
		Judged: "Passes if the shop does not redeem the second code.",
		Remedy: "Delete the state when the first answer comes, whatever its outcome.",
	}
	LoginCodeOnce = check.Check{
		ID: "login.code-once", Title: "Reloading the callback does not redeem the code again",
		Level: check.Must, Refs: []string{"LGN-21", rfc6749 + "4.1.2"},
		Harm:   "The provider takes a second use for theft and revokes the customer's tokens.",
		Tried:  "After a sign-in the browser opens the callback's address once more.",
		Judged: "Passes if no further token request is made and the shop shows no crash.",
		Remedy: "Delete the pending sign-in when its answer comes.",
	}
	LoginIssuerParameterOther = check.Check{
		ID: "login.issuer-parameter-other", Title: "An answer that names another issuer is refused",
		Level: check.Must, Needs: []check.Capability{check.ResponseIssuer}, Refs: []string{"SEC-16", "SEC-15", rfc9207 + "2.4"},
		Harm:  "With two providers, one of them can obtain the codes of the other.",
		Tried: withFault, Judged: threeWays,
		Remedy: "Where the answer has an iss parameter, compare it with the issuer that the request went to.",
	}
	LoginErrorWithCode = check.Check{
		ID: "login.error-with-code", Title: "An answer with both an error and a code is an error",
		Level: check.Must, Refs: []string{"LGN-16", rfc6749 + "4.1.2.1"},
		Harm:  "A sign-in that the provider refused goes through.",
		Tried: withFault, Judged: threeWays,
		Remedy: "Look for error before code.",
	}
	LoginCancelled = check.Check{
		ID: "login.cancelled", Title: "A customer who cancels meets a friendly page and can try again",
		Level: check.Must, Refs: []string{"LGN-13", core + "3.1.2.6"},
		Harm:   "Customers who change their mind meet a crash and do not come back.",
		Tried:  "A person presses Cancel at the provider, and then signs in after all.",
		Judged: "Passes if a page of the shop is shown that is no crash, no code is redeemed, and the second sign-in works.",
		Remedy: "Handle error=access_denied with a page that offers to try again.",
	}
	LoginErrorCodes = check.Check{
		ID: "login.error-codes", Title: "Each error of the provider, also an unknown one, is handled",
		Level: check.Must, Refs: []string{"LGN-14", core + "3.1.2.6"},
		Harm:   "Customers meet a crash, and the operator's alarms ring, for something that is the provider's.",
		Tried:  "The provider answers the sign-in with each error code of the specifications and with an invented one.",
		Judged: "Passes if each time a page of the shop is shown that is no crash (a gateway status counts as an answer), no code is redeemed and nobody is signed in.",
		Remedy: "Handle every error parameter alike; treat unknown codes as a general failure.",
	}
	LoginRefusalStatus = check.Check{
		ID: "login.refusal-status", Title: "A sign-in that the shop refuses ends on a page that says so",
		Level: check.Should, Refs: []string{"LGN-13", "LGN-14", asvs + "16.5.1"},
		Harm:   "The operator's alarms ring, and a real crash is not told from a token that was refused; or customers go in circles and learn nothing.",
		Tried:  "The provider issues an ID token that has expired, one for another client, and refuses a code.",
		Judged: "Passes if each time the browser rests on a page without status 500 (a gateway status counts as an answer), and not in another sign-in that it began.",
		Remedy: "Handle the errors of your library at the sign-in redirect: answer with 400 or 403 and a link to try again.",
	}
	LoginErrorEscaped = check.Check{
		ID: "login.error-escaped", Title: "The provider's error text is shown as text",
		Level: check.Must, Refs: []string{"LGN-18", rfc6749 + "4.1.2.1"},
		Harm:   "A link to the shop runs an attacker's script in it.",
		Tried:  "The answer's error_description carries markup.",
		Judged: "Passes if the markup makes no element on the page.",
		Remedy: "Do not show error_description, or escape it.",
	}
	LoginBasicCredentials = check.Check{
		ID: "login.basic-credentials", Title: "Client credentials in the Basic header are form-encoded",
		Level: check.Must, Needs: []check.Capability{check.Settings}, Refs: []string{"LGN-29", rfc6749 + "2.3.1"},
		Harm:   "Sign-in breaks on the day the provider issues a secret with a special character.",
		Tried:  "A person signs in with a client secret of colon, percent, plus, space, ampersand and non-ASCII letters.",
		Judged: "Passes if the provider recovers the secret from the Basic header and the person is signed in.",
		Remedy: "Form-encode client ID and secret before joining them with a colon.",
	}
	LoginPostCredentials = check.Check{
		ID: "login.post-credentials", Title: "With token endpoint type post the credentials are in the form",
		Level: check.Must, Needs: []check.Capability{check.Settings}, Refs: []string{"LGN-30", rfc6749 + "2.3.1"},
		Harm:   "Sign-in does not work with providers that take credentials in the form only.",
		Tried:  "The provider form says post; a person signs in.",
		Judged: "Passes if the one token request has the credentials in its form and the person is signed in.",
		Remedy: "Use the configured authentication method, and that one only.",
	}
	LoginTokenRequest = check.Check{
		ID: "login.token-request", Title: "The token request is well-formed and keeps secrets out of its address",
		Level: check.Must, Refs: []string{"LGN-28", rfc6749 + "4.1.3", rfc6749 + "2.3.1"},
		Harm:   "Codes and secrets end in the access logs of every proxy on the way.",
		Tried:  "A person signs in; the token request is read.",
		Judged: "Passes if it is one POST of a form with grant_type, code and the same redirect_uri, and its address has no query.",
		Remedy: "Send everything in the body of a POST.",
	}
	LoginTokenErrors = check.Check{
		ID: "login.token-errors", Title: "A failed token request signs nobody in",
		Level: check.Must, Refs: []string{"TOK-10", "TOK-11", "NET-05", "NET-06", rfc6749 + "5.2"},
		Harm:   "Sign-ins that the provider refused go through, or an outage becomes a crash.",
		Tried:  "The token endpoint answers 400, 400 with tokens in the body, 500 and an HTML page; then it works.",
		Judged: threeWays,
		Remedy: "Look at the status before the body, and expect JSON.",
	}
	LoginAccessTokenHeader = check.Check{
		ID: "login.access-token-header", Title: "The access token travels in the Authorization header only",
		Level: check.Must, Needs: []check.Capability{check.UserInfo}, Refs: []string{"TOK-48", "CLM-36", rfc9700 + "4.3.2"},
		Harm:   "Access tokens end in the access logs of every proxy on the way.",
		Tried:  "A person signs in; the UserInfo request is read.",
		Judged: "Passes if the token is in the Authorization header and nowhere in the address.",
		Remedy: "Send Authorization: Bearer, never an access_token parameter.",
	}
)
