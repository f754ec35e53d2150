package claims

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/countersign-oidc/countersign/mockidp/fault"
	"github.com/countersign-oidc/countersign/mockidp/identity"
	"github.com/countersign-oidc/countersign/runner/check"
	"github.com/countersign-oidc/countersign/suites/attempt"
	"github.com/countersign-oidc/countersign/suites/catalog"
	"github.com/countersign-oidc/countersign/suites/harness"
	"github.com/countersign-oidc/countersign/suites/judge"
)

func subjectSpecs(h *harness.Harness) {
	h.Check(catalog.ClaimsSubjectTypes, subjectRefused(`null`, `12345`, `true`, `[{"$own":"value"}]`, `{"$raw":"{\"$ne\":null}"}`))
	h.Check(catalog.ClaimsSubjectBlank, subjectRefused(`" "`, `"\t "`))
	h.Check(catalog.ClaimsSubjectNumber, subjectNumber)
	h.Check(catalog.ClaimsSubjectSpaces, apart(
		likeness{"with a space before it", func(first, other *identity.User) { other.Subject = " " + first.Subject }},
		likeness{"with a space behind it", func(first, other *identity.User) { other.Subject = first.Subject + " " }},
		likeness{"with a tab behind it", func(first, other *identity.User) { other.Subject = first.Subject + "\t" }},
		likeness{"with a line feed behind it", func(first, other *identity.User) { other.Subject = first.Subject + "\n" }},
		likeness{"with a zero byte and more behind it", func(first, other *identity.User) { other.Subject = first.Subject + "\x00x" }},
	))
	h.Check(catalog.ClaimsSubjectLookalikes, apart(
		likeness{"with a Cyrillic letter", replaced("a", "\u0430")},
		likeness{"with a full-width digit", replaced("1", "\uff11")},
		likeness{"with a soft hyphen", replaced("1", "\u00ad1")},
		likeness{"with ss for ß", replaced("\u00df", "ss")},
		likeness{"with e for é", replaced(composed, "e")},
	))
	h.Check(catalog.ClaimsSubjectLongest, func(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
		u := s.Person(nil)
		u.Subject = filledUp(u.Subject)
		s.Know(u)
		a, err := visit(ctx, s, "The sign-in of a person whose subject has 255 characters", u)
		if err != nil {
			return judge.Finding{}, err
		}
		return judge.SignedIn(*a), nil
	})
	h.Check(catalog.ClaimsSubjectLength, subjectLength)
	h.Check(catalog.ClaimsSubjectLiteral, subjectLiteral)
	h.Check(catalog.ClaimsSubjectDuplicate, subjectDuplicate)
}

// longest is the limit of subjects (OpenID Connect Core 1.0, section 2).
const longest = 255

func filledUp(subject string) string { return subject + strings.Repeat("s", longest-len(subject)) }

func replaced(from, to string) func(first, other *identity.User) {
	return func(first, other *identity.User) { other.Subject = strings.ReplaceAll(first.Subject, from, to) }
}

// bothSay is a sign-in whose ID token and UserInfo have the same edits: what a
// shop compares is then the same on both sides.
func bothSay(ctx context.Context, s *harness.Spec, t harness.Try, edit fault.TokenEdit) (*attempt.SignIn, error) {
	id := edit
	t.Written = &fault.Spec{ID: "id_token.claims.written", Title: t.Title, Token: &id}
	edit.Token = "userinfo"
	ticket, err := s.Lane.Provider.Arm(fault.Spec{ID: "userinfo.claims.written", Title: t.Title, Token: &edit},
		fault.Scope{User: t.User.Username}, fault.Always)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", t.Title, err)
	}
	defer ticket.Disarm()
	if err := s.Browser.Clear(ctx); err != nil {
		return nil, err
	}
	return s.SignIn(ctx, t)
}

func says(claim, value string) fault.TokenEdit {
	return fault.TokenEdit{SetClaims: map[string]json.RawMessage{claim: json.RawMessage(value)}}
}

// subjectRefused is a check that none of these subjects signs anybody in.
func subjectRefused(values ...string) harness.Body {
	return func(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
		u := s.Person(nil)
		var bad []*attempt.SignIn
		for _, value := range values {
			a, err := bothSay(ctx, s, harness.Try{Title: "A sign-in with the sub " + value, User: u}, says("sub", value))
			if err != nil {
				return judge.Finding{}, err
			}
			bad = append(bad, a)
		}
		good, err := visit(ctx, s, "The same sign-in with the right sub", u)
		if err != nil {
			return judge.Finding{}, err
		}
		return s.Against(good, judge.Refused, bad...), nil
	}
}

func subjectNumber(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	var findings []judge.Finding
	for _, c := range []struct{ text, number string }{
		{"12345", `12345`}, {"1000", `{"$raw":"1e3"}`}, {"123", `{"$raw":"0123"}`}, {"9007199254740992", `9007199254740993`},
	} {
		victim := s.Person(nil)
		victim.Subject = c.text
		s.Know(victim)
		first, err := visit(ctx, s, fmt.Sprintf("The sign-in of the customer %q", c.text), victim)
		if err != nil {
			return judge.Finding{}, err
		}
		attacker := s.Person(nil)
		a, err := bothSay(ctx, s, harness.Try{Title: "A sign-in with the sub " + c.number, User: attacker}, says("sub", c.number))
		if err != nil {
			return judge.Finding{}, err
		}
		findings = append(findings, judge.Control(*first), judge.Reached(*a),
			s.Case(a, judge.OtherCustomer(*a, s.Customer(first), s.Customer(a))))
	}
	return judge.First(findings...), nil
}

func subjectLength(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	u := s.Person(nil)
	u.Subject = filledUp(u.Subject)
	s.Know(u)
	first, err := visit(ctx, s, "The sign-in of a person whose subject has 255 characters", u)
	if err != nil {
		return judge.Finding{}, err
	}
	findings := []judge.Finding{judge.SignedIn(*first)}
	for _, more := range []int{1, 10_000 - longest} {
		other := s.Person(nil)
		sub, err := json.Marshal(u.Subject + strings.Repeat("x", more))
		if err != nil {
			return judge.Finding{}, err
		}
		a, err := bothSay(ctx, s, harness.Try{Title: fmt.Sprintf("A sign-in with the same subject and %d characters more", more), User: other}, says("sub", string(sub)))
		if err != nil {
			return judge.Finding{}, err
		}
		findings = append(findings, judge.Reached(*a), s.Case(a, judge.OtherCustomer(*a, s.Customer(first), s.Customer(a))))
	}
	return judge.First(findings...), nil
}

// marker is what a subject or a claim would make of a page that does not
// escape it.
const marker = `<b id="countersign-marker">x</b>`

func subjectLiteral(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	var findings []judge.Finding
	var customers []string
	for _, sub := range []string{
		marker, `"'` + "`", `' OR '1'='1`, `'; DROP TABLE customers; --`, "../../admin", "a\r\nX-Injected: 1",
		"null", "undefined", "admin", s.Lane.Client.ID,
	} {
		u := s.Person(nil)
		u.Subject = sub
		s.Know(u)
		a, err := visit(ctx, s, fmt.Sprintf("The sign-in of a person whose subject is %q", sub), u)
		if err != nil {
			return judge.Finding{}, err
		}
		customers = append(customers, s.Customer(a))
		findings = append(findings, s.Case(a, judge.Literal(*a)))
		if sub == marker {
			f, err := unmarked(ctx, s, a, s.Lane.Shop.Account)
			if err != nil {
				return judge.Finding{}, err
			}
			findings = append(findings, f)
		}
	}
	good, err := visit(ctx, s, "The sign-in of a person with an ordinary subject", s.Person(nil))
	if err != nil {
		return judge.Finding{}, err
	}
	findings = append(findings, judge.Distinct(append(customers, s.Customer(good))))
	return judge.First(append([]judge.Finding{judge.Control(*good)}, findings...)...), nil
}

// unmarked decides whether the marker is no element of a page.
func unmarked(ctx context.Context, s *harness.Spec, a *attempt.SignIn, path string) (judge.Finding, error) {
	if _, err := s.Visit(ctx, a, path); err != nil {
		return judge.Finding{}, err
	}
	_, element, err := s.Browser.Text(ctx, "#countersign-marker")
	if err != nil {
		return judge.Finding{}, err
	}
	if element {
		return judge.Fail("In %s markup became part of the page %s.", a.Title, path), nil
	}
	return judge.Pass("Markup is shown as text on %s.", path), nil
}

// subjectDuplicate sends two subjects in both answers or in one. Where every
// answer has both, a shop may read one place throughout; where one answer has
// one, a shop that reads one place finds a difference.
func subjectDuplicate(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	victim := s.Person(nil)
	first, err := visit(ctx, s, "The sign-in of the victim", victim)
	if err != nil {
		return judge.Finding{}, err
	}
	attacker := s.Person(nil)
	own, victims := jsonText(s.Subject(attacker)), jsonText(s.Subject(victim))
	findings := []judge.Finding{judge.Control(*first)}
	kinds := []string{"", "id_token", "userinfo"}
	if !s.Lane.Shop.Has(check.UserInfo) {
		kinds = kinds[1:2]
	}
	var everywhere []judge.Taken
	for _, c := range []struct {
		title         string
		first, second string
	}{
		{"the attacker's sub and then the victim's", own, victims},
		{"the victim's sub and then the attacker's", victims, own},
	} {
		edit := says("sub", c.first)
		edit.DuplicateClaims = map[string]json.RawMessage{"sub": json.RawMessage(c.second)}
		for i, kind := range kinds {
			a, err := twoSubjects(ctx, s, kind, c.title, attacker, edit)
			if err != nil {
				return judge.Finding{}, err
			}
			f := judge.OtherCustomer(*a, s.Customer(first), s.Customer(a))
			if i == 0 {
				everywhere = append(everywhere, judge.Taken{SignIn: *a, Customer: s.Customer(a)})
				f = judge.OneReading(s.Customer(first), everywhere...)
			}
			findings = append(findings, judge.Reached(*a), s.Case(a, f))
		}
	}
	return judge.First(findings...), nil
}

// twoSubjects is a sign-in with an edit of one of the two answers, or of both.
func twoSubjects(ctx context.Context, s *harness.Spec, kind, title string, u identity.User, edit fault.TokenEdit) (*attempt.SignIn, error) {
	if kind == "" {
		return bothSay(ctx, s, harness.Try{Title: "A sign-in with " + title + " in both answers", User: u}, edit)
	}
	return oneSays(ctx, s, kind, title, u, edit)
}

// oneSays is a sign-in with an edit of one of the two answers.
func oneSays(ctx context.Context, s *harness.Spec, kind, title string, u identity.User, edit fault.TokenEdit) (*attempt.SignIn, error) {
	if err := s.Browser.Clear(ctx); err != nil {
		return nil, err
	}
	edit.Token = kind
	return s.SignIn(ctx, harness.Try{
		Title: "A sign-in with " + title + " in the " + kind, User: u,
		Written: &fault.Spec{ID: fault.ID(kind + ".claims.written"), Title: title, Token: &edit},
	})
}

func jsonText(s string) string {
	out, _ := json.Marshal(s) // a string always marshals
	return string(out)
}
