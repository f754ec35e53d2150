package catalog

import "github.com/countersign-oidc/countersign/runner/check"

func attackChecks() []check.Check {
	return []check.Check{
		AttackStateForged, AttackStateAbsent, AttackStateExpired, AttackParametersTwice,
		AttackAnswerUnasked, AttackCodeInjected, AttackRequestStripped, AttackAnswerReplayed, AttackHandOver,
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
