package judge

import (
	"testing"

	"github.com/countersign-oidc/countersign/mockidp/journal"
	"github.com/countersign-oidc/countersign/runner/check"
	"github.com/countersign-oidc/countersign/suites/attempt"
)

// begunAnew is a refused sign-in for which the shop began another one.
func begunAnew() attempt.SignIn {
	return change(refused(), func(a *attempt.SignIn) {
		a.ProviderOrigin, a.Page = "http://provider", attempt.Page{URL: "http://provider/authorize", Status: 200}
		a.Entries = append(a.Entries, authorization(""))
	})
}

func TestAnotherSignInBegun(t *testing.T) {
	t.Parallel()
	usual := change(begunAnew(), func(a *attempt.SignIn) { a.Usual = true })
	expect(t, "refuses without a word", RefusedAsSuch(begunAnew()), check.Fail, "begins another sign-in")
	expect(t, "no session", Refused(begunAnew(), signedInAs("ada")), check.Fail, "began another sign-in")
	expect(t, "no session, as usual", Refused(usual, signedInAs("ada")), check.Pass, "made no session")
	expect(t, "an outage", Weathered(begunAnew(), signedInAs("ada")), check.Fail, "began another sign-in")
	expect(t, "an outage, as usual", Weathered(usual, signedInAs("ada")), check.Pass, "next sign-in works")
	expect(t, "no crash", NotCrashed(begunAnew()), check.Fail, "began another sign-in")
	expect(t, "no crash, as usual", NotCrashed(usual), check.Pass, "status 200")
	untaken := change(begunAnew(), func(a *attempt.SignIn) { a.Entries = a.Entries[1:] })
	expect(t, "an answer that was not taken", Rejected(untaken, signedInAs("ada")), check.Pass, "signed nobody in")
	expect(t, "a foreign page", StaysAtShop(usual), check.Pass, "no other site")
	expect(t, "a foreign page, begun anew", StaysAtShop(begunAnew()), check.Fail, "another site")
	expect(t, "HTML", NotReflected(usual, false, ""), check.Pass, "nothing of it")
	twice := change(usual, func(a *attempt.SignIn) { a.Entries = append(a.Entries, authorization("")) })
	expect(t, "two requests", RequestsOnce(twice), check.Pass, "")
	answered := change(twice, func(a *attempt.SignIn) {
		a.Usual = false
		a.Entries = append(a.Entries, journal.Entry{Kind: journal.Authorize, Location: shopOrigin + "/api/sf?code=x"})
	})
	expect(t, "two requests that were answered", RequestsOnce(answered), check.Fail, "authorization requests")
}
