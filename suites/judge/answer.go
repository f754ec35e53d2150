package judge

import (
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"

	"github.com/countersign-oidc/countersign/mockidp/journal"
	"github.com/countersign-oidc/countersign/runner/check"
	"github.com/countersign-oidc/countersign/suites/attempt"
)

// RequestsOnce decides whether a sign-in took one authorization request, one
// token request and at most one UserInfo request.
func RequestsOnce(a attempt.SignIn) Finding {
	for _, want := range []struct {
		kind journal.Kind
		name string
		max  int
	}{
		{journal.Authorize, "authorization", 1}, {journal.Token, "token", 1}, {journal.UserInfo, "UserInfo", 1},
	} {
		if n := len(a.Of(want.kind)); n > want.max && !(want.kind == journal.Authorize && a.Usual) {
			return Fail("One sign-in made %d %s requests.", n, want.name)
		}
	}
	return Pass("%s took one authorization and one token request.", a.Title)
}

// RestsAt decides whether the browser came back to a page.
func RestsAt(a attempt.SignIn, want string) Finding {
	if !same(a.Page.URL, want) {
		return Fail("The sign-in began at %s and ended at %s.", want, a.Page.URL)
	}
	return Pass("The sign-in ended at %s, where it began.", want)
}

// same compares addresses. In which order a query names its parameters makes no
// other page.
func same(a, b string) bool {
	u, err := url.Parse(a)
	v, otherErr := url.Parse(b)
	if err != nil || otherErr != nil {
		return a == b
	}
	queries := maps.EqualFunc(u.Query(), v.Query(), slices.Equal[[]string])
	u.RawQuery, v.RawQuery = "", ""
	return queries && u.String() == v.String()
}

// CleanURL decides whether the page where the browser rests has parameters of
// the authorization response in its address.
func CleanURL(a attempt.SignIn) Finding {
	u, err := url.Parse(a.Page.URL)
	if err != nil {
		return Undecided("The page's address %q is no URL.", a.Page.URL)
	}
	for _, name := range []string{"code", "state", "id_token", "access_token"} {
		if u.Query().Has(name) {
			return Fail("After the sign-in the address bar still shows the %s.", name)
		}
	}
	return Pass("After the sign-in the address bar shows neither code nor state.")
}

// StaysAtShop decides whether a sign-in or sign-out with a foreign address to
// return to ended at the shop.
func StaysAtShop(a attempt.SignIn) Finding {
	if a.Page.Failed != "" {
		return Fail("%s led to an address that the browser refuses (%s).", a.Title, a.Page.Failed)
	}
	if a.Page.Origin() != a.ShopOrigin && !a.Usual {
		return Fail("%s ended at %s, another site.", a.Title, a.Page.URL)
	}
	return Pass("%s ended at no other site.", a.Title)
}

// ForeignAnswer decides whether a browser accepted an answer that belongs to
// another browser. The victim had a sign-in of their own pending.
func ForeignAnswer(victim, control attempt.SignIn) Finding {
	if len(victim.Callbacks()) == 0 {
		return Undecided("The attacker's answer never reached the shop.")
	}
	if victim.Who.SignedIn {
		return Fail("The customer's browser was signed in as %q by an answer that belongs to another browser.", victim.Who.Subject)
	}
	if n := len(victim.Of(journal.Token)); n > 0 {
		return Fail("The shop redeemed the code of an answer that belongs to another browser.")
	}
	return First(Control(control), Pass("An answer that belongs to another browser was refused, and the customer's own sign-in works."))
}

// NotRedeemed decides whether the shop kept from redeeming a code.
func NotRedeemed(a attempt.SignIn) Finding {
	if len(a.Callbacks()) == 0 {
		return Undecided("%s: the browser did not come to the shop's sign-in redirect but to %s.", a.Title, a.Page.URL)
	}
	if len(a.Of(journal.Token)) > 0 {
		return Fail("%s: the shop made a token request, for an answer that was used up.", a.Title)
	}
	return Pass("%s: the shop made no token request.", a.Title)
}

// NotCrashed decides whether the shop answered with a page that is no crash.
func NotCrashed(a attempt.SignIn) Finding {
	switch {
	case circles(a) && !a.Usual:
		return Fail("%s: the shop %s.", a.Title, broke(a))
	case crashed(a), a.Page.Status >= 500 && !a.Usual:
		return Fail("%s: the shop answered with %s.", a.Title, answered(a.Page))
	}
	return Pass("%s: the shop answered with %s.", a.Title, answered(a.Page))
}

// answered is how a page came about: its status, or why there is none.
func answered(p attempt.Page) string {
	switch {
	case strings.HasPrefix(p.Failed, "no page"):
		return p.Failed
	case p.Failed != "":
		return "no page (" + p.Failed + ")"
	}
	return fmt.Sprintf("status %d", p.Status)
}

// broke is what became of a page on which the shop crashed, or which it left out.
func broke(a attempt.SignIn) string {
	p := a.Page
	switch {
	case a.Restarted():
		return "said nothing and began another sign-in"
	case strings.HasPrefix(p.Failed, "no page"):
		return "gave " + p.Failed
	case strings.Contains(p.Failed, "TOO_MANY_REDIRECTS"):
		return fmt.Sprintf("sent the browser in a circle (%s)", p.Failed)
	case p.Failed != "":
		return fmt.Sprintf("left the browser without a page (%s)", p.Failed)
	}
	return fmt.Sprintf("crashed (status %d)", p.Status)
}

// rests is where the browser is in the end.
func rests(p attempt.Page) string {
	if p.Failed != "" {
		return "the browser has no page (" + p.Failed + ")"
	}
	return fmt.Sprintf("the browser rests on %q with status %d", p.Title, p.Status)
}

// RefusedAsSuch decides whether a sign-in that the shop refuses ends on a page
// that says so, and not on that of a server error.
func RefusedAsSuch(a attempt.SignIn) Finding {
	if f := Reached(a); f.Verdict != check.Pass {
		return f
	}
	switch {
	case a.Who.SignedIn:
		return Skip("Not tried: the shop signs the customer in (%s), which checks of their own are about.", a.Fault.Title)
	case a.Page.Status == 500 || a.Page.Failed != "":
		return Fail("%s: the shop refuses the sign-in with %s, as if it had crashed.", a.Title, answered(a.Page))
	case a.Restarted():
		return Fail("%s: the shop says nothing and begins another sign-in, which goes in circles where the provider remembers the customer.", a.Title)
	}
	return Pass("%s: the shop refuses the sign-in with status %d.", a.Title, a.Page.Status)
}

// HandledError decides whether an error of the provider ended on a page of the
// shop, without a session, and whether an ordinary sign-in works.
func HandledError(bad, good attempt.SignIn, name string) Finding {
	if bad.Fault != nil {
		if f := Reached(bad); f.Verdict != check.Pass {
			return f
		}
	}
	if len(bad.Callbacks()) == 0 {
		return Undecided("The error %s never reached the shop; the browser rests at %s.", name, bad.Page.URL)
	}
	switch {
	case bad.Who.SignedIn:
		return Fail("The shop signed %q in although the provider answered with the error %s.", bad.Who.Subject, name)
	case len(bad.Of(journal.Token)) > 0:
		return Fail("The shop made a token request although the provider answered with the error %s.", name)
	case bad.Page.Origin() != bad.ShopOrigin:
		return Fail("After the error %s the browser does not rest at the shop but at %s.", name, bad.Page.URL)
	case crashed(bad), bad.Usual:
		return Fail("The shop answered the error %s with %s, as if it had crashed.", name, answered(bad.Page))
	}
	return First(Control(good), Pass("The error %s ends on a page of the shop with status %d, and an ordinary sign-in works.", name, bad.Page.Status))
}
