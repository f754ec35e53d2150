// Package accounts is the suite of who owns which account.
package accounts

import (
	"context"
	"maps"

	"github.com/onsi/ginkgo/v2"

	"github.com/countersign-oidc/countersign/mockidp/identity"
	"github.com/countersign-oidc/countersign/runner/environ"
	"github.com/countersign-oidc/countersign/suites/attempt"
	"github.com/countersign-oidc/countersign/suites/catalog"
	"github.com/countersign-oidc/countersign/suites/harness"
	"github.com/countersign-oidc/countersign/suites/judge"
)

// Specs registers the suite.
func Specs(h *harness.Harness) {
	ginkgo.Describe("accounts", func() {
		h.CheckWith(catalog.AccountsIssuerAndSubject, environ.Setup{Second: true, OwnRedirect: true}, issuerAndSubject)
		h.Check(catalog.AccountsProfileOfVictim, profileOfVictim)
		h.Check(catalog.AccountsEmailReused, emailReused)
		emailSpecs(h)
		linkSpecs(h)
		customerSpecs(h)
	})
}

// visit signs a person in, in a browser as good as new.
func visit(ctx context.Context, s *harness.Spec, title string, u identity.User) (*attempt.SignIn, error) {
	if err := s.Browser.Clear(ctx); err != nil {
		return nil, err
	}
	return s.SignIn(ctx, harness.Try{Title: title, User: u, Control: true})
}

// atSecond signs a person in whom the second provider knows and the first one
// does not.
func atSecond(ctx context.Context, s *harness.Spec, title string, u identity.User) (*attempt.SignIn, error) {
	if err := s.Lane.Second.PutUser(u); err != nil {
		return nil, err
	}
	if err := s.Browser.Clear(ctx); err != nil {
		return nil, err
	}
	return s.SignIn(ctx, harness.Try{
		Title: title, User: u, Visit: s.Lane.Shop.StartWithProvider + s.Lane.Shop.SecondName, Control: true,
	})
}

func issuerAndSubject(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	victim := s.Person(nil)
	first, err := visit(ctx, s, "The sign-in of the victim at the first provider", victim)
	if err != nil {
		return judge.Finding{}, err
	}
	second, err := atSecond(ctx, s, "The sign-in of an attacker with the same subject at the second provider", victim)
	if err != nil {
		return judge.Finding{}, err
	}
	return judge.First(judge.Control(*first), judge.Control(*second),
		judge.OtherCustomer(*second, s.Customer(first), s.Customer(second))), nil
}

func profileOfVictim(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	victim := s.Person(map[string]any{
		"preferred_username": "ada", "nickname": "Ada", "phone_number": "+44 20 7946 0000", "phone_number_verified": true,
	})
	first, err := visit(ctx, s, "The sign-in of the victim", victim)
	if err != nil {
		return judge.Finding{}, err
	}
	second, err := visit(ctx, s, "The sign-in of an attacker with the victim's profile", s.Person(maps.Clone(victim.Claims)))
	if err != nil {
		return judge.Finding{}, err
	}
	return judge.First(judge.Control(*first), judge.SignedIn(*second),
		judge.OtherCustomer(*second, s.Customer(first), s.Customer(second))), nil
}

func emailReused(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	u := s.Person(nil)
	old := u.Claims["email"]
	first, err := visit(ctx, s, "The sign-in of a customer", u)
	if err != nil {
		return judge.Finding{}, err
	}
	u.Claims["email"] = "new-" + u.Username + "@customers.example"
	s.Know(u)
	again, err := visit(ctx, s, "The sign-in of the customer with a new e-mail address", u)
	if err != nil {
		return judge.Finding{}, err
	}
	next, err := visit(ctx, s, "The sign-in of the next owner of the old address", s.Person(map[string]any{"email": old}))
	if err != nil {
		return judge.Finding{}, err
	}
	return judge.First(judge.Control(*first), judge.SignedIn(*again), judge.SameCustomer(s.Customer(first), s.Customer(again)),
		judge.SignedIn(*next), judge.OtherCustomer(*next, s.Customer(first), s.Customer(next))), nil
}
