// Package initiated is the suite of sign-ins that a third party starts.
package initiated

import (
	"context"
	"fmt"
	"html"
	"net/http"
	"net/url"
	"strings"

	"github.com/onsi/ginkgo/v2"

	"github.com/countersign-oidc/countersign/mockidp/identity"
	"github.com/countersign-oidc/countersign/mockidp/journal"
	"github.com/countersign-oidc/countersign/runner/environ"
	"github.com/countersign-oidc/countersign/suites/attempt"
	"github.com/countersign-oidc/countersign/suites/catalog"
	"github.com/countersign-oidc/countersign/suites/harness"
	"github.com/countersign-oidc/countersign/suites/judge"
)

type observed = attempt.SignIn

// Specs registers the suite.
func Specs(h *harness.Harness) {
	ginkgo.Describe("initiated", func() {
		h.Check(catalog.InitiatedSignsIn, signsIn)
		h.Check(catalog.InitiatedPosted, posted)
		h.Check(catalog.InitiatedIssuerUnknown, issuerUnknown)
		h.Check(catalog.InitiatedHintEncoded, hintEncoded)
		h.Check(catalog.InitiatedExtraParameters, extraParameters)
		h.CheckWith(catalog.InitiatedTwoPending, environ.Setup{Second: true}, twoPending)
		targetSpecs(h)
	})
}

// initiation is the address that starts a sign-in, with the issuer of the
// lane's provider and more.
func initiation(s *harness.Spec, more url.Values) string {
	q := url.Values{"iss": {s.Lane.Provider.Issuer()}}
	for name, values := range more {
		q[name] = values
	}
	return s.Lane.Shop.InitiateLogin + "?" + q.Encode()
}

// initiated starts a sign-in by a link that asks for it.
func initiated(ctx context.Context, s *harness.Spec, title string, u identity.User, more url.Values) (*observed, error) {
	return s.SignIn(ctx, harness.Try{Title: title, User: u, Visit: initiation(s, more)})
}

// signsIn initiates a sign-in and looks at the requests of three more, which
// differ.
func signsIn(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	var findings []judge.Finding
	var requests []journal.Entry
	a, err := initiated(ctx, s, "An initiated sign-in", s.Person(nil), nil)
	if err != nil {
		return judge.Finding{}, err
	}
	findings = append(findings, judge.SignedIn(*a))
	requests = append(requests, a.Of(journal.Authorize)...)
	for range 3 {
		answer, err := s.Fetch(ctx, initiation(s, nil), nil)
		if err != nil {
			return judge.Finding{}, err
		}
		to, err := url.Parse(answer.Location)
		if err != nil {
			return judge.Finding{}, fmt.Errorf("authorization request: %w", err)
		}
		requests = append(requests, journal.Entry{Query: to.Query()})
	}
	for _, name := range []string{"state", "nonce", "code_challenge"} {
		if name != "code_challenge" || len(requests) > 0 && requests[0].Query.Has(name) {
			findings = append(findings, judge.Unpredictable(name, requests))
		}
	}
	return judge.First(findings...), nil
}

// posted has a page of another site initiate a sign-in by a form.
func posted(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	site, err := s.ForeignSite(ctx)
	if err != nil {
		return judge.Finding{}, err
	}
	site.Page("/start", fmt.Sprintf(`<form method="post" action="%s"><input type="hidden" name="iss" value="%s"></form><script>document.forms[0].submit()</script>`,
		html.EscapeString(s.Lane.Shop.URL(s.Lane.Shop.InitiateLogin)), html.EscapeString(s.Lane.Provider.Issuer())))
	a, err := s.Open(ctx, site.URL("/start"), harness.Try{Title: "A sign-in that another site's form initiates", User: s.Person(nil)})
	if err != nil {
		return judge.Finding{}, err
	}
	return judge.SignedIn(*a), nil
}

// issuerUnknown initiates sign-ins with issuers that the shop does not have.
func issuerUnknown(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	canary, err := s.Canary(ctx)
	if err != nil {
		return judge.Finding{}, err
	}
	own, u := s.Lane.Provider.Issuer(), s.Person(nil)
	var attempts []*observed
	for _, c := range []struct{ what, query string }{
		{"an unknown issuer that would answer", url.Values{"iss": {canary.URL("")}}.Encode()},
		{"the issuer in upper case", url.Values{"iss": {strings.ToUpper(own)}}.Encode()},
		{"one slash more", url.Values{"iss": {own + "/"}}.Encode()},
		{"another scheme", url.Values{"iss": {strings.Replace(own, "http", "ftp", 1)}}.Encode()},
		{"the issuer at a foreign host", url.Values{"iss": {own + "@" + canary.Host}}.Encode()},
		{"an empty issuer", "iss="},
		{"no issuer", "login_hint=x"},
		{"two issuers, the good one first", url.Values{"iss": {own, canary.URL("")}}.Encode()},
		{"two issuers, the good one last", url.Values{"iss": {canary.URL(""), own}}.Encode()},
		{"no URL", "iss=%3A%2F%2F"},
		{"a percent sign alone", "iss=%25%25%25"},
		{"10 KB", url.Values{"iss": {own + strings.Repeat("a", 10_000)}}.Encode()},
		{"an internal address", url.Values{"iss": {"http://169.254.169.254/latest"}}.Encode()},
		{"a file", url.Values{"iss": {"file:///etc/passwd"}}.Encode()},
	} {
		a, err := s.SignIn(ctx, harness.Try{Title: "Initiated with " + c.what, User: u, Visit: s.Lane.Shop.InitiateLogin + "?" + c.query, NoPicture: len(attempts) > 0})
		if err != nil {
			return judge.Finding{}, err
		}
		attempts = append(attempts, a)
		if err := s.Browser.Clear(ctx); err != nil {
			return judge.Finding{}, err
		}
	}
	good, err := initiated(ctx, s, "Initiated with the issuer itself", u, nil)
	if err != nil {
		return judge.Finding{}, err
	}
	findings := []judge.Finding{s.Against(good, judge.NotInitiated, attempts...)}
	for _, hit := range canary.Hits() {
		findings = append(findings, judge.Fail("The shop called an address that the initiation named: %s %s.", hit.Method, hit.URL))
	}
	return judge.Worst(findings...), nil
}

// hintEncoded hands hints over that would be parameters if they were not
// encoded.
func hintEncoded(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	u := s.Person(nil)
	var findings []judge.Finding
	for _, hint := range []string{
		"ada lovelace", "a&scope=admin&redirect_uri=https://op.evil.example/", "a#b", "a\r\nX-Injected: 1", "é 日本 ✓",
		"a%26prompt=none", "a+b@customers.example", `"><b>`, strings.Repeat("long ", 2000),
	} {
		title := "Initiated with the hint " + hint
		if len(hint) > 100 {
			title = "Initiated with a hint of 10 KB"
		}
		a, err := s.SignIn(ctx, harness.Try{Title: title, User: u, Visit: initiation(s, url.Values{"login_hint": {hint}}), NoPicture: len(findings) > 0})
		if err != nil {
			return judge.Finding{}, err
		}
		findings = append(findings, s.Case(a, judge.Hint(*a, hint)))
		if err := s.Browser.Clear(ctx); err != nil {
			return judge.Finding{}, err
		}
	}
	return judge.Worst(findings...), nil
}

// extraParameters initiates with parameters that are the shop's to choose.
func extraParameters(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	u := s.Person(nil)
	plain, err := initiated(ctx, s, "Initiated with the issuer alone", u, nil)
	if err != nil {
		return judge.Finding{}, err
	}
	findings := []judge.Finding{judge.Control(*plain)}
	for name, value := range map[string]string{
		"scope": "openid admin", "scopes": "openid admin", "redirect_uri": "https://op.evil.example/", "response_type": "token",
		"response_mode": "fragment", "prompt": "none", "acr_values": "weak", "auth_request_params": "prompt=none&scope=admin",
		"nonce": "fixed", "state": "fixed", "code_challenge": "fixed", "client_id": "another-client", "max_age": "0",
	} {
		if err := s.Browser.Clear(ctx); err != nil {
			return judge.Finding{}, err
		}
		a, err := s.SignIn(ctx, harness.Try{Title: "Initiated with " + name, User: u, Visit: initiation(s, url.Values{name: {value}}), NoPicture: true})
		if err != nil {
			return judge.Finding{}, err
		}
		findings = append(findings, s.Case(a, judge.SameRequest(*a, *plain)))
	}
	return judge.Worst(findings...), nil
}

// twoPending initiates a sign-in at the second provider while one at the first
// is pending, and finishes both.
func twoPending(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	u := s.Person(nil)
	if err := s.Lane.Second.PutUser(u); err != nil {
		return judge.Finding{}, err
	}
	first, err := s.Hold(ctx, harness.Try{Title: "A sign-in at the first provider, whose answer is held back", User: u})
	if err != nil {
		return judge.Finding{}, err
	}
	second, err := s.Hold(ctx, harness.Try{
		Title: "A sign-in at the second provider is initiated", User: u,
		Visit: initiation(s, url.Values{"iss": {s.Lane.Second.Issuer()}}),
	})
	if err != nil {
		return judge.Finding{}, err
	}
	var findings []judge.Finding
	for _, c := range []struct {
		title, answer string
		second        bool
	}{{"The first provider's answer", first, false}, {"The second provider's answer", second, true}} {
		a, err := s.Open(ctx, c.answer, harness.Try{Title: c.title, User: u})
		if err != nil {
			return judge.Finding{}, err
		}
		findings = append(findings, s.Case(a, judge.At(*a, c.second)))
	}
	return judge.Worst(findings...), nil
}

// storm is how many sign-ins are initiated at once.
const storm = 200

// initiatedOften initiates many sign-ins that nobody goes on with.
func initiatedOften(ctx context.Context, s *harness.Spec) (failed int, err error) {
	for range storm {
		answer, err := s.Ask(ctx, http.MethodGet, initiation(s, nil), nil, nil)
		if err != nil {
			return failed, err
		}
		if answer.Status >= http.StatusInternalServerError {
			failed++
		}
	}
	return failed, nil
}
