package login

import (
	"context"
	"fmt"
	"html"
	"net/http"
	"net/url"
	"strings"

	"github.com/countersign-oidc/countersign/mockidp/fault"
	"github.com/countersign-oidc/countersign/mockidp/journal"
	"github.com/countersign-oidc/countersign/runner/check"
	"github.com/countersign-oidc/countersign/suites/attempt"
	"github.com/countersign-oidc/countersign/suites/catalog"
	"github.com/countersign-oidc/countersign/suites/harness"
	"github.com/countersign-oidc/countersign/suites/judge"
)

func beginSpecs(h *harness.Harness) {
	h.Check(catalog.LoginPKCEPlainPromised, pkcePlainPromised)
	h.Check(catalog.LoginPKCEIgnored, pkceIgnored)
	h.Check(catalog.LoginVerifierHidden, verifierHidden)
	h.Check(catalog.LoginScopes, judgedBeginning(func(s *harness.Spec, requests []journal.Entry) judge.Finding {
		return judge.Scopes(requests, s.Lane.Shop.Scopes)
	}))
	h.Check(catalog.LoginOfflineAccess, judgedBeginning(func(_ *harness.Spec, requests []journal.Entry) judge.Finding {
		return judge.OfflineAccess(requests)
	}))
	h.Check(catalog.LoginStartHarmless, startHarmless)
	h.Check(catalog.LoginFormNotSentOn, formNotSentOn)
	h.Check(catalog.LoginFormAnswerEmpty, formAnswerEmpty)
	h.Check(catalog.LoginAbandoned, abandoned)
	h.Check(catalog.LoginReturnTamper, returnTamper)
}

// judgedBeginning is a check that looks at the request of one sign-in.
func judgedBeginning(decide func(*harness.Spec, []journal.Entry) judge.Finding) harness.Body {
	return func(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
		a, err := s.Begin(ctx, s.Browser)
		if err != nil {
			return judge.Finding{}, err
		}
		return decide(s, a.Of(journal.Authorize)), nil
	}
}

func pkcePlainPromised(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	a, err := s.SignIn(ctx, harness.Try{
		Title: "A sign-in at a provider that promises only plain", User: s.Person(nil), Fault: "discovery.pkce.plain", Everybody: true,
	})
	if err != nil {
		return judge.Finding{}, err
	}
	return judge.ChallengeNotPlain(*a), nil
}

// pkceIgnored takes the comparison of the code verifier out of the provider,
// so that nothing but state and nonce stands in the way.
func pkceIgnored(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	for _, id := range []fault.ID{"token.pkce.not_enforced", "discovery.pkce.missing"} {
		spec, ok := fault.Named(id)
		if !ok {
			return judge.Finding{}, fmt.Errorf("no fault is named %q", id)
		}
		if _, err := s.Lane.Provider.Arm(spec, fault.Scope{}, fault.Always); err != nil {
			return judge.Finding{}, fmt.Errorf("arm %s: %w", id, err)
		}
	}
	return s.Refused(ctx, fault.AuthorizeStateOther, fault.IDTokenNonceOther)
}

// verifierHidden looks at the browser while the sign-in is pending and at its
// end: a cookie for the way is gone by then.
func verifierHidden(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	u := s.Person(nil)
	answer, err := s.Hold(ctx, harness.Try{Title: "A sign-in whose answer is kept for a while", User: u})
	if err != nil {
		return judge.Finding{}, err
	}
	pending, err := s.Browser.Cookies(ctx)
	if err != nil {
		return judge.Finding{}, err
	}
	a, err := s.Open(ctx, answer, harness.Try{Title: "The answer is delivered", User: u})
	if err != nil {
		return judge.Finding{}, err
	}
	token := a.Of(journal.Token)
	if len(token) == 0 || token[0].Form.Get("code_verifier") == "" {
		return judge.Skip("The shop sends no code verifier."), nil
	}
	places := map[string]string{"the text of the last page": a.Page.Text}
	for _, c := range append(s.ShopCookies(pending), s.ShopCookies(a.Cookies)...) {
		if c.HTTPOnly {
			continue // no script reads it
		}
		places["the cookie "+c.Name] += " " + strings.Join(c.Readings(), " ")
	}
	for _, q := range s.Browser.Record().Requests {
		places["the address of a request"] += " " + q.URL
	}
	return judge.First(judge.Control(*a), judge.NoSecrets(places, map[string]string{"code verifier": token[0].Form.Get("code_verifier")})), nil
}

// startHarmless begins a second sign-in and leaves it at the provider's page,
// which asks for a password since the browser has forgotten the provider.
func startHarmless(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	a, err := s.SignIn(ctx, harness.Try{User: s.Person(nil), Control: true})
	if err != nil {
		return judge.Finding{}, err
	}
	site, err := s.ForeignSite(ctx)
	if err != nil {
		return judge.Finding{}, err
	}
	start := s.Lane.Shop.URL(s.Lane.Shop.SignInAgain())
	site.Page("/", leadsTo(start))
	findings := []judge.Finding{judge.Control(*a)}
	for _, way := range []struct{ title, address string }{
		{"a sign-in that was begun by the address bar and left", start},
		{"a sign-in that was begun by a page of another site and left", site.URL("/")},
	} {
		if err := s.ForgetProvider(ctx); err != nil {
			return judge.Finding{}, err
		}
		if _, err := s.Browser.Navigate(ctx, way.address); err != nil {
			return judge.Finding{}, err
		}
		who, err := s.Who(ctx, s.Browser)
		if err != nil {
			return judge.Finding{}, err
		}
		s.Note("signed in after "+way.title, "%t", who.SignedIn)
		findings = append(findings, judge.StillSignedIn(way.title, *a, who))
	}
	return judge.First(findings...), nil
}

// leadsTo is a page that opens an address by itself.
func leadsTo(address string) string {
	target, query, _ := strings.Cut(address, "?")
	var page strings.Builder
	page.WriteString(`<form action="` + html.EscapeString(target) + `">`)
	values, _ := url.ParseQuery(query)
	for name := range values {
		fmt.Fprintf(&page, `<input type="hidden" name="%s" value="%s">`, html.EscapeString(name), html.EscapeString(values.Get(name)))
	}
	return page.String() + `</form><script>document.forms[0].submit()</script>`
}

// memberPages are the pages of the shop for signed-in customers.
func memberPages(s *harness.Spec) []string { return []string{s.Lane.Shop.Deep, s.Lane.Shop.Account} }

func formNotSentOn(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	var findings []judge.Finding
	for _, path := range memberPages(s) {
		answer, err := s.Send(ctx, harness.Request{Method: http.MethodPost, Path: path, Form: url.Values{"note": {"countersign-marker"}}})
		if err != nil {
			return judge.Finding{}, err
		}
		s.Note("status of a form that was sent to "+path+" without a session", "%d", answer.Status)
		findings = append(findings, judge.NotSentOn("A form that was sent to "+path+" without a session", answer.Status))
	}
	return judge.Worst(findings...), nil
}

func formAnswerEmpty(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	a, err := s.SignIn(ctx, harness.Try{Title: "A customer looks at the pages", User: s.Person(nil), Control: true})
	if err != nil {
		return judge.Finding{}, err
	}
	public, err := s.Fetch(ctx, s.Lane.Shop.Public, nil)
	if err != nil {
		return judge.Finding{}, err
	}
	findings := []judge.Finding{judge.Control(*a)}
	for _, path := range memberPages(s) {
		seen, err := s.Fetch(ctx, path, nil, s.ShopCookies(a.Cookies)...)
		if err != nil {
			return judge.Finding{}, err
		}
		answer, err := s.Send(ctx, harness.Request{Method: http.MethodPost, Path: path, Form: url.Values{"note": {"x"}}})
		if err != nil {
			return judge.Finding{}, err
		}
		s.Note("length of the answer to a form that was sent to "+path+" without a session", "%d", len(answer.Body))
		findings = append(findings, judge.NotShown("A form that was sent to "+path+" without a session", answer.Body, seen.Body, public.Body))
	}
	return judge.Worst(findings...), nil
}

// begunSignIns is how many sign-ins a browser begins and leaves.
const begunSignIns = 40

func abandoned(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	u := s.Person(nil)
	for range begunSignIns - 1 {
		if _, err := s.Browser.Navigate(ctx, s.Lane.Shop.URL(s.Lane.Shop.SignIn.Visit)); err != nil {
			return judge.Finding{}, err
		}
	}
	a, err := s.SignIn(ctx, harness.Try{Title: "The last of forty sign-ins is completed", User: u})
	if err != nil {
		return judge.Finding{}, err
	}
	return judge.First(judge.SignedIn(*a), judge.CookiesBounded(begunSignIns, s.ShopCookies(a.Cookies))), nil
}

// returnTamper plants an address of another site wherever a cookie shows the
// page to return to.
func returnTamper(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	u, deep := s.Person(nil), s.Lane.Shop.Deep
	answer, err := s.Hold(ctx, harness.Try{Title: "A sign-in that began at " + deep, User: u, Visit: deep})
	if err != nil {
		return judge.Finding{}, err
	}
	cookies, err := s.Browser.Cookies(ctx)
	if err != nil {
		return judge.Finding{}, err
	}
	var planted []attempt.Cookie
	for _, c := range s.ShopCookies(cookies) {
		if changed, ok := c.Rewritten(deep, s.Lane.Provider.Issuer()+"/"); ok {
			planted = append(planted, changed)
		}
	}
	s.Note("cookies that show the page to return to", "%d", len(planted))
	if err := s.Browser.SetCookies(ctx, planted); err != nil {
		return judge.Finding{}, err
	}
	a, err := s.Open(ctx, answer, harness.Try{Title: "The sign-in is completed", User: u, KeepPage: true})
	if err != nil {
		return judge.Finding{}, err
	}
	if err := s.ForgetShop(ctx); err != nil { // also what was planted
		return judge.Finding{}, err
	}
	control, err := s.SignIn(ctx, harness.Try{Title: "An ordinary sign-in", User: u, Control: true})
	if err != nil {
		return judge.Finding{}, err
	}
	return judge.First(judge.StaysAtShop(*a), judge.Control(*control)), nil
}

// atStart begins a sign-in at a page and is the address at which the browser
// met the provider.
func atStart(ctx context.Context, s *harness.Spec, path string) (string, judge.Finding, error) {
	a, err := s.BeginAt(ctx, s.Browser, path)
	if err != nil {
		return "", judge.Finding{}, err
	}
	request, ok := s.AuthorizationURL(a)
	if !ok {
		return "", judge.Undecided("The browser was not seen at the authorization endpoint."), nil
	}
	return request, judge.Finding{Verdict: check.Pass}, nil
}
