// Package claims is the suite of what a shop makes of the claims it receives:
// who the customer is, what is kept of the token, and what is mapped.
package claims

import (
	"context"
	"encoding/json"
	"strings"

	"github.com/onsi/ginkgo/v2"

	"github.com/countersign-oidc/countersign/mockidp/identity"
	"github.com/countersign-oidc/countersign/runner/environ"
	"github.com/countersign-oidc/countersign/suites/attempt"
	"github.com/countersign-oidc/countersign/suites/catalog"
	"github.com/countersign-oidc/countersign/suites/harness"
	"github.com/countersign-oidc/countersign/suites/judge"
)

// Specs registers the suite.
func Specs(h *harness.Harness) {
	ginkgo.Describe("claims", func() {
		identitySpecs(h)
		subjectSpecs(h)
		profileSpecs(h)
		userInfoSpecs(h)
		staffSpecs(h)
		valueSpecs(h)
		mappingSpecs(h)
		keptSpecs(h)
		h.Check(catalog.ClaimsUserInfoOtherSubject, userInfoOtherSubject)
		h.Check(catalog.ClaimsNameEscaped, nameEscaped)
	})
}

// visit signs a person in, in a browser as good as new. What these checks look
// at is what the shop keeps; a picture is taken when it signs nobody in.
func visit(ctx context.Context, s *harness.Spec, title string, u identity.User) (*attempt.SignIn, error) {
	if err := s.Browser.Clear(ctx); err != nil {
		return nil, err
	}
	return s.SignIn(ctx, harness.Try{Title: title, User: u, Control: true})
}

func keptSpecs(h *harness.Harness) {
	h.Check(catalog.ClaimsIntegersExact, kept(`{"tgam_id": 114517357, "beyond_31_bits": 4294967297, "beyond_53_bits": 9007199254740993, "negative": -9007199254740993}`))
	h.Check(catalog.ClaimsNullsKept, kept(`{"middle_name": null, "home": {"postal_code": null, "region": null, "country": "CA"}}`))
	h.Check(catalog.ClaimsEmptiesKept, kept(`{"given_name": "", "family_name": "", "entitlements": []}`))
	h.Check(catalog.ClaimsNestedKept, kept(`{"home": {"country": "CA", "street_address": "1 Rue A", "geo": {"lat": 45, "tags": ["a", {"b": ["c"]}]}}}`))
	h.Check(catalog.ClaimsBooleansKept, kept(`{"email_verified": false, "subscriber": true, "flags": [true, false]}`))
	h.Check(catalog.ClaimsUnicodeKept, kept(`{"name": "Зоя 山田 Ñandú \ud83d\udc69\ud83c\udffd\u200d\ud83d\ude80", "given_name": "e\u0301\u200d\u202eabc", "family_name": "O'Brien \"<&>\""}`))
}

// kept is a check that a person's claims come through unchanged.
func kept(claims string) harness.Body {
	return func(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
		var want map[string]json.RawMessage
		if err := json.Unmarshal([]byte(claims), &want); err != nil {
			return judge.Finding{}, err
		}
		values := make(map[string]any, len(want))
		for name, value := range want {
			values[name] = value
		}
		want, dropped := s.Issued(want)
		if len(dropped) > 0 {
			return judge.Skip("Not tried: %s does not put %s into ID tokens with its value as it is.", s.Lane.Provider.Profile().Title, strings.Join(dropped, ", ")), nil
		}
		a, err := s.SignIn(ctx, harness.Try{User: s.Person(values)})
		if err != nil {
			return judge.Finding{}, err
		}
		token := attempt.Lookup(a.Who.Body, s.Lane.Shop.WhoAmI.Claims)
		return judge.First(judge.Control(*a), judge.Kept(want, token)), nil
	}
}

func mappingSpecs(h *harness.Harness) {
	crm := environ.Claim{Claim: "crm_id", Service: "salesforce", Type: "account", Issuer: "salesforce"}
	user := environ.Claim{Claim: "user_id", Service: "user", Type: "id", Issuer: "user"}
	both := environ.Setup{Claims: []environ.Claim{crm, user}}
	h.CheckWith(catalog.ClaimsMapped, both, func(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
		a, err := s.SignIn(ctx, harness.Try{User: s.Person(map[string]any{"crm_id": "001Sv00000GVVcoIAH", "user_id": json.Number("9007199254740993")})})
		if err != nil {
			return judge.Finding{}, err
		}
		rows := attempt.Lookup(a.Who.Body, s.Lane.Shop.WhoAmI.Mapped)
		return judge.First(judge.Control(*a),
			judge.Mapped(rows, judge.Mapping{Claim: s.ClaimName(crm.Claim), Service: crm.Service, Type: crm.Type, Issuer: crm.Issuer, Value: "001Sv00000GVVcoIAH"}),
			judge.Mapped(rows, judge.Mapping{Claim: s.ClaimName(user.Claim), Service: user.Service, Type: user.Type, Issuer: user.Issuer, Value: "9007199254740993"})), nil
	})
	h.CheckWith(catalog.ClaimsMappingMissing, both, unmapped(nil, map[string]any{"crm_id": nil}, map[string]any{"crm_id": ""}))
	h.CheckWith(catalog.ClaimsMappingOtherType, both, unmapped(
		map[string]any{"crm_id": map[string]any{"id": "001"}}, map[string]any{"crm_id": []string{"001"}}, map[string]any{"crm_id": true}))
}

// unmapped is a check that people with such claims are signed in and get no
// identity for the claim.
func unmapped(cases ...map[string]any) harness.Body {
	return func(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
		var findings []judge.Finding
		for _, claims := range cases {
			text, err := json.Marshal(claims)
			if err != nil {
				return judge.Finding{}, err
			}
			a, err := visit(ctx, s, "The sign-in of a person with the claims "+string(text), s.Person(claims))
			if err != nil {
				return judge.Finding{}, err
			}
			findings = append(findings, judge.SignedIn(*a),
				judge.NotMapped(attempt.Lookup(a.Who.Body, s.Lane.Shop.WhoAmI.Mapped), s.ClaimName("crm_id"), string(text)))
		}
		return judge.First(findings...), nil
	}
}
