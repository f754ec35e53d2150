package judge

import (
	"testing"
	"time"

	"github.com/countersign-oidc/countersign/runner/check"
	"github.com/countersign-oidc/countersign/suites/attempt"
)

// unusual is an attempt with a fault that ended signed in.
func unusual(subject string) attempt.SignIn {
	a := refused()
	a.Who = attempt.Who{Status: 200, SignedIn: true, Subject: subject}
	a.Page.Status = 200
	return a
}

func TestAcceptedAndSurvived(t *testing.T) {
	t.Parallel()
	good, none := signedInAs("ada"), change(signedInAs("ada"), func(a *attempt.SignIn) { a.Who = attempt.Who{} })
	crash := change(refused(), func(a *attempt.SignIn) { a.Page.Status = 500 })
	lost := change(refused(), func(a *attempt.SignIn) { a.Fired = 0 })
	expect(t, "accepted", Accepted(unusual("ada"), good), check.Pass, "signed the person in")
	expect(t, "refused", Accepted(refused(), good), check.Fail, "refused a sign-in although")
	expect(t, "as another", Accepted(unusual("eve"), good), check.Fail, "refused a sign-in although")
	expect(t, "crashed", Accepted(crash, good), check.Fail, "crashed (status 500)")
	expect(t, "no control", Accepted(refused(), none), check.Error, "does not work either")
	expect(t, "not reached", Accepted(lost, good), check.Error, "never took effect")
	expect(t, "survived, signed in", Survived(unusual("ada"), none), check.Pass, "the right person in")
	expect(t, "survived, refused", Survived(refused(), good), check.Pass, "refused the sign-in")
	expect(t, "survived, as another", Survived(unusual("eve"), good), check.Fail, `signed "eve" in`)
	expect(t, "survived, crashed", Survived(crash, good), check.Fail, "crashed")
	expect(t, "survived, no control", Survived(refused(), none), check.Error, "does not work either")
	expect(t, "survived, not reached", Survived(lost, good), check.Error, "never took effect")
}

// TestChosen also holds that a policy that was weighed once is not weighed
// again.
func TestChosen(t *testing.T) {
	t.Parallel()
	const p = check.IDTokenAge
	good := signedInAs("ada")
	for _, tc := range []struct {
		name   string
		said   check.Choice
		cases  []attempt.SignIn
		want   check.Verdict
		reason string
	}{
		{"refuses as said", check.Refuse, []attempt.SignIn{refused(), refused()}, check.Pass, "As its policy"},
		{"accepts as said", check.Accept, []attempt.SignIn{unusual("ada")}, check.Pass, "As its policy"},
		{"accepts against its word", check.Refuse, []attempt.SignIn{unusual("ada")}, check.Fail, "says refuse, but"},
		{"refuses against its word", check.Accept, []attempt.SignIn{refused()}, check.Fail, "says accept, but"},
		{"accepts some", check.Refuse, []attempt.SignIn{refused(), unusual("ada")}, check.Fail, "in some cases"},
		{"refuses some", check.Accept, []attempt.SignIn{refused(), unusual("ada")}, check.Fail, "in some cases"},
		{"says nothing", check.Unstated, []attempt.SignIn{unusual("ada")}, check.Pass, "Recorded"},
		{"another person", check.Accept, []attempt.SignIn{unusual("eve")}, check.Fail, `signed "eve" in`},
	} {
		expect(t, tc.name, ByPolicy(Chosen(p, tc.said, "this", good, tc.cases...), p, tc.said), tc.want, tc.reason)
	}
	none := change(good, func(a *attempt.SignIn) { a.Who = attempt.Who{} })
	expect(t, "no control", Chosen(p, check.Refuse, "this", none, refused()), check.Error, "does not work either")
}

func TestOneLeeway(t *testing.T) {
	t.Parallel()
	row := func(claim string, accepted ...bool) Leeway {
		l := Leeway{Claim: claim}
		for i, by := range []time.Duration{time.Second, 30 * time.Second, 2 * time.Minute} {
			l.Cases = append(l.Cases, LeewayCase{by, accepted[i]})
		}
		return l
	}
	minute := time.Minute
	same := []Leeway{row("exp", true, true, false), row("iat", true, true, false)}
	expect(t, "as documented", OneLeeway(same, &minute), check.Pass, "1m0s apart, as documented")
	expect(t, "nothing documented", OneLeeway(same, nil), check.Pass, "at least 30s apart")
	expect(t, "too much", OneLeeway([]Leeway{row("exp", true, true, true)}, &minute), check.Fail, "accepts a token whose exp is off by 2m0s")
	expect(t, "too little", OneLeeway([]Leeway{row("exp", true, false, false)}, &minute), check.Fail, "refuses a token whose exp is off by 30s")
	expect(t, "two boundaries", OneLeeway([]Leeway{row("exp", true, true, false), row("nbf", true, true, true)}, nil), check.Warn, "should be one")
	expect(t, "no order", OneLeeway([]Leeway{row("exp", true, false, true)}, nil), check.Fail, "and refuses one that is off by 30s")
}
