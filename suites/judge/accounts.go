package judge

import (
	"github.com/countersign-oidc/countersign/suites/attempt"
)

// IsCustomer decides whether somebody is signed in as the customer with an ID.
func IsCustomer(a attempt.SignIn, want, got string) Finding {
	if !a.Who.SignedIn || got != want {
		return Fail("%s ended as %s and not as the customer %q.", a.Title, asCustomer(a, got), want)
	}
	return Pass("%s ended as the customer %q.", a.Title, want)
}

// LinkControl is undecided unless the person who must be linked was: a shop
// that links nobody has shown nothing.
func LinkControl(a attempt.SignIn, want, got string) Finding {
	if !a.Who.SignedIn || got != want {
		return Undecided("The shop links nobody at all, so nothing can be concluded: %s ended as %s and not as the customer %q.", a.Title, asCustomer(a, got), want)
	}
	return Pass("%s ended as the customer %q, as it must.", a.Title, want)
}

// NotCustomer decides whether somebody was kept apart from the customer with
// an ID: as another customer, or refused.
func NotCustomer(a attempt.SignIn, not, got string) Finding {
	switch {
	case !a.Who.SignedIn:
		return First(NotCrashed(a), Pass("%s was refused.", a.Title))
	case got == "":
		return Undecided("The shop does not tell which customer is signed in.")
	case got == not:
		return Fail("%s ended signed in as the customer %q.", a.Title, not)
	}
	return Pass("%s ended as another customer than %q.", a.Title, not)
}

func asCustomer(a attempt.SignIn, got string) string {
	if !a.Who.SignedIn {
		return "nobody"
	}
	return "the customer " + got
}

// LinkStarted decides whether the shop went on to the provider with a link
// that it must not begin, and whether it does with one that it must.
func LinkStarted(bad, good attempt.Page, provider, how string) Finding {
	switch {
	case bad.Origin() == provider:
		return Fail("The shop began to link an account %s.", how)
	case bad.Status >= 500:
		return Fail("The shop answered with status %d to a link %s.", bad.Status, how)
	case good.Origin() != provider:
		return Undecided("The form as the page has it does not lead to the provider either, but to %s with status %d.", good.URL, good.Status)
	}
	return Pass("The shop begins no link %s, with status %d, and does with the form as the page has it.", how, bad.Status)
}
