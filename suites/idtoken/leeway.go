package idtoken

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/countersign-oidc/countersign/suites/attempt"
	"github.com/countersign-oidc/countersign/suites/harness"
	"github.com/countersign-oidc/countersign/suites/judge"
)

// offsets are how far ahead or behind a clock is in the cases of the leeway.
func offsets() []time.Duration {
	return []time.Duration{time.Second, 20 * time.Second, 2 * time.Minute, 4 * time.Minute}
}

// leeway measures at which difference of the clocks the shop refuses a token,
// for each of the claims that are compared with a clock.
func leeway(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	u := s.Person(nil)
	control, err := s.SignIn(ctx, harness.Try{Title: "An ordinary sign-in", User: u, Control: true})
	if err != nil {
		return judge.Finding{}, err
	}
	var measured []judge.Leeway
	var tries []attempt.SignIn
	for _, claim := range []struct{ name, sign, what string }{
		{"exp", "-", "an exp %s ago"}, {"nbf", "", "an nbf %s ahead"}, {"iat", "", "an iat %s ahead"},
	} {
		m := judge.Leeway{Claim: claim.name}
		for _, by := range offsets() {
			if err := s.ForgetShop(ctx); err != nil {
				return judge.Finding{}, err
			}
			title := fmt.Sprintf(claim.what, by)
			f := with(claim.name+".off_by_"+by.String(), title, set{claim.name: `{"$now":"` + claim.sign + by.String() + `"}`})
			a, err := s.SignIn(ctx, harness.Try{Title: "Sign-in: " + title, User: u, Written: &f, NoPicture: true})
			if err != nil {
				return judge.Finding{}, err
			}
			tries = append(tries, *a)
			m.Cases = append(m.Cases, judge.LeewayCase{By: by, Accepted: a.Who.SignedIn})
		}
		s.Note("Accepted with "+claim.name+" off by", "%s", accepted(m))
		measured = append(measured, m)
	}
	findings := []judge.Finding{judge.Control(*control)}
	for _, a := range tries {
		findings = append(findings, judge.Reached(a))
	}
	return judge.First(append(findings, judge.OneLeeway(measured, s.Lane.Shop.Leeway))...), nil
}

func accepted(m judge.Leeway) string {
	var list []string
	for _, c := range m.Cases {
		if c.Accepted {
			list = append(list, c.By.String())
		}
	}
	if len(list) == 0 {
		return "nothing"
	}
	return strings.Join(list, ", ")
}
