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
	crashes  bool   // with status 500
	restarts bool   // by beginning another sign-in
	leak     string // the kind of what leaks then; "" for nothing
}

// UsualRefusal reports whether an attempt ended with status 500, or at the
// provider again, because the shop answers every sign-in that it refuses so.
// Then that tells of nothing else; one check is about such a shop.
func (s *Spec) UsualRefusal(ctx context.Context, a *attempt.SignIn) bool {
	if s.comparing != nil {
		return false
	}
	switch {
	case a.Page.Status == http.StatusInternalServerError && a.Page.Origin() == a.ShopOrigin:
		return s.usually("Status 500", s.ordinary(ctx).crashes)
	case a.Restarted():
		return s.usually("Another sign-in", s.ordinary(ctx).restarts)
	}
	return false
}

// usually notes once what is usual.
func (s *Spec) usually(what string, usual bool) bool {
	if usual && !slices.ContainsFunc(s.facts, func(f check.Fact) bool { return f.Name == what }) {
		s.Note(what, "is how this shop answers an ordinary sign-in that it refuses, too, and says nothing about this one")
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
	if err != nil || a.Fired == 0 {
		return refusal{}, false
	}
	if r.restarts = a.Restarted(); r.restarts {
		return r, true
	}
	if a.Page.Origin() != a.ShopOrigin {
		return refusal{}, false
	}
	r.crashes = a.Page.Status == http.StatusInternalServerError
	return r, true
}
