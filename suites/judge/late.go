package judge

import (
	"net/url"
	"strings"

	"github.com/countersign-oidc/countersign/mockidp/journal"
	"github.com/countersign-oidc/countersign/runner/check"
	"github.com/countersign-oidc/countersign/suites/attempt"
)

// NoLoop decides whether an error that comes at once ended on a page of the
// shop after a few authorization requests.
func NoLoop(bad, good attempt.SignIn, name string, most int) Finding {
	if n := len(bad.Of(journal.Authorize)); n > most {
		return Fail("The provider answers %s at once, and the shop asks again and again: %d authorization requests for one sign-in.", name, n)
	}
	return HandledError(bad, good, name)
}

// ForgedHarmless decides whether a forged answer was left alone and did not
// keep the real one from signing in.
func ForgedHarmless(forged, genuine attempt.SignIn) Finding {
	switch {
	case len(forged.Callbacks()) == 0:
		return Undecided("%s: the browser did not come to the shop's sign-in redirect but to %s.", forged.Title, forged.Page.URL)
	case forged.Who.SignedIn:
		return Fail("%s: it signed %q in.", forged.Title, forged.Who.Subject)
	case len(forged.Of(journal.Token)) > 0:
		return Fail("%s: the shop made a token request for it.", forged.Title)
	case !genuine.Who.SignedIn:
		return Fail("%s: the real answer that came after it does not sign in any more (%s).", forged.Title, answered(genuine.Page))
	}
	return First(SignedIn(genuine), Pass("%s: it was left alone, and the real answer signed the customer in.", forged.Title))
}

// Malformed decides whether a broken answer was refused without a crash.
func Malformed(a attempt.SignIn) Finding {
	switch {
	case len(a.Callbacks()) == 0:
		return Undecided("%s: the browser did not come to the shop's sign-in redirect but to %s.", a.Title, a.Page.URL)
	case len(a.Of(journal.Token)) > 0:
		return Fail("%s: the shop made a token request for it.", a.Title)
	case a.Who.SignedIn:
		return Fail("%s: it signed %q in.", a.Title, a.Who.Subject)
	}
	return NotCrashed(a)
}

// Whole decides whether a session outlived a failed sign-in as it was, or is
// over on the server too. Copied is who the copied cookies sign in afterwards.
func Whole(before, failed attempt.SignIn, copied attempt.Who) Finding {
	switch {
	case !before.Who.SignedIn:
		return Control(before)
	case failed.Who.SignedIn && failed.Who.Subject != before.Subject:
		return Fail("%s: the session is that of %q afterwards, and was that of %q.", failed.Title, failed.Who.Subject, before.Subject)
	case !failed.Who.SignedIn && copied.SignedIn:
		return Fail("%s: the browser has lost the session before it, which goes on for whoever copied its cookies.", failed.Title)
	case !failed.Who.SignedIn:
		return Pass("%s: the session before it is over, also on the server.", failed.Title)
	}
	return Pass("%s: the session before it goes on.", failed.Title)
}

// OwnPage decides where one of two sign-ins of a browser ended: on its own page
// or refused, but not on that of the other one.
func OwnPage(a attempt.SignIn, own, other string) Finding {
	if f := NotCrashed(a); f.Verdict != check.Pass {
		return f
	}
	if len(a.Of(journal.Token)) == 0 {
		return Pass("%s was refused.", a.Title)
	}
	if same(a.Page.URL, other) && !same(own, other) {
		return Fail("%s began at %s and ended on the page of the other tab, %s.", a.Title, own, other)
	}
	return Pass("%s ended at %s.", a.Title, a.Page.URL)
}

// OneSignsIn decides whether at least one of several sign-ins of a browser
// ended signed in as the right person.
func OneSignsIn(attempts ...attempt.SignIn) Finding {
	var last Finding
	for _, a := range attempts {
		if last = SignedIn(a); last.Verdict == check.Pass {
			return last
		}
	}
	return Fail("None of the sign-ins in two tabs works: %s", last.Reason)
}

// RedeemedAtMostOnce decides on one answer that reached the shop several times at
// once: how many token requests it made and how many sessions came of it.
func RedeemedAtMostOnce(requests, sessions int) Finding {
	switch {
	case requests == 0:
		return Undecided("The shop redeemed the code not even once.")
	case requests > 1:
		return Fail("The shop made %d token requests with one code.", requests)
	case sessions > 1:
		return Fail("One code made %d sessions.", sessions)
	}
	return Pass("The code was redeemed once and made %d session.", sessions)
}

// CodeUnchanged decides whether the code of the token request is the one of the
// answer, and the sign-in worked.
func CodeUnchanged(a attempt.SignIn) Finding {
	if f := Reached(a); f.Verdict != check.Pass {
		return f
	}
	u, err := url.Parse(a.Callbacks()[0].URL)
	if err != nil {
		return Undecided("The address of the answer is no URL: %s.", err)
	}
	token, ok := firstOf(a, journal.Token)
	if !ok {
		return Fail("The shop does not redeem a code with unusual characters.")
	}
	if sent, issued := token.Form.Get("code"), u.Query().Get("code"); sent != issued {
		return Fail("The provider issued the code %q and the shop sent %q.", shortened(issued), shortened(sent))
	}
	return SignedIn(a)
}

// shortened keeps the end of a text, where codes have what is unusual.
func shortened(s string) string {
	const most = 16
	if len(s) <= most {
		return s
	}
	return "..." + s[len(s)-most:]
}

// Restarted decides what became of an answer that came after a restart.
func Restarted(late, fresh attempt.SignIn) Finding {
	if len(late.Callbacks()) == 0 {
		return Undecided("The answer never reached the shop.")
	}
	if late.Who.SignedIn {
		return SignedIn(late)
	}
	return First(NotCrashed(late), Control(fresh), Pass("After a restart the answer is refused, and a new sign-in works."))
}

// OnlyText decides whether a text of the provider's is text on the page too.
// Element says that its markup became an element, source is that of the page.
func OnlyText(a attempt.SignIn, parameter string, element bool, source string) Finding {
	source = strings.ToLower(source)
	switch {
	case element:
		return Fail("Markup in the provider's %s became part of the shop's page.", parameter)
	case strings.Contains(source, `="javascript:`), strings.Contains(source, `="data:text/html`):
		return Fail("The provider's %s became a link that runs a script.", parameter)
	case strings.Contains(a.Page.Text, "62615533"):
		return Fail("The provider's %s was taken for a template and filled in.", parameter)
	}
	return Pass("The provider's %s is not part of the shop's page, or text of it.", parameter)
}

// NoCookie decides whether a cookie that somebody tried to plant is there.
func NoCookie(a attempt.SignIn, name string) Finding {
	for _, c := range a.Cookies {
		if c.Name == name {
			return Fail("%s: the text became a header field of its own and set a cookie.", a.Title)
		}
	}
	return Pass("%s: the text made no header field.", a.Title)
}
