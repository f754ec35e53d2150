package login

import (
	"context"

	"github.com/countersign-oidc/countersign/mockidp/fault"
	"github.com/countersign-oidc/countersign/mockidp/journal"
	"github.com/countersign-oidc/countersign/runner/check"
	"github.com/countersign-oidc/countersign/suites/attempt"
	"github.com/countersign-oidc/countersign/suites/catalog"
	"github.com/countersign-oidc/countersign/suites/harness"
	"github.com/countersign-oidc/countersign/suites/judge"
)

func answerSpecs(h *harness.Harness) {
	h.Refuses(catalog.LoginStateOther, fault.AuthorizeStateOther)
	h.Refuses(catalog.LoginStateMissing, fault.AuthorizeStateMissing)
	h.Refuses(catalog.LoginIssuerParameterOther, fault.AuthorizeIssOther)
	h.Refuses(catalog.LoginErrorWithCode, fault.AuthorizeErrorWithCode)
	h.Check(catalog.LoginStateBound, stateBound)
	h.Check(catalog.LoginStateOnce, stateOnce)
	h.Check(catalog.LoginCodeOnce, codeOnce)
	h.Check(catalog.LoginCancelled, cancelled)
	h.Check(catalog.LoginRefusalStatus, refusalStatus)
	h.Check(catalog.LoginErrorCodes, errorCodes)
	h.Check(catalog.LoginErrorEscaped, errorEscaped)
}

// stateBound delivers an attacker's answer to a customer's browser in which a
// sign-in is pending too.
func stateBound(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	stolen, err := s.Intercept(ctx, s.Person(nil))
	if err != nil {
		return judge.Finding{}, err
	}
	customer := s.Person(nil)
	if _, err := s.Begin(ctx, s.Browser); err != nil {
		return judge.Finding{}, err
	}
	victim, err := s.Open(ctx, stolen, harness.Try{Title: "The customer's browser opens the attacker's answer", User: customer})
	if err != nil {
		return judge.Finding{}, err
	}
	if err := s.Browser.Clear(ctx); err != nil {
		return judge.Finding{}, err
	}
	control, err := s.SignIn(ctx, harness.Try{Title: "The customer's own sign-in", User: customer, Control: true})
	if err != nil {
		return judge.Finding{}, err
	}
	return judge.ForeignAnswer(*victim, *control), nil
}

// stateOnce has the provider answer one authorization request twice.
func stateOnce(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	u := s.Person(nil)
	first, err := s.SignIn(ctx, harness.Try{Title: "An ordinary sign-in", User: u, Control: true})
	if err != nil {
		return judge.Finding{}, err
	}
	request, ok := s.AuthorizationURL(first)
	if !ok {
		return judge.Undecided("The browser was not seen at the authorization endpoint."), nil
	}
	again, err := s.Open(ctx, request, harness.Try{Title: "The provider answers the same authorization request again", User: u})
	if err != nil {
		return judge.Finding{}, err
	}
	return judge.First(judge.Control(*first), judge.NotRedeemed(*again)), nil
}

// codeOnce opens the callback's address once more, as reload and Back do.
func codeOnce(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	u := s.Person(nil)
	first, err := s.SignIn(ctx, harness.Try{Title: "An ordinary sign-in", User: u, Control: true})
	if err != nil {
		return judge.Finding{}, err
	}
	callbacks := first.Callbacks()
	if len(callbacks) == 0 {
		return judge.Undecided("The browser was not seen at the shop's sign-in redirect."), nil
	}
	again, err := s.Open(ctx, callbacks[0].URL, harness.Try{Title: "The browser opens the callback once more", User: u})
	if err != nil {
		return judge.Finding{}, err
	}
	return judge.First(judge.Control(*first), judge.NotRedeemed(*again), judge.NotCrashed(*again)), nil
}

func cancelled(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	u := s.Person(nil)
	no, err := s.SignIn(ctx, harness.Try{Title: "A sign-in that the customer cancels", User: u, Cancel: true})
	if err != nil {
		return judge.Finding{}, err
	}
	yes, err := s.SignIn(ctx, harness.Try{Title: "The sign-in after all", User: u, Control: true})
	if err != nil {
		return judge.Finding{}, err
	}
	return judge.First(judge.HandledError(*no, *yes, "access_denied")), nil
}

// refusalStatus tries what every shop refuses.
func refusalStatus(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	u := s.Person(nil)
	var tried []*attempt.SignIn
	for _, id := range []fault.ID{fault.IDTokenExpPast, fault.IDTokenAudOther, fault.TokenStatus400} {
		spec, _ := fault.Named(id)
		a, err := s.SignIn(ctx, harness.Try{Title: "Sign-in: " + spec.Title, User: u, Written: &spec, Control: true})
		if err != nil {
			return judge.Finding{}, err
		}
		tried = append(tried, a)
		if err := s.ForgetShop(ctx); err != nil {
			return judge.Finding{}, err
		}
	}
	return s.Each(tried, judge.RefusedAsSuch), nil
}

// errorNames are the errors of RFC 6749, section 4.1.2.1, and OpenID Connect
// Core 1.0, section 3.1.2.6, and one that nobody defined.
func errorNames() []string {
	return []string{
		"invalid_request", "unauthorized_client", "access_denied", "unsupported_response_type", "invalid_scope",
		"server_error", "temporarily_unavailable", "interaction_required", "login_required",
		"account_selection_required", "consent_required", "invalid_request_uri",
		"unmet_authentication_requirements", "countersign_invented_this",
	}
}

func errorCodes(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	u := s.Person(nil)
	control, err := s.SignIn(ctx, harness.Try{Title: "An ordinary sign-in", User: u, Control: true})
	if err != nil {
		return judge.Finding{}, err
	}
	var findings []judge.Finding
	for _, name := range errorNames() {
		if err := s.ForgetShop(ctx); err != nil {
			return judge.Finding{}, err
		}
		a, err := s.SignIn(ctx, harness.Try{
			Title: "A sign-in that the provider answers with " + name, User: u, NoPicture: name != "access_denied",
			Written: &fault.Spec{
				ID: fault.ID("authorize.error." + name), Title: "The error " + name + " in place of a code",
				Redirect: &fault.RedirectEdit{Endpoint: journal.Authorize, Error: name},
			},
		})
		if err != nil {
			return judge.Finding{}, err
		}
		findings = append(findings, judge.HandledError(*a, *control, name))
	}
	return judge.First(findings...), nil
}

// marker is markup that makes an element with a known ID where it is not
// escaped. It is no script, so that a content security policy cannot hide it.
const marker = `<b id="countersign-marker">marked</b>`

func errorEscaped(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	u := s.Person(nil)
	a, err := s.SignIn(ctx, harness.Try{
		Title: "A sign-in whose error text carries markup", User: u, KeepPage: true,
		Written: &fault.Spec{
			ID: "authorize.error_description.markup", Title: "Markup in error_description",
			Redirect: &fault.RedirectEdit{
				Endpoint: journal.Authorize, Error: "access_denied",
				Set: map[string]string{"error_description": marker, "error_uri": "javascript:alert(1)"},
			},
		},
	})
	if err != nil {
		return judge.Finding{}, err
	}
	if f := judge.Reached(*a); f.Verdict != check.Pass {
		return f, nil
	}
	_, element, err := s.Browser.Text(ctx, "#countersign-marker")
	if err != nil {
		return judge.Finding{}, err
	}
	_, link, err := s.Browser.Text(ctx, `a[href^="javascript:"]`)
	if err != nil {
		return judge.Finding{}, err
	}
	s.Note("found on the page", "an element of the text: %t, a link that runs a script: %t", element, link)
	switch {
	case element:
		return judge.Fail("Markup in the provider's error_description became part of the shop's page."), nil
	case link:
		return judge.Fail("The provider's error_uri became a link that runs a script."), nil
	}
	return judge.Pass("Markup in the provider's error text is not part of the shop's page."), nil
}
