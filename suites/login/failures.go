package login

import (
	"context"
	"fmt"
	"net/url"
	"strings"

	"github.com/countersign-oidc/countersign/mockidp/fault"
	"github.com/countersign-oidc/countersign/mockidp/identity"
	"github.com/countersign-oidc/countersign/mockidp/journal"
	"github.com/countersign-oidc/countersign/runner/check"
	"github.com/countersign-oidc/countersign/suites/attempt"
	"github.com/countersign-oidc/countersign/suites/catalog"
	"github.com/countersign-oidc/countersign/suites/harness"
	"github.com/countersign-oidc/countersign/suites/judge"
)

func failureSpecs(h *harness.Harness) {
	h.Check(catalog.LoginErrorLoop, errorLoop)
	h.Check(catalog.LoginErrorForged, errorForged)
	h.Check(catalog.LoginErrorCodeEscaped, errorText("error", []string{
		marker, `">` + marker, `</title></script>` + marker, "{{7919*7907}}${7919*7907}<%= 7919*7907 %>",
	}))
	h.Check(catalog.LoginErrorLink, errorText("error_uri", []string{
		"javascript:alert(1)", "JaVaScRiPt:alert(1)", "data:text/html," + marker, `https://help.example/">` + marker,
	}))
	h.Check(catalog.LoginErrorHeader, errorHeader)
	h.Check(catalog.LoginMalformed, malformed)
	h.Check(catalog.LoginFailureKeepsSession, failureKeepsSession)
}

// errorAnswer has the provider answer at once with an error.
func errorAnswer(name string, more map[string]string) *fault.Spec {
	return &fault.Spec{
		ID: fault.ID("authorize.error." + name), Title: "The error " + name + " in place of a code",
		Redirect: &fault.RedirectEdit{Endpoint: journal.Authorize, Error: name, Set: more},
	}
}

func errorLoop(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	u := s.Person(nil)
	control, err := s.SignIn(ctx, harness.Try{Title: "An ordinary sign-in", User: u, Control: true})
	if err != nil {
		return judge.Finding{}, err
	}
	var findings []judge.Finding
	for _, name := range []string{"login_required", "interaction_required", "temporarily_unavailable"} {
		if err := s.ForgetShop(ctx); err != nil {
			return judge.Finding{}, err
		}
		a, err := s.SignIn(ctx, harness.Try{
			Title: "A sign-in that is always answered with " + name, User: u, NoPicture: true, Written: errorAnswer(name, nil),
		})
		if err != nil {
			return judge.Finding{}, err
		}
		findings = append(findings, s.Case(a, judge.NoLoop(*a, *control, name, 2)))
	}
	return judge.Worst(findings...), nil
}

// errorForged opens each forged answer in a browser with a sign-in under way
// and then delivers the real one.
func errorForged(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	u := s.Person(nil)
	var findings []judge.Finding
	for _, query := range []string{
		"error=access_denied", "error=access_denied&state=countersign-invented", "code=countersign-invented",
		"code=countersign-invented&state=countersign-invented",
	} {
		if err := s.Browser.Clear(ctx); err != nil {
			return judge.Finding{}, err
		}
		answer, err := s.Hold(ctx, harness.Try{Title: "A sign-in whose answer is kept for a while", User: u})
		if err != nil {
			return judge.Finding{}, err
		}
		forged, err := s.Open(ctx, callback(s, query), harness.Try{Title: "A forged answer with " + query, User: u, NoPicture: true})
		if err != nil {
			return judge.Finding{}, err
		}
		genuine, err := s.Open(ctx, answer, harness.Try{Title: "The real answer after it", User: u, NoPicture: true})
		if err != nil {
			return judge.Finding{}, err
		}
		findings = append(findings, s.Case(forged, judge.ForgedHarmless(*forged, *genuine)))
	}
	return judge.Worst(findings...), nil
}

// callback is the shop's sign-in redirect with a query.
func callback(s *harness.Spec, query string) string {
	address := s.Lane.Shop.URL(s.Lane.Shop.Redirect)
	if strings.Contains(address, "?") {
		return address + "&" + query
	}
	return address + "?" + query
}

// errorText answers with texts in one parameter of an error response and looks
// for them on the page as more than text.
func errorText(parameter string, values []string) harness.Body {
	return func(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
		u := s.Person(nil)
		var findings []judge.Finding
		for _, value := range values {
			a, err := s.SignIn(ctx, harness.Try{
				Title: "An error whose " + parameter + " is " + value, User: u, KeepPage: true, NoPicture: true,
				Written: errorAnswer("access_denied", map[string]string{parameter: value}),
			})
			if err != nil {
				return judge.Finding{}, err
			}
			f, err := textOnly(ctx, s, a, parameter)
			if err != nil {
				return judge.Finding{}, err
			}
			findings = append(findings, s.Case(a, f))
			if err := s.ForgetShop(ctx); err != nil {
				return judge.Finding{}, err
			}
		}
		return judge.Worst(findings...), nil
	}
}

func textOnly(ctx context.Context, s *harness.Spec, a *attempt.SignIn, parameter string) (judge.Finding, error) {
	if f := judge.Reached(*a); f.Verdict != check.Pass {
		return f, nil
	}
	_, element, err := s.Browser.Text(ctx, "#countersign-marker")
	if err != nil {
		return judge.Finding{}, err
	}
	source, err := s.Browser.HTML(ctx)
	if err != nil {
		return judge.Finding{}, err
	}
	return judge.OnlyText(*a, parameter, element, source), nil
}

const plantedCookie = "countersign_planted"

func errorHeader(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	u := s.Person(nil)
	var findings []judge.Finding
	for _, text := range []struct{ what, value string }{
		{"a header field behind line feeds", "no\r\nSet-Cookie: " + plantedCookie + "=1; Path=/\r\nX-Other: x"},
		{"a header field behind a line feed", "no\nSet-Cookie: " + plantedCookie + "=1; Path=/"},
		{"10,000 characters", strings.Repeat("long ", 2_000)},
	} {
		a, err := s.SignIn(ctx, harness.Try{
			Title: "An error whose description is " + text.what, User: u, NoPicture: true,
			Written: errorAnswer("access_denied", map[string]string{"error_description": text.value}),
		})
		if err != nil {
			return judge.Finding{}, err
		}
		findings = append(findings, s.Case(a, judge.First(judge.Reached(*a), judge.NoCookie(*a, plantedCookie), judge.NotCrashed(*a))))
		if err := s.ForgetShop(ctx); err != nil {
			return judge.Finding{}, err
		}
	}
	control, err := s.SignIn(ctx, harness.Try{Title: "An ordinary sign-in", User: u, Control: true})
	if err != nil {
		return judge.Finding{}, err
	}
	return judge.First(judge.Worst(findings...), judge.Control(*control)), nil
}

// malformed begins with what needs no state and ends with what uses it up.
func malformed(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	u := s.Person(nil)
	state, err := pendingState(ctx, s, u)
	if err != nil {
		return judge.Finding{}, err
	}
	var findings []judge.Finding
	for _, q := range []struct{ what, query string }{
		{"no parameter", ""},
		{"a separator alone", "&"},
		{"separators and an equals sign", "&&=&;"},
		{"an empty code", "code="},
		{"a code alone", "code=countersign-invented"},
		{"empty code and state", "code=&state="},
		{"broken escapes", "code=%zz&state=%"},
		{"bytes that are no text", "code=%00%ff&state=%00%ff"},
		{"a list of codes", "code[]=a&state[]=b"},
		{"16,000 characters", "code=" + strings.Repeat("x", 16_000)},
		{"two codes", "{state}&code=a&code=b"},
		{"a state alone", "{state}"},
	} {
		a, err := s.Open(ctx, callback(s, strings.ReplaceAll(q.query, "{state}", state)), harness.Try{Title: "A redirect with " + q.what, User: u, NoPicture: true})
		if err != nil {
			return judge.Finding{}, err
		}
		findings = append(findings, s.Case(a, judge.Malformed(*a)))
		if !a.Who.SignedIn {
			continue
		}
		if err := s.Browser.Clear(ctx); err != nil { // the next case is somebody's who is not signed in
			return judge.Finding{}, err
		}
		if state, err = pendingState(ctx, s, u); err != nil {
			return judge.Finding{}, err
		}
	}
	control, err := s.SignIn(ctx, harness.Try{Title: "An ordinary sign-in afterwards", User: u, Control: true})
	if err != nil {
		return judge.Finding{}, err
	}
	return judge.First(judge.Worst(findings...), judge.Control(*control)), nil
}

// pendingState begins a sign-in and is its state, as a parameter.
func pendingState(ctx context.Context, s *harness.Spec, u identity.User) (string, error) {
	answer, err := s.Hold(ctx, harness.Try{Title: "A sign-in whose answer is kept for a while", User: u})
	if err != nil {
		return "", err
	}
	parsed, err := url.Parse(answer)
	if err != nil {
		return "", fmt.Errorf("the answer that was kept: %w", err)
	}
	return "state=" + url.QueryEscape(parsed.Query().Get("state")), nil
}

// failureKeepsSession lets sign-ins fail in a browser where somebody is signed
// in. A session that one of them ended is begun anew for the next.
func failureKeepsSession(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	first, other := s.Person(nil), s.Person(nil)
	var findings []judge.Finding
	fail := func(title string, how func() (*attempt.SignIn, error)) error {
		if err := s.Browser.Clear(ctx); err != nil {
			return err
		}
		before, err := s.SignIn(ctx, harness.Try{Title: "The first person signs in", User: first, Control: true})
		if err != nil {
			return err
		}
		if err := s.ForgetProvider(ctx); err != nil {
			return err
		}
		failed, err := how()
		if err != nil {
			return err
		}
		copied, err := s.Replay(ctx, s.ShopCookies(before.Cookies))
		if err != nil {
			return err
		}
		failed.Title = title
		findings = append(findings, s.Case(failed, judge.Whole(*before, *failed, copied)))
		return nil
	}
	for _, query := range []string{"error=access_denied&state=countersign-invented", "code=countersign-invented&state=countersign-invented"} {
		title := "An answer with " + query
		err := fail(title, func() (*attempt.SignIn, error) {
			return s.Open(ctx, callback(s, query), harness.Try{Title: title, User: other, NoPicture: true})
		})
		if err != nil {
			return judge.Finding{}, err
		}
	}
	if s.Lane.Shop.StartWithReturn != "" {
		const title = "A second person's sign-in with a bad ID token"
		err := fail(title, func() (*attempt.SignIn, error) { return s.SignIn(ctx, badSignIn(s, title, other)) })
		if err != nil {
			return judge.Finding{}, err
		}
	}
	return judge.Worst(findings...), nil
}

func badSignIn(s *harness.Spec, title string, u identity.User) harness.Try {
	return harness.Try{
		Title: title, User: u, Fault: fault.IDTokenAudOther, NoPicture: true,
		Visit: s.Lane.Shop.SignInAgain(),
	}
}
