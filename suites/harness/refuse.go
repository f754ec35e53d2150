package harness

import (
	"context"

	"github.com/countersign-oidc/countersign/mockidp/fault"
	"github.com/countersign-oidc/countersign/runner/check"
	"github.com/countersign-oidc/countersign/suites/attempt"
	"github.com/countersign-oidc/countersign/suites/judge"
)

// Refuses registers a negative check: with each of the faults the shop must
// not sign anybody in, and without them it must. Each fault is a case of its
// own in the evidence; the first that the shop does not pass decides.
func (h *Harness) Refuses(c check.Check, faults ...fault.ID) {
	h.Check(c, func(ctx context.Context, s *Spec) (judge.Finding, error) {
		return s.Refused(ctx, faults...)
	})
}

// Refused tries a sign-in with each fault and then the same without. The first
// has its picture taken: those of the others would be the same page again.
func (s *Spec) Refused(ctx context.Context, faults ...fault.ID) (judge.Finding, error) {
	u := s.Person(nil)
	bad := make([]Try, 0, len(faults))
	for _, id := range faults {
		bad = append(bad, Try{Title: "Sign-in with the fault " + string(id), User: u, Fault: id, NoPicture: len(bad) > 0})
	}
	return s.RefusedTries(ctx, Try{Title: "The same sign-in without the fault", User: u, Control: true}, bad...)
}

// RefusedTries tries each bad sign-in in a browser that the shop does not know,
// and then the good one. All are tried, whatever becomes of the first: each is
// a case of its own in the evidence. The provider goes on knowing who is
// signed in there, so that only the first asks for the password.
func (s *Spec) RefusedTries(ctx context.Context, control Try, tries ...Try) (judge.Finding, error) {
	attempts := make([]*attempt.SignIn, 0, len(tries))
	for _, t := range tries {
		bad, err := s.SignIn(ctx, t)
		if err != nil {
			return judge.Finding{}, err
		}
		attempts = append(attempts, bad)
		if err := s.ForgetShop(ctx); err != nil {
			return judge.Finding{}, err
		}
	}
	good, err := s.SignIn(ctx, control)
	if err != nil {
		return judge.Finding{}, err
	}
	return s.Against(good, judge.Refused, attempts...), nil
}
