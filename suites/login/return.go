package login

import (
	"context"
	"fmt"
	"html"
	"net/url"
	"strings"

	"github.com/countersign-oidc/countersign/mockidp/fault"
	"github.com/countersign-oidc/countersign/mockidp/identity"
	"github.com/countersign-oidc/countersign/suites/catalog"
	"github.com/countersign-oidc/countersign/suites/harness"
	"github.com/countersign-oidc/countersign/suites/judge"
)

func returnSpecs(h *harness.Harness) {
	h.Check(catalog.LoginReturnsToPage, returnsToPage)
	h.Check(catalog.LoginReturnForeign, returnForeign)
	h.Check(catalog.LoginReturnAfterFailure, returnAfterFailure)
	h.Check(catalog.LoginReturnItself, returnItself)
}

func returnsToPage(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	deep := s.Lane.Shop.Deep
	a, err := s.SignIn(ctx, harness.Try{Title: "A sign-in that began at " + deep, User: s.Person(nil), Visit: deep})
	if err != nil {
		return judge.Finding{}, err
	}
	return judge.First(judge.SignedIn(*a), judge.RestsAt(*a, s.Lane.Shop.URL(deep))), nil
}

// returnForeign signs in once, so that the provider answers at once from then
// on, and starts a sign-in with each spelling of a foreign address, and one
// from a page of that site.
func returnForeign(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	site, err := s.ForeignSite(ctx)
	if err != nil {
		return judge.Finding{}, err
	}
	u := s.Person(nil)
	first, err := s.SignIn(ctx, harness.Try{Title: "An ordinary sign-in", User: u, Control: true})
	if err != nil {
		return judge.Finding{}, err
	}
	findings, err := sentTo(ctx, s, u, harness.ForeignSpellings(site.Host, s.Lane.Shop.BaseURL), nil)
	if err != nil {
		return judge.Finding{}, err
	}
	if err := s.ForgetShop(ctx); err != nil {
		return judge.Finding{}, err
	}
	start := s.Lane.Shop.URL(s.Lane.Shop.SignIn.Visit)
	site.Page("/link", fmt.Sprintf(`<form action="%s"></form><script>document.forms[0].submit()</script>`, html.EscapeString(start)))
	a, err := s.Open(ctx, site.URL("/link"), harness.Try{Title: "A sign-in that a page of another site leads to", User: u, NoPicture: true, KeepPage: true})
	if err != nil {
		return judge.Finding{}, err
	}
	return judge.First(judge.Control(*first), judge.Worst(append(findings, s.Case(a, judge.StaysAtShop(*a)))...)), nil
}

// returnAfterFailure has the provider refuse sign-ins that were to return to
// foreign addresses.
func returnAfterFailure(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	site, err := s.ForeignSite(ctx)
	if err != nil {
		return judge.Finding{}, err
	}
	findings, err := sentTo(ctx, s, s.Person(nil), harness.ForeignSpellings(site.Host, s.Lane.Shop.BaseURL), errorAnswer("access_denied", nil))
	if err != nil {
		return judge.Finding{}, err
	}
	return judge.Worst(findings...), nil
}

// sentTo starts a sign-in with each address to return to. With a fault it must
// have reached the shop.
func sentTo(ctx context.Context, s *harness.Spec, u identity.User, addresses []string, f *fault.Spec) ([]judge.Finding, error) {
	findings := make([]judge.Finding, 0, len(addresses))
	for _, address := range addresses {
		if err := s.ForgetShop(ctx); err != nil {
			return nil, err
		}
		a, err := s.SignIn(ctx, harness.Try{
			Title: "A sign-in that is to return to " + harness.Shortened(address), User: u, NoPicture: true, KeepPage: true, Written: f,
			Visit: s.Lane.Shop.StartWithReturn + url.QueryEscape(address),
		})
		if err != nil {
			return nil, err
		}
		stays := judge.StaysAtShop(*a)
		if f != nil {
			stays = judge.First(judge.Reached(*a), stays)
		}
		findings = append(findings, s.Case(a, stays))
	}
	return findings, nil
}

// returnItself names the pages of signing in and out as those to return to,
// also in upper case, and a path that is longer than any address.
func returnItself(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	shop, u := s.Lane.Shop, s.Person(nil)
	pages := []string{
		shop.SignIn.Visit, shop.StartWithReturn + url.QueryEscape(shop.SignIn.Visit), shop.Redirect, shop.Redirect + "?error=access_denied",
		shop.PostLogoutRedirect, shop.InitiateLogin, strings.ToUpper(shop.Redirect), strings.ToUpper(shop.PostLogoutRedirect),
		"/" + strings.Repeat("a", 10_000),
	}
	var findings []judge.Finding
	for _, page := range pages {
		path, _, _ := strings.Cut(page, "?")
		if path == "" || path == shop.Account || path == shop.Public {
			continue // the shop has none, or it is a page like any other
		}
		if err := s.ForgetShop(ctx); err != nil {
			return judge.Finding{}, err
		}
		a, err := s.SignIn(ctx, harness.Try{
			Title: "A sign-in that is to return to " + harness.Shortened(page), User: u, NoPicture: true,
			Visit: shop.StartWithReturn + url.QueryEscape(page),
		})
		if err != nil {
			return judge.Finding{}, err
		}
		findings = append(findings, s.Case(a, judge.EndsElsewhere(*a, path)))
	}
	return judge.Worst(findings...), nil
}
