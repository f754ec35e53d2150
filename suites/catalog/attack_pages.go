package catalog

import "github.com/countersign-oidc/countersign/runner/check"

// shownAsText is how a check of parameters that come back is judged.
const shownAsText = "Passes if no page has an element or a dialog that came in a parameter, and none is a crash."

// The checks of the pages that customers sign in and out on.
var (
	AttackAnswerReflected = check.Check{
		ID: "attack.answer-reflected", Title: "Nothing of an answer becomes markup of the page",
		Level: check.Must, Refs: []string{"SEC-27", rfc9700 + "4.2.4", "CVE-2026-33758", "CVE-2021-32792"},
		Harm:   "A link runs the attacker's script on the shop's own page, where it can act as the customer.",
		Tried:  "The sign-in redirect is opened with HTML in each parameter, in unknown ones, in names, lists and repetitions; the provider then sends errors like that, whose state is right.",
		Judged: shownAsText,
		Remedy: "Show words of the shop's own; where a parameter must be shown, escape it where the page is made.",
	}
	AttackStartReflected = check.Check{
		ID: "attack.start-reflected", Title: "Nothing of the start of a sign-in becomes markup of the page",
		Level: check.Must, Refs: []string{"SEC-27", "CVE-2021-32792"},
		Harm:   "A link runs the attacker's script on the shop's own page, where it can act as the customer.",
		Tried:  "Sign-ins are started and initiated with HTML in the page to return to, the issuer, the hint, the target, unknown parameters, names and lists; the initiations in the browser of a customer, who may be asked first.",
		Judged: shownAsText,
		Remedy: "Escape parameters where the page is made, hidden fields among them; refuse what is no address of the shop.",
	}
	AttackParametersInHeader = check.Check{
		ID: "attack.parameters-in-header", Title: "No parameter becomes a header field",
		Level: check.Must, Refs: []string{"SEC-27", "RFC 9110, 5.5"},
		Harm:   "A link sets cookies, or a page of the attacker's, in the shop's name.",
		Tried:  "The sign-in redirect, the start and the initiation are asked for with line feeds and a header field in each parameter; one sign-in is to return to such a page.",
		Judged: "Passes if no answer has the field or the cookie, and the sign-in works.",
		Remedy: "Put parameters into headers through functions that refuse line feeds, or not at all.",
	}
	AttackContentPolicy = check.Check{
		ID: "attack.content-policy", Title: "The pages of signing in and out have a Content-Security-Policy",
		Level: check.Should, Refs: []string{"SEC-27", asvs + "3.4.3"},
		Harm:   "One parameter that somebody forgot to escape is enough to run an attacker's script.",
		Tried:  "A customer signs in; the account, a refused answer, the start, the sign-out and the pages of passwords and links are asked for.",
		Judged: "Passes if the policy of each page says where scripts may come from, and means neither everywhere nor inline.",
		Remedy: "Send default-src 'self', or script-src with a nonce, on every page.",
	}
	AttackFramed = check.Check{
		ID: "attack.framed", Title: "Other sites cannot frame the pages of signing in and out",
		Level: check.Should, Refs: []string{"SEC-29", core + "4", rfc9700 + "4.16", asvs + "3.4.6"},
		Harm:   "A page of the attacker's lays itself over the shop's and takes the customer's clicks.",
		Tried:  "A customer signs in; the account, a refused answer, the start, the sign-out and the pages of passwords and links are asked for.",
		Judged: "Passes if each page has a frame-ancestors that names its framers, or X-Frame-Options DENY or SAMEORIGIN where it has none.",
		Remedy: "Send Content-Security-Policy: frame-ancestors 'none' on every page but the front-channel logout.",
	}
)
