package session

import (
	"context"

	"github.com/countersign-oidc/countersign/mockidp/identity"
	"github.com/countersign-oidc/countersign/runner/check"
	"github.com/countersign-oidc/countersign/suites/attempt"
	"github.com/countersign-oidc/countersign/suites/harness"
	"github.com/countersign-oidc/countersign/suites/judge"
)

// rotated plants the cookies that the shop gave an attacker, from a public
// page and from the start of a sign-in, in the browser of a customer.
func rotated(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	attacker, err := s.Stranger(ctx)
	if err != nil {
		return judge.Finding{}, err
	}
	defer s.Release(attacker)
	shop := s.Lane.Shop
	for _, path := range []string{shop.Public, shop.SignIn.Visit} {
		if _, err := attacker.Navigate(ctx, shop.URL(path)); err != nil {
			return judge.Finding{}, err
		}
	}
	all, err := attacker.Cookies(ctx)
	if err != nil {
		return judge.Finding{}, err
	}
	planted := s.ShopCookies(all)
	if err := s.Browser.SetCookies(ctx, planted); err != nil {
		return judge.Finding{}, err
	}
	s.Note("planted cookies", "%d", len(planted))
	a, err := s.SignIn(ctx, harness.Try{Title: "The customer's sign-in with the planted cookies", User: s.Person(nil)})
	if err != nil {
		return judge.Finding{}, err
	}
	who, err := s.Who(ctx, attacker)
	if err != nil {
		return judge.Finding{}, err
	}
	if who.SignedIn {
		return judge.Fail("A session cookie that was planted before the sign-in is signed in as %q afterwards.", who.Subject), nil
	}
	return judge.First(judge.Control(*a), judge.Pass("The cookies that were planted before the sign-in are worthless after it.")), nil
}

// oldEnded signs in a second time while the first session is alive.
func oldEnded(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	u := s.Person(nil)
	first, err := s.SignIn(ctx, harness.Try{Title: "The first sign-in", User: u, Control: true})
	if err != nil {
		return judge.Finding{}, err
	}
	old := s.ShopCookies(first.Cookies)
	before, err := s.Replay(ctx, old)
	if err != nil {
		return judge.Finding{}, err
	}
	second, err := secondSignIn(ctx, s, u)
	if err != nil {
		return judge.Finding{}, err
	}
	after, err := s.Replay(ctx, old)
	if err != nil {
		return judge.Finding{}, err
	}
	switch {
	case !before.SignedIn:
		return judge.Undecided("The first session's cookies do not sign in even before the second sign-in."), nil
	case len(second.Callbacks()) == 0:
		return judge.Skip("The shop does not start a second sign-in while one is signed in."), nil
	case after.SignedIn:
		return judge.Fail("After the second sign-in the first session is still signed in."), nil
	}
	return judge.First(judge.Control(*second), judge.Pass("The second sign-in ended the first session.")), nil
}

func secondSignIn(ctx context.Context, s *harness.Spec, u identity.User) (*attempt.SignIn, error) {
	start := s.Lane.Shop.SignIn.Visit
	if s.Lane.Shop.StartWithReturn != "" {
		start = s.Lane.Shop.StartWithReturn + s.Lane.Shop.Account
	}
	return s.SignIn(ctx, harness.Try{Title: "The second sign-in in the same browser", User: u, Visit: start})
}

func idUnpredictable(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	var values []string
	for range 3 {
		if err := s.Browser.Clear(ctx); err != nil {
			return judge.Finding{}, err
		}
		o, f, err := signInCookies(ctx, s)
		if err != nil || f.Verdict != check.Pass {
			return f, err
		}
		values = append(values, o.session().Value)
	}
	return judge.UnpredictableIDs(values), nil
}
