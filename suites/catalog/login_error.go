package catalog

import "github.com/countersign-oidc/countersign/runner/check"

func loginErrorChecks() []check.Check {
	return []check.Check{
		LoginErrorLoop, LoginErrorForged, LoginErrorCodeEscaped, LoginErrorLink, LoginErrorHeader,
		LoginMalformed, LoginFailureKeepsSession,
	}
}

// The checks of answers that sign nobody in.
var (
	LoginErrorLoop = check.Check{
		ID: "login.error-loop", Title: "An error of the provider does not start the sign-in over and over",
		Level: check.Must, Refs: []string{"LGN-15", "OpenID Connect Session Management 1.0, 3.1"},
		Harm:   "The customer's browser goes in circles until it gives up, and the provider bears the load.",
		Tried:  "The provider answers each authorization request at once with login_required, with interaction_required and with temporarily_unavailable.",
		Judged: "Passes if the browser comes to rest on a page of the shop after at most two authorization requests.",
		Remedy: "Show a page with a button after an error; retry by itself once at most.",
	}
	LoginErrorForged = check.Check{
		ID: "login.error-forged", Title: "A forged answer does not cancel the sign-in under way",
		Level: check.Should, Refs: []string{"LGN-17", rfc6749 + "10.12"},
		Harm:   "A page in another tab keeps the customer from ever signing in.",
		Tried:  "While a sign-in is pending, forged answers are opened in the same browser: an error and a code, each without a state and with an invented one. Then the real one comes.",
		Judged: "Passes if no forged answer is redeemed and the real one signs the person in each time.",
		Remedy: "Look up the pending sign-in by state; leave all others alone.",
	}
	LoginErrorCodeEscaped = check.Check{
		ID: "login.error-code-escaped", Title: "The provider's error code is shown as text",
		Level: check.Must, Refs: []string{"LGN-18", rfc6749 + "4.1.2.1", "CVE-2026-33758", "CVE-2020-36599"},
		Harm:   "A link to the shop runs an attacker's script in it.",
		Tried:  "The answer's error parameter carries markup, a closed attribute, a closed script and template syntax.",
		Judged: "Passes if none makes an element of the page and no template is filled in.",
		Remedy: "Map known codes to texts of your own; escape whatever else is shown.",
	}
	LoginErrorLink = check.Check{
		ID: "login.error-uri-link", Title: "The provider's error page is not linked unless it is https",
		Level: check.Must, Refs: []string{"LGN-18", rfc6749 + "4.1.2.1"},
		Harm:   "A link on the shop's own page runs an attacker's script in it when the customer asks for help.",
		Tried:  "The answer's error_uri is a script, a data document, and an address with markup.",
		Judged: "Passes if no link of the page has it.",
		Remedy: "Do not link error_uri.",
	}
	LoginErrorHeader = check.Check{
		ID: "login.error-header", Title: "The provider's error text makes no header field",
		Level: check.Must, Refs: []string{"LGN-19", rfc6749 + "4.1.2.1"},
		Harm:   "A link to the shop sets cookies in the customer's browser, or fills its answer with the attacker's.",
		Tried:  "The answer's error_description has line feeds followed by a Set-Cookie field, and then 10,000 characters; an ordinary sign-in follows.",
		Judged: "Passes if the planted cookie is not there, the shop answers without a crash, and the ordinary sign-in works.",
		Remedy: "Keep the text out of headers and cookies.",
	}
	LoginMalformed = check.Check{
		ID: "login.answer-malformed", Title: "A sign-in redirect without what it must have is refused without a crash",
		Level: check.Must, Refs: []string{"LGN-20", rfc6749 + "4.1.2"},
		Harm:   "A mistyped link crashes a worker of the shop, and with enough of them the shop.",
		Tried:  "While a sign-in is pending, the shop's redirect address is opened without parameters, with separators alone, with the state alone, with an empty code, with a code alone, twice the same parameter, broken escapes and 16,000 characters.",
		Judged: "Passes if each time the status is below 500, no code is redeemed and nobody is signed in, and an ordinary sign-in works afterwards.",
		Remedy: "Treat a missing parameter as a bad request.",
	}
	LoginFailureKeepsSession = check.Check{
		ID: "login.failure-keeps-session", Title: "A failed sign-in leaves the session before it whole, or ends it wholly",
		Level: check.Must, Refs: []string{"SES-05", asvs + "7.2.4"},
		Harm:   "The customer goes on in a session that is half somebody else's, or that only seems to be over.",
		Tried:  "While one person is signed in, sign-ins of another one fail in the same browser: by an error, by a forged state, by a bad ID token.",
		Judged: "Passes if the first person is signed in as before or nobody is; then the first person's copied cookies are worthless too.",
		Remedy: "Change the session after the last check only, and on the server.",
	}
)
