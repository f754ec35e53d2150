package judge

import (
	"net/url"
	"testing"

	"github.com/countersign-oidc/countersign/mockidp/journal"
	"github.com/countersign-oidc/countersign/runner/check"
	"github.com/countersign-oidc/countersign/suites/attempt"
)

// turnedAway is an answer that came to the shop and was refused there.
func turnedAway() attempt.SignIn {
	return change(refused(), func(a *attempt.SignIn) { a.Title, a.Fault, a.Entries = "The attack", nil, nil })
}

func TestRejected(t *testing.T) {
	t.Parallel()
	good := signedInAs("ada")
	code := []journal.Entry{{Kind: journal.Token, Status: 400, Sent: true}}
	for _, tc := range []struct {
		name            string
		edit            func(*attempt.SignIn)
		control         attempt.SignIn
		rejected        check.Verdict
		nobody, altered check.Verdict
	}{
		{"turned away", func(*attempt.SignIn) {}, good, check.Pass, check.Pass, check.Pass},
		{"signed in", func(a *attempt.SignIn) { a.Who = good.Who }, good, check.Fail, check.Fail, check.Fail},
		{"code redeemed", func(a *attempt.SignIn) { a.Entries = code }, good, check.Fail, check.Pass, check.Fail},
		{"code at the other one", func(a *attempt.SignIn) { a.Other = code }, good, check.Fail, check.Pass, check.Fail},
		{"crashed", func(a *attempt.SignIn) { a.Page.Status = 500 }, good, check.Fail, check.Fail, check.Fail},
		{"elsewhere", func(a *attempt.SignIn) { a.Record.Requests[0].URL = "http://localhost:2/" }, good, check.Error, check.Error, check.Error},
		{"no control", func(*attempt.SignIn) {}, turnedAway(), check.Error, check.Error, check.Error},
	} {
		a := change(turnedAway(), tc.edit)
		expect(t, tc.name, Rejected(a, tc.control), tc.rejected, "")
		expect(t, tc.name+", nobody in", NobodyIn(a, tc.control), tc.nobody, "")
		expect(t, tc.name+", without state", Stripped(a, tc.control, "state"), tc.altered, "")
		expect(t, tc.name+", without nonce", Stripped(a, tc.control, "nonce"), tc.nobody, "")
	}
}

func TestStrippedChallenge(t *testing.T) {
	t.Parallel()
	good := signedInAs("ada")
	with := func(form url.Values) attempt.SignIn {
		return change(turnedAway(), func(a *attempt.SignIn) { a.Entries = []journal.Entry{{Kind: journal.Token, Form: form}} })
	}
	expect(t, "verifier sent", Stripped(with(url.Values{"code_verifier": {"v"}}), good, "code_challenge"), check.Pass, "can tell")
	expect(t, "no verifier", Stripped(with(url.Values{}), good, "code_challenge"), check.Fail, "no code verifier")
	expect(t, "not redeemed", Stripped(turnedAway(), good, "code_challenge"), check.Pass, "did not redeem")
	expect(t, "no control", Stripped(turnedAway(), turnedAway(), "code_challenge"), check.Error, "")
}

func TestNotAndStays(t *testing.T) {
	t.Parallel()
	ada, eve := signedInAs("ada"), signedInAs("eve")
	broken := change(turnedAway(), func(a *attempt.SignIn) { a.Page.Status = 500 })
	expect(t, "as the victim", Not(ada, "ada"), check.Fail, "ada")
	expect(t, "as the attacker", Not(eve, "ada"), check.Pass, "")
	expect(t, "as nobody", Not(turnedAway(), "ada"), check.Pass, "")
	expect(t, "crashed", Not(broken, "ada"), check.Fail, "crashed")
	expect(t, "stays", Stays(ada, ada), check.Pass, "")
	expect(t, "replaced", Stays(ada, change(eve, func(a *attempt.SignIn) { a.Subject = "eve" })), check.Fail, "now signed in")
	expect(t, "ended", Stays(ada, turnedAway()), check.Fail, "not signed in any more")
	expect(t, "never in", Stays(turnedAway(), ada), check.Error, "")
}

func TestConsistent(t *testing.T) {
	t.Parallel()
	in, out := signedInAs("ada"), turnedAway()
	list := func(all ...attempt.SignIn) []attempt.SignIn { return all }
	for _, tc := range []struct {
		name        string
		first, last []attempt.SignIn
		want        check.Verdict
	}{
		{"all refused", list(out, out), list(out, out), check.Pass},
		{"the first", list(in, in), list(out, out), check.Pass},
		{"the last", list(out, out), list(in, in), check.Pass},
		{"some of each", list(in, out), list(out, in), check.Fail},
		{"one of them", list(in, out), list(out, out), check.Fail},
		{"any", list(in, in), list(in, in), check.Fail},
	} {
		expect(t, tc.name, Consistent(tc.first, tc.last, in), tc.want, "")
	}
	expect(t, "no control", Consistent(list(out), list(out), out), check.Error, "")
}

func TestSecretsAtOther(t *testing.T) {
	t.Parallel()
	secrets := map[string]string{"client secret": "s&cret", "code": "c0de"}
	for name, e := range map[string]journal.Entry{
		"form":   {Form: url.Values{"code": {"c0de"}}},
		"query":  {Query: url.Values{"x": {"y c0de"}}},
		"header": {Header: map[string][]string{"Authorization": {"Bearer c0de"}}},
		"basic":  {Header: map[string][]string{"Authorization": {"Basic c2hvcDpzJTI2Y3JldA=="}}},
	} {
		a := change(turnedAway(), func(a *attempt.SignIn) { a.Other = []journal.Entry{e} })
		expect(t, name, SecretsAtOther(a, secrets), check.Fail, "obtained")
	}
	honest := change(turnedAway(), func(a *attempt.SignIn) {
		a.Other = []journal.Entry{{Form: url.Values{"code": {"another"}}, Header: map[string][]string{"Authorization": {"Basic c2hvcDpvdGhlcg=="}}}}
	})
	expect(t, "nothing", SecretsAtOther(honest, secrets), check.Pass, "nothing")
}

func TestKeptTo(t *testing.T) {
	t.Parallel()
	with := func(a attempt.SignIn, edit func(*attempt.SignIn)) attempt.SignIn {
		a.Record.Requests = []attempt.Request{{URL: shopOrigin + "/api/sf?code=c0de&state=s"}}
		return change(a, edit)
	}
	same := func(*attempt.SignIn) {}
	expect(t, "signed in", KeptTo(with(signedInAs("ada"), same), "secret"), check.Pass, "went on")
	expect(t, "refused", KeptTo(with(turnedAway(), same), "secret"), check.Pass, "went nowhere")
	expect(t, "as another", KeptTo(with(signedInAs("eve"), same), "secret"), check.Fail, "eve")
	expect(t, "crashed", KeptTo(with(turnedAway(), func(a *attempt.SignIn) { a.Page.Status = 500 }), "secret"), check.Fail, "crashed")
	expect(t, "code at the other", KeptTo(with(turnedAway(), func(a *attempt.SignIn) {
		a.Other = []journal.Entry{{Kind: journal.Token, Form: url.Values{"code": {"c0de"}}}}
	}), "secret"), check.Fail, "authorization code")
	expect(t, "never there", KeptTo(change(turnedAway(), func(a *attempt.SignIn) { a.Record.Requests = nil }), "secret"), check.Error, "")
}

func TestAt(t *testing.T) {
	t.Parallel()
	token, userInfo := journal.Entry{Kind: journal.Token}, journal.Entry{Kind: journal.UserInfo}
	with := func(first, second []journal.Entry) attempt.SignIn {
		return change(signedInAs("ada"), func(a *attempt.SignIn) { a.Entries, a.Other = first, second })
	}
	entries := func(all ...journal.Entry) []journal.Entry { return all }
	expect(t, "first", At(with(entries(token), nil), false), check.Pass, "")
	expect(t, "second", At(with(nil, entries(token)), true), check.Pass, "")
	expect(t, "code elsewhere", At(with(entries(token), nil), true), check.Fail, "not redeemed")
	expect(t, "token elsewhere", At(with(entries(token), entries(userInfo)), false), check.Fail, "userinfo")
	expect(t, "not signed in", At(turnedAway(), false), check.Fail, "did not end signed in")
}

func TestNoUserInfo(t *testing.T) {
	t.Parallel()
	good := signedInAs("ada")
	asked := change(turnedAway(), func(a *attempt.SignIn) { a.Entries = []journal.Entry{{Kind: journal.UserInfo}} })
	expect(t, "not used", NoUserInfo(turnedAway(), good), check.Pass, "neither")
	expect(t, "asked", NoUserInfo(asked, good), check.Fail, "UserInfo")
	expect(t, "signed in", NoUserInfo(good, good), check.Fail, "signed")
}
