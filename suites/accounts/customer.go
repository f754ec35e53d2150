package accounts

import (
	"context"
	"fmt"

	"github.com/countersign-oidc/countersign/mockidp/identity"
	"github.com/countersign-oidc/countersign/runner/environ"
	"github.com/countersign-oidc/countersign/suites/catalog"
	"github.com/countersign-oidc/countersign/suites/harness"
	"github.com/countersign-oidc/countersign/suites/judge"
)

func customerSpecs(h *harness.Harness) {
	h.CheckWith(catalog.AccountsDisabled, linking(
		environ.Account{Email: "linked@customers.example", ID: "customer-linked", Subject: "countersign-disabled", Disabled: true},
		environ.Account{Email: joanEmail, ID: joanID, Name: "Joan Clarke", Disabled: true},
		environ.Account{Email: graceEmail, ID: graceID, Name: "Grace Hopper", Password: gracePassword, Disabled: true},
		mary(),
	), disabled)
	h.CheckWith(catalog.AccountsNoPassword, environ.Setup{Accounts: []environ.Account{mary()}}, noPassword)
	h.Check(catalog.AccountsNextCustomer, nextCustomer)
	h.Check(catalog.AccountsGuestCart, guestCart)
	h.Check(catalog.AccountsPlantedCart, plantedCart)
	h.CheckWith(catalog.AccountsFormToken, environ.Setup{Accounts: []environ.Account{mary()}}, formToken)
}

func disabled(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	linked := s.Person(nil)
	linked.Subject = "countersign-disabled"
	s.Know(linked)
	var findings []judge.Finding
	for _, c := range []struct {
		title string
		user  identity.User
		not   string
	}{
		{"The sign-in of the person whose account is disabled", linked, "customer-linked"},
		{"The sign-in of a person with the verified address of a disabled account", s.Person(owner(joanEmail)), joanID},
	} {
		a, err := visit(ctx, s, c.title, c.user)
		if err != nil {
			return judge.Finding{}, err
		}
		findings = append(findings, s.Case(a, judge.NotCustomer(*a, c.not, customer(s, a))))
	}
	if err := s.Browser.Clear(ctx); err != nil {
		return judge.Finding{}, err
	}
	a, err := s.Local(ctx, harness.Try{Title: "The sign-in to a disabled account with its password"}, graceEmail, gracePassword)
	if err != nil {
		return judge.Finding{}, err
	}
	findings = append(findings, s.Case(a, judge.NotCustomer(*a, graceID, customer(s, a))))
	if _, err := local(ctx, s, "a customer with an open account", maryEmail, maryPassword); err != nil {
		return judge.Finding{}, err
	}
	return judge.Worst(findings...), nil
}

func noPassword(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	u := s.Person(nil)
	email := fmt.Sprint(u.Claims["email"])
	good, err := visit(ctx, s, "The sign-in of a person who becomes a customer by the provider", u)
	if err != nil {
		return judge.Finding{}, err
	}
	findings := []judge.Finding{judge.Control(*good)}
	for _, password := range []string{"", "null", "undefined", s.Subject(u), email} {
		if err := s.Browser.Clear(ctx); err != nil {
			return judge.Finding{}, err
		}
		a, err := s.Local(ctx, harness.Try{Title: fmt.Sprintf("A sign-in with the person's e-mail address and the password %q", password), NoPicture: true}, email, password)
		if err != nil {
			return judge.Finding{}, err
		}
		findings = append(findings, s.Case(a, judge.Anonymous(*a)))
	}
	if _, err := local(ctx, s, "a customer with a password", maryEmail, maryPassword); err != nil {
		return judge.Finding{}, err
	}
	return judge.First(findings...), nil
}
