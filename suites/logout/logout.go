// Package logout is the suite of signing out: at the shop, at the provider,
// and where the customer ends.
package logout

import (
	"context"
	"net/url"

	"github.com/onsi/ginkgo/v2"

	"github.com/countersign-oidc/countersign/mockidp/fault"
	"github.com/countersign-oidc/countersign/mockidp/journal"
	"github.com/countersign-oidc/countersign/runner/check"
	"github.com/countersign-oidc/countersign/suites/attempt"
	"github.com/countersign-oidc/countersign/suites/catalog"
	"github.com/countersign-oidc/countersign/suites/harness"
	"github.com/countersign-oidc/countersign/suites/judge"
)

// Specs registers the suite.
func Specs(h *harness.Harness) {
	ginkgo.Describe("logout", func() {
		h.Check(catalog.LogoutLocalSession, signedOut(func(_ *harness.Spec, _, out observed) judge.Finding { return judge.Anonymous(out) }))
		h.Check(catalog.LogoutReturnsToShop, signedOut(func(_ *harness.Spec, _, out observed) judge.Finding { return judge.ShowsPage(out) }))
		h.Check(catalog.LogoutRequest, signedOut(func(s *harness.Spec, in, out observed) judge.Finding {
			return judge.LogoutRequest(in, out, s.Lane.Client)
		}))
		h.Check(catalog.LogoutCookieReplay, cookieReplay)
		h.Check(catalog.LogoutProviderSession, providerSession)
		h.Check(catalog.LogoutReturnForeign, returnForeign)
		h.Check(catalog.LogoutStateOther, stateOther)
		h.Check(catalog.LogoutProviderFailure, providerFailure)
		h.Check(catalog.LogoutByLink, byLink)
		more(h)
		notices(h)
		frames(h)
	})
}

type observed = attempt.SignIn

// signedOut is a check that looks at one ordinary sign-in and sign-out.
func signedOut(decide func(s *harness.Spec, in, out observed) judge.Finding) harness.Body {
	return func(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
		in, err := s.SignIn(ctx, harness.Try{User: s.Person(nil), Control: true})
		if err != nil {
			return judge.Finding{}, err
		}
		if f := judge.Control(*in); f.Verdict != check.Pass {
			return f, nil
		}
		out, err := s.SignOut(ctx, in, harness.Try{})
		if err != nil {
			return judge.Finding{}, err
		}
		return decide(s, *in, *out), nil
	}
}

func cookieReplay(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	in, err := s.SignIn(ctx, harness.Try{User: s.Person(nil), Control: true})
	if err != nil {
		return judge.Finding{}, err
	}
	copied := s.ShopCookies(in.Cookies)
	before, err := s.Replay(ctx, copied)
	if err != nil {
		return judge.Finding{}, err
	}
	if _, err := s.SignOut(ctx, in, harness.Try{}); err != nil {
		return judge.Finding{}, err
	}
	after, err := s.Replay(ctx, copied)
	if err != nil {
		return judge.Finding{}, err
	}
	switch {
	case !before.SignedIn:
		return judge.Undecided("The copied cookies do not sign in even before signing out."), nil
	case after.SignedIn:
		return judge.Fail("Cookies that were copied before signing out are still signed in as %q.", after.Subject), nil
	}
	return judge.Pass("Cookies that were copied before signing out are worthless after it."), nil
}

// providerSession starts a new sign-in after signing out: a provider that
// still knows the person does not ask for the password.
func providerSession(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	in, err := s.SignIn(ctx, harness.Try{User: s.Remembered(s.Person(nil)), Control: true})
	if err != nil {
		return judge.Finding{}, err
	}
	if _, err := s.SignOut(ctx, in, harness.Try{}); err != nil {
		return judge.Finding{}, err
	}
	if err := s.ForgetShop(ctx); err != nil {
		return judge.Finding{}, err
	}
	next, err := s.Begin(ctx, s.Browser)
	if err != nil {
		return judge.Finding{}, err
	}
	asked, err := s.AsksToSignIn(ctx, s.Browser, next.Page)
	if err != nil {
		return judge.Finding{}, err
	}
	if !asked {
		return judge.Fail("After signing out, a new sign-in at the provider asks for no password: its session goes on."), nil
	}
	return judge.First(judge.Control(*in), judge.Pass("After signing out the provider asks for the password again.")), nil
}

// returnForeign opens the sign-out redirect as a link in a mail would.
func returnForeign(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	site, err := s.ForeignSite(ctx)
	if err != nil {
		return judge.Finding{}, err
	}
	u := s.Person(nil)
	in, err := s.SignIn(ctx, harness.Try{User: u, Control: true})
	if err != nil {
		return judge.Finding{}, err
	}
	findings := []judge.Finding{judge.Control(*in)}
	addresses := harness.ForeignSpellings(site.Host, s.Lane.Shop.BaseURL)
	for i, address := range append(addresses[:1:1], addresses...) {
		if i == 1 { // the first is tried signed in too
			if err := s.ForgetShop(ctx); err != nil {
				return judge.Finding{}, err
			}
		}
		link := s.Lane.Shop.URL(s.Lane.Shop.ReturnAfterSignOut + url.QueryEscape(address))
		a, err := s.Open(ctx, link, harness.Try{
			Title: "A sign-out that is to return to " + harness.Shortened(address), User: u, NoPicture: true, KeepPage: true,
		})
		if err != nil {
			return judge.Finding{}, err
		}
		findings = append(findings, s.Case(a, judge.StaysAtShop(*a)))
	}
	return judge.Worst(findings...), nil
}

func stateOther(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	u := s.Person(nil)
	var findings []judge.Finding
	for _, id := range []fault.ID{fault.EndSessionStateOther, fault.EndSessionStateMissing} {
		in, err := s.SignIn(ctx, harness.Try{User: u, Control: true})
		if err != nil {
			return judge.Finding{}, err
		}
		out, err := s.SignOut(ctx, in, harness.Try{Title: "A sign-out with the fault " + string(id), User: u, Fault: id})
		if err != nil {
			return judge.Finding{}, err
		}
		if !sentState(out) {
			return judge.First(judge.Control(*in), judge.Anonymous(*out),
				judge.Skip("Not tried: the shop sends no state to the provider's logout endpoint.")), nil
		}
		findings = append(findings, judge.Control(*in), judge.ShowsPage(*out), judge.Anonymous(*out), judge.Fired(*out))
	}
	return judge.First(findings...), nil
}

// sentState reports whether a sign-out came to the provider with a state, which
// is optional (RP-Initiated Logout 1.0, section 2).
func sentState(out *attempt.SignIn) bool {
	requests := out.Of(journal.EndSession)
	return len(requests) == 0 || requests[0].Query.Get("state") != "" || requests[0].Form.Get("state") != ""
}

func providerFailure(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	u := s.Person(nil)
	in, err := s.SignIn(ctx, harness.Try{User: u, Control: true})
	if err != nil {
		return judge.Finding{}, err
	}
	out, err := s.SignOut(ctx, in, harness.Try{
		Title: "A sign-out while the provider's logout endpoint answers 500", User: u, Fault: fault.EndSessionStatus500,
	})
	if err != nil {
		return judge.Finding{}, err
	}
	return judge.First(judge.Control(*in), judge.Anonymous(*out), judge.Fired(*out),
		judge.Pass("The local session ended although the provider's logout failed.")), nil
}

// byLink opens the sign-out redirect's address without pressing anything.
func byLink(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	u := s.Person(nil)
	in, err := s.SignIn(ctx, harness.Try{User: u, Control: true})
	if err != nil {
		return judge.Finding{}, err
	}
	link, err := s.Open(ctx, s.Lane.Shop.URL(s.Lane.Shop.PostLogoutRedirect), harness.Try{Title: "The signed-in browser opens the sign-out redirect", User: u})
	if err != nil {
		return judge.Finding{}, err
	}
	if !link.Who.SignedIn {
		return judge.First(judge.Control(*in), judge.Fail("Opening the sign-out redirect's address is enough to sign the customer out.")), nil
	}
	return judge.Pass("The customer is still signed in after opening the sign-out redirect's address."), nil
}
