package token

import (
	"context"
	"encoding/json"
	"net/http"
	"sync"
	"time"

	"github.com/countersign-oidc/countersign/mockidp/fault"
	"github.com/countersign-oidc/countersign/mockidp/identity"
	"github.com/countersign-oidc/countersign/mockidp/journal"
	"github.com/countersign-oidc/countersign/runner/environ"
	"github.com/countersign-oidc/countersign/suites/attempt"
	"github.com/countersign-oidc/countersign/suites/catalog"
	"github.com/countersign-oidc/countersign/suites/harness"
	"github.com/countersign-oidc/countersign/suites/judge"
)

const (
	// accessLife is what the provider says of its access tokens, in seconds,
	// and beyond is how far the shop's clock is moved to be past it.
	accessLife = "120"
	beyond     = 3 * time.Minute
)

func refreshSpecs(h *harness.Harness) {
	setup := environ.Setup{Refresh: true}
	h.CheckWith(catalog.TokenRefreshRotation, setup, refreshRotation)
	h.CheckWith(catalog.TokenRefreshIDToken, setup, refreshIDToken)
	h.CheckWith(catalog.TokenRefreshRefused, setup, refreshRefused)
	h.CheckWith(catalog.TokenRefreshOutage, environ.Setup{Refresh: true, ProviderTimeout: refreshPatience}, refreshOutage)
	h.CheckWith(catalog.TokenRefreshParallel, setup, refreshParallel)
}

// shortLived has access tokens expire soon, as the shop is told.
func shortLived(s *harness.Spec) error {
	_, err := s.Lane.Provider.Arm(with("expires_in.short", "access tokens of two minutes", set{"expires_in": accessLife}), fault.Scope{}, fault.Always)
	return err
}

// signIn signs in and agrees to access while away.
func signIn(ctx context.Context, s *harness.Spec, u identity.User, title string) (*attempt.SignIn, error) {
	a, err := s.SignIn(ctx, harness.Try{Title: title, User: u, KeepPage: true, NoPicture: true})
	if err != nil {
		return nil, err
	}
	if a.Page.Origin() == attempt.Origin(s.Lane.Provider.Issuer()) {
		if a.Page, err = s.Agree(ctx, s.Browser); err != nil {
			return nil, err
		}
	}
	a.Left = true
	a.Who, err = s.Who(ctx, s.Browser)
	return a, err
}

// visit opens the account page once the access token has expired, with a fault
// or none.
func visit(ctx context.Context, s *harness.Spec, u identity.User, title string, f *fault.Spec) (*attempt.SignIn, error) {
	s.Lane.Advance(beyond)
	return s.Open(ctx, s.Lane.Shop.URL(s.Lane.Shop.Account), harness.Try{Title: title, User: u, Written: f, NoPicture: f == nil})
}

// refreshRotation renews twice, the second time without an ID token, and once
// more.
func refreshRotation(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	u := s.Person(nil)
	if err := shortLived(s); err != nil {
		return judge.Finding{}, err
	}
	first, err := signIn(ctx, s, u, "The sign-in")
	if err != nil {
		return judge.Finding{}, err
	}
	since := s.Lane.Provider.Journal().Mark()
	findings := []judge.Finding{judge.Control(*first)}
	none := without("id_token", "a refresh without an ID token")
	for _, step := range []struct {
		title string
		fault *fault.Spec
	}{{"The first refresh", nil}, {"A refresh without an ID token", &none}, {"The third refresh", nil}} {
		a, err := visit(ctx, s, u, step.title, step.fault)
		if err != nil {
			return judge.Finding{}, err
		}
		findings = append(findings, s.Case(a, judge.Renewed(*a)))
	}
	sent := s.Lane.Provider.Journal().Select(journal.Query{After: since, Kind: journal.Token})
	return judge.Worst(append(findings, judge.Rotated(append(first.Of(journal.Token), sent...)))...), nil
}

func refreshedTokens() []fault.Spec {
	edit := func(id, title string, e fault.TokenEdit) fault.Spec {
		return fault.Spec{ID: fault.ID("id_token.refreshed." + id), Title: title, Token: &e}
	}
	claim := func(name, title, value string) fault.Spec {
		return edit(name, title, fault.TokenEdit{SetClaims: map[string]json.RawMessage{name: json.RawMessage(value)}})
	}
	return []fault.Spec{
		claim("iss", "a refreshed ID token of another issuer", `{"$append":"/other"}`),
		claim("sub", "a refreshed ID token of another person", `{"$append":"-other"}`),
		claim("aud", "a refreshed ID token for another client", `"another-client"`),
		claim("nonce", "a refreshed ID token with another nonce", `"another"`),
		claim("auth_time", "a refreshed ID token of another time of sign-in", `{"$now":"-30m"}`),
		claim("exp", "a refreshed ID token that has expired", `{"$now":"-2h"}`),
		edit("signature", "a refreshed ID token with a broken signature", fault.TokenEdit{Sign: fault.Corrupted}),
		edit("unsigned", "a refreshed ID token without a signature", fault.TokenEdit{Sign: fault.Unsigned}),
	}
}

func refreshIDToken(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	u := s.Person(nil)
	if err := shortLived(s); err != nil {
		return judge.Finding{}, err
	}
	var findings []judge.Finding
	for _, f := range refreshedTokens() {
		before, err := signIn(ctx, s, u, "The sign-in before "+f.Title)
		if err != nil {
			return judge.Finding{}, err
		}
		a, err := visit(ctx, s, u, "A refresh: "+f.Title, &f)
		if err != nil {
			return judge.Finding{}, err
		}
		findings = append(findings, s.Case(a, judge.First(judge.Control(*before), judge.NotRenewed(*a))))
		if err := s.ForgetShop(ctx); err != nil {
			return judge.Finding{}, err
		}
	}
	if _, err := signIn(ctx, s, u, "The last sign-in"); err != nil {
		return judge.Finding{}, err
	}
	good, err := visit(ctx, s, u, "A refresh as it should be", nil)
	if err != nil {
		return judge.Finding{}, err
	}
	return judge.Worst(append(findings, judge.RenewedControl(*good))...), nil
}

func refreshRefused(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	u := s.Person(nil)
	if err := shortLived(s); err != nil {
		return judge.Finding{}, err
	}
	before, err := signIn(ctx, s, u, "The sign-in")
	if err != nil {
		return judge.Finding{}, err
	}
	good, err := visit(ctx, s, u, "A refresh as it should be", nil)
	if err != nil {
		return judge.Finding{}, err
	}
	refused := refusals()[0]
	bad, err := visit(ctx, s, u, "A refresh that the provider refuses", &refused)
	if err != nil {
		return judge.Finding{}, err
	}
	return judge.First(judge.Control(*before), judge.RenewedControl(*good), judge.Reached(*bad), judge.Anonymous(*bad)), nil
}

// refreshOutage has the provider out of order twice: it answers so, and then
// later than the shop waits.
func refreshOutage(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	u := s.Person(nil)
	if err := shortLived(s); err != nil {
		return judge.Finding{}, err
	}
	before, err := signIn(ctx, s, u, "The sign-in")
	if err != nil {
		return judge.Finding{}, err
	}
	// The refresh token of an answer that was lost is still good: what is tried
	// is the outage, not how the provider takes it.
	if _, err := s.Lane.Provider.Arm(edited("refreshed.reuse", "a refresh token is good more than once", fault.ResponseEdit{
		Waive: []fault.Rule{fault.RuleRefreshReuse},
	}), fault.Scope{}, fault.Always); err != nil {
		return judge.Finding{}, err
	}
	findings := []judge.Finding{judge.Control(*before)}
	outages := []fault.Spec{edited("refreshed.status", "the token endpoint is out of order", fault.ResponseEdit{Status: http.StatusInternalServerError})}
	if !s.Brief() {
		outages = append(outages, edited("refreshed.late", "the token endpoint takes too long", fault.ResponseEdit{Delay: "1500ms"}))
	}
	for _, outage := range outages {
		f, err := duringOutage(ctx, s, u, outage)
		if err != nil {
			return judge.Finding{}, err
		}
		findings = append(findings, f)
	}
	return judge.First(findings...), nil
}

// refreshPatience is how long a shop that can be told waits for a refresh.
const refreshPatience = time.Second

// duringOutage loads the page three times while the provider is out of order,
// and once when it is not any more.
func duringOutage(ctx context.Context, s *harness.Spec, u identity.User, outage fault.Spec) (judge.Finding, error) {
	bad, err := visit(ctx, s, u, "A refresh while "+outage.Title, &outage)
	if err != nil {
		return judge.Finding{}, err
	}
	ticket, err := s.Lane.Provider.Arm(outage, fault.Scope{User: u.Username}, fault.Always)
	if err != nil {
		return judge.Finding{}, err
	}
	since := s.Lane.Provider.Journal().Mark()
	for range 3 {
		if _, err := s.Browser.Navigate(ctx, s.Lane.Shop.URL(s.Lane.Shop.Account)); err != nil {
			return judge.Finding{}, err
		}
	}
	pressed := s.Lane.Provider.Journal().Select(journal.Query{After: since, Kind: journal.Token})
	ticket.Disarm()
	good, err := visit(ctx, s, u, "A refresh afterwards", nil)
	if err != nil {
		return judge.Finding{}, err
	}
	return judge.First(s.Case(bad, judge.Outlived(*bad, len(pressed))), s.Case(good, judge.Renewed(*good))), nil
}

// refreshParallel loads the page several times at once, with the cookies of
// the browser, while the provider takes its time.
func refreshParallel(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	u := s.Person(nil)
	if err := shortLived(s); err != nil {
		return judge.Finding{}, err
	}
	before, err := signIn(ctx, s, u, "The sign-in")
	if err != nil {
		return judge.Finding{}, err
	}
	cookies, err := s.Browser.Cookies(ctx)
	if err != nil {
		return judge.Finding{}, err
	}
	slow := edited("refreshed.late", "the token endpoint takes half a second", fault.ResponseEdit{Delay: "500ms"})
	ticket, err := s.Lane.Provider.Arm(slow, fault.Scope{}, fault.Always)
	if err != nil {
		return judge.Finding{}, err
	}
	defer ticket.Disarm()
	s.Lane.Advance(beyond)
	since := s.Lane.Provider.Journal().Mark()
	var loads sync.WaitGroup
	errs := make([]error, 4)
	for i := range errs {
		loads.Go(func() { _, errs[i] = s.Fetch(ctx, s.Lane.Shop.Account, nil, s.ShopCookies(cookies)...) })
	}
	loads.Wait()
	for _, err := range errs {
		if err != nil {
			return judge.Finding{}, err
		}
	}
	sent := s.Lane.Provider.Journal().Select(journal.Query{After: since, Kind: journal.Token})
	who, err := s.Who(ctx, s.Browser)
	if err != nil {
		return judge.Finding{}, err
	}
	s.Note("Refresh requests of four page loads", "%d", len(sent))
	return judge.First(judge.Control(*before), judge.RenewedOnce(len(sent), who)), nil
}
