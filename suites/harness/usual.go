package harness

import (
	"context"
	"net/http"

	"github.com/countersign-oidc/countersign/mockidp/fault"
	"github.com/countersign-oidc/countersign/suites/attempt"
)

// UsualRefusal reports whether a page has status 500 because the shop answers
// every sign-in that it refuses so. Then the status tells of no crash; one
// check is about such a shop. Another profile tries an ordinary refusal, once
// for all checks.
func (s *Spec) UsualRefusal(ctx context.Context, p attempt.Page) bool {
	if s.comparing || p.Status != http.StatusInternalServerError || p.Origin() != attempt.Origin(s.Lane.Shop.BaseURL) {
		return false
	}
	known, tried := s.harness.refusals[s.trial]
	if !tried {
		if known, tried = s.refusal(ctx); !tried {
			return false
		}
		s.harness.refusals[s.trial] = known
	}
	if known {
		s.Note("Status 500", "is how this shop answers an ordinary sign-in that it refuses, too, and is not taken for a crash")
	}
	return known
}

// refusal has the shop refuse a token that expired long ago. What keeps it from
// being tried leaves it open.
func (s *Spec) refusal(ctx context.Context) (crashes, tried bool) {
	s.comparing = true
	defer func() { s.comparing = false }()
	b, err := s.Stranger(ctx)
	if err != nil {
		return false, false
	}
	defer s.Release(b)
	u := s.Person(nil)
	s.bystanders = append(s.bystanders, u.Username)
	a, err := s.SignIn(ctx, Try{
		Title: "An ordinary sign-in that the shop refuses, to compare with", User: u, Browser: b, Fault: fault.IDTokenExpPast, NoPicture: true, KeepPage: true,
	})
	if err != nil || a.Fired == 0 || a.Page.Origin() != a.ShopOrigin {
		return false, false
	}
	return a.Page.Status == http.StatusInternalServerError, true
}
