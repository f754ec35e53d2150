package judge

import (
	"encoding/json"
	"testing"

	"github.com/countersign-oidc/countersign/runner/check"
	"github.com/countersign-oidc/countersign/suites/attempt"
)

func TestUserInfoUnused(t *testing.T) {
	t.Parallel()
	good := signedInAs("ada")
	in := func(body string) attempt.SignIn {
		return change(refused(), func(a *attempt.SignIn) {
			a.Who = attempt.Who{Status: 200, SignedIn: true, Subject: "ada", Body: json.RawMessage(body)}
			a.Page.Status = 200
		})
	}
	for _, tc := range []struct {
		name      string
		bad, good attempt.SignIn
		want      check.Verdict
		reason    string
	}{
		{"refused", refused(), good, check.Pass, "nothing of it"},
		{"ignored", in(`{"name":"Ada"}`), good, check.Pass, "nothing of it"},
		{"used", in(`{"name":"stranger"}`), good, check.Fail, "the shop used it"},
		{"somebody else", change(in(`{}`), func(a *attempt.SignIn) { a.Who.Subject = "eve" }), good, check.Fail, `as "eve"`},
		{"crashed", change(refused(), func(a *attempt.SignIn) { a.Page.Status = 500 }), good, check.Fail, "crashed"},
		{"never fired", change(refused(), func(a *attempt.SignIn) { a.Fired = 0 }), good, check.Error, "never took effect"},
		{"the control fails", refused(), change(good, func(a *attempt.SignIn) { a.Who = attempt.Who{} }), check.Error, "does not work either"},
	} {
		expect(t, tc.name, UserInfoUnused(tc.bad, tc.good, "stranger"), tc.want, tc.reason)
	}
	expect(t, "unharmed", Unharmed(refused(), good), check.Pass, "no harm")
	expect(t, "blamed the provider", Unharmed(change(refused(), func(a *attempt.SignIn) { a.Page.Status = 502 }), good), check.Pass, "no harm")
	expect(t, "harmed", Unharmed(change(refused(), func(a *attempt.SignIn) { a.Page.Status = 500 }), good), check.Fail, "crashed")
	expect(t, "somebody else", Unharmed(change(in(`{}`), func(a *attempt.SignIn) { a.Who.Subject = "eve" }), good), check.Fail, `as "eve"`)
	expect(t, "no control", Unharmed(refused(), change(good, func(a *attempt.SignIn) { a.Who = attempt.Who{} })), check.Error, "either")
	expect(t, "never fired", Unharmed(change(refused(), func(a *attempt.SignIn) { a.Fired = 0 }), good), check.Error, "never")
}

func TestStaff(t *testing.T) {
	t.Parallel()
	in := signedInAs("ada")
	expect(t, "closed", NotStaff(in, 403), check.Pass, "did not open")
	expect(t, "open", NotStaff(in, 200), check.Fail, "opened the page")
	expect(t, "broken", NotStaff(in, 500), check.Fail, "status 500")
	expect(t, "crashed", NotStaff(change(refused(), func(a *attempt.SignIn) { a.Page.Status = 500 }), 302), check.Fail, "status 500")
	expect(t, "one of them", StaffControl(in, 200), check.Pass, "opens")
	expect(t, "none of them", StaffControl(in, 403), check.Error, "nothing can be concluded")
}

func TestValues(t *testing.T) {
	t.Parallel()
	page := func(title, text string, status int) attempt.Page {
		return attempt.Page{Title: title, Text: text, Status: status}
	}
	expect(t, "escaped", MarkupEscaped("/", page("Shop", "<script>", 200), nil), check.Pass, "as text")
	expect(t, "ran", MarkupEscaped("/", page("countersign-ran", "", 200), nil), check.Fail, "ran")
	expect(t, "an element", MarkupEscaped("/", page("Shop", "", 200), []string{"name", "email"}), check.Fail, "Markup in name, email")
	expect(t, "computed", MarkupEscaped("/", page("Shop", "countersign-49", 200), nil), check.Fail, "computed")
	expect(t, "broken", MarkupEscaped("/", page("Shop", "", 500), nil), check.Fail, "status 500")
	expect(t, "not linked", LinkHarmless("javascript:x", ""), check.Pass, "not linked")
	expect(t, "linked", LinkHarmless("javascript:x", "href"), check.Fail, "is the href")
	expect(t, "not called", NotCalled("picture", nil), check.Pass, "did not")
	expect(t, "called", NotCalled("picture", []string{"GET /x"}), check.Fail, "GET /x")
	expect(t, "nothing", NothingOf("/", "Hello Bob", []string{"Ada"}), check.Pass, "nothing")
	expect(t, "something", NothingOf("/", "Hello Ada", []string{"Ada"}), check.Fail, `"Ada"`)
	expect(t, "absent", Absent(false, "x"), check.Pass, "not there")
	expect(t, "present", Absent(true, "x"), check.Fail, "x")
	expect(t, "refused", FormToken(page("", "", 403), page("", "", 200), false), check.Pass, "refused with status 403")
	expect(t, "taken", FormToken(page("", "", 200), page("", "", 200), true), check.Fail, "still the form's own")
	expect(t, "another taken", FormToken(page("", "", 200), page("", "", 200), false), check.Fail, "another one")
	expect(t, "both refused", FormToken(page("", "", 403), page("", "", 403), false), check.Error, "refused too")
}

func TestHeadersIntact(t *testing.T) {
	t.Parallel()
	with := func(name, value string) attempt.SignIn {
		return change(signedInAs("ada"), func(a *attempt.SignIn) { a.Record.Requests[0].Header = map[string]string{name: value} })
	}
	expect(t, "intact", HeadersIntact(with("x-customer", "Ada x-marker"), "marker"), check.Pass, "no header")
	expect(t, "a header", HeadersIntact(with("x-marker", "1"), "marker"), check.Fail, "the header x-marker")
	expect(t, "a cookie", HeadersIntact(with("set-cookie", "marker=1"), "marker"), check.Fail, "sets a cookie")
	kept := change(signedInAs("ada"), func(a *attempt.SignIn) { a.Cookies = []attempt.Cookie{{Name: "marker"}} })
	expect(t, "a kept cookie", HeadersIntact(kept, "marker"), check.Fail, "has a cookie")
	elsewhere := change(with("x-marker", "1"), func(a *attempt.SignIn) { a.Record.Requests[0].URL = "http://elsewhere/" })
	expect(t, "of another site", HeadersIntact(elsewhere, "marker"), check.Pass, "no header")
}

func TestOwners(t *testing.T) {
	t.Parallel()
	in, out := signedInAs("ada"), refused()
	expect(t, "the customer", IsCustomer(in, "joan", "joan"), check.Pass, "joan")
	expect(t, "another", IsCustomer(in, "joan", "x"), check.Fail, "as the customer x and not")
	expect(t, "nobody", IsCustomer(out, "joan", ""), check.Fail, "as nobody")
	expect(t, "linked", LinkControl(in, "joan", "joan"), check.Pass, "as it must")
	expect(t, "not linked", LinkControl(in, "joan", "x"), check.Error, "links nobody at all")
	expect(t, "kept apart", NotCustomer(in, "joan", "x"), check.Pass, "another customer")
	expect(t, "refused", NotCustomer(out, "joan", ""), check.Pass, "was refused")
	expect(t, "taken over", NotCustomer(in, "joan", "joan"), check.Fail, `as the customer "joan"`)
	expect(t, "not told", NotCustomer(in, "joan", ""), check.Error, "does not tell")
	expect(t, "crashed", NotCustomer(change(out, func(a *attempt.SignIn) { a.Page.Status = 500 }), "joan", ""), check.Fail, "500")
	const idp = "http://localhost:1"
	at := func(url string, status int) attempt.Page { return attempt.Page{URL: url, Status: status} }
	expect(t, "refused and begun", LinkStarted(at(shopOrigin, 403), at(idp+"/begin", 200), idp, "so"), check.Pass, "begins no link so")
	expect(t, "begun", LinkStarted(at(idp+"/begin", 200), at(idp+"/begin", 200), idp, "so"), check.Fail, "began to link")
	expect(t, "crashed", LinkStarted(at(shopOrigin, 500), at(idp+"/begin", 200), idp, "so"), check.Fail, "status 500")
	expect(t, "never begun", LinkStarted(at(shopOrigin, 403), at(shopOrigin, 403), idp, "so"), check.Error, "does not lead")
}
