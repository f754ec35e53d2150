package catalog

import "github.com/countersign-oidc/countersign/runner/check"

func attackChecks() []check.Check {
	return []check.Check{
		AttackStateForged, AttackStateAbsent, AttackStateExpired, AttackParametersTwice,
		AttackAnswerUnasked, AttackCodeInjected, AttackRequestStripped, AttackAnswerReplayed, AttackHandOver,
		AttackAnswerFromPage, AttackAnswerEmbedded, AttackSessionKept,
		AttackOtherClient, AttackAccessTokenOnly, AttackIDTokenUnasked, AttackResponseMode,
		AttackIssuerPromised, AttackIssuerUnpromised,
		AttackMixUp, AttackEndpointsMixed, AttackOtherRedirect, AttackSessionOverwritten, AttackIssuerClaimed,
		AttackSameKeyID, AttackProvidersApart,
		AttackAnswerReflected, AttackStartReflected, AttackParametersInHeader, AttackContentPolicy, AttackFramed,
		AttackMethods, AttackMethodsSession, AttackGuessing,
	}
}

// notTaken is how most attacks on the answer are judged.
const notTaken = "Passes if the shop redeems no code, signs nobody in and shows no crash, and an ordinary sign-in works."

// The checks of the state, and of codes in the wrong place.
var (
	AttackStateForged = check.Check{
		ID: "attack.state-forged", Title: "A state that is almost right is refused",
		Level: check.Must, Refs: []string{"SEC-01", rfc6749 + "10.12", rfc9700 + "4.7.1"},
		Harm:   "An attacker can sign the customer in to the attacker's account and read what the customer enters there.",
		Tried:  "The answer to a sign-in is held back and delivered with the state longer, shorter, in other case, invented, and as scripts write what is not there.",
		Judged: notTaken,
		Remedy: "Compare the whole state with the one that was kept, byte by byte.",
	}
	AttackStateAbsent = check.Check{
		ID: "attack.state-absent", Title: "An empty or renamed state is refused",
		Level: check.Must, Refs: []string{"SEC-02", rfc6749 + "10.12", "CVE-2026-54599"},
		Harm:   "Leaving the state empty is enough to sign the customer in to the attacker's account.",
		Tried:  "The answer to a sign-in is held back and delivered without a state, with an empty or a blank one, and with state[] or State in its place.",
		Judged: notTaken,
		Remedy: "Require a state that is not empty, under its exact name; a missing value must not skip the comparison.",
	}
	AttackStateExpired = check.Check{
		ID: "attack.state-expired", Title: "A sign-in that was left alone for two days cannot be finished",
		Level: check.Must, Needs: []check.Capability{check.Clock}, Refs: []string{"SEC-01", rfc6749 + "10.12"},
		Harm:   "The end of a sign-in lies in wait at a shared computer until somebody opens it.",
		Tried:  "The answer to a sign-in is held back, the shop's clock is moved two days ahead, and the answer is delivered.",
		Judged: notTaken,
		Remedy: "Let a pending sign-in end after ten minutes or so, on the server, whatever the cookie says.",
	}
	AttackParametersTwice = check.Check{
		ID: "attack.parameters-twice", Title: "An answer with a parameter twice is refused, or read in one way",
		Level: check.Must, Refs: []string{"SEC-06", rfc6749 + "3.1"},
		Harm:   "One part of the shop, or a proxy before it, checks one value and another part uses the other.",
		Tried:  "Answers are delivered with state, code and iss twice, the good value first and then last.",
		Judged: "Passes if all are refused; passes too if the shop always reads the first, or always the last.",
		Remedy: "Refuse an answer in which a parameter is there more than once.",
	}
	AttackAnswerUnasked = check.Check{
		ID: "attack.answer-unasked", Title: "A browser that began no sign-in takes no answer",
		Level: check.Must, Refs: []string{"SEC-03", rfc6749 + "10.12", "CVE-2026-81888", "CVE-2026-66884"},
		Harm:   "A link signs the customer in to the attacker's account: no state equals no state.",
		Tried:  "An attacker keeps good answers and opens them in an empty browser, with their state, without, and with an empty or invented one.",
		Judged: notTaken,
		Remedy: "Refuse an answer where nothing was kept for this browser, before anything is compared.",
	}
	AttackCodeInjected = check.Check{
		ID: "attack.code-injected", Title: "A stolen code cannot be used in the thief's own sign-in",
		Level: check.Must, Refs: []string{"SEC-08", rfc9700 + "2.1.1", rfc9700 + "4.5", core + "3.1.3.7 (11)"},
		Harm:   "Whoever finds a code, in a log or a Referer, is signed in as the customer.",
		Tried:  "The victim's code is put into the answer to a sign-in of the attacker, once at a provider that does not compare the code verifier, so that the nonce alone protects, and once at one that does.",
		Judged: "Passes if nobody is signed in, and an ordinary sign-in works.",
		Remedy: "Send a nonce and compare it with that of the ID token, also where PKCE is on.",
	}
	AttackRequestStripped = check.Check{
		ID: "attack.request-stripped", Title: "Protections that are taken out on the way are missed",
		Level: check.Must, Refs: []string{"SEC-09", rfc9700 + "4.8", core + "3.1.3.7 (11)", "CVE-2023-27490"},
		Harm:   "An attacker who can change one link turns state, nonce or PKCE off.",
		Tried:  "State, nonce or code challenge are taken out of the authorization request; the provider answers without them.",
		Judged: "Passes if without state no code is redeemed, without nonce nobody is signed in, and without challenge the code verifier is sent all the same.",
		Remedy: "Compare with what was kept, never with what came; send the code verifier whenever a challenge was made.",
	}
	AttackAnswerReplayed = check.Check{
		ID: "attack.answer-replayed", Title: "An answer that was used opens no account in another browser",
		Level: check.Must, Refs: []string{"SEC-10", rfc9700 + "4.5", rfc9700 + "4.2.4"},
		Harm:   "Who reads a customer's browser history or a proxy's log is signed in as the customer.",
		Tried:  "After a sign-in its answer is opened in other browsers, at a provider that would take the code again.",
		Judged: "Passes if nobody is signed in there, and an ordinary sign-in works.",
		Remedy: "Delete the pending sign-in when its answer comes, and bind it to a cookie of the browser.",
	}
	AttackHandOver = check.Check{
		ID: "attack.hand-over", Title: "A sign-in that one browser began cannot be finished in another",
		Level: check.Must, Refs: []string{"SEC-23", rfc6749 + "10.12", "CVE-2026-33757"},
		Harm:   "A customer who follows a link to the real provider and signs in there opens the account to the attacker who sent it.",
		Tried:  "An attacker begins a sign-in and gives the provider's address to the victim, who signs in there.",
		Judged: "Passes if no code is redeemed, neither browser is signed in, and the victim's own sign-in works.",
		Remedy: "Bind the pending sign-in to a cookie of the browser that began it.",
	}
)

// The checks of what an attacker's page makes a browser do, and of tokens in
// the wrong place.
var (
	AttackAnswerFromPage = check.Check{
		ID: "attack.answer-from-page", Title: "A page of another site cannot deliver an answer",
		Level: check.Must, Refs: []string{"SEC-04", rfc6749 + "10.12", asvs + "10.1.2", "CVE-2025-68158", "CVE-2025-12419"},
		Harm:   "A visit to an attacker's page is enough to be signed in to the attacker's account.",
		Tried:  "The customer's browser opens a page of another site, which sends it on with the attacker's answer, by GET and by POST, with and without a sign-in pending.",
		Judged: notTaken,
		Remedy: "Bind the pending sign-in to a cookie of the browser; do not take answers by POST unless they were asked for so.",
	}
	AttackAnswerEmbedded = check.Check{
		ID: "attack.answer-embedded", Title: "An image or a frame cannot deliver an answer",
		Level: check.Must, Refs: []string{"SEC-04", rfc6749 + "10.12", asvs + "10.1.2"},
		Harm:   "A picture in a mail or forum is enough to be signed in to the attacker's account.",
		Tried:  "A page of another site loads the attacker's answer as an image, in a hidden frame and by fetch, with and without a sign-in pending.",
		Judged: notTaken,
		Remedy: "Bind the pending sign-in to a cookie of the browser with SameSite=Lax.",
	}
	AttackSessionKept = check.Check{
		ID: "attack.session-kept", Title: "Nobody else's answer changes who is signed in",
		Level: check.Must, Refs: []string{"SEC-07", rfc9700 + "4.7"},
		Harm:   "A customer who is signed in is moved to the attacker's account and pays there, or is signed out by a link.",
		Tried:  "A customer is signed in; pages of another site deliver the attacker's answers by GET and POST, and links lead to the callback with errors and invented codes.",
		Judged: "Passes if the customer is still signed in, as the same person, after each.",
		Remedy: "Leave the session alone until an answer has passed every check.",
	}
	AttackOtherClient = check.Check{
		ID: "attack.other-client", Title: "A code or an ID token of another client signs nobody in",
		Level: check.Must, Refs: []string{"SEC-11", core + "16.11", rfc8725 + "3.9"},
		Harm:   "Whoever runs any other app at the provider signs in as its users.",
		Tried:  "The answer has a code that was issued to another client of the provider, and then the token response an ID token that was.",
		Judged: threeWays,
		Remedy: "Look at audience and nonce of the ID token, whatever the provider has checked.",
	}
	AttackAccessTokenOnly = check.Check{
		ID: "attack.access-token-only", Title: "An access token in the answer signs nobody in",
		Level: check.Must, Refs: []string{"SEC-12", rfc9700 + "4.6", "CVE-2013-4593", "CVE-2026-82462"},
		Harm:   "Whoever runs any other app at the provider has such tokens of its users, and is signed in as them.",
		Tried:  "Answers carry an access token of another client in place of the code: in the query, without state, posted, and in the fragment.",
		Judged: "Passes if the shop neither signs anybody in nor asks the UserInfo endpoint with the token, and an ordinary sign-in works.",
		Remedy: "Use the code flow alone; an access token says nothing of who presents it.",
	}
	AttackIDTokenUnasked = check.Check{
		ID: "attack.id-token-unasked", Title: "An ID token in the answer is not used",
		Level: check.Must, Refs: []string{"SEC-13", core + "3.1.2.7", "OAuth 2.0 Multiple Response Type Encoding Practices, 5"},
		Harm:   "Whoever got hold of a customer's ID token is signed in as the customer.",
		Tried:  "Answers to an attacker's sign-in carry ID tokens of a victim, good, of another sign-in and unsigned, next to the code and in its place.",
		Judged: "Passes if the browser is never signed in as the victim, and an ordinary sign-in works.",
		Remedy: "Take the ID token from the token endpoint alone, where response_type is code.",
	}
	AttackResponseMode = check.Check{
		ID: "attack.response-mode", Title: "An answer that comes in another way is held to the same checks",
		Level: check.Should, Refs: []string{"SEC-14", "OAuth 2.0 Multiple Response Type Encoding Practices, 2.1"},
		Harm:   "Checks that the ordinary way has are missing on another one.",
		Tried:  "The answer comes in the fragment, in an unsigned JWT, posted with another state and posted without; then a good one is posted.",
		Judged: "Passes if none of the bad ones signs anybody in or is redeemed, and the good one signs the right person in or is refused.",
		Remedy: "Read the parameters of the response mode that was asked for, and no other.",
	}
)
