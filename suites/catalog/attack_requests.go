package catalog

import "github.com/countersign-oidc/countersign/runner/check"

// The checks of requests that no browser makes by itself.
var (
	AttackMethods = check.Check{
		ID: "attack.methods", Title: "An answer is taken by the method it comes by, and no other",
		Level: check.Should, Refs: []string{"SEC-28", "RFC 9110, 9.2.1", rfc6749 + "4.1.2"},
		Harm:   "A link checker or a preview uses the sign-in up, or a filter that looks at GET and POST alone is passed by.",
		Tried:  "Answers of the provider are sent by HEAD, OPTIONS, PUT, PATCH, DELETE and TRACE, with the right cookies, and then by GET.",
		Judged: "Passes if no code is redeemed before the GET, and each GET signs in.",
		Remedy: "Register the sign-in redirect for GET alone, and for POST where form_post is asked for; answer 405 to the rest.",
	}
	AttackMethodsSession = check.Check{
		ID: "attack.methods-session", Title: "Unusual methods neither end a session nor show its cookie",
		Level: check.Must, Refs: []string{"SEC-28", "RFC 9110, 9.3.8", asvs + "4.1.4"},
		Harm:   "A link signs the customer out past the form's token, or a script reads the cookie that it should not see.",
		Tried:  "The sign-out redirect and the account are asked for with a customer's cookies by six methods, and by GET with a header that names POST or DELETE.",
		Judged: "Passes if the customer is signed in after each, and no answer repeats the cookies.",
		Remedy: "Answer 405 to methods that are not used; switch method overrides and TRACE off.",
	}
	AttackGuessing = check.Check{
		ID: "attack.guessing", Title: "Guessing at speed finds no session and locks nobody out",
		Level: check.Should, Policy: check.GuessLimit, Refs: []string{"SEC-32", asvs + "7.2.3", "CVE-2024-52801"},
		Harm:   "Whoever asks often enough is signed in as somebody, or keeps everybody else from signing in.",
		Tried:  "100 session IDs and 100 states that are almost right are tried as fast as they are answered, and then the right ones.",
		Judged: "Passes if no guess counts and the right answer does; whether guesses are turned away with status 429 is recorded, or held against policies.guess_limit.",
		Remedy: "Make IDs and states of 128 random bits and compare them whole; if guesses are to be slowed down, count them by client and never for all.",
	}
)
