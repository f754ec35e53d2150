package judge

import (
	"github.com/countersign-oidc/countersign/runner/check"
	"github.com/countersign-oidc/countersign/suites/attempt"
)

// Accepted decides whether the shop signed somebody in although the provider
// did something unusual that it may do. Good is the same sign-in without it,
// which says whose fault a refusal is.
func Accepted(a, good attempt.SignIn) Finding {
	if f := Reached(a); f.Verdict != check.Pass {
		return f
	}
	if f := SignedIn(a); f.Verdict == check.Pass {
		return Pass("The provider did what it may (%s), and the shop signed the person in.", a.Fault.Title)
	}
	if f := Control(good); f.Verdict != check.Pass {
		return f
	}
	if crashed(a) {
		return Fail("The shop %s although the provider did what it may (%s).", broke(a), a.Fault.Title)
	}
	return Fail("The shop refused a sign-in although the provider did what it may (%s); %s.",
		a.Fault.Title, rests(a.Page))
}

// Hashed decides on a sign-in whose ID token has an at_hash; bare is the same
// sign-in without one, tried where that did not work.
func Hashed(hashed, bare attempt.SignIn) Finding {
	if !hashed.Who.SignedIn && bare.Who.SignedIn {
		return Fail("%s is refused and the same without at_hash is not, although the provider computed it as RFC 7518 says for that algorithm.", hashed.Title)
	}
	return SignedIn(hashed)
}

// Survived decides on a deviation that the shop may refuse or accept: it must
// not crash, and whoever is signed in must be the right person.
func Survived(a, good attempt.SignIn) Finding {
	if f := Reached(a); f.Verdict != check.Pass {
		return f
	}
	switch {
	case a.Who.SignedIn && a.Who.Subject != a.Subject:
		return Fail("The provider %s, and the shop signed %s.", did(a), asWhom(a))
	case a.Who.SignedIn:
		return Pass("The provider %s, and the shop signed the right person in.", did(a))
	}
	if f := Control(good); f.Verdict != check.Pass {
		return f
	}
	if crashed(a) {
		return Fail("The shop %s although the provider only %s.", broke(a), did(a))
	}
	return Pass("The provider %s, and the shop refused the sign-in with status %d.", did(a), a.Page.Status)
}

// AsDocumented decides on a choice of the shop's own. Unstated, what was seen
// is recorded and nothing is held against it.
func AsDocumented(p check.Policy, said check.Choice, seen check.Choice, what string) Finding {
	switch said {
	case seen:
		return own(Pass("As its policy %s says: %s", p, what))
	case check.Unstated:
		return own(Pass("Recorded, since the choice is the shop's: %s State policies.%s to hold the shop to it.", what, p))
	}
	return own(Fail("The shop's policy %s says %s, but: %s", p, said, what))
}

// own marks a finding that has weighed the shop's policy already.
func own(f Finding) Finding {
	f.weighed = true
	return f
}

// Chosen decides on cases of which a shop may accept all or refuse all. What
// names them in a sentence.
func Chosen(p check.Policy, said check.Choice, what string, control attempt.SignIn, cases ...attempt.SignIn) Finding {
	if f := Control(control); f.Verdict != check.Pass {
		return f
	}
	var accepted int
	for _, a := range cases {
		if f := Survived(a, control); f.Verdict != check.Pass {
			return own(f)
		}
		if a.Who.SignedIn {
			accepted++
		}
	}
	switch accepted {
	case 0:
		return AsDocumented(p, said, check.Refuse, "the shop refuses "+what+".")
	case len(cases):
		return AsDocumented(p, said, check.Accept, "the shop accepts "+what+".")
	}
	if said == check.Accept {
		return AsDocumented(p, said, check.Refuse, "the shop refuses "+what+" in some cases.")
	}
	return AsDocumented(p, said, check.Accept, "the shop accepts "+what+" in some cases.")
}
