package judge

import (
	"strings"
	"time"

	"github.com/countersign-oidc/countersign/mockidp/journal"
	"github.com/countersign-oidc/countersign/runner/check"
	"github.com/countersign-oidc/countersign/suites/attempt"
)

// Outage decides on a sign-in whose token or keys the provider did not deliver
// as it should: no session comes of it, the customer is told so by a page of
// the shop that is no crash, and the next sign-in works.
func Outage(bad, good attempt.SignIn) Finding {
	if bad.Fired > 0 && bad.Who.SignedIn {
		return Fail("The shop signed %s although the provider %s.", asWhom(bad), did(bad))
	}
	return Weathered(bad, good)
}

// Weathered is Outage for what a sign-in can do without, such as UserInfo: a
// session that comes of it has to be the customer's own.
func Weathered(bad, good attempt.SignIn) Finding {
	switch {
	case bad.Fault == nil:
		return Undecided("No fault was armed.")
	case bad.Fired == 0:
		return unfired(bad)
	}
	return Endured(bad, good, "the provider "+did(bad))
}

// Endured is Weathered for what is no fault of the provider's own answers, such
// as a port where nobody listens. What says what happened.
func Endured(bad, good attempt.SignIn, what string) Finding {
	switch {
	case len(bad.Callbacks()) == 0:
		return Undecided("%s: the browser did not come to the shop's sign-in redirect but to %s.", bad.Title, bad.Page.URL)
	case bad.Who.SignedIn && bad.Who.Subject != bad.Subject:
		return Fail("The shop signed %s although %s.", asWhom(bad), what)
	case crashed(bad):
		return Fail("The shop %s when %s.", broke(bad), what)
	case bad.Page.Origin() != bad.ShopOrigin && !bad.Usual:
		return Fail("When %s, the browser came to rest at %s and not at the shop.", what, bad.Page.URL)
	}
	if f := Control(good); f.Verdict != check.Pass {
		return f
	}
	return Pass("When %s, the shop answered with status %d, and the next sign-in works.", what, bad.Page.Status)
}

// InTime decides whether a sign-in came to an end in time although the provider
// did not answer. The bound has room for a machine that is busy.
func InTime(took, promised time.Duration) Finding {
	if bound := 2*promised + 4*time.Second; took > bound {
		return Fail("The customer waited %s for a page while the provider did not answer; the shop promises %s.", round(took), promised)
	}
	return Pass("The customer got a page after %s.", round(took))
}

// Unanswered is about a shop that answered none of some sign-ins.
func Unanswered(titles []string) Finding {
	return Fail("The shop did not answer until the browser gave up: %s.", strings.Join(titles, "; "))
}

// SentOnce decides whether a code was sent to the token endpoint once, however
// that ended (RFC 6749, section 4.1.2).
func SentOnce(a attempt.SignIn) Finding {
	codes := map[string]int{}
	for _, e := range a.Of(journal.Token) {
		code := e.Form.Get("code")
		if codes[code]++; codes[code] > 1 {
			return Fail("The shop sent the same code again after the provider %s.", did(a))
		}
	}
	if len(codes) == 0 {
		return Undecided("The provider saw no token request, only %s.", saw(a))
	}
	return Pass("The code was sent once.")
}

// BacksOff decides whether a shop leaves an endpoint alone that cannot answer.
func BacksOff(a attempt.SignIn, kind journal.Kind, most int) Finding {
	n := len(a.Of(kind))
	switch {
	case n == 0:
		return Undecided("The shop made no %s request.", kind)
	case n > most:
		return Fail("The shop made %d %s requests in one sign-in although the provider %s.", n, kind, did(a))
	}
	return Pass("The shop made %d %s requests.", n, kind)
}

// Recovers decides whether sign-ins work at once after an outage. The first is
// one before any outage.
func Recovers(first, after attempt.SignIn, what string) Finding {
	if f := Control(first); f.Verdict != check.Pass {
		return f
	}
	if f := SignedIn(after); f.Verdict != check.Pass {
		return Fail("After %s no sign-in works any more: %s", what, f.Reason)
	}
	return Pass("After %s the next sign-in works.", what)
}

// NotFollowed decides on a redirect of a token, UserInfo or key request to a
// foreign host: hits are the requests that came there, as text. Secrets are
// what must not be among it; strict refuses any request.
func NotFollowed(a attempt.SignIn, hits []string, secrets []attempt.Secret, strict bool) Finding {
	if a.Fired == 0 {
		return unfired(a)
	}
	for _, hit := range hits {
		for _, s := range secrets {
			if has(hit, s.Value) {
				return Fail("The shop followed the redirect and sent the %s to a foreign host.", s.Name)
			}
		}
	}
	switch {
	case len(hits) > 0 && strict:
		return Fail("The shop followed the redirect to a foreign host.")
	case a.Who.SignedIn && a.Who.Subject != a.Subject:
		return Fail("The shop signed %s after a redirect to a foreign host.", asWhom(a))
	case len(hits) > 0:
		return Pass("The shop followed the redirect and sent nothing along.")
	}
	return Pass("The redirect was not followed.")
}

// Untrusted decides on a provider that a shop must not talk to, for a reason
// that says whose certificate or what else is wrong with it: the shop came to
// it and told it nothing.
func Untrusted(bad, good attempt.SignIn, kind journal.Kind, dialled bool, reason string) Finding {
	switch {
	case len(bad.Of(kind)) > 0:
		return Fail("The shop sent its %s request to a provider %s.", kind, reason)
	case !dialled && len(good.Of(kind)) == 0:
		return Pass("The shop never uses the %s endpoint, also of a good provider.", kind)
	case !dialled:
		return Undecided("The shop never came to the %s endpoint of a provider %s.", kind, reason)
	case bad.Who.SignedIn && kind != journal.UserInfo:
		return Fail("The shop signed the customer in at a provider %s.", reason)
	}
	return Endured(bad, good, "the provider was one "+reason)
}

// Flat decides whether something takes as long for the last as for the first.
// The times are sorted; the middle ones are compared, which a busy machine
// slows down alike.
func Flat(what string, first, last []time.Duration) Finding {
	if len(first) == 0 || len(last) == 0 {
		return Undecided("%s: nothing was measured.", what)
	}
	a, b := first[len(first)/2], last[len(last)/2]
	if b > 4*a && b > a+200*time.Microsecond {
		return Fail("%s takes %s in the end, and took %s in the beginning.", what, b, a)
	}
	return Pass("%s takes %s in the end, and took %s in the beginning.", what, b, a)
}

// Unhurried decides whether a long value is read about as fast as a short one:
// each is the fastest of several tries.
func Unhurried(what string, short, long time.Duration) Finding {
	if long > 20*short+60*time.Millisecond {
		return Fail("%s of 50 KB takes the shop %s, a short one %s: a few of them keep it busy.", what, round(long), round(short))
	}
	return Pass("%s of 50 KB takes the shop %s.", what, round(long))
}

// SignedOutAnyway decides on a sign-out whose end session endpoint failed: the
// shop's own session is over all the same.
func SignedOutAnyway(out attempt.SignIn) Finding {
	switch {
	case out.Fired == 0 && len(out.Of(journal.EndSession)) == 0:
		return Skip("Not tried: the shop's sign-out does not lead to the provider.")
	case out.Fired == 0:
		return unfired(out)
	case out.Who.SignedIn:
		return Fail("The customer is still signed in at the shop after a sign-out during which the provider %s.", did(out))
	}
	return Pass("The customer is signed out of the shop although the provider %s.", did(out))
}

// Usual decides on a sign-in whose provider does something unusual that is
// right.
func Usual(a attempt.SignIn) Finding {
	if a.Fired == 0 {
		return unfired(a)
	}
	if f := SignedIn(a); f.Verdict != check.Pass {
		return Fail("No sign-in works when %s, which is right: %s", a.Fault.Title, f.Reason)
	}
	return Pass("The sign-in works when %s.", a.Fault.Title)
}

// Compressed decides on answers in a coding: a client has to read what its
// request said that it takes (RFC 9110, section 12.5.3), and anything else must
// not make it crash.
func Compressed(a attempt.SignIn) Finding {
	asked := false
	for _, e := range a.Entries {
		if len(e.Faults) > 0 && strings.Contains(e.Header.Get("Accept-Encoding"), "gzip") {
			asked = true
		}
	}
	switch {
	case a.Fired == 0:
		return unfired(a)
	case crashed(a):
		return Fail("The shop %s when %s.", broke(a), a.Fault.Title)
	case asked && SignedIn(a).Verdict != check.Pass:
		return Fail("The shop asks for gzip and cannot read it: %s", SignedIn(a).Reason)
	case !a.Who.SignedIn:
		return Pass("The shop does not ask for gzip and does not read it.")
	}
	return SignedIn(a)
}

// CutOff decides on an answer that is much larger than any answer has a reason
// to be: a shop that reads all of it can be filled up by it.
func CutOff(bad, good attempt.SignIn) Finding {
	if bad.Fired > 0 && bad.Who.SignedIn {
		return Fail("The shop read an answer of tens of megabytes to its end and used it: the provider %s.", did(bad))
	}
	return Weathered(bad, good)
}

// NotHandedOn decides whether a cookie that the provider set in an answer to
// the shop stayed there.
func NotHandedOn(a attempt.SignIn, cookies []attempt.Cookie, name string) Finding {
	for _, c := range cookies {
		if c.Name == name {
			return Fail("The shop set the provider's cookie %s in the customer's browser.", name)
		}
	}
	for _, q := range a.Record.Requests {
		if attempt.Origin(q.URL) == a.ShopOrigin && strings.Contains(q.Header["set-cookie"], name) {
			return Fail("The shop handed the provider's cookie %s on.", name)
		}
	}
	return Pass("The provider's cookies stay between it and the shop.")
}

// NoCrash decides on an answer that was fetched without a browser. An ordinary
// request of the kind is answered with the status usual.
func NoCrash(what string, status, usual int, body string) Finding {
	if status == 500 && usual != 500 || strings.Contains(body, "goroutine ") {
		return Fail("%s: the shop crashed with status %d.", what, status)
	}
	return Pass("%s: the shop answered with status %d.", what, status)
}

// Interrupted decides on a callback that the browser left and opened again: the
// code was sent once, and nobody but the customer is signed in. Usual is
// [attempt.SignIn.Usual] of the second visit.
func Interrupted(again attempt.Page, usual bool, who attempt.Who, subject string, codes map[string]int) Finding {
	if len(codes) == 0 {
		return Undecided("The shop made no token request.")
	}
	for _, n := range codes {
		if n > 1 {
			return Fail("The shop sent the same code %d times when the browser opened its sign-in redirect again.", n)
		}
	}
	switch {
	case again.Status == 500 && !usual || again.Failed != "":
		return Fail("The shop %s when the browser opened its sign-in redirect again.", broke(attempt.SignIn{Page: again}))
	case who.SignedIn && who.Subject != subject:
		return Fail("The browser was signed in as %q.", who.Subject)
	}
	return Pass("The code was sent once, and the second visit ended with status %d.", again.Status)
}

// Holds decides on a sign-in with a large ID token: it works and goes on to
// work, or it ends on a page that says that it does not.
func Holds(a attempt.SignIn, stayed, of int) Finding {
	switch {
	case a.Fired == 0:
		return unfired(a)
	case crashed(a):
		return Fail("The shop %s over a large ID token: %s.", broke(a), a.Fault.Title)
	case a.Who.SignedIn && a.Who.Subject != a.Subject:
		return Fail("The shop signed %s.", asWhom(a))
	case a.Who.SignedIn && stayed < of:
		return Fail("The customer was signed in and was not any more on %d of the next %d pages: %s.", of-stayed, of, a.Fault.Title)
	case !a.Who.SignedIn && len(a.Of(journal.Authorize)) > 1:
		return Fail("The sign-in went in circles (%d authorization requests): %s.", len(a.Of(journal.Authorize)), a.Fault.Title)
	case !a.Who.SignedIn && a.Page.Status < 400:
		return Fail("The sign-in ended with status %d as if it had worked, and nobody is signed in: %s.", a.Page.Status, a.Fault.Title)
	case !a.Who.SignedIn:
		return Pass("The shop refused with status %d: %s.", a.Page.Status, a.Fault.Title)
	}
	return Pass("The customer is signed in and stays so: %s.", a.Fault.Title)
}

// Must says what has to become of a sign-in.
type Must int

// What may have to become of it.
const (
	MayWork Must = iota
	MustWork
	MustFail
)

// Skewed decides on a sign-in whose provider has another time than the shop.
func Skewed(a, good attempt.SignIn, must Must) Finding {
	if f := Control(good); f.Verdict != check.Pass {
		return f
	}
	in := SignedIn(a).Verdict == check.Pass
	switch {
	case a.Fired == 0:
		return unfired(a)
	case crashed(a):
		return Fail("The shop %s when %s.", broke(a), a.Fault.Title)
	case must == MustWork && !in:
		return Fail("No sign-in works when %s, as clocks are: %s.", a.Fault.Title, rests(a.Page))
	case must == MustFail && a.Who.SignedIn:
		return Fail("The shop signed %s when %s: its tokens had ended long before.", asWhom(a), a.Fault.Title)
	case in:
		return Pass("When %s, the sign-in works.", a.Fault.Title)
	}
	return Pass("When %s, the shop refuses with status %d.", a.Fault.Title, a.Page.Status)
}
