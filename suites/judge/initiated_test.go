package judge

import (
	"net/url"
	"testing"

	"github.com/countersign-oidc/countersign/mockidp/journal"
	"github.com/countersign-oidc/countersign/runner/check"
	"github.com/countersign-oidc/countersign/suites/attempt"
)

// asking is a sign-in with an authorization request.
func asking(q url.Values) attempt.SignIn {
	return change(signedInAs("ada"), func(a *attempt.SignIn) {
		a.Entries = []journal.Entry{{Kind: journal.Authorize, Query: q}}
	})
}

func TestNotInitiated(t *testing.T) {
	t.Parallel()
	good := signedInAs("ada")
	expect(t, "refused", NotInitiated(turnedAway(), good), check.Pass, "refused")
	expect(t, "no control", NotInitiated(turnedAway(), turnedAway()), check.Error, "")
	expect(t, "asked", NotInitiated(asking(nil), good), check.Fail, "provider")
	expect(t, "signed in", NotInitiated(good, good), check.Fail, "signed")
	expect(t, "elsewhere", NotInitiated(change(turnedAway(), func(a *attempt.SignIn) { a.Page.URL = "http://evil/" }), good), check.Fail, "evil")
	expect(t, "crashed", NotInitiated(change(turnedAway(), func(a *attempt.SignIn) { a.Page.Status = 500 }), good), check.Fail, "crashed")
}

func TestHint(t *testing.T) {
	t.Parallel()
	expect(t, "as it was", Hint(asking(url.Values{"login_hint": {"a&b"}}), "a&b"), check.Pass, "")
	expect(t, "left out", Hint(asking(url.Values{}), "a&b"), check.Pass, "")
	expect(t, "refused", Hint(turnedAway(), "a&b"), check.Pass, "refused")
	expect(t, "cut", Hint(asking(url.Values{"login_hint": {"a"}}), "a&b"), check.Fail, "hint")
	expect(t, "twice", Hint(asking(url.Values{"scope": {"a", "b"}}), "a"), check.Fail, "2 times")
	expect(t, "injected", Hint(asking(url.Values{"login_hint": {"a"}, "prompt": {"none"}}), "a"), check.Fail, "prompt")
	expect(t, "scope", Hint(asking(url.Values{"scope": {"openid admin"}}), "a"), check.Fail, "scope")
}

func TestSameRequest(t *testing.T) {
	t.Parallel()
	plain := asking(url.Values{"scope": {"openid"}, "state": {"x"}})
	expect(t, "same", SameRequest(asking(url.Values{"scope": {"openid"}, "state": {"y"}}), plain), check.Pass, "")
	expect(t, "other scope", SameRequest(asking(url.Values{"scope": {"admin"}, "state": {"y"}}), plain), check.Fail, "scope")
	expect(t, "one more", SameRequest(asking(url.Values{"scope": {"openid"}, "state": {"y"}, "prompt": {"none"}}), plain), check.Fail, "prompt")
	expect(t, "fixed state", SameRequest(asking(url.Values{"scope": {"openid"}, "state": {"fixed"}}), plain), check.Fail, "state")
	expect(t, "refused", SameRequest(turnedAway(), plain), check.Pass, "refused")
	expect(t, "nothing to compare", SameRequest(plain, turnedAway()), check.Error, "")
}

func TestEndsElsewhere(t *testing.T) {
	t.Parallel()
	in := signedInAs("ada")
	token := journal.Entry{Kind: journal.Token}
	at := func(edit func(*attempt.SignIn)) attempt.SignIn {
		return change(in, func(a *attempt.SignIn) {
			a.Page.URL = shopOrigin + "/account"
			edit(a)
		})
	}
	same := func(*attempt.SignIn) {}
	expect(t, "elsewhere", EndsElsewhere(at(same), "/start"), check.Pass, "")
	expect(t, "back", EndsElsewhere(at(func(a *attempt.SignIn) { a.Page.URL = shopOrigin + "/start?iss=x" }), "/start"), check.Fail, "came back")
	expect(t, "twice", EndsElsewhere(at(func(a *attempt.SignIn) { a.Entries = []journal.Entry{token, token} }), "/start"), check.Fail, "2 sign-ins")
	expect(t, "error page", EndsElsewhere(at(func(a *attempt.SignIn) { a.Page.Status = 404 }), "/start"), check.Fail, "404")
	expect(t, "no page", EndsElsewhere(at(func(a *attempt.SignIn) { a.Page.Failed = "loop" }), "/start"), check.Fail, "loop")
	expect(t, "not signed in", EndsElsewhere(turnedAway(), "/start"), check.Fail, "")
}

func TestInvisible(t *testing.T) {
	t.Parallel()
	expect(t, "nothing", Invisible(turnedAway()), check.Pass, "")
	expect(t, "begun", Invisible(change(turnedAway(), func(a *attempt.SignIn) { a.Entries = asking(nil).Entries })), check.Fail, "nobody sees")
	expect(t, "signed in", Invisible(signedInAs("ada")), check.Fail, "signed in")
}
