package claims

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"

	"github.com/countersign-oidc/countersign/mockidp/fault"
	"github.com/countersign-oidc/countersign/mockidp/identity"
	"github.com/countersign-oidc/countersign/suites/attempt"
	"github.com/countersign-oidc/countersign/suites/catalog"
	"github.com/countersign-oidc/countersign/suites/harness"
	"github.com/countersign-oidc/countersign/suites/judge"
)

func profileSpecs(h *harness.Harness) {
	h.Check(catalog.ClaimsUnknownIgnored, unknownIgnored)
	h.Check(catalog.ClaimsStandardTypes, standardTypes)
	h.Check(catalog.ClaimsLanguageTags, func(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
		u := s.Person(map[string]any{
			"name": "Ada Lovelace", "name#de": "Ada von Lovelace", "name#ja-Kana-JP": "エイダ", "name#DE": "Ada zu Lovelace",
		})
		a, err := visit(ctx, s, "The sign-in of a person with names in several languages", u)
		if err != nil {
			return judge.Finding{}, err
		}
		return judge.First(judge.SignedIn(*a), judge.Shown("name", "Ada Lovelace", shown(a, s.Lane.Shop.WhoAmI.Name))), nil
	})
	h.Check(catalog.ClaimsFromIDToken, profileFrom(source{userinfo: []string{"name", "email"}}))
	h.Check(catalog.ClaimsFromUserInfo, profileFrom(
		source{idToken: []string{"name", "email"}}, source{idToken: []string{"email"}, userinfo: []string{"name"}}))
	h.Check(catalog.ClaimsNameless, nameless)
	h.Check(catalog.ClaimsNameShown, nameShown)
}

// shown is a text that the shop tells with who is signed in.
func shown(a *attempt.SignIn, pointer string) string {
	var text string
	if json.Unmarshal(attempt.Lookup(a.Who.Body, pointer), &text) != nil {
		return ""
	}
	return text
}

func unknownIgnored(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	many, long := map[string]any{}, make([]int, 10_000)
	for i := range 1000 {
		many[fmt.Sprintf("x_unknown_%d", i)] = i
	}
	var findings []judge.Finding
	for _, c := range []struct {
		title  string
		claims map[string]any
	}{
		{"a claim __proto__", map[string]any{"__proto__": map[string]any{"is_admin": true}}},
		{"claims constructor, toString and hasOwnProperty", map[string]any{"constructor": map[string]any{"prototype": map[string]any{"x": 1}}, "toString": "x", "hasOwnProperty": true}},
		{"a claim of 100 nested arrays", map[string]any{"x_deep": json.RawMessage(strings.Repeat("[", 100) + strings.Repeat("]", 100))}},
		{"a claim of 10 000 items", map[string]any{"x_long": long}},
		{"1 000 claims more", many},
		{"ordinary claims, after them", nil},
	} {
		a, err := visit(ctx, s, "The sign-in of a person with "+c.title, s.Person(c.claims))
		if err != nil {
			return judge.Finding{}, err
		}
		findings = append(findings, s.Case(a, judge.SignedIn(*a)))
	}
	return judge.First(findings...), nil
}

// standardTypes are the standard claims with another type each.
func standardTypes(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	odd := map[string]any{
		"name": map[string]any{"first": "Ada"}, "email": []any{"ada@customers.example"}, "address": "x", "updated_at": "x",
		"birthdate": 0, "locale": 5, "given_name": true, "picture": 1, "email_verified": "x", "preferred_username": []any{},
	}
	nulls, empties := map[string]any{}, map[string]any{}
	for name := range odd {
		nulls[name], empties[name] = nil, ""
	}
	var findings []judge.Finding
	for _, c := range []struct {
		title  string
		claims map[string]any
	}{
		{"whose standard claims have other types", odd}, {"whose standard claims are null", nulls}, {"whose standard claims are empty", empties},
	} {
		a, err := visit(ctx, s, "The sign-in of a person "+c.title, s.Person(c.claims))
		if err != nil {
			return judge.Finding{}, err
		}
		page, err := s.Visit(ctx, a, s.Lane.Shop.Account)
		if err != nil {
			return judge.Finding{}, err
		}
		findings = append(findings, s.Case(a, judge.First(judge.SignedIn(*a), judge.NoObjectShown(a.Title, page))))
	}
	good, err := visit(ctx, s, "The sign-in of an ordinary person", s.Person(nil))
	if err != nil {
		return judge.Finding{}, err
	}
	return judge.First(append([]judge.Finding{judge.Control(*good)}, findings...)...), nil
}

// source says which claims are left out of the ID token and of UserInfo.
type source struct{ idToken, userinfo []string }

// profileFrom is a check that the shop shows name and e-mail address, although
// one of the two answers lacks some of it.
func profileFrom(sources ...source) harness.Body {
	return func(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
		u := s.Person(nil)
		var findings []judge.Finding
		for _, from := range sources {
			a, err := without(ctx, s, u, from)
			if err != nil {
				return judge.Finding{}, err
			}
			findings = append(findings, s.Case(a, judge.First(judge.SignedIn(*a),
				judge.Shown("name", "Ada Lovelace", shown(a, s.Lane.Shop.WhoAmI.Name)),
				judge.Shown("e-mail address", fmt.Sprint(u.Claims["email"]), shown(a, s.Lane.Shop.WhoAmI.Email)))))
		}
		return judge.First(findings...), nil
	}
}

// without is a sign-in whose answers lack claims, which is good.
func without(ctx context.Context, s *harness.Spec, u identity.User, from source) (*attempt.SignIn, error) {
	for kind, names := range map[string][]string{"id_token": from.idToken, "userinfo": from.userinfo} {
		if len(names) == 0 {
			continue
		}
		ticket, err := s.Lane.Provider.Arm(fault.Spec{
			ID: fault.ID(kind + ".claims.thin"), Title: "claims left out of the " + kind, Token: &fault.TokenEdit{Token: kind, RemoveClaims: names},
		}, fault.Scope{User: u.Username}, fault.Always)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", kind, err)
		}
		defer ticket.Disarm()
	}
	return visit(ctx, s, fmt.Sprintf("A sign-in whose ID token lacks %q and whose UserInfo lacks %q", from.idToken, from.userinfo), u)
}

func nameless(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	u := s.Person(nil)
	for _, name := range []string{"name", "email", "email_verified"} {
		delete(u.Claims, name)
	}
	s.Know(u)
	a, err := visit(ctx, s, "The sign-in of a person without name and e-mail address", u)
	if err != nil {
		return judge.Finding{}, err
	}
	page, err := s.Visit(ctx, a, s.Lane.Shop.Account)
	if err != nil {
		return judge.Finding{}, err
	}
	if a.Who.SignedIn && page.Status != http.StatusOK {
		return judge.Fail("The account page of a customer without a name answers with status %d.", page.Status), nil
	}
	return judge.SignedIn(*a), nil
}

func nameShown(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	var findings []judge.Finding
	names := []string{
		"Zoë \U0001f469\U0001f3fd\u200d\U0001f680 \U0001f1e8\U0001f1ed", "\u0639\u0627\u0626\u0634\u0629 \u200f(\u202babc\u202c)",
		"山田 太郎 \U00020bb7", "e\u0301a\u0328\u0300 O\u2019Brien-\u00d1and\u00fa", strings.Repeat("Ada Lovelace ", 24) + "King",
	}
	for i, name := range names {
		u := s.Person(map[string]any{"name": name})
		for range []int{2, 1, 1, 1, 1}[i] {
			a, err := visit(ctx, s, fmt.Sprintf("The sign-in of %q", name), u)
			if err != nil {
				return judge.Finding{}, err
			}
			findings = append(findings, s.Case(a, judge.First(judge.SignedIn(*a), judge.Shown("name", name, shown(a, s.Lane.Shop.WhoAmI.Name)))))
		}
	}
	half, err := bothSay(ctx, s, harness.Try{Title: "A sign-in with half of a surrogate pair in the name", User: s.Person(nil)}, says("name", `{"$raw":"\"\\ud83d\""}`))
	if err != nil {
		return judge.Finding{}, err
	}
	findings = append(findings, judge.Reached(*half), s.Case(half, judge.NotCrashed(*half)))
	return judge.First(findings...), nil
}
