package judge

import (
	"testing"

	"github.com/countersign-oidc/countersign/mockidp/fault"
	"github.com/countersign-oidc/countersign/mockidp/journal"
	"github.com/countersign-oidc/countersign/runner/check"
	"github.com/countersign-oidc/countersign/suites/attempt"
)

func TestMetadataRefused(t *testing.T) {
	t.Parallel()
	good := signedInAs("ada")
	expect(t, "refused", MetadataRefused(refused(), good, true), check.Pass, "nobody was signed in")
	used := refused()
	used.Who = attempt.Who{SignedIn: true, Subject: "ada"}
	expect(t, "used", MetadataRefused(used, good, true), check.Fail, "signed the customer in")
	sent := refused()
	sent.Entries = append(sent.Entries, journal.Entry{Kind: journal.Authorize})
	keyless := change(used, func(a *attempt.SignIn) {
		a.Fault = &fault.Spec{Response: &fault.ResponseEdit{Remove: []string{"jwks_uri"}}}
	})
	fetches := change(good, func(a *attempt.SignIn) { a.Entries = []journal.Entry{{Kind: journal.JWKS}} })
	expect(t, "without keys", MetadataRefused(keyless, fetches, true), check.Fail, "signed the customer in")
	expect(t, "keys never used", MetadataRefused(keyless, good, true), check.Skip, "did not ask for the provider's keys")
	expect(t, "sent on", MetadataRefused(sent, good, true), check.Fail, "sent the customer on")
	expect(t, "sent on, which is allowed", MetadataRefused(sent, good, false), check.Pass, "nobody")
	crash := refused()
	crash.Page.Status = 500
	expect(t, "crashed", MetadataRefused(crash, good, true), check.Fail, "crashed")
	unread := refused()
	unread.Fired = 0
	expect(t, "never read", MetadataRefused(unread, good, true), check.Error, "never took effect")
	expect(t, "no control", MetadataRefused(refused(), refused(), true), check.Error, "does not work either")
}

func TestStillUp(t *testing.T) {
	t.Parallel()
	a := refused()
	for status, want := range map[int]check.Verdict{400: check.Pass, 502: check.Pass, 500: check.Fail} {
		a.Page.Status = status
		expect(t, "answered", StillUp(a), want, "status")
	}
	a.Page.Failed = "net::ERR_EMPTY_RESPONSE"
	expect(t, "no answer", StillUp(a), check.Fail, "left the browser without a page")
}

func TestLedAway(t *testing.T) {
	t.Parallel()
	const issuer = "http://localhost:1/op"
	a := refused()
	expect(t, "stayed", LedAway(a, issuer), check.Pass, "stayed")
	a.Record.Requests = append(a.Record.Requests, attempt.Request{URL: "http://evil.test/x", Document: true})
	expect(t, "by way of", LedAway(a, issuer), check.Fail, "was sent to http://evil.test/x")
	a.Page.URL = "data:text/html,x"
	expect(t, "rests", LedAway(a, issuer), check.Fail, "rests at data:")
}
