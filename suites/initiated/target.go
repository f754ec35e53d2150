package initiated

import (
	"context"
	"fmt"
	"net/url"

	"github.com/countersign-oidc/countersign/mockidp/journal"
	"github.com/countersign-oidc/countersign/runner/check"
	"github.com/countersign-oidc/countersign/suites/attempt"
	"github.com/countersign-oidc/countersign/suites/catalog"
	"github.com/countersign-oidc/countersign/suites/harness"
	"github.com/countersign-oidc/countersign/suites/judge"
)

func targetSpecs(h *harness.Harness) {
	h.Check(catalog.InitiatedTargetOwn, targetOwn)
	h.Check(catalog.InitiatedTargetForeign, targetForeign)
	h.Check(catalog.InitiatedTargetItself, targetItself)
	h.Check(catalog.InitiatedSessionAsked, sessionAsked)
	h.Check(catalog.InitiatedInvisible, invisible)
	h.Check(catalog.InitiatedReadyAnswer, readyAnswer)
}

// targetOwn names a page of the shop as the target, as a URL and as a path.
func targetOwn(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	u, deep := s.Person(nil), s.Lane.Shop.Deep
	a, err := initiated(ctx, s, "Initiated for the URL of a page with a query", u, url.Values{"target_link_uri": {s.Lane.Shop.URL(deep)}})
	if err != nil {
		return judge.Finding{}, err
	}
	return judge.First(judge.SignedIn(*a), judge.RestsAt(*a, s.Lane.Shop.URL(deep))), nil
}

// targetForeign names pages of other sites in all spellings.
func targetForeign(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	site, err := s.ForeignSite(ctx)
	if err != nil {
		return judge.Finding{}, err
	}
	u := s.Person(nil)
	first, err := initiated(ctx, s, "Initiated without a target", u, nil)
	if err != nil {
		return judge.Finding{}, err
	}
	findings := []judge.Finding{judge.Control(*first)}
	for _, address := range harness.ForeignSpellings(site.Host, s.Lane.Shop.BaseURL) {
		if err := s.ForgetShop(ctx); err != nil {
			return judge.Finding{}, err
		}
		a, err := s.SignIn(ctx, harness.Try{
			Title: "Initiated for " + harness.Shortened(address), User: u, NoPicture: true,
			Visit: initiation(s, url.Values{"target_link_uri": {address}}),
		})
		if err != nil {
			return judge.Finding{}, err
		}
		findings = append(findings, s.Case(a, judge.StaysAtShop(*a)))
	}
	return judge.Worst(findings...), nil
}

// targetItself names the initiation itself as the target, and then initiates
// many sign-ins.
func targetItself(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	u := s.Person(nil)
	again := s.Lane.Shop.URL(initiation(s, nil))
	a, err := initiated(ctx, s, "Initiated for the initiation itself", u, url.Values{"target_link_uri": {again}})
	if err != nil {
		return judge.Finding{}, err
	}
	failed, err := initiatedOften(ctx, s)
	if err != nil {
		return judge.Finding{}, err
	}
	s.Note("Initiations at once", "%d, of which %d failed", storm, failed)
	if err := s.Browser.Clear(ctx); err != nil {
		return judge.Finding{}, err
	}
	after, err := s.SignIn(ctx, harness.Try{Title: "A sign-in afterwards", User: u, Control: true})
	if err != nil {
		return judge.Finding{}, err
	}
	return judge.First(s.Case(a, judge.EndsElsewhere(*a, s.Lane.Shop.InitiateLogin)), s.Case(after, judge.SignedIn(*after))), nil
}

// sessionAsked initiates a sign-in as somebody else in the browser of a
// customer who is signed in, at a provider that has forgotten the customer.
func sessionAsked(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	victim, other := s.Person(nil), s.Person(nil)
	before, err := s.SignIn(ctx, harness.Try{Title: "The customer's sign-in", User: victim, Control: true})
	if err != nil {
		return judge.Finding{}, err
	}
	if f := judge.Control(*before); f.Verdict != check.Pass {
		return f, nil
	}
	host, err := url.Parse(s.Lane.Provider.Issuer())
	if err != nil {
		return judge.Finding{}, fmt.Errorf("issuer: %w", err)
	}
	if err := s.Browser.Forget(ctx, host.Hostname()); err != nil {
		return judge.Finding{}, err
	}
	after, err := initiated(ctx, s, "A sign-in as somebody else is initiated", other, url.Values{"login_hint": {other.Username}})
	if err != nil {
		return judge.Finding{}, err
	}
	return s.Case(after, judge.Stays(*before, *after)), nil
}

// invisible has a page of another site initiate a sign-in as an image, in a
// hidden frame and by fetch, in a browser that the provider knows.
func invisible(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	u := s.Remembered(s.Person(nil))
	first, err := initiated(ctx, s, "An ordinary initiated sign-in", u, nil)
	if err != nil {
		return judge.Finding{}, err
	}
	if err := s.ForgetShop(ctx); err != nil {
		return judge.Finding{}, err
	}
	site, err := s.ForeignSite(ctx)
	if err != nil {
		return judge.Finding{}, err
	}
	mark := s.Lane.Provider.Journal().Mark()
	if err := s.Embed(ctx, site, s.Lane.Shop.URL(initiation(s, nil))); err != nil {
		return judge.Finding{}, err
	}
	a, err := s.Open(ctx, s.Lane.Shop.URL(s.Lane.Shop.Public), harness.Try{Title: "Another site's page embeds an initiation", User: u})
	if err != nil {
		return judge.Finding{}, err
	}
	a.Entries = s.Lane.Provider.Journal().Select(journal.Query{After: mark})
	return judge.First(judge.Control(*first), s.Case(a, judge.Invisible(*a))), nil
}

// readyAnswer hands over an authorization response of the attacker's where an
// initiation is expected.
func readyAnswer(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	attacker, victim := s.Person(nil), s.Person(nil)
	var attempts []*attempt.SignIn
	for _, c := range []struct {
		title, path string
		more        url.Values
	}{
		{"The attacker's answer at the initiation", s.Lane.Shop.InitiateLogin, url.Values{}},
		{"The attacker's answer at the initiation, with the issuer", s.Lane.Shop.InitiateLogin, url.Values{"target_link_uri": {s.Lane.Shop.BaseURL}}},
		{"The attacker's answer at the sign-in redirect", s.Lane.Shop.Redirect, url.Values{}},
	} {
		answer, err := s.Intercept(ctx, attacker)
		if err != nil {
			return judge.Finding{}, err
		}
		got, err := url.Parse(answer)
		if err != nil {
			return judge.Finding{}, fmt.Errorf("authorization response: %w", err)
		}
		q := got.Query()
		for name, values := range c.more {
			q[name] = values
		}
		// Nobody goes on at the provider, where the victim is asked.
		a, err := s.Open(ctx, s.Lane.Shop.URL(c.path)+"?"+q.Encode(), harness.Try{Title: c.title, NoPicture: len(attempts) > 0})
		if err != nil {
			return judge.Finding{}, err
		}
		attempts = append(attempts, a)
		if err := s.Browser.Clear(ctx); err != nil {
			return judge.Finding{}, err
		}
	}
	control, err := initiated(ctx, s, "An initiation that is one", victim, nil)
	if err != nil {
		return judge.Finding{}, err
	}
	return s.Against(control, judge.Rejected, attempts...), nil
}
