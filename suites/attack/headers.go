package attack

import (
	"context"
	"mime"
	"net/http"
	"net/url"

	"github.com/countersign-oidc/countersign/runner/check"
	"github.com/countersign-oidc/countersign/suites/catalog"
	"github.com/countersign-oidc/countersign/suites/harness"
	"github.com/countersign-oidc/countersign/suites/judge"
)

func headerSpecs(h *harness.Harness) {
	h.Check(catalog.AttackContentPolicy, pageHeaders(judge.ScriptsRestricted))
	h.Check(catalog.AttackFramed, pageHeaders(judge.NotFramable))
}

// pageHeaders judges the headers of the pages on which customers sign in and
// out, link accounts and see their data.
func pageHeaders(weigh func(what string, h http.Header) judge.Finding) harness.Body {
	return func(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
		in, err := s.SignIn(ctx, harness.Try{Title: "A customer signs in", User: s.Person(nil), Control: true})
		if err != nil {
			return judge.Finding{}, err
		}
		if f := judge.Control(*in); f.Verdict != check.Pass {
			return f, nil
		}
		shop := s.Lane.Shop
		refused := with(shop.Redirect, url.Values{"error": {"access_denied"}})
		var findings []judge.Finding
		seen := map[string]bool{"": true}
		for _, path := range []string{
			shop.SignIn.Visit, shop.Account, refused, shop.Customers.Local.Visit, shop.Customers.Link.Visit, shop.SignOut.Visit, shop.PostLogoutRedirect,
			initiation(s),
		} {
			if seen[path] {
				continue
			}
			seen[path] = true
			answer, err := s.Fetch(ctx, path, nil, s.ShopCookies(in.Cookies)...)
			if err != nil {
				return judge.Finding{}, err
			}
			if kind, _, _ := mime.ParseMediaType(answer.Header.Get("Content-Type")); kind != "text/html" || answer.Location != "" {
				continue // no page
			}
			s.Note(path, "status %d, Content-Security-Policy %q, X-Frame-Options %q", answer.Status,
				answer.Header.Values("Content-Security-Policy"), answer.Header.Get("X-Frame-Options"))
			findings = append(findings, weigh("The page "+path, answer.Header))
		}
		if len(findings) == 0 {
			return judge.Undecided("None of the shop's addresses answered with a page."), nil
		}
		return judge.Worst(findings...), nil
	}
}

// initiation is the path at which a third party starts a sign-in; "" where
// none can.
func initiation(s *harness.Spec) string {
	if s.Lane.Shop.InitiateLogin == "" {
		return ""
	}
	return with(s.Lane.Shop.InitiateLogin, url.Values{"iss": {s.Lane.Provider.Issuer()}})
}
