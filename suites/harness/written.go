package harness

import (
	"context"

	"github.com/countersign-oidc/countersign/mockidp/fault"
	"github.com/countersign-oidc/countersign/mockidp/identity"
	"github.com/countersign-oidc/countersign/mockidp/journal"
	"github.com/countersign-oidc/countersign/runner/check"
	"github.com/countersign-oidc/countersign/suites/attempt"
	"github.com/countersign-oidc/countersign/suites/judge"
)

// RefusesWritten is Refuses with faults that need not be in the catalogue.
func (h *Harness) RefusesWritten(c check.Check, faults ...fault.Spec) {
	h.Check(c, func(ctx context.Context, s *Spec) (judge.Finding, error) {
		return s.RefusedWritten(ctx, faults...)
	})
}

// RefusedWritten tries a sign-in with each fault and then the same without. A
// picture is taken of the first.
func (s *Spec) RefusedWritten(ctx context.Context, faults ...fault.Spec) (judge.Finding, error) {
	u := s.Person(nil)
	bad := make([]Try, 0, len(faults))
	for i := range faults {
		bad = append(bad, s.Variant(u, &faults[i], i > 0))
	}
	return s.RefusedTries(ctx, Try{Title: "The same sign-in without the fault", User: u, Control: true}, bad...)
}

// Variant is the try of one of several faults, of which the first is worth a
// picture. Where the provider does not know whom it answers, at the key set for
// example, a fault is everybody's.
func (s *Spec) Variant(u identity.User, f *fault.Spec, noPicture bool) Try {
	return Try{
		Title: "Sign-in: " + f.Title, User: u, Written: f, NoPicture: noPicture,
		Everybody: f.Response != nil && f.Response.Endpoint != journal.Token && f.Response.Endpoint != journal.UserInfo,
	}
}

// AcceptsWritten registers a check of what a provider may do: with each of the
// faults, which are none, the shop must sign the person in.
func (h *Harness) AcceptsWritten(c check.Check, faults ...fault.Spec) {
	h.Check(c, func(ctx context.Context, s *Spec) (judge.Finding, error) {
		return s.WeighedWritten(ctx, judge.Accepted, faults...)
	})
}

// SurvivesWritten registers a check of what a shop may refuse or accept, and
// must not crash at.
func (h *Harness) SurvivesWritten(c check.Check, faults ...fault.Spec) {
	h.Check(c, func(ctx context.Context, s *Spec) (judge.Finding, error) {
		return s.WeighedWritten(ctx, judge.Survived, faults...)
	})
}

// WeighedWritten tries a sign-in with each fault and judges each by the same
// sign-in without one. That is tried only where somebody is not signed in.
func (s *Spec) WeighedWritten(ctx context.Context, weigh func(a, good attempt.SignIn) judge.Finding, faults ...fault.Spec) (judge.Finding, error) {
	u := s.Person(nil)
	attempts := make([]*attempt.SignIn, 0, len(faults)+1)
	all := true
	for i := range faults {
		a, err := s.SignIn(ctx, Try{Title: "Sign-in: " + faults[i].Title, User: u, Written: &faults[i], Control: true})
		if err != nil {
			return judge.Finding{}, err
		}
		attempts = append(attempts, a)
		all = all && a.Who.SignedIn
		if err := s.ForgetShop(ctx); err != nil {
			return judge.Finding{}, err
		}
	}
	good := attempts[0]
	if !all {
		var err error
		if good, err = s.SignIn(ctx, Try{Title: "The same sign-in without the deviation", User: u, Control: true}); err != nil {
			return judge.Finding{}, err
		}
	}
	return s.Against(good, weigh, attempts...), nil
}
