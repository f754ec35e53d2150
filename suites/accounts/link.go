package accounts

import (
	"context"
	"fmt"
	"net/http"

	"github.com/countersign-oidc/countersign/mockidp/fault"
	"github.com/countersign-oidc/countersign/mockidp/identity"
	"github.com/countersign-oidc/countersign/mockidp/journal"
	"github.com/countersign-oidc/countersign/runner/environ"
	"github.com/countersign-oidc/countersign/suites/attempt"
	"github.com/countersign-oidc/countersign/suites/browser"
	"github.com/countersign-oidc/countersign/suites/catalog"
	"github.com/countersign-oidc/countersign/suites/harness"
	"github.com/countersign-oidc/countersign/suites/judge"
)

const (
	maryEmail, maryID = "mary@customers.example", "customer-mary"
	maryPassword      = "another horse battery"
)

func mary() environ.Account {
	return environ.Account{Email: maryEmail, ID: maryID, Name: "Mary Shelley", Password: maryPassword}
}

func linkSpecs(h *harness.Harness) {
	one, two := environ.Setup{Accounts: []environ.Account{grace()}}, environ.Setup{Accounts: []environ.Account{grace(), mary()}}
	h.CheckWith(catalog.AccountsLinkWorks, one, linkWorks)
	h.CheckWith(catalog.AccountsLinkByLink, one, linkByLink)
	h.CheckWith(catalog.AccountsLinkForged, one, linkForged)
	h.CheckWith(catalog.AccountsLinkReauthenticates, one, linkReauthenticates)
	h.CheckWith(catalog.AccountsLinkBound, two, linkBound)
	h.CheckWith(catalog.AccountsLinkInjected, one, linkInjected)
}

// local signs a customer in by password, in the check's browser as it is.
func local(ctx context.Context, s *harness.Spec, who, email, password string) (*attempt.SignIn, error) {
	a, err := s.Local(ctx, harness.Try{Title: "The sign-in of " + who + " with a password", Control: true}, email, password)
	if err != nil {
		return nil, err
	}
	if !a.Who.SignedIn {
		return nil, fmt.Errorf("nothing can be tried: %s", judge.SignedIn(*a).Reason)
	}
	return a, nil
}

// beginLink sends the form that links the account of whoever is signed in.
func beginLink(ctx context.Context, s *harness.Spec, b harness.Visitor, fields ...browser.Field) (attempt.Page, error) {
	if _, err := b.Navigate(ctx, s.Lane.Shop.URL(s.Lane.Shop.Customers.Link.Visit)); err != nil {
		return attempt.Page{}, err
	}
	return b.Submit(ctx, fields...)
}

func password(s *harness.Spec, text string) browser.Field {
	return browser.Field{Selector: s.Lane.Shop.Customers.Link.Password, Text: text}
}

func provider(s *harness.Spec) string { return attempt.Origin(s.Lane.Provider.Issuer()) }

// elsewhere signs a person in at the provider, in a browser as good as new.
func elsewhere(ctx context.Context, s *harness.Spec, who string, u identity.User) (*attempt.SignIn, error) {
	return visit(ctx, s, "The sign-in of "+who+" at the provider, elsewhere", u)
}

func linkWorks(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	u := s.Person(nil)
	if _, err := local(ctx, s, "a customer", graceEmail, gracePassword); err != nil {
		return judge.Finding{}, err
	}
	if _, err := beginLink(ctx, s, s.Browser, password(s, gracePassword)); err != nil {
		return judge.Finding{}, err
	}
	if _, err := s.Enter(ctx, s.Browser, u); err != nil {
		return judge.Finding{}, err
	}
	a, err := elsewhere(ctx, s, "the same customer", u)
	if err != nil {
		return judge.Finding{}, err
	}
	return judge.First(judge.SignedIn(*a), judge.IsCustomer(*a, graceID, customer(s, a))), nil
}

// linkByLink has the attacker signed in at the provider in the victim's
// browser, so that nothing but the shop stands in between.
func linkByLink(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	attacker := s.Remembered(s.Person(nil))
	if _, err := s.SignIn(ctx, harness.Try{
		Title: "The attacker signs in at the provider and does not come back to the shop", User: attacker, KeepPage: true, NoPicture: true,
		Written: &fault.Spec{
			ID: "sign_in.status.200", Title: "The authorization response is shown and not followed",
			Response: &fault.ResponseEdit{Endpoint: journal.SignIn, Status: http.StatusOK},
		},
	}); err != nil {
		return judge.Finding{}, err
	}
	if _, err := local(ctx, s, "the victim", graceEmail, gracePassword); err != nil {
		return judge.Finding{}, err
	}
	if _, err := s.Open(ctx, s.Lane.Shop.URL(s.Lane.Shop.Customers.Link.Start), harness.Try{Title: "The victim opens the address where linking starts"}); err != nil {
		return judge.Finding{}, err
	}
	a, err := elsewhere(ctx, s, "the attacker", attacker)
	if err != nil {
		return judge.Finding{}, err
	}
	return judge.NotCustomer(*a, graceID, customer(s, a)), nil
}

// linkForged sends the form with the customer's cookies from outside of the
// browser, which would not let anybody type into a hidden field.
func linkForged(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	in, err := local(ctx, s, "a customer", graceEmail, gracePassword)
	if err != nil {
		return judge.Finding{}, err
	}
	forger, err := s.Plain()
	if err != nil {
		return judge.Finding{}, err
	}
	if err := forger.SetCookies(ctx, s.ShopCookies(in.Cookies)); err != nil {
		return judge.Finding{}, err
	}
	token := browser.Field{Selector: s.Lane.Shop.Customers.Link.Token, Text: "countersign"}
	bad, err := beginLink(ctx, s, forger, token, password(s, gracePassword))
	if err != nil {
		return judge.Finding{}, err
	}
	good, err := beginLink(ctx, s, s.Browser, password(s, gracePassword))
	if err != nil {
		return judge.Finding{}, err
	}
	return judge.LinkStarted(bad, good, provider(s), "with another CSRF token"), nil
}

func linkReauthenticates(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	if _, err := local(ctx, s, "a customer", graceEmail, gracePassword); err != nil {
		return judge.Finding{}, err
	}
	bad, err := beginLink(ctx, s, s.Browser, password(s, "wrong"))
	if err != nil {
		return judge.Finding{}, err
	}
	good, err := beginLink(ctx, s, s.Browser, password(s, gracePassword))
	if err != nil {
		return judge.Finding{}, err
	}
	return judge.LinkStarted(bad, good, provider(s), "with a wrong password"), nil
}

// linkBound has the provider's answer kept from the shop until another
// customer is signed in.
func linkBound(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	attacker := s.Person(nil)
	if _, err := local(ctx, s, "the attacker", graceEmail, gracePassword); err != nil {
		return judge.Finding{}, err
	}
	begun, err := beginLink(ctx, s, s.Browser, password(s, gracePassword))
	if err != nil {
		return judge.Finding{}, err
	}
	if begun.Origin() != provider(s) {
		return judge.Undecided("The form that links an account does not lead to the provider, but to %s.", begun.URL), nil
	}
	if _, err := local(ctx, s, "the victim, in the same browser,", maryEmail, maryPassword); err != nil {
		return judge.Finding{}, err
	}
	if _, err := s.Open(ctx, begun.URL, harness.Try{Title: "The attacker goes on at the provider", User: attacker}); err != nil {
		return judge.Finding{}, err
	}
	a, err := elsewhere(ctx, s, "the attacker", attacker)
	if err != nil {
		return judge.Finding{}, err
	}
	return judge.NotCustomer(*a, maryID, customer(s, a)), nil
}

func linkInjected(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	attacker := s.Person(nil)
	response, err := s.Intercept(ctx, attacker)
	if err != nil {
		return judge.Finding{}, err
	}
	if _, err := local(ctx, s, "the victim", graceEmail, gracePassword); err != nil {
		return judge.Finding{}, err
	}
	after, err := s.Open(ctx, response, harness.Try{Title: "The victim opens the attacker's authorization response"})
	if err != nil {
		return judge.Finding{}, err
	}
	still := judge.IsCustomer(*after, graceID, customer(s, after))
	a, err := elsewhere(ctx, s, "the attacker", attacker)
	if err != nil {
		return judge.Finding{}, err
	}
	return judge.First(still, judge.NotCustomer(*a, graceID, customer(s, a))), nil
}
