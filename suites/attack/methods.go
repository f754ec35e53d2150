package attack

import (
	"context"
	"net/http"
	"strings"

	"github.com/countersign-oidc/countersign/mockidp/journal"
	"github.com/countersign-oidc/countersign/runner/check"
	"github.com/countersign-oidc/countersign/suites/attempt"
	"github.com/countersign-oidc/countersign/suites/catalog"
	"github.com/countersign-oidc/countersign/suites/harness"
	"github.com/countersign-oidc/countersign/suites/judge"
)

func requestSpecs(h *harness.Harness) {
	h.Check(catalog.AttackMethods, methods)
	h.Check(catalog.AttackMethodsSession, methodsSession)
	h.Check(catalog.AttackGuessing, guessing)
}

// overriding is the header by which frameworks let a request name another
// method than its own.
const overriding = "X-HTTP-Method-Override"

// idle are methods by which nobody should be signed in.
func idle() []string {
	return []string{http.MethodHead, http.MethodOptions, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodTrace}
}

// methods sends an answer of the provider by each method, in the browser that
// it belongs to, and then delivers it as it should be.
func methods(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	control, _, err := byMethod(ctx, s, "")
	if err != nil {
		return judge.Finding{}, err
	}
	if f := judge.MethodIdle("A sign-in without a browser", 0, control); f.Verdict != check.Pass {
		return judge.Undecided("The answer is not taken by GET either, from a visitor without a browser."), nil
	}
	var findings []judge.Finding
	for _, method := range idle() {
		who, redeemed, err := byMethod(ctx, s, method)
		if err != nil {
			return judge.Finding{}, err
		}
		findings = append(findings, judge.MethodIdle("The answer by "+method, redeemed, who))
	}
	return judge.Worst(findings...), nil
}

// byMethod sends a new answer by a method, or not at all, counts the codes that
// were redeemed, and says whom the answer signs in afterwards.
func byMethod(ctx context.Context, s *harness.Spec, method string) (who attempt.Who, redeemed int, err error) {
	v, address, err := s.AtCallback(ctx, s.Person(nil))
	if err != nil {
		return who, 0, err
	}
	cookies, err := v.Cookies(ctx)
	if err != nil {
		return who, 0, err
	}
	mark := s.Lane.Provider.Journal().Mark()
	if method != "" {
		answer, err := s.Ask(ctx, method, s.BelowShop(address), nil, nil, s.ShopCookies(cookies)...)
		if err != nil {
			return who, 0, err
		}
		s.Note("the answer by "+method, "status %d", answer.Status)
	}
	redeemed = len(s.Lane.Provider.Journal().Select(journal.Query{After: mark, Kind: journal.Token}))
	if _, err := v.Navigate(ctx, address); err != nil {
		return who, 0, err
	}
	who, err = s.Who(ctx, v)
	return who, redeemed, err
}

// methodsSession sends a customer's cookies to the sign-out redirect and the
// account by each method, and by GET that claims to be another one.
func methodsSession(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	in, err := s.SignIn(ctx, harness.Try{Title: "A customer signs in", User: s.Person(nil), Control: true})
	if err != nil {
		return judge.Finding{}, err
	}
	if f := judge.Control(*in); f.Verdict != check.Pass {
		return f, nil
	}
	cookies := s.ShopCookies(in.Cookies)
	tries := []harness.Request{
		{Method: http.MethodGet, Header: map[string]string{overriding: http.MethodPost}},
		{Method: http.MethodGet, Header: map[string]string{overriding: http.MethodDelete}},
	}
	for _, m := range idle() {
		tries = append(tries, harness.Request{Method: m})
	}
	var findings []judge.Finding
	for _, path := range []string{s.Lane.Shop.PostLogoutRedirect, s.Lane.Shop.Account} {
		for _, q := range tries {
			if path == "" {
				continue
			}
			q.Path, q.Cookies = path, cookies
			what := strings.TrimSpace(q.Method + " " + path + " " + q.Header[overriding])
			answer, err := s.Send(ctx, q)
			if err != nil {
				return judge.Finding{}, err
			}
			s.Note(what, "status %d", answer.Status)
			who, err := s.Replay(ctx, cookies)
			if err != nil {
				return judge.Finding{}, err
			}
			findings = append(findings, judge.NotEchoed(what, answer.Body, cookies), judge.StillIn(what, who))
		}
	}
	return judge.Worst(findings...), nil
}
