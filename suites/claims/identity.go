package claims

import (
	"bytes"
	"context"
	"strings"

	"github.com/countersign-oidc/countersign/mockidp/fault"
	"github.com/countersign-oidc/countersign/mockidp/identity"
	"github.com/countersign-oidc/countersign/mockidp/journal"
	"github.com/countersign-oidc/countersign/runner/check"
	"github.com/countersign-oidc/countersign/runner/environ"
	"github.com/countersign-oidc/countersign/suites/attempt"
	"github.com/countersign-oidc/countersign/suites/catalog"
	"github.com/countersign-oidc/countersign/suites/harness"
	"github.com/countersign-oidc/countersign/suites/judge"
)

func identitySpecs(h *harness.Harness) {
	h.Check(catalog.ClaimsIdentityFoundAgain, foundAgain)
	h.Check(catalog.ClaimsEmailNotIdentity, apart(likeness{"with the same e-mail address", func(first, other *identity.User) {
		other.Claims["email"] = first.Claims["email"]
	}}))
	h.Check(catalog.ClaimsSubjectCase, apart(likeness{"in upper case", func(first, other *identity.User) {
		other.Subject = strings.ToUpper(first.Subject)
	}}))
	h.Check(catalog.ClaimsSubjectExact, apart(
		likeness{"with a space behind it", func(first, other *identity.User) { other.Subject = first.Subject + " " }},
		likeness{"in another Unicode form", func(first, other *identity.User) {
			other.Subject = strings.Replace(first.Subject, composed, decomposed, 1)
		}},
		likeness{"with a joiner behind it", func(first, other *identity.User) { other.Subject = first.Subject + "\u200d" }},
	))
	h.Check(catalog.ClaimsExactNames, exactNames)
	byNumber := environ.Setup{Identifier: "customer_id"}
	h.CheckWith(catalog.ClaimsAlternativeIdentifier, byNumber, alternative)
	h.CheckWith(catalog.ClaimsAlternativeMissing, byNumber, alternativeMissing)
}

func foundAgain(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	u := s.Person(nil)
	first, err := visit(ctx, s, "The first sign-in", u)
	if err != nil {
		return judge.Finding{}, err
	}
	u.Claims["email"] = "new-" + u.Username + "@customers.example"
	s.Know(u)
	second, err := visit(ctx, s, "The second sign-in, with a new e-mail address", u)
	if err != nil {
		return judge.Finding{}, err
	}
	return judge.First(judge.Control(*first), judge.SignedIn(*second),
		judge.SameCustomer(s.Customer(first), s.Customer(second))), nil
}

// composed and decomposed are two spellings of one letter (Unicode forms C
// and D).
const composed, decomposed = "\u00e9", "e\u0301"

// likeness is how one person is like another.
type likeness struct {
	how    string
	change func(first, other *identity.User)
}

// apart is a check that people who are like the first in one way each are
// customers of their own. A shop may also refuse them, if the way is one that
// no sound provider would have.
func apart(alike ...likeness) harness.Body {
	return func(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
		u := s.Person(nil)
		u.Subject = strings.ToLower(u.Subject) + "-a1\u00df" + composed
		s.Know(u)
		first, err := visit(ctx, s, "The sign-in of one person", u)
		if err != nil {
			return judge.Finding{}, err
		}
		findings := []judge.Finding{judge.Control(*first)}
		for _, like := range alike {
			other := s.Person(nil)
			like.change(&u, &other)
			s.Know(other)
			a, err := visit(ctx, s, "The sign-in of another person who is the same "+like.how, other)
			if err != nil {
				return judge.Finding{}, err
			}
			findings = append(findings, s.Case(a, judge.OtherCustomer(*a, s.Customer(first), s.Customer(a))))
		}
		return judge.First(findings...), nil
	}
}

func exactNames(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	victim := s.Person(nil)
	first, err := visit(ctx, s, "The sign-in of the victim", victim)
	if err != nil {
		return judge.Finding{}, err
	}
	attacker := s.Person(map[string]any{"Sub": s.Subject(victim), "SUB": s.Subject(victim), "Email": victim.Claims["email"]})
	second, err := visit(ctx, s, "The sign-in of the attacker", attacker)
	if err != nil {
		return judge.Finding{}, err
	}
	return judge.First(judge.Control(*first), judge.SignedIn(*second),
		judge.OtherCustomer(*second, s.Customer(first), s.Customer(second))), nil
}

func alternative(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	var attempts []*attempt.SignIn
	for _, number := range []string{"C-1001", "C-1001", "C-2002"} {
		a, err := visit(ctx, s, "The sign-in of a person with customer_id "+number, s.Person(map[string]any{"customer_id": number}))
		if err != nil {
			return judge.Finding{}, err
		}
		attempts = append(attempts, a)
	}
	return judge.First(judge.Control(*attempts[0]), judge.SignedIn(*attempts[1]), judge.SignedIn(*attempts[2]),
		judge.SameCustomer(s.Customer(attempts[0]), s.Customer(attempts[1])),
		judge.OtherCustomer(*attempts[2], s.Customer(attempts[0]), s.Customer(attempts[2]))), nil
}

func alternativeMissing(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	var bad []*attempt.SignIn
	for title, claims := range map[string]map[string]any{
		"The sign-in of a person without customer_id": nil, "The sign-in of a person with an empty customer_id": {"customer_id": ""},
	} {
		a, err := visit(ctx, s, title, s.Person(claims))
		if err != nil {
			return judge.Finding{}, err
		}
		bad = append(bad, a)
	}
	good, err := visit(ctx, s, "The sign-in of a person with customer_id", s.Person(map[string]any{"customer_id": "C-1"}))
	if err != nil {
		return judge.Finding{}, err
	}
	findings := make([]judge.Finding, 0, len(bad)+1)
	for _, a := range bad {
		findings = append(findings, judge.Anonymous(*a))
	}
	return judge.First(append(findings, judge.Control(*good), judge.Pass("Without the configured identifier nobody is signed in."))...), nil
}

// stranger is whose data a UserInfo answer carries that belongs to nobody here.
const stranger = "countersign-stranger"

func userInfoOtherSubject(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	u := s.Person(nil)
	merge := []byte(`{"sub": "` + stranger + `", "name": "` + stranger + `", "email": "` + stranger + `@customers.example"}`)
	bad, err := s.SignIn(ctx, harness.Try{
		Title: "A sign-in with somebody else's UserInfo", User: u,
		Written: &fault.Spec{
			ID: "userinfo.person.other", Title: "UserInfo of another person",
			Response: &fault.ResponseEdit{Endpoint: journal.UserInfo, Merge: merge},
		},
	})
	if err != nil {
		return judge.Finding{}, err
	}
	if f := judge.Reached(*bad); f.Verdict != check.Pass {
		return f, nil
	}
	if bytes.Contains(bad.Who.Body, []byte(stranger)) || bad.Who.SignedIn && bad.Who.Subject != s.Subject(u) {
		return judge.Fail("The shop used UserInfo whose subject is not that of the ID token."), nil
	}
	good, err := visit(ctx, s, "The same sign-in with the right UserInfo", u)
	if err != nil {
		return judge.Finding{}, err
	}
	return judge.First(judge.Control(*good), judge.Pass("Nothing of the other person's UserInfo is found in what the shop kept.")), nil
}

func nameEscaped(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	u := s.Person(map[string]any{"name": `<b id="countersign-marker">Ada</b>`})
	a, err := visit(ctx, s, "The sign-in of a person whose name is markup", u)
	if err != nil {
		return judge.Finding{}, err
	}
	if _, err := s.Visit(ctx, a, s.Lane.Shop.Account); err != nil {
		return judge.Finding{}, err
	}
	_, element, err := s.Browser.Text(ctx, "#countersign-marker")
	if err != nil {
		return judge.Finding{}, err
	}
	if element {
		return judge.Fail("Markup in the customer's name became part of the account page."), nil
	}
	return judge.First(judge.Control(*a), judge.Pass("Markup in the customer's name is shown as text.")), nil
}
