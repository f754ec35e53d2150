package login

import (
	"context"
	"net/url"

	"github.com/countersign-oidc/countersign/runner/environ"
	"github.com/countersign-oidc/countersign/suites/attempt"
	"github.com/countersign-oidc/countersign/suites/catalog"
	"github.com/countersign-oidc/countersign/suites/harness"
	"github.com/countersign-oidc/countersign/suites/judge"
	"github.com/countersign-oidc/countersign/suites/plain"
)

type observed = attempt.SignIn

// endpointParameter is the query of its own that an authorization endpoint has
// in one lane.
const endpointParameter = "tenant"

func requestSpecs(h *harness.Harness) {
	h.CheckWith(catalog.LoginRequestWellFormed, environ.Setup{AuthorizeQuery: "?" + endpointParameter + "=acme"},
		judged(func(s *harness.Spec, a observed) judge.Finding {
			return judge.First(judge.RequestWellFormed(a, s.Lane.Client, endpointParameter), judge.Control(a))
		}))
	h.Check(catalog.LoginRedirectURIHost, redirectURIHost)
	h.Check(catalog.LoginStateUnpredictable, begun(func(attempts []observed) judge.Finding {
		var cookies []string
		for _, a := range attempts {
			for _, c := range a.Cookies {
				cookies = append(cookies, c.Value)
			}
		}
		return judge.Unpredictable("state", authorizations(attempts), cookies...)
	}))
	h.Check(catalog.LoginNonceUnpredictable, begun(func(attempts []observed) judge.Finding {
		requests := authorizations(attempts)
		var states []string
		for _, e := range requests {
			states = append(states, e.Query.Get("state"))
		}
		return judge.Unpredictable("nonce", requests, states...)
	}))
	h.CheckWith(catalog.LoginValuesIntact, environ.Setup{ACR: oddClasses}, valuesIntact)
	h.Check(catalog.LoginWithoutScripts, withoutScripts)
	h.CheckWith(catalog.LoginPKCES256, environ.Setup{Public: true},
		judged(func(_ *harness.Spec, a observed) judge.Finding { return judge.PKCE(a) }))
	h.Check(catalog.LoginPKCEFresh, begun(func(attempts []observed) judge.Finding {
		return judge.Unpredictable("code_challenge", authorizations(attempts))
	}))
}

// oddClasses are authentication context classes that would be parameters if
// they were not encoded.
const oddClasses = "urn:example:gold&x_countersign=1 urn:example:größe+100%25"

func valuesIntact(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	a, err := s.Begin(ctx, s.Browser)
	if err != nil {
		return judge.Finding{}, err
	}
	return judge.ParameterIntact(*a, "acr_values", oddClasses), nil
}

// withoutScripts visits as somebody who has switched scripts off. Without
// frames no cookie is one of a third party.
func withoutScripts(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	v := plain.New()
	v.Scriptless = true
	a, err := s.SignIn(ctx, harness.Try{Title: "A sign-in without scripts", User: s.Person(nil), Browser: v, Control: true})
	if err != nil {
		return judge.Finding{}, err
	}
	return judge.SignedIn(*a), nil
}

// judged is a check that looks at one ordinary sign-in.
func judged(decide func(*harness.Spec, observed) judge.Finding) harness.Body {
	return func(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
		a, err := s.SignIn(ctx, harness.Try{User: s.Person(nil)})
		if err != nil {
			return judge.Finding{}, err
		}
		return decide(s, *a), nil
	}
}

// begun is a check that looks at the beginnings of four sign-ins, three of
// them in the same browser.
func begun(decide func([]observed) judge.Finding) harness.Body {
	return func(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
		var attempts []observed
		for i := range 4 {
			if i > 2 {
				if err := s.Browser.Clear(ctx); err != nil {
					return judge.Finding{}, err
				}
			}
			a, err := s.Begin(ctx, s.Browser)
			if err != nil {
				return judge.Finding{}, err
			}
			attempts = append(attempts, *a)
		}
		return decide(attempts), nil
	}
}

// redirectURIHost needs no browser: the forged headers are an attacker's who
// talks to the shop through a proxy that lets them pass.
func redirectURIHost(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	headers := map[string]string{
		"X-Forwarded-Host": "shop.evil.example", "X-Forwarded-Proto": "https",
		"Forwarded": "host=shop.evil.example;proto=https", "X-Original-Host": "shop.evil.example",
	}
	plain, err := s.Fetch(ctx, s.Lane.Shop.SignIn.Visit, nil)
	if err != nil {
		return judge.Finding{}, err
	}
	forged, err := s.Fetch(ctx, s.Lane.Shop.SignIn.Visit, headers)
	if err != nil {
		return judge.Finding{}, err
	}
	s.Note("redirect_uri without forged headers", "%s", redirectURI(plain.Location))
	s.Note("redirect_uri with forged headers", "%s", redirectURI(forged.Location))
	switch {
	case redirectURI(plain.Location) == "":
		return judge.Skip("The shop starts a sign-in in another way than by a redirect (status %d).", plain.Status), nil
	case forged.Status >= 400:
		return judge.Pass("The shop refuses a request with forged host headers (status %d).", forged.Status), nil
	case redirectURI(forged.Location) != redirectURI(plain.Location):
		return judge.Fail("With forged host headers the shop asks the provider to send the code to %q.", redirectURI(forged.Location)), nil
	}
	return judge.Pass("The redirect_uri stays %q whatever the host headers say.", redirectURI(plain.Location)), nil
}

func redirectURI(location string) string {
	u, err := url.Parse(location)
	if err != nil {
		return ""
	}
	return u.Query().Get("redirect_uri")
}
