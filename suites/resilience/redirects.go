package resilience

import (
	"context"
	"encoding/base64"
	"fmt"
	"net/url"

	"github.com/countersign-oidc/countersign/mockidp/fault"
	"github.com/countersign-oidc/countersign/mockidp/journal"
	"github.com/countersign-oidc/countersign/suites/attempt"
	"github.com/countersign-oidc/countersign/suites/catalog"
	"github.com/countersign-oidc/countersign/suites/harness"
	"github.com/countersign-oidc/countersign/suites/judge"
)

func redirects(h *harness.Harness) {
	h.Check(catalog.ResilienceTokenRedirect, func(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
		return followed(ctx, s, true, journal.Token)
	})
	h.Check(catalog.ResilienceUserInfoRedirect, func(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
		return followed(ctx, s, false, journal.JWKS, journal.UserInfo)
	})
	h.Check(catalog.ResilienceRedirectLoop, weather(fewRequests,
		named("jwks.redirect.loop", "token.redirect.loop", "userinfo.redirect.loop")...))
}

// followed redirects requests of a shop to a canary, in each way that there
// is, and looks at what comes there.
func followed(ctx context.Context, s *harness.Spec, strict bool, kinds ...journal.Kind) (judge.Finding, error) {
	canary, err := s.Canary(ctx)
	if err != nil {
		return judge.Finding{}, err
	}
	u := s.Person(nil)
	var findings []judge.Finding
	for _, kind := range kinds {
		for _, to := range []fault.Elsewhere{
			{To: canary.URL("/301"), Status: 301},
			{To: canary.URL("/302"), Status: 302},
			{To: canary.URL("/303"), Status: 303},
			{To: canary.URL("/307"), Status: 307},
			{To: canary.URL("/308"), Status: 308},
			{To: "//" + canary.Host + "/bare", Status: 307},
		} {
			how := fmt.Sprintf("%d to %s", to.Status, to.To)
			t := answer(fault.ID(fmt.Sprintf("%s.redirect.canary_%d", kind, to.Status)), fmt.Sprintf("the %s endpoint redirects with %s", kind, how),
				fault.ResponseEdit{Endpoint: kind, Redirect: &to})
			t.User, t.NoPicture, t.Everybody = u, len(findings) > 0, unscoped(t)
			before := len(canary.Hits())
			a, err := s.SignIn(ctx, t)
			if err != nil {
				return judge.Finding{}, err
			}
			var hits []string
			for _, h := range canary.Hits()[before:] {
				hits = append(hits, unescaped(h))
			}
			findings = append(findings, s.Case(a, judge.NotFollowed(*a, hits, sentSecrets(s, a), strict)))
			if err := s.ForgetShop(ctx); err != nil {
				return judge.Finding{}, err
			}
		}
	}
	good, err := s.SignIn(ctx, harness.Try{Title: "The sign-in afterwards", User: u, Control: true})
	if err != nil {
		return judge.Finding{}, err
	}
	return judge.Worst(append(findings, judge.Control(*good))...), nil
}

// unescaped is a request as text, with its form as it was meant.
func unescaped(h harness.Hit) string {
	text := fmt.Sprintf("%s %s %v %s", h.Method, h.URL, h.Header, h.Body)
	if plain, err := url.QueryUnescape(text); err == nil {
		text += " " + plain
	}
	return text
}

// sentSecrets are what the shop sends to the endpoints of the provider.
func sentSecrets(s *harness.Spec, a *attempt.SignIn) []attempt.Secret {
	c := s.Lane.Client
	secrets := []attempt.Secret{
		{Name: "client secret", Value: c.Secret},
		{Name: "client's credentials", Value: base64.StdEncoding.EncodeToString([]byte(url.QueryEscape(c.ID) + ":" + url.QueryEscape(c.Secret)))},
	}
	for _, e := range a.Of(journal.Token) {
		secrets = append(secrets, attempt.Secret{Name: "authorization code", Value: e.Form.Get("code")},
			attempt.Secret{Name: "code verifier", Value: e.Form.Get("code_verifier")})
	}
	for _, token := range a.Issued("access_token") {
		secrets = append(secrets, attempt.Secret{Name: "access token", Value: token})
	}
	return secrets
}
