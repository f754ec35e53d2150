package attack

import (
	"context"
	"net/url"

	"github.com/countersign-oidc/countersign/mockidp/fault"
	"github.com/countersign-oidc/countersign/mockidp/journal"
	"github.com/countersign-oidc/countersign/runner/check"
	"github.com/countersign-oidc/countersign/suites/catalog"
	"github.com/countersign-oidc/countersign/suites/harness"
	"github.com/countersign-oidc/countersign/suites/judge"
)

func codeSpecs(h *harness.Harness) {
	h.Check(catalog.AttackAnswerUnasked, answerUnasked)
	h.Check(catalog.AttackCodeInjected, codeInjected)
	h.Check(catalog.AttackRequestStripped, requestStripped)
	h.Check(catalog.AttackAnswerReplayed, answerReplayed)
	h.Check(catalog.AttackHandOver, handOver)
}

// lenient has the provider forget rules of its token endpoint, so that nothing
// but the shop's own checks stands in the way.
func lenient(s *harness.Spec, rules ...fault.Rule) (*fault.Ticket, error) {
	return s.Lane.Provider.Arm(fault.Spec{
		ID: "token.rules.waived", Title: "the provider takes any code with any verifier",
		Response: &fault.ResponseEdit{Endpoint: journal.Token, Waive: rules},
	}, fault.Scope{}, fault.Always)
}

// answerUnasked opens an attacker's answer in a browser that never began a
// sign-in and has no cookie of the shop.
func answerUnasked(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	attacker, u := s.Person(nil), s.Person(nil)
	ticket, err := lenient(s, fault.RulePKCE)
	if err != nil {
		return judge.Finding{}, err
	}
	defer ticket.Disarm()
	var attempts []*observed
	for _, c := range []change{
		{"with its own state", func(url.Values) {}},
		{"without a state", func(q url.Values) { q.Del("state") }},
		{"with an empty state", set("state", "")},
		{"with the state undefined", set("state", "undefined")},
	} {
		answer, err := s.Intercept(ctx, attacker)
		if err != nil {
			return judge.Finding{}, err
		}
		if answer, err = changed(answer, c.edit); err != nil {
			return judge.Finding{}, err
		}
		if err := s.Browser.Clear(ctx); err != nil {
			return judge.Finding{}, err
		}
		a, err := s.Open(ctx, answer, harness.Try{
			Title: "The attacker's answer " + c.what + " in a browser that began nothing", User: u, NoPicture: len(attempts) > 0,
		})
		if err != nil {
			return judge.Finding{}, err
		}
		attempts = append(attempts, a)
	}
	return weighed(ctx, s, u, judge.Rejected, attempts)
}

// codeInjected puts the victim's code into a sign-in that the attacker began:
// once at a provider that compares the code verifier, and once at one that does
// not.
func codeInjected(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	victim, attacker := s.Person(nil), s.Person(nil)
	var attempts []*observed
	for _, c := range []struct {
		where string
		rules []fault.Rule
	}{
		{"at a provider that does not compare the code verifier", []fault.Rule{fault.RulePKCE}},
		{"at a provider that compares the code verifier", nil},
	} {
		stolen, err := s.Intercept(ctx, victim)
		if err != nil {
			return judge.Finding{}, err
		}
		own, err := s.Hold(ctx, harness.Try{Title: "The attacker's own sign-in, whose answer is held back", User: attacker})
		if err != nil {
			return judge.Finding{}, err
		}
		a, err := inject(ctx, s, own, query(stolen).Get("code"), c.rules, harness.Try{Title: "The victim's code in the attacker's answer, " + c.where, User: attacker})
		if err != nil {
			return judge.Finding{}, err
		}
		attempts = append(attempts, a)
		if err := s.ForgetShop(ctx); err != nil {
			return judge.Finding{}, err
		}
	}
	return weighed(ctx, s, attacker, judge.NobodyIn, attempts)
}

// inject delivers an answer with another code while the provider forgets rules.
func inject(ctx context.Context, s *harness.Spec, answer, code string, rules []fault.Rule, t harness.Try) (*observed, error) {
	answer, err := changed(answer, set("code", code))
	if err != nil {
		return nil, err
	}
	if len(rules) > 0 {
		ticket, err := lenient(s, rules...)
		if err != nil {
			return nil, err
		}
		defer ticket.Disarm()
	}
	return s.Open(ctx, answer, t)
}

// requestStripped takes protections out of the authorization request on its way
// to a provider that does without them.
func requestStripped(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	u := s.Person(nil)
	var attempts []*observed
	stripped := map[*observed]string{}
	for _, names := range [][]string{{"state"}, {"nonce"}, {"code_challenge", "code_challenge_method"}} {
		begun, err := s.Begin(ctx, s.Browser)
		if err != nil {
			return judge.Finding{}, err
		}
		request, ok := s.AuthorizationURL(begun)
		if !ok {
			return judge.Undecided("The browser was not seen at the authorization endpoint."), nil
		}
		if !query(request).Has(names[0]) {
			continue
		}
		request, err = changed(request, func(q url.Values) {
			for _, name := range names {
				q.Del(name)
			}
		})
		if err != nil {
			return judge.Finding{}, err
		}
		a, err := s.Open(ctx, request, harness.Try{Title: "A sign-in whose " + names[0] + " was taken out of the request", User: u, NoPicture: len(attempts) > 0})
		if err != nil {
			return judge.Finding{}, err
		}
		attempts, stripped[a] = append(attempts, a), names[0]
		if err := s.Browser.Clear(ctx); err != nil {
			return judge.Finding{}, err
		}
	}
	control, err := ordinary(ctx, s, u)
	if err != nil {
		return judge.Finding{}, err
	}
	findings := make([]judge.Finding, 0, len(attempts))
	for _, a := range attempts {
		findings = append(findings, s.Case(a, judge.Stripped(*a, *control, stripped[a])))
	}
	return judge.Worst(findings...), nil
}

// answerReplayed opens the answer of a sign-in that is over in other browsers,
// at a provider that would take its code again.
func answerReplayed(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	victim, thief := s.Person(nil), s.Person(nil)
	ticket, err := lenient(s, fault.RuleCodeReuse, fault.RulePKCE)
	if err != nil {
		return judge.Finding{}, err
	}
	defer ticket.Disarm()
	first, err := s.SignIn(ctx, harness.Try{Title: "The victim's sign-in", User: victim, Control: true})
	if err != nil {
		return judge.Finding{}, err
	}
	callbacks := first.Callbacks()
	if f := judge.Control(*first); f.Verdict != check.Pass || len(callbacks) == 0 {
		return judge.First(f, judge.Undecided("The browser was not seen at the shop's sign-in redirect.")), nil
	}
	var attempts []*observed
	for _, pending := range []bool{false, true} {
		title := "The victim's answer in another browser"
		if err := s.Browser.Clear(ctx); err != nil {
			return judge.Finding{}, err
		}
		if pending {
			title += " that began a sign-in of its own"
			if _, err := s.Begin(ctx, s.Browser); err != nil {
				return judge.Finding{}, err
			}
		}
		a, err := s.Open(ctx, callbacks[0].URL, harness.Try{Title: title, User: thief, NoPicture: pending})
		if err != nil {
			return judge.Finding{}, err
		}
		attempts = append(attempts, a)
	}
	return weighed(ctx, s, thief, judge.NobodyIn, attempts)
}

// handOver has the victim go on with a sign-in that the attacker began, in the
// victim's own browser.
func handOver(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	victim := s.Person(nil)
	attacker, err := s.Stranger(ctx)
	if err != nil {
		return judge.Finding{}, err
	}
	defer s.Release(attacker)
	begun, err := s.Begin(ctx, attacker)
	if err != nil {
		return judge.Finding{}, err
	}
	request, ok := s.AuthorizationURL(begun)
	if !ok {
		return judge.Undecided("The attacker's browser was not seen at the authorization endpoint."), nil
	}
	a, err := s.Open(ctx, request, harness.Try{Title: "The victim goes on with the attacker's sign-in", User: victim})
	if err != nil {
		return judge.Finding{}, err
	}
	who, err := s.Who(ctx, attacker)
	if err != nil {
		return judge.Finding{}, err
	}
	s.Note("The attacker's browser afterwards", "signed in: %t %s", who.SignedIn, who.Subject)
	f, err := weighed(ctx, s, victim, judge.Rejected, []*observed{a})
	if who.SignedIn {
		f = judge.Fail("The attacker's browser was signed in as %q once the victim had gone on with the sign-in.", who.Subject)
	}
	return f, err
}
