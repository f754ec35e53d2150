package idtoken

import (
	"context"

	"github.com/countersign-oidc/countersign/mockidp/fault"
	"github.com/countersign-oidc/countersign/runner/check"
	"github.com/countersign-oidc/countersign/suites/attempt"
	"github.com/countersign-oidc/countersign/suites/harness"
	"github.com/countersign-oidc/countersign/suites/judge"
)

// chosen is a check of what a shop may accept or refuse: with each fault it
// must do the same, and what it documents.
func chosen(p check.Policy, what string, faults ...fault.Spec) harness.Body {
	return func(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
		u := s.Person(nil)
		control, err := s.SignIn(ctx, harness.Try{Title: "An ordinary sign-in", User: u, Control: true})
		if err != nil {
			return judge.Finding{}, err
		}
		var seen []attempt.SignIn
		for i := range faults {
			if err := s.ForgetShop(ctx); err != nil {
				return judge.Finding{}, err
			}
			a, err := s.SignIn(ctx, harness.Try{Title: "Sign-in: " + faults[i].Title, User: u, Written: &faults[i], NoPicture: i > 0})
			if err != nil {
				return judge.Finding{}, err
			}
			seen = append(seen, *a)
		}
		return judge.Chosen(p, s.Lane.Shop.Policies[p], what, *control, seen...), nil
	}
}
