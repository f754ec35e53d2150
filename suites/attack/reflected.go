package attack

import (
	"context"
	"maps"
	"net/url"
	"slices"
	"strings"

	"github.com/countersign-oidc/countersign/mockidp/fault"
	"github.com/countersign-oidc/countersign/mockidp/journal"
	"github.com/countersign-oidc/countersign/runner/check"
	"github.com/countersign-oidc/countersign/suites/attempt"
	"github.com/countersign-oidc/countersign/suites/catalog"
	"github.com/countersign-oidc/countersign/suites/harness"
	"github.com/countersign-oidc/countersign/suites/judge"
)

func reflectedSpecs(h *harness.Harness) {
	h.Check(catalog.AttackAnswerReflected, answerReflected)
	h.Check(catalog.AttackStartReflected, startReflected)
	h.Check(catalog.AttackParametersInHeader, parametersInHeader)
}

// answerParameters are those that an authorization response may have (RFC
// 6749, section 4.1.2; RFC 9207; Session Management 1.0, section 2).
func answerParameters() []string {
	return []string{"code", "state", "error", "error_description", "error_uri", "iss", "session_state"}
}

// with is an address with more parameters.
func with(address string, more url.Values) string {
	sign := "?"
	if strings.Contains(address, "?") {
		sign = "&"
	}
	return address + sign + more.Encode()
}

// odd are parameters that nobody asked for, with a text in their values and
// names.
func odd(text string) map[string]url.Values {
	return map[string]url.Values{
		"an unknown parameter": {"countersign": {text}},
		"a name that is text":  {text: {"x"}},
		"lists":                {"state[]": {text}, "error[]": {text}, "code[0]": {text}, "return_to[]": {text}},
	}
}

// answerReflected opens the sign-in redirect with each parameter by itself, and
// has the provider send errors whose state is right.
func answerReflected(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	callback := s.Lane.Shop.URL(s.Lane.Shop.Redirect)
	cases := odd(harness.Breakout)
	for _, name := range answerParameters() {
		q := url.Values{"state": {"countersign"}, "code": {"countersign"}}
		q.Set(name, harness.Breakout)
		if name == "error_description" || name == "error_uri" {
			q.Set("error", "access_denied")
		}
		cases[name] = q
	}
	cases["a second state"] = url.Values{"code": {"x"}, "state": {"x", harness.Breakout}}
	cases["a second error"] = url.Values{"error": {"x", harness.Breakout}, "state": {"x"}}
	findings, err := opened(ctx, s, "An answer with HTML in ", func(q url.Values) string { return with(callback, q) }, cases)
	if err != nil {
		return judge.Finding{}, err
	}
	u := s.Person(nil)
	for _, name := range []string{"error_description", "iss", "session_state", "countersign", "error_description[]"} {
		a, err := s.SignIn(ctx, harness.Try{
			Title: "An error of the provider with HTML in " + name, User: u, KeepPage: true, NoPicture: true,
			Written: &fault.Spec{
				ID: "authorize.error.markup", Title: "An error with HTML in " + name,
				Redirect: &fault.RedirectEdit{
					Endpoint: journal.Authorize, Error: "access_denied", Set: map[string]string{name: harness.Breakout},
				},
			},
		})
		if err != nil {
			return judge.Finding{}, err
		}
		f, err := s.NotReflected(ctx, a)
		if err != nil {
			return judge.Finding{}, err
		}
		findings = append(findings, judge.First(judge.Reached(*a), f))
	}
	return judge.Worst(findings...), nil
}

// opened opens an address with each set of parameters and looks at the page, if
// it is one of the shop's.
func opened(ctx context.Context, s *harness.Spec, title string, address func(url.Values) string, cases map[string]url.Values) ([]judge.Finding, error) {
	findings := make([]judge.Finding, 0, len(cases))
	for _, what := range slices.Sorted(maps.Keys(cases)) {
		q := cases[what]
		a, err := s.Open(ctx, address(q), harness.Try{Title: title + what, KeepPage: true, NoPicture: true})
		if err != nil {
			return nil, err
		}
		if a.Page.Origin() == attempt.Origin(s.Lane.Provider.Issuer()) {
			findings = append(findings, s.Case(a, judge.Pass("%s: it leads on to the provider.", a.Title)))
			continue
		}
		f, err := s.NotReflected(ctx, a)
		if err != nil {
			return nil, err
		}
		findings = append(findings, f)
	}
	return findings, nil
}

// startReflected starts sign-ins with each parameter, and initiates them in the
// browser of a customer, whom the shop may ask before.
func startReflected(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	shop := s.Lane.Shop
	starts := odd(harness.Breakout)
	findings, err := opened(ctx, s, "A start with HTML in ", func(q url.Values) string { return with(shop.URL(shop.SignIn.Visit), q) }, starts)
	if err != nil {
		return judge.Finding{}, err
	}
	if shop.StartWithReturn != "" {
		more, err := opened(ctx, s, "A start with HTML in the page to return to, ", func(q url.Values) string {
			return shop.URL(shop.StartWithReturn + url.QueryEscape(q.Get("x")))
		}, map[string]url.Values{"which is all of it": {"x": {harness.Breakout}}, "which is a path": {"x": {"/" + harness.Breakout}}})
		if err != nil {
			return judge.Finding{}, err
		}
		findings = append(findings, more...)
	}
	if shop.InitiateLogin == "" {
		return judge.Worst(findings...), nil
	}
	initiations := odd(harness.Breakout)
	initiations["the hint"] = url.Values{"login_hint": {harness.Breakout}}
	initiations["the target"] = url.Values{"target_link_uri": {harness.Breakout}}
	initiations["a second target"] = url.Values{"target_link_uri": {"/", harness.Breakout}}
	for _, q := range initiations {
		q.Set("iss", s.Lane.Provider.Issuer())
	}
	initiations["the issuer"] = url.Values{"iss": {harness.Breakout}}
	initiations["a second issuer"] = url.Values{"iss": {s.Lane.Provider.Issuer(), harness.Breakout}}
	in, err := s.SignIn(ctx, harness.Try{Title: "A customer signs in", User: s.Person(nil), Control: true})
	if err != nil {
		return judge.Finding{}, err
	}
	more, err := opened(ctx, s, "In the customer's browser an initiation with HTML in ", func(q url.Values) string {
		return with(shop.URL(shop.InitiateLogin), q)
	}, initiations)
	if err != nil {
		return judge.Finding{}, err
	}
	return judge.Worst(append(append(findings, judge.Control(*in)), more...)...), nil
}

// fields are header fields behind line feeds as servers, proxies and URL
// libraries have read them.
func fields() []string {
	const planted = "Set-Cookie: " + harness.Injected + "=1; Path=/"
	return []string{
		"x\r\n" + planted + "\r\n" + harness.Injected + ": 1", "x\n" + planted, "x\r" + planted,
		"x\u560d\u560a" + planted, // whose last bytes are carriage return and line feed
		"x%0d%0a" + planted,
	}
}

// parametersInHeader asks for each address without a browser, which would hide
// what a header is made of, and goes through a whole sign-in with a page to
// return to.
func parametersInHeader(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	shop := s.Lane.Shop
	addresses := map[string]string{}
	for _, name := range append(answerParameters(), "countersign") {
		addresses["the answer's "+name] = with(shop.Redirect, url.Values{}) + "&" + name + "="
	}
	if shop.StartWithReturn != "" {
		addresses["the page to return to"] = shop.StartWithReturn
	}
	if shop.InitiateLogin != "" {
		bare := with(shop.InitiateLogin, url.Values{"iss": {s.Lane.Provider.Issuer()}})
		addresses["the initiation's target"], addresses["the initiation's hint"] = bare+"&target_link_uri=", bare+"&login_hint="
	}
	var findings []judge.Finding
	for _, what := range slices.Sorted(maps.Keys(addresses)) {
		address := addresses[what]
		for _, text := range fields() {
			answer, err := s.Fetch(ctx, address+url.QueryEscape(text), nil)
			if err != nil {
				s.Note(what, "no answer: %s", err)
				continue
			}
			findings = append(findings, judge.NotInjected("A header field in "+what, answer.Header, harness.Injected))
		}
	}
	a, err := s.SignIn(ctx, harness.Try{
		Title: "A sign-in with a header field in the page to return to", User: s.Person(nil), NoPicture: true,
		Visit: returning(s, "/"+fields()[0]),
	})
	if err != nil {
		return judge.Finding{}, err
	}
	findings = append(findings, s.Case(a, judge.First(judge.SignedIn(*a), judge.NoCookie(*a, harness.Injected))))
	if f := judge.Worst(findings...); f.Verdict != check.Pass {
		return f, nil
	}
	return judge.Pass("Line feeds in %d parameters made no header field.", len(addresses)), nil
}

// returning is the path that starts a sign-in with a page to return to; where
// the shop has none it is the ordinary start.
func returning(s *harness.Spec, page string) string {
	if s.Lane.Shop.StartWithReturn == "" {
		return ""
	}
	return s.Lane.Shop.StartWithReturn + url.QueryEscape(page)
}
