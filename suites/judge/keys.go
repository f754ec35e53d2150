package judge

import (
	"strings"
	"time"

	"github.com/countersign-oidc/countersign/mockidp/journal"
	"github.com/countersign-oidc/countersign/runner/check"
	"github.com/countersign-oidc/countersign/suites/attempt"
)

// KeysFetched is how often the provider was asked for its keys.
func KeysFetched(a attempt.SignIn) int { return len(a.Of(journal.JWKS)) }

// KeysUsed decides whether a shop that had no keys asked for them before it
// signed somebody in.
func KeysUsed(a attempt.SignIn) Finding {
	if f := SignedIn(a); f.Verdict != check.Pass {
		return f
	}
	if KeysFetched(a) == 0 {
		return Fail("The shop signed the customer in without ever asking for the provider's keys: it did not verify the signature.")
	}
	return Pass("The shop asked the provider for its keys and signed the customer in.")
}

// FetchedAtMost decides on how often the provider was asked for its keys.
func FetchedAtMost(what string, got, most int) Finding {
	if got > most {
		return own(Fail("%s made the shop ask the provider for its keys %d times; %d would do.", what, got, most))
	}
	return Pass("%s made the shop ask the provider for its keys %d times.", what, got)
}

// Uncalled decides whether nobody called an address that a token names.
func Uncalled(a attempt.SignIn, calls []string) Finding {
	if len(calls) > 0 {
		return own(Fail("The shop called an address that the token names (%s) although the provider %s.", strings.Join(calls, ", "), did(a)))
	}
	return Pass("Nobody called the address that the token names.")
}

// Prompt decides whether a sign-in that ends with a refusal was over in good
// time: within five seconds, or, on a busy machine, within fifty times what the
// same sign-in without the deviation takes.
func Prompt(bad attempt.SignIn, took, usual time.Duration) Finding {
	if took > max(5*time.Second, 50*usual) {
		return Fail("The shop was busy for %s with one sign-in, which takes %s otherwise, although the provider only %s.", round(took), round(usual), did(bad))
	}
	return Pass("The sign-in was over after %s.", round(took))
}

// WorksOrRefuses decides a case where signing in and refusing are both right:
// what counts is that nobody else is signed in and that nothing crashes.
func WorksOrRefuses(a attempt.SignIn) Finding {
	switch {
	case a.Who.SignedIn && a.Who.Subject != a.Subject:
		return SignedIn(a)
	case a.Who.SignedIn:
		return Pass("%s: the shop signed the customer in, which is right.", a.Title)
	case crashed(a):
		return Fail("%s: the shop %s.", a.Title, broke(a))
	}
	return Pass("%s: the shop refused, which is right.", a.Title)
}

// NotBoth decides on two sign-ins of which at most one may work.
func NotBoth(first, second attempt.SignIn, what string) Finding {
	switch {
	case first.Who.SignedIn && second.Who.SignedIn:
		return Fail("The shop accepted both %s.", what)
	case crashed(first):
		return Fail("The shop %s on the first of %s.", broke(first), what)
	case crashed(second):
		return Fail("The shop %s on the second of %s.", broke(second), what)
	}
	return Pass("The shop accepted at most one of %s.", what)
}

// AfterFlood decides on many tokens that no key verifies: none signs anybody
// in, all were sent, and they cost at most so many requests for the keys.
func AfterFlood(sent, fired, signedIn, fetches, most int) Finding {
	switch {
	case fired < sent:
		return Undecided("Of %d bad tokens only %d were sent.", sent, fired)
	case signedIn > 0:
		return Fail("%d of %d tokens that no key of the provider verifies signed somebody in.", signedIn, sent)
	}
	return FetchedAtMost("A flood of bad tokens", fetches, most)
}

// KeysAsked is skipped for a shop that signs in without asking for the keys,
// which a check of its own is about: it does not care what they are.
func KeysAsked(a attempt.SignIn) Finding {
	if a.Who.SignedIn && KeysFetched(a) == 0 {
		return Unasked()
	}
	return Reached(a)
}

// Unasked is about a shop that has a token and does not ask for the provider's
// keys.
func Unasked() Finding {
	return Skip("Not tried: the shop did not ask for the provider's keys when it had the token.")
}

// RefusedKeys decides, like Refused, on a key set that nothing can be verified
// with.
func RefusedKeys(bad, good attempt.SignIn) Finding {
	if bad.Who.SignedIn && KeysFetched(bad) == 0 {
		return Fail("The shop signed the customer in without ever asking for the provider's keys: it did not verify the signature.")
	}
	return Refused(bad, good)
}

// RefusedUnread is Refused for an answer that the shop need not read to its
// end.
func RefusedUnread(bad, good attempt.SignIn) Finding {
	switch {
	case bad.Fired == 0:
		return KeysAsked(bad)
	case bad.Who.SignedIn:
		return Fail("The shop signed %s although the provider %s.", asWhom(bad), did(bad))
	case crashed(bad):
		return Fail("The shop %s although the provider only %s.", broke(bad), did(bad))
	}
	if f := Control(good); f.Verdict != check.Pass {
		return f
	}
	return Pass("The provider %s: the shop made no session, and signs the same person in once the fault is gone.", did(bad))
}

// TookAtMost decides on how long something took that has to work.
func TookAtMost(took, bound time.Duration) Finding {
	if took > bound {
		return Fail("The sign-in took %s, more than %s.", round(took), bound)
	}
	return Pass("The sign-in took %s.", round(took))
}

// Refetched is undecided unless a shop asked for the keys again, or says what
// it needs for that.
func Refetched(a attempt.SignIn) Finding {
	if KeysFetched(a) == 0 {
		return Skip("Not tried: nothing made the shop ask for the provider's keys again, and its clock cannot be moved.")
	}
	return Pass("The shop asked for the provider's keys again.")
}

// OldKeyRefused decides on a token of a key that the provider does not publish
// any more.
func OldKeyRefused(a attempt.SignIn) Finding {
	switch {
	case a.Who.SignedIn:
		return Fail("A token of a key that the provider took back signed the customer in.")
	case crashed(a):
		return Fail("The shop %s on a token of a key that the provider took back.", broke(a))
	}
	return Pass("A token of a key that the provider took back signed nobody in.")
}
