package judge

import (
	"net/http"
	"testing"

	"github.com/countersign-oidc/countersign/mockidp/fault"
	"github.com/countersign-oidc/countersign/mockidp/journal"
	"github.com/countersign-oidc/countersign/runner/check"
	"github.com/countersign-oidc/countersign/suites/attempt"
)

// notified is a notice that was answered with a status and left somebody
// signed in, or nobody.
func notified(status int, signedIn bool) attempt.SignIn {
	return attempt.SignIn{
		Title: "A notice", Subject: "ada", Who: attempt.Who{SignedIn: signedIn, Subject: "ada"},
		Notice: &attempt.Answer{Status: status, Header: http.Header{}},
	}
}

func TestNotices(t *testing.T) {
	t.Parallel()
	good := notified(200, false)
	spoilt := func(status int, alive bool, fired int) attempt.SignIn {
		return change(notified(status, alive), func(a *attempt.SignIn) { a.Fault, a.Fired = &fault.Spec{ID: "f"}, fired })
	}
	silent := change(notified(0, true), func(a *attempt.SignIn) { a.Notice.Failed = "connection reset" })

	expect(t, "taken", NoticeTaken(good), check.Pass, "at once")
	expect(t, "204", NoticeTaken(notified(204, false)), check.Pass, "")
	expect(t, "alive", NoticeTaken(notified(200, true)), check.Fail, "goes on")
	expect(t, "400", NoticeTaken(notified(400, false)), check.Fail, "400 instead of 200")
	expect(t, "not fired", NoticeTaken(spoilt(200, false, 0)), check.Error, "never took effect")
	expect(t, "not sent", NoticeTaken(attempt.SignIn{}), check.Error, "was not sent")

	expect(t, "refused", NoticeRefused(spoilt(400, true, 1), good), check.Pass, "400")
	expect(t, "believed", NoticeRefused(spoilt(200, false, 1), good), check.Fail, "ended the session")
	expect(t, "ended and refused", NoticeRefused(spoilt(400, false, 1), good), check.Fail, "ended the session")
	expect(t, "granted", NoticeRefused(spoilt(200, true, 1), good), check.Fail, "as if it had ended")
	expect(t, "crashed", NoticeRefused(spoilt(500, true, 1), good), check.Fail, "500")
	expect(t, "other status", NoticeRefused(spoilt(401, true, 1), good), check.Warn, "401 instead of 400")
	expect(t, "no answer", NoticeRefused(change(spoilt(0, true, 1), func(a *attempt.SignIn) { a.Notice.Failed = "EOF" }), good), check.Fail, "no answer: EOF")
	expect(t, "late", NoticeRefused(change(spoilt(0, true, 1), func(a *attempt.SignIn) { a.Notice.Failed = "context deadline exceeded" }), good), check.Error, "in time")
	expect(t, "no control", NoticeRefused(spoilt(400, true, 1), notified(200, true)), check.Error, "nothing can be concluded")
	expect(t, "never fired", NoticeRefused(spoilt(400, true, 0), good), check.Error, "never took effect")
	expect(t, "method", RequestRefused(notified(405, true), good), check.Pass, "405")
	expect(t, "too large", OversizeRefused(notified(413, true), good), check.Pass, "413")
	expect(t, "broken off", OversizeRefused(silent, good), check.Pass, "broke the connection off")
	expect(t, "broken off without a control", OversizeRefused(silent, notified(400, true)), check.Error, "nothing can be concluded")
	expect(t, "read", OversizeRefused(notified(200, false), good), check.Fail, "ended the session")

	both := map[string]bool{"a": true, "b": true}
	expect(t, "untouched", Untouched(good, both, both), check.Pass, "")
	expect(t, "touched", Untouched(good, both, map[string]bool{"a": true}), check.Fail, "b was signed out")
	expect(t, "meant", Untouched(good, both, map[string]bool{"a": true}, "b"), check.Pass, "")
	expect(t, "not there", Untouched(good, map[string]bool{"a": false}, both), check.Error, "not signed in before")
	expect(t, "all", AllEnded(good, both, map[string]bool{}), check.Pass, "2 sessions")
	expect(t, "not all", AllEnded(good, both, map[string]bool{"b": true}), check.Fail, "b is still")
	expect(t, "refused for all", AllEnded(notified(400, true), both, both), check.Fail, "400")
	expect(t, "none before", AllEnded(good, map[string]bool{"a": false}, nil), check.Error, "not signed in before")
	expect(t, "unknown", NoticeGranted(good), check.Pass, "")
	expect(t, "unknown refused", NoticeGranted(notified(400, true)), check.Fail, "400 instead of 200")

	expect(t, "honest", Honest(notified(400, true)), check.Pass, "try again")
	expect(t, "honest without keys", Honest(good), check.Pass, "all the same")
	expect(t, "dishonest", Honest(notified(200, true)), check.Fail, "goes on")
	expect(t, "stored", NotStored(good), check.Fail, "without no-store")
	expect(t, "not stored", NotStored(change(good, func(a *attempt.SignIn) {
		a.Notice = &attempt.Answer{Status: 200, Header: http.Header{"Cache-Control": {"private, No-Store"}}}
	})), check.Pass, "")
	expect(t, "silent", NotStored(silent), check.Error, "no answer")

	expect(t, "begun", NotBegun(signedInAs("ada"), signedInAs("ada")), check.Fail, "begins at the shop")
	expect(t, "not begun", NotBegun(refused(), signedInAs("ada")), check.Pass, "")
	expect(t, "begun by nobody", NotBegun(refused(), refused()), check.Error, "nothing can be concluded")
	expect(t, "begun with a crash", NotBegun(change(refused(), func(a *attempt.SignIn) { a.Page.Status = 500 }), signedInAs("ada")), check.Fail, "crashed")
}

func TestFrames(t *testing.T) {
	t.Parallel()
	const frame = "http://127.0.0.1:1/out?iss=http%3A%2F%2Fop&sid=s"
	out := attempt.SignIn{Record: attempt.Record{Requests: []attempt.Request{{URL: "http://127.0.0.1:1/out?sid=s&iss=http://op", Status: 200}}}}
	alive := change(out, func(a *attempt.SignIn) { a.Who.SignedIn = true })
	expect(t, "framed", Framed(out, frame), check.Pass, "")
	expect(t, "framed in vain", Framed(alive, frame), check.Fail, "goes on")
	expect(t, "not framed", Framed(out, frame+"x"), check.Error, "did not load")
	expect(t, "still there", NotSignedOutBy(alive, frame), check.Pass, "")
	expect(t, "gone", NotSignedOutBy(out, frame), check.Fail, "signed out")
	expect(t, "not asked", NotSignedOutBy(alive, frame+"x"), check.Error, "did not ask")

	expect(t, "ended", FrameEnded(notified(200, false)), check.Pass, "")
	expect(t, "not ended", FrameEnded(notified(200, true)), check.Fail, "goes on")
	expect(t, "no answer", FrameEnded(notified(0, true)), check.Fail, "no answer")
	good := notified(200, false)
	expect(t, "refused", FrameRefused(notified(400, true), good), check.Pass, "")
	expect(t, "believed", FrameRefused(notified(200, false), good), check.Fail, "ended")
	expect(t, "crashed", FrameRefused(notified(500, true), good), check.Fail, "500")
	expect(t, "no control", FrameRefused(notified(400, true), notified(200, true)), check.Error, "nothing can be concluded")
	expect(t, "silent", FrameRefused(notified(0, true), good), check.Error, "no answer")

	with := func(status int, header ...string) attempt.SignIn {
		a := notified(status, false)
		for i := 0; i+1 < len(header); i += 2 {
			a.Notice.Header.Add(header[i], header[i+1])
		}
		return a
	}
	const csp, xfo, op = "Content-Security-Policy", "X-Frame-Options", "http://localhost:1"
	expect(t, "no policy", Frameable(with(200), op), check.Pass, "")
	expect(t, "origin", Frameable(with(200, csp, "default-src 'none'; frame-ancestors http://x http://localhost:1", xfo, "DENY"), op), check.Pass, "")
	expect(t, "scheme", Frameable(with(200, csp, "frame-ancestors http:"), op), check.Pass, "")
	expect(t, "none", Frameable(with(200, csp, "frame-ancestors 'none'"), op), check.Fail, "'none'")
	expect(t, "two policies", Frameable(with(200, csp, "frame-ancestors *", csp, "frame-ancestors 'self'"), op), check.Fail, "'self'")
	expect(t, "header", Frameable(with(200, xfo, "SAMEORIGIN"), op), check.Fail, "SAMEORIGIN")
	expect(t, "error", Frameable(with(404), op), check.Fail, "404")
	expect(t, "nothing", Frameable(notified(0, true), op), check.Error, "no answer")

	expect(t, "again", FrameAgain(good, good), check.Pass, "")
	expect(t, "again an error", FrameAgain(good, with(404)), check.Fail, "404")
	expect(t, "again elsewhere", FrameAgain(good, with(302, "Location", "/login")), check.Fail, "leads to /login")
	expect(t, "again nothing", FrameAgain(good, notified(0, true)), check.Error, "no answer")
}

func TestMoreOfLogout(t *testing.T) {
	t.Parallel()
	in := change(signedInAs("ada"), func(a *attempt.SignIn) {
		a.Entries = []journal.Entry{{Kind: journal.Token, Tokens: []journal.Issued{{Kind: "id_token", Value: "tok"}}}}
	})
	out := func(urls ...string) attempt.SignIn {
		a := attempt.SignIn{Entries: []journal.Entry{{Kind: journal.EndSession, Header: http.Header{}}}}
		for _, u := range urls {
			a.Record.Requests = append(a.Record.Requests, attempt.Request{URL: u})
		}
		return a
	}
	const leave = "http://op/leave"
	expect(t, "to the provider", HintAddress(in, out(leave+"?id_token_hint=tok", "http://shop/out?state=x"), leave), check.Pass, "")
	expect(t, "to the shop", HintAddress(in, out("http://shop/out?x=tok"), leave), check.Fail, "query of http://shop/out")
	expect(t, "referer", HintAddress(in, change(out(), func(a *attempt.SignIn) { a.Entries[0].Header.Set("Referer", "http://shop/?tok") }), leave), check.Fail, "Referer")
	expect(t, "not told", HintAddress(in, attempt.SignIn{}, leave), check.Skip, "did not send")
	expect(t, "no token", HintAddress(attempt.SignIn{}, out(), leave), check.Error, "no ID token")

	at := change(signedInAs("ada"), func(a *attempt.SignIn) { a.Page.Header = map[string]string{} })
	expect(t, "clean", NotReflected(at, false, "X-M"), check.Pass, "")
	expect(t, "reflected", NotReflected(at, true, "X-M"), check.Fail, "as HTML")
	expect(t, "dialog", NotReflected(change(at, func(a *attempt.SignIn) { a.Record.Dialogs = []string{"x"} }), false, "X-M"), check.Fail, "as HTML")
	expect(t, "header", NotReflected(change(at, func(a *attempt.SignIn) { a.Page.Header = map[string]string{"x-m": "1"} }), false, "X-M"), check.Fail, "header")
	expect(t, "crash", NotReflected(change(at, func(a *attempt.SignIn) { a.Page.Status = 500 }), false, "X-M"), check.Fail, "crashed")
	expect(t, "elsewhere", NotReflected(change(at, func(a *attempt.SignIn) { a.Page.URL = "http://evil/" }), false, "X-M"), check.Fail, "evil")

	keys := []attempt.Cookie{{Name: "s", Value: "1"}}
	expect(t, "cleared", CookiesCleared(keys, []attempt.Cookie{{Name: "s", Value: "2"}}), check.Pass, "")
	expect(t, "kept", CookiesCleared(keys, keys), check.Fail, "the same value")
	expect(t, "no key", CookiesCleared(nil, keys), check.Error, "No cookie")

	anonymous := change(at, func(a *attempt.SignIn) { a.Who = attempt.Who{} })
	expect(t, "twice", SignedOutTwice(anonymous), check.Pass, "")
	expect(t, "twice and in", SignedOutTwice(at), check.Fail, "signed in")
	expect(t, "twice an error", SignedOutTwice(change(anonymous, func(a *attempt.SignIn) { a.Page.Status = 500 })), check.Fail, "500")

	bob := change(signedInAs("bob"), func(a *attempt.SignIn) { a.Username, a.Subject = "bob", "bob" })
	ada := change(signedInAs("ada"), func(a *attempt.SignIn) { a.Username, a.Subject = "ada", "ada" })
	expect(t, "next", NextPerson(ada, bob, attempt.Page{Text: "Hello Bob"}, "1", "2"), check.Pass, "")
	expect(t, "the one before", NextPerson(ada, change(bob, func(a *attempt.SignIn) { a.Who.Subject = "ada" }), attempt.Page{}, "", ""), check.Fail, "as the one before")
	expect(t, "same customer", NextPerson(ada, bob, attempt.Page{}, "1", "1"), check.Fail, "same customer")
	expect(t, "stale page", NextPerson(ada, bob, attempt.Page{Text: "ada@customers.example"}, "", ""), check.Fail, "shows the one before")
	expect(t, "nobody", NextPerson(ada, change(bob, func(a *attempt.SignIn) { a.Who = attempt.Who{} }), attempt.Page{}, "", ""), check.Fail, "could not sign in")
	expect(t, "back", ShowsNothingOf(ada, attempt.Page{Text: "Sign in"}, nil), check.Pass, "with nothing of")
	account := attempt.Page{Text: "You are ada@customers.example"}
	expect(t, "back to the account", ShowsNothingOf(ada, account, nil), check.Fail, "customer's data")
	expect(t, "back to the account, though the provider refused", ShowsNothingOf(ada, account, []journal.Entry{{Error: "login_required"}}), check.Fail, "customer's data")
	expect(t, "back to a new sign-in", ShowsNothingOf(ada, account, []journal.Entry{{Kind: journal.Authorize}}), check.Pass, "anew")
	expect(t, "storage", NothingKept(ada, "theme dark"), check.Pass, "")
	expect(t, "storage of a person", NothingKept(ada, `{"mail":"ada@customers.example"}`), check.Fail, "still has the customer's")
	expect(t, "storage of a token", NothingKept(in, "tok"), check.Fail, "a token")
}
