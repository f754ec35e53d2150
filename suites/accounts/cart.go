package accounts

import (
	"context"
	"fmt"
	"net/url"
	"strings"

	"github.com/countersign-oidc/countersign/mockidp/identity"
	"github.com/countersign-oidc/countersign/runner/check"
	"github.com/countersign-oidc/countersign/suites/attempt"
	"github.com/countersign-oidc/countersign/suites/browser"
	"github.com/countersign-oidc/countersign/suites/harness"
	"github.com/countersign-oidc/countersign/suites/judge"
	"github.com/countersign-oidc/countersign/suites/plain"
)

// nextCustomer lets two people use one browser, without a sign-out in between
// and with one.
func nextCustomer(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	var findings []judge.Finding
	for _, signsOut := range []bool{false, true} {
		if signsOut && !s.Lane.Shop.Has(check.SignOut) {
			continue
		}
		first := s.Person(map[string]any{"name": "Countersign Before"})
		a, err := visit(ctx, s, "The sign-in of one customer", first)
		if err != nil {
			return judge.Finding{}, err
		}
		if err := pick(ctx, s, s.Browser); err != nil {
			return judge.Finding{}, err
		}
		a.Left = true
		if signsOut {
			if _, err := s.SignOut(ctx, a, harness.Try{Title: "Their sign-out"}); err != nil {
				return judge.Finding{}, err
			}
		}
		f, err := successor(ctx, s, first)
		if err != nil {
			return judge.Finding{}, err
		}
		findings = append(findings, judge.Control(*a), f)
	}
	return judge.Worst(findings...), nil
}

// pick puts something into the cart, where there is one.
func pick(ctx context.Context, s *harness.Spec, b harness.Visitor) error {
	if !s.Lane.Shop.Has(check.GuestCart) {
		return nil
	}
	_, err := b.Navigate(ctx, s.Lane.Shop.URL(s.Lane.Shop.Customers.Cart.Fill))
	return err
}

// successor signs somebody in after another customer and looks for the other
// on every page.
func successor(ctx context.Context, s *harness.Spec, before identity.User) (judge.Finding, error) {
	if u, err := url.Parse(s.Lane.Provider.Issuer()); err == nil { // the provider's own session is not the shop's business
		if err := s.Browser.Forget(ctx, u.Hostname()); err != nil {
			return judge.Finding{}, err
		}
	}
	shop := s.Lane.Shop
	a, err := s.SignIn(ctx, harness.Try{
		Title: "The sign-in of the next one, in the same browser", User: s.Person(map[string]any{"name": "Countersign After"}),
		Visit: shop.StartWithReturn + url.QueryEscape(shop.Account), Control: true,
	})
	if err != nil {
		return judge.Finding{}, err
	}
	findings := []judge.Finding{judge.SignedIn(*a)}
	marks := []string{"Countersign Before", s.Subject(before), fmt.Sprint(before.Claims["email"])}
	for _, path := range s.Pages() {
		page, err := s.Visit(ctx, a, path)
		if err != nil {
			return judge.Finding{}, err
		}
		a.Left = true
		findings = append(findings, judge.NothingOf(path, page.Text, marks))
	}
	if shop.Has(check.GuestCart) {
		_, found, err := s.Find(ctx, s.Browser, shop.Customers.Cart.Show, shop.Customers.Cart.Item)
		if err != nil {
			return judge.Finding{}, err
		}
		findings = append(findings, judge.Absent(found, "The cart of the customer before is that of the next one."))
	}
	return s.Case(a, judge.First(findings...)), nil
}

func guestCart(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	cart := s.Lane.Shop.Customers.Cart
	if err := pick(ctx, s, s.Browser); err != nil {
		return judge.Finding{}, err
	}
	a, err := s.SignIn(ctx, harness.Try{Title: "The sign-in of a visitor who picked something", User: s.Person(nil), Control: true})
	if err != nil {
		return judge.Finding{}, err
	}
	_, found, err := s.Find(ctx, s.Browser, cart.Show, cart.Item)
	if err != nil {
		return judge.Finding{}, err
	}
	if !found {
		return judge.First(judge.Control(*a), judge.Fail("What the visitor picked is not in the cart after the sign-in.")), nil
	}
	return judge.First(judge.Control(*a), judge.Pass("What the visitor picked is in the cart after the sign-in.")), nil
}

func plantedCart(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	cart := s.Lane.Shop.Customers.Cart
	attacker, err := s.Plain()
	if err != nil {
		return judge.Finding{}, err
	}
	if err := pick(ctx, s, attacker); err != nil {
		return judge.Finding{}, err
	}
	cookies, err := attacker.Cookies(ctx)
	if err != nil {
		return judge.Finding{}, err
	}
	if err := s.Browser.SetCookies(ctx, s.ShopCookies(cookies)); err != nil {
		return judge.Finding{}, err
	}
	a, err := s.SignIn(ctx, harness.Try{Title: "The sign-in of a person with somebody else's cookies", User: s.Person(nil), Control: true})
	if err != nil {
		return judge.Finding{}, err
	}
	_, ordered, err := s.Find(ctx, s.Browser, cart.Orders, cart.Ordered)
	if err != nil {
		return judge.Finding{}, err
	}
	return judge.First(judge.Control(*a), judge.Absent(ordered, "What somebody else picked was ordered when the customer signed in.")), nil
}

func formToken(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	form := s.Lane.Shop.Customers.Order
	if _, err := s.Browser.Navigate(ctx, s.Lane.Shop.URL(form.Guest)); err != nil {
		return judge.Finding{}, err
	}
	noted, err := tokenOf(ctx, s.Browser, form.Token)
	if err != nil {
		return judge.Finding{}, err
	}
	a, err := s.SignIn(ctx, harness.Try{Title: "The sign-in of the visitor", User: s.Person(nil), Control: true})
	if err != nil {
		return judge.Finding{}, err
	}
	sender, err := s.Plain()
	if err != nil {
		return judge.Finding{}, err
	}
	if err := sender.SetCookies(ctx, s.ShopCookies(a.Cookies)); err != nil {
		return judge.Finding{}, err
	}
	send := func(token string) (page attempt.Page, own string, err error) {
		if _, err := sender.Navigate(ctx, s.Lane.Shop.URL(form.Visit)); err != nil {
			return attempt.Page{}, "", err
		}
		if own, err = tokenOf(ctx, sender, form.Token); err != nil {
			return attempt.Page{}, "", err
		}
		if token == "" {
			token = own
		}
		page, err = sender.Submit(ctx, browser.Field{Selector: form.Token, Text: token})
		return page, own, err
	}
	bad, own, err := send(noted)
	if err != nil {
		return judge.Finding{}, err
	}
	good, _, err := send("")
	if err != nil {
		return judge.Finding{}, err
	}
	return judge.First(judge.Control(*a), judge.FormToken(bad, good, noted == own)), nil
}

// tokenOf is the value of a hidden field on the page that a visitor sees.
func tokenOf(ctx context.Context, b harness.Visitor, selector string) (string, error) {
	source, err := b.HTML(ctx)
	if err != nil {
		return "", err
	}
	token, ok := plain.Value(source, selector)
	if !ok || strings.TrimSpace(token) == "" {
		return "", fmt.Errorf("no field %q with a value", selector)
	}
	return token, nil
}
