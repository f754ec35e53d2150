package judge

import (
	"net/url"
	"strings"

	"github.com/countersign-oidc/countersign/mockidp/journal"
	"github.com/countersign-oidc/countersign/runner/check"
	"github.com/countersign-oidc/countersign/suites/attempt"
)

// NotInitiated decides on a sign-in that a third party asked for in a way that
// the shop must refuse: no authorization request, nobody signed in, no crash.
// Good is an initiation that works.
func NotInitiated(a, good attempt.SignIn) Finding {
	if f := Control(good); f.Verdict != check.Pass {
		return f
	}
	switch {
	case len(a.Of(journal.Authorize)) > 0:
		return Fail("%s: the shop sent the browser to its provider all the same.", a.Title)
	case a.Who.SignedIn:
		return Fail("%s: the shop signed %q in.", a.Title, a.Who.Subject)
	case a.Page.Failed == "" && a.Page.Origin() != a.ShopOrigin:
		return Fail("%s: the shop sent the browser to %s.", a.Title, a.Page.URL)
	case crashed(a):
		return Fail("%s: the shop %s.", a.Title, broke(a))
	}
	return Pass("%s: the shop refused with status %d.", a.Title, a.Page.Status)
}

// Hint decides whether a hint came to the provider as the one parameter that it
// is, or not at all, and changed nothing else.
func Hint(a attempt.SignIn, hint string) Finding {
	if f := NotCrashed(a); f.Verdict != check.Pass {
		return f
	}
	request, ok := firstOf(a, journal.Authorize)
	if !ok {
		return Pass("%s: the shop refused.", a.Title)
	}
	for name, values := range request.Query {
		if len(values) > 1 {
			return Fail("%s: the authorization request has %s %d times.", a.Title, name, len(values))
		}
	}
	if got := request.Query.Get("login_hint"); got != "" && got != hint {
		return Fail("%s: the provider got the hint %q.", a.Title, got)
	}
	for _, name := range []string{"prompt", "X-Injected"} {
		if request.Query.Has(name) {
			return Fail("%s: the hint became the parameter %s.", a.Title, name)
		}
	}
	if strings.Contains(request.Query.Get("scope"), "admin") {
		return Fail("%s: the hint became part of the scope.", a.Title)
	}
	return SignedIn(a)
}

// fresh are the parameters of an authorization request that differ each time.
func fresh(name string) bool { return name == "state" || name == "nonce" || name == "code_challenge" }

// SameRequest decides whether an initiation with a parameter that is not the
// third party's to choose led to the authorization request that one without it
// led to.
func SameRequest(a, plain attempt.SignIn) Finding {
	request, ok := firstOf(a, journal.Authorize)
	if !ok {
		return First(NotCrashed(a), Pass("%s: the shop refused.", a.Title))
	}
	want, ok := firstOf(plain, journal.Authorize)
	if !ok {
		return Undecided("The provider saw no authorization request to compare with, only %s.", saw(plain))
	}
	for _, q := range []url.Values{request.Query, want.Query} {
		for name := range q {
			got, expected := request.Query[name], want.Query[name]
			if len(got) != len(expected) || !fresh(name) && got[0] != expected[0] || fresh(name) && got[0] == "fixed" {
				return Fail("%s: the authorization request has %s %q; without that it has %q.", a.Title, name, got, expected)
			}
		}
	}
	return SignedIn(a)
}

// EndsElsewhere decides whether a sign-in whose target is a page of signing in or out
// ended on another page, without a second sign-in.
func EndsElsewhere(a attempt.SignIn, path string) Finding {
	if f := SignedIn(a); f.Verdict != check.Pass {
		return f
	}
	at, err := url.Parse(a.Page.URL)
	switch {
	case err != nil || a.Page.Failed != "":
		return Fail("%s: the browser rests nowhere (%s).", a.Title, a.Page.Failed)
	case at.Path == path:
		return Fail("%s: the browser came back to %s.", a.Title, path)
	case len(a.Of(journal.Token)) > 1:
		return Fail("%s: %d sign-ins came of one.", a.Title, len(a.Of(journal.Token)))
	case a.Page.Status >= 400:
		return Fail("%s: the sign-in ended on a page with %s.", a.Title, answered(a.Page))
	}
	return Pass("%s: the sign-in ended at %s.", a.Title, a.Page.URL)
}

// Invisible decides whether something that nobody sees can start a sign-in.
func Invisible(a attempt.SignIn) Finding {
	switch n := len(a.Of(journal.Authorize)); {
	case a.Who.SignedIn:
		return Fail("%s: the browser was signed in as %q.", a.Title, a.Who.Subject)
	case n > 0:
		return Fail("%s: the shop began %d sign-ins that nobody sees.", a.Title, n)
	}
	return Pass("%s: the shop began no sign-in.", a.Title)
}

// ParameterIntact decides whether a parameter of the authorization request came
// to the provider once and as it was meant.
func ParameterIntact(a attempt.SignIn, name, want string) Finding {
	request, ok := firstOf(a, journal.Authorize)
	if !ok {
		return Undecided("%s: no authorization request came.", a.Title)
	}
	if got := request.Query[name]; len(got) != 1 || got[0] != want {
		return Fail("%s: %s should be %q and came as %q.", a.Title, name, want, got)
	}
	return Pass("%s: %s came as it was meant.", a.Title, name)
}
