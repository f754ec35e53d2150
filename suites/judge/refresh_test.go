package judge

import (
	"net/http"
	"net/url"
	"testing"

	"github.com/countersign-oidc/countersign/mockidp/journal"
	"github.com/countersign-oidc/countersign/runner/check"
	"github.com/countersign-oidc/countersign/suites/attempt"
)

func refreshEntry(sent, got string) journal.Entry {
	return journal.Entry{
		Kind: journal.Token, Sent: true, Form: url.Values{"grant_type": {"refresh_token"}, "refresh_token": {sent}},
		Tokens: []journal.Issued{{Kind: "refresh_token", Value: got}, {Kind: "access_token", Value: "new-access"}},
	}
}

func TestRefresh(t *testing.T) {
	t.Parallel()
	renewed := change(signedInAs("ada"), func(a *attempt.SignIn) { a.Entries = []journal.Entry{refreshEntry("1", "2")} })
	expect(t, "renewed", Renewed(renewed), check.Pass, "ended signed in")
	expect(t, "signed out", Renewed(change(renewed, func(a *attempt.SignIn) { a.Who = attempt.Who{} })), check.Fail, "did not end signed in")
	expect(t, "no refresh", Renewed(signedInAs("ada")), check.Error, "did not renew")
	expect(t, "control", RenewedControl(renewed), check.Pass, "works")
	expect(t, "no control", RenewedControl(signedInAs("ada")), check.Error, "nothing can be concluded")

	expect(t, "rotated", Rotated([]journal.Entry{refreshEntry("1", "2"), refreshEntry("2", "3")}), check.Pass, "2 refreshes")
	expect(t, "the old one", Rotated([]journal.Entry{refreshEntry("1", "2"), refreshEntry("1", "3")}), check.Fail, "Refresh 2 used")
	expect(t, "one alone", Rotated([]journal.Entry{refreshEntry("1", "2")}), check.Error, "two are needed")

	bad := change(refused(), func(a *attempt.SignIn) { a.Entries = append(a.Entries, refreshEntry("1", "2")) })
	used := change(bad, func(a *attempt.SignIn) {
		a.Entries = append(a.Entries, journal.Entry{Kind: journal.UserInfo, Header: http.Header{"Authorization": {"Bearer new-access"}}})
	})
	expect(t, "thrown away", NotRenewed(bad), check.Pass, "threw away")
	expect(t, "switched", NotRenewed(change(bad, func(a *attempt.SignIn) { a.Who = attempt.Who{SignedIn: true, Subject: "eve"} })), check.Fail, `"eve"`)
	expect(t, "used", NotRenewed(used), check.Fail, "used the access token")
	expect(t, "crashed", NotRenewed(change(bad, func(a *attempt.SignIn) { a.Page.Status = 500 })), check.Fail, "crashed")
	expect(t, "not reached", NotRenewed(change(bad, func(a *attempt.SignIn) { a.Fired = 0 })), check.Error, "never took effect")

	in := change(refused(), func(a *attempt.SignIn) { a.Who = attempt.Who{SignedIn: true, Subject: "ada"} })
	expect(t, "outlived", Outlived(in, 0), check.Pass, "got over")
	expect(t, "ended", Outlived(refused(), 0), check.Fail, "The session ended")
	expect(t, "pressed", Outlived(in, 3), check.Fail, "3 refresh requests")
	expect(t, "no outage", Outlived(change(in, func(a *attempt.SignIn) { a.Fired = 0 }), 0), check.Error, "never took effect")

	expect(t, "once", RenewedOnce(1, in.Who), check.Pass, "one refresh")
	expect(t, "often", RenewedOnce(3, in.Who), check.Fail, "3 refresh requests")
	expect(t, "never", RenewedOnce(0, in.Who), check.Error, "did not renew")
	expect(t, "out", RenewedOnce(1, attempt.Who{}), check.Fail, "signed out")
}
