package harness

import (
	"context"
	"errors"
	"net/http"
	"slices"

	"github.com/countersign-oidc/countersign/mockidp/fault"
	"github.com/countersign-oidc/countersign/runner/check"
	"github.com/countersign-oidc/countersign/runner/config"
	"github.com/countersign-oidc/countersign/runner/environ"
	"github.com/countersign-oidc/countersign/suites/attempt"
)

// refusal is how a shop answers an ordinary sign-in that it refuses.
type refusal struct {
	crashes bool   // with status 500
	leak    string // the kind of what leaks then; "" for nothing
}

// UsualRefusal reports whether a page has status 500 because the shop answers
// every sign-in that it refuses so. Then the status tells of no crash; one
// check is about such a shop.
func (s *Spec) UsualRefusal(ctx context.Context, p attempt.Page) bool {
	if s.comparing != nil || p.Status != http.StatusInternalServerError || p.Origin() != attempt.Origin(s.Lane.Shop.BaseURL) {
		return false
	}
	const noted = "Status 500"
	usual := s.ordinary(ctx).crashes
	if usual && !slices.ContainsFunc(s.facts, func(f check.Fact) bool { return f.Name == noted }) {
		s.Note(noted, "is how this shop answers an ordinary sign-in that it refuses, too, and is not taken for a crash")
	}
	return usual
}

// ordinary is the shop's way to refuse, which another profile tries once for
// all checks. The zero value is that of a shop where it could not be tried.
func (s *Spec) ordinary(ctx context.Context) refusal {
	known, tried := s.harness.refusals[s.trial]
	if !tried {
		if known, tried = s.refuse(ctx); tried {
			if s.harness.refusals == nil {
				s.harness.refusals = map[string]refusal{}
			}
			s.harness.refusals[s.trial] = known
		}
	}
	return known
}

// refuse has the shop refuse a token that expired long ago, in a lane without
// anything that a check had set up. A shop that runs already has one lane; there
// a fault that is still armed could make it another refusal.
func (s *Spec) refuse(ctx context.Context) (r refusal, tried bool) {
	own := s
	if s.harness.plan.Shop.Kind() != config.KindURL {
		var err error
		if own, err = s.beside(ctx, environ.Setup{Flaws: s.setup.Flaws}); err != nil {
			return r, false
		}
		defer func() { s.refused = errors.Join(s.refused, own.leaveLane(ctx)) }()
	} else if slices.ContainsFunc(s.Lane.Provider.Tickets(), (*fault.Ticket).Armed) {
		return r, false
	}
	own.comparing = &r
	defer func() { own.comparing = nil }()
	b, err := own.Stranger(ctx)
	if err != nil {
		return r, false
	}
	defer own.Release(b)
	u := own.Person(nil)
	own.bystanders = append(own.bystanders, u.Username)
	a, err := own.SignIn(ctx, Try{
		Title: "An ordinary sign-in that the shop refuses, to compare with", User: u, Browser: b, Fault: fault.IDTokenExpPast, NoPicture: true, KeepPage: true,
	})
	if err != nil || a.Fired == 0 || a.Page.Origin() != a.ShopOrigin {
		return refusal{}, false
	}
	r.crashes = a.Page.Status == http.StatusInternalServerError
	return r, true
}
