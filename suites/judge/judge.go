// Package judge decides what an observation means. Its functions are pure:
// they take attempts and return findings, and are tested without a browser.
package judge

import (
	"fmt"
	"slices"
	"strings"

	"github.com/countersign-oidc/countersign/mockidp/journal"
	"github.com/countersign-oidc/countersign/runner/check"
	"github.com/countersign-oidc/countersign/suites/attempt"
)

// Finding is a verdict and the sentence that explains it to a shop's developer.
type Finding struct {
	Verdict check.Verdict
	Reason  string

	weighed bool // against the shop's policy, or of a kind that none is about
}

// Pass says that the shop did what it must.
func Pass(format string, args ...any) Finding { return find(check.Pass, format, args) }

// Fail says that the shop did not. Weigh turns it into a warning for a check
// of level should.
func Fail(format string, args ...any) Finding { return find(check.Fail, format, args) }

// Warn says that the shop did what it should not, and nobody forbids.
func Warn(format string, args ...any) Finding { return find(check.Warn, format, args) }

// Skip says what the shop lacks for the check.
func Skip(format string, args ...any) Finding { return find(check.Skip, format, args) }

// Undecided says what was missing to decide: it is never the shop's fault.
func Undecided(format string, args ...any) Finding { return find(check.Error, format, args) }

func find(v check.Verdict, format string, args []any) Finding {
	return Finding{Verdict: v, Reason: fmt.Sprintf(format, args...)}
}

// Weigh applies the level of a check: what a shop only should do warns.
func Weigh(f Finding, level check.Level) Finding {
	if f.Verdict == check.Fail && level == check.Should {
		f.Verdict = check.Warn
	}
	return f
}

// ByPolicy applies what a shop documents to a check that is about a choice of
// its own: a failure is one only against its word.
func ByPolicy(f Finding, p check.Policy, said check.Choice) Finding {
	if p == "" || f.weighed || f.Verdict != check.Fail {
		return f
	}
	switch said {
	case check.Refuse:
		return f
	case check.Accept:
		return Pass("As its policy %s says, the shop accepts this. Seen: %s", p, f.Reason)
	default:
		return Warn("%s Specifications allow it in some cases; state policies.%s, accept or refuse, to decide.", f.Reason, p)
	}
}

// First is the first finding that is not a pass, or the last one: several
// requirements on one observation, the most telling reason first.
func First(findings ...Finding) Finding {
	for _, f := range findings {
		if f.Verdict != check.Pass {
			return f
		}
	}
	return findings[len(findings)-1]
}

// Worst decides on several cases of one requirement: a shop that fails one
// fails, whatever could not be decided beside it. The reason is that of the
// first of the worst, with how many there are. A failure that the shop's policy
// cannot excuse goes first. Cases that could not be tried count only if there
// are no others.
func Worst(cases ...Finding) Finding {
	for _, w := range []Finding{
		{Verdict: check.Fail, weighed: true}, {Verdict: check.Fail}, {Verdict: check.Error}, {Verdict: check.Warn},
	} {
		of := func(f Finding) bool { return f.Verdict == w.Verdict && (f.weighed || !w.weighed) }
		i := slices.IndexFunc(cases, of)
		if i < 0 {
			continue
		}
		f, n := cases[i], 0
		for _, c := range cases {
			if of(c) {
				n++
			}
		}
		if n > 1 {
			f.Reason = fmt.Sprintf("%s So with %d of %d cases.", f.Reason, n, len(cases))
		}
		return f
	}
	tried := slices.DeleteFunc(slices.Clone(cases), func(f Finding) bool { return f.Verdict == check.Skip })
	switch n := len(tried); {
	case n == 0:
		return cases[0]
	case n < len(cases):
		return Pass("Of %d cases %d could be tried and passed. The last: %s", len(cases), n, tried[n-1].Reason)
	case n > 1:
		return Pass("All %d cases pass. The last: %s", n, tried[n-1].Reason)
	}
	return cases[0]
}

// SignedIn decides whether an ordinary sign-in worked and is of the right
// person. It is the base of most checks, so a failed one is undecided where a
// control was wanted; see Control.
func SignedIn(a attempt.SignIn) Finding {
	switch {
	case !a.Who.SignedIn:
		return Fail("%s did not end signed in: %s.%s", a.Title, rests(a.Page), refusedBy(a))
	case a.Who.Subject != a.Subject:
		return Fail("%s ended signed in as %q, although %q signed in at the provider.", a.Title, a.Who.Subject, a.Subject)
	}
	return Pass("%s ended signed in as %q.", a.Title, a.Subject)
}

// refusedBy is a sentence about the last request that the provider refused
// although nothing was armed: why a sign-in does not work.
func refusedBy(a attempt.SignIn) string {
	for _, e := range slices.Backward(a.Entries) {
		if a.Fault == nil && len(e.Faults) == 0 && e.Error != "" {
			return fmt.Sprintf(" The provider refused the %s request: %s (%s).", e.Kind, e.Error, e.ErrorDescription)
		}
	}
	return ""
}

// Control is undecided unless the sign-in that must work did.
func Control(a attempt.SignIn) Finding {
	if f := SignedIn(a); f.Verdict != check.Pass {
		return Undecided("The same sign-in without the deviation does not work either, so nothing can be concluded: %s", f.Reason)
	}
	return Pass("%s works.", a.Title)
}

// Refused decides a negative check the three ways: the fault reached the shop,
// no signed-in session came of it, and the same sign-in without it works.
func Refused(bad, good attempt.SignIn) Finding {
	if f := Reached(bad); f.Verdict != check.Pass {
		return f
	}
	if bad.Who.SignedIn {
		return Fail("The shop signed %s although the provider %s.", asWhom(bad), did(bad))
	}
	if f := Control(good); f.Verdict != check.Pass {
		return f
	}
	if crashed(bad) {
		return own(Fail("The shop made no session, but it %s although the provider only %s.", broke(bad), did(bad)))
	}
	return Pass("The provider %s: the shop made no session, and signs the same person in once the fault is gone.", did(bad))
}

// Reached is undecided unless the fault took effect and its result came to the
// shop: in a redirect that the browser followed, or in an answer that was sent
// whole to the shop.
func Reached(bad attempt.SignIn) Finding {
	if bad.Fault == nil {
		return Undecided("No fault was armed.")
	}
	if bad.Fired == 0 {
		return unfired(bad)
	}
	if bad.Fault.Redirect != nil && len(bad.Callbacks()) == 0 {
		return Undecided("The changed redirect of fault %s never reached the shop.", bad.Fault.ID)
	}
	for _, e := range slices.Concat(bad.Entries, bad.Other) {
		if slices.Contains(e.Faults, string(bad.Fault.ID)) && !e.Sent && !cut(bad) {
			return Undecided("The answer with fault %s did not reach the shop whole.", bad.Fault.ID)
		}
	}
	return Pass("The fault reached the shop.")
}

// unfired is undecided, but for a fault of the key set at a shop that signs in
// without asking for it, which checks of their own are about.
func unfired(a attempt.SignIn) Finding {
	if r := a.Fault.Response; r != nil && r.Endpoint == journal.JWKS && len(a.Of(journal.Token)) > 0 && KeysFetched(a) == 0 {
		return Unasked()
	}
	if strings.HasPrefix(string(a.Fault.ID), "userinfo.") && len(a.Of(journal.Token)) > 0 && len(a.Of(journal.UserInfo)) == 0 {
		return Skip("Not tried: the shop did not ask UserInfo.")
	}
	if strings.HasPrefix(string(a.Fault.ID), "id_token.nonce") && nonceless(a.Of(journal.Authorize)) {
		return NonceUnasked()
	}
	return Undecided("The fault %s never took effect: the provider saw %s.", a.Fault.ID, saw(a))
}

// nonceless is true for authorization requests that ask for no nonce.
func nonceless(asked []journal.Entry) bool {
	return len(asked) > 0 && !slices.ContainsFunc(asked, func(e journal.Entry) bool {
		return e.Query.Has("nonce") || e.Query.Has("request") || e.Query.Has("request_uri")
	})
}

// NonceUnasked is about the nonce of a shop that asks for none.
func NonceUnasked() Finding {
	return Skip("Not tried: the shop's authorization requests have no nonce, so its ID tokens have none.")
}

// cut is true for faults whose very point is an answer that never comes whole.
func cut(a attempt.SignIn) bool {
	r := a.Fault.Response
	return r != nil && (r.Drop || r.Truncate > 0 || r.Delay != "" || r.Drip != "" || r.Pad > 0)
}

// crashed is true for a page of the shop that tells of an unhandled error, and
// for no page at all. A gateway status says that the provider failed, which is a
// true answer.
func crashed(a attempt.SignIn) bool {
	return (a.Page.Status == 500 || circles(a)) && !a.Usual || a.Page.Failed != "" || strings.Contains(a.Page.Text, "goroutine ")
}

// circles is true for a shop that redeemed the code and begins another sign-in
// in place of a page: nothing says that the next ends otherwise. One that never
// took the answer has a reason to begin anew.
func circles(a attempt.SignIn) bool { return a.Restarted() && len(codeRequests(a)) > 0 }

func asWhom(a attempt.SignIn) string {
	switch {
	case a.Who.Subject == a.Subject:
		return "the customer in"
	case a.Who.Subject == "":
		return "somebody without a subject in"
	default:
		return fmt.Sprintf("%q in", a.Who.Subject)
	}
}

func did(a attempt.SignIn) string {
	return "answered wrongly (" + a.Fault.Title + ")"
}

func saw(a attempt.SignIn) string {
	if len(a.Entries) == 0 {
		return "no request"
	}
	kinds := make([]string, 0, len(a.Entries))
	for _, e := range a.Entries {
		kinds = append(kinds, fmt.Sprintf("%s %d", e.Kind, e.Status))
	}
	return strings.Join(kinds, ", ")
}
