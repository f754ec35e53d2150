package claims

import (
	"bytes"
	"context"
	"encoding/json"
	"maps"
	"net/http"

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

func userInfoSpecs(h *harness.Harness) {
	own := `{"$own":"value"}`
	h.Check(catalog.ClaimsUserInfoSubjectMissing, unused(
		variant{"without a subject", fault.TokenEdit{RemoveClaims: []string{"sub"}}}, variant{"whose subject is null", says("sub", `null`)}))
	h.Check(catalog.ClaimsUserInfoSubjectLike, unused(
		variant{"whose subject is in upper case", says("sub", `{"$upper":`+own+`}`)},
		variant{"whose subject has more behind it", says("sub", `{"$append":"invalid"}`)},
		variant{"whose subject is a number", says("sub", `12345`)},
		variant{"whose subject is a list, theirs first", says("sub", `[`+own+`,"countersign-victim"]`)},
		variant{"whose subject is a list, a victim's first", says("sub", `["countersign-victim",`+own+`]`)}))
	h.Check(catalog.ClaimsUserInfoContradiction, contradiction)
	h.Check(catalog.ClaimsUserInfoNotObject, notAnObject)
	signed := environ.Setup{SignedUserInfo: true}
	h.CheckWith(catalog.ClaimsUserInfoSigned, signed, profileFrom(source{idToken: []string{"name", "email"}}))
	h.CheckWith(catalog.ClaimsUserInfoSignature, signed, unused(
		variant{"signed with a key that was never published", fault.TokenEdit{Sign: fault.OtherKey}},
		variant{"that is not signed", fault.TokenEdit{Sign: fault.Unsigned}},
		variant{"with the public key as a secret", fault.TokenEdit{Sign: fault.PublicKeyHMAC}},
		variant{"with a broken signature", fault.TokenEdit{Sign: fault.Corrupted}}))
	h.CheckWith(catalog.ClaimsUserInfoParties, signed, unused(
		variant{"of another issuer", says("iss", `"http://other.example"`)}, variant{"of no issuer", fault.TokenEdit{RemoveClaims: []string{"iss"}}},
		variant{"for another client", says("aud", `"another-client"`)}, variant{"for nobody", fault.TokenEdit{RemoveClaims: []string{"aud"}}}))
	h.CheckWith(catalog.ClaimsUserInfoExpired, signed, unused(variant{"that expired a day ago", says("exp", `{"$now":"-24h"}`)}))
	h.CheckWith(catalog.ClaimsUserInfoIDToken, signed, idTokenInPlace)
	h.CheckWith(catalog.ClaimsUserInfoJSONUnasked, signed, unasked("", variant{"in JSON", fault.TokenEdit{}}))
	h.Check(catalog.ClaimsUserInfoJWTUnasked, unasked("RS256", variant{"as a JWT of a stranger", fault.TokenEdit{Sign: fault.OtherKey}}))
}

// variant is UserInfo that must not be used, and how the provider comes by it.
type variant struct {
	how  string
	edit fault.TokenEdit
}

// stranded is a sign-in with UserInfo that is edited and has a stranger's name
// and e-mail address.
func stranded(ctx context.Context, s *harness.Spec, u identity.User, v variant) (*attempt.SignIn, error) {
	edit := v.edit
	edit.Token, edit.SetClaims = "userinfo", maps.Clone(edit.SetClaims)
	if edit.SetClaims == nil {
		edit.SetClaims = map[string]json.RawMessage{}
	}
	edit.SetClaims["name"], edit.SetClaims["email"] = json.RawMessage(`"`+stranger+`"`), json.RawMessage(`"`+stranger+`@customers.example"`)
	if err := s.Browser.Clear(ctx); err != nil {
		return nil, err
	}
	return s.SignIn(ctx, harness.Try{Title: "A sign-in with UserInfo " + v.how, User: u, Written: &fault.Spec{
		ID: "userinfo.claims.written", Title: "UserInfo " + v.how, Token: &edit,
	}})
}

// unused is a check that nothing of such UserInfo is used.
func unused(variants ...variant) harness.Body {
	return func(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
		u := s.Person(nil)
		var bad []*attempt.SignIn
		for _, v := range variants {
			a, err := stranded(ctx, s, u, v)
			if err != nil {
				return judge.Finding{}, err
			}
			bad = append(bad, a)
		}
		good, err := visit(ctx, s, "The same sign-in with the right UserInfo", u)
		if err != nil {
			return judge.Finding{}, err
		}
		return s.Each(bad, func(a attempt.SignIn) judge.Finding { return judge.UserInfoUnused(a, *good, stranger) }), nil
	}
}

// unasked is unused with a client that the provider has registered for another
// format than the shop expects, until the control.
func unasked(alg string, v variant) harness.Body {
	return func(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
		u := s.Person(nil)
		other := s.Lane.Client
		other.UserInfoAlg = alg
		if err := s.Lane.Provider.PutClient(other); err != nil {
			return judge.Finding{}, err
		}
		bad, err := stranded(ctx, s, u, v)
		if err != nil {
			return judge.Finding{}, err
		}
		if err := s.Lane.Provider.PutClient(s.Lane.Client); err != nil {
			return judge.Finding{}, err
		}
		good, err := visit(ctx, s, "The same sign-in with UserInfo as it was agreed on", u)
		if err != nil {
			return judge.Finding{}, err
		}
		return judge.UserInfoUnused(*bad, *good, stranger), nil
	}
}

func contradiction(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	shop := s.Lane.Shop
	claims := map[string]json.RawMessage{
		"iss": json.RawMessage(`"http://other.example"`), "aud": json.RawMessage(`"another-client"`),
		"nonce": json.RawMessage(`"another"`), "exp": json.RawMessage(`1`),
	}
	var u identity.User
	if shop.Has(check.StaffPage) {
		u = s.Person(map[string]any{shop.Customers.Staff.Claim: []string{"readers"}})
		claims[shop.Customers.Staff.Claim] = json.RawMessage(`["` + shop.Customers.Staff.Value + `"]`)
	} else {
		u = s.Person(nil)
	}
	first, err := visit(ctx, s, "The sign-in of a customer", u)
	if err != nil {
		return judge.Finding{}, err
	}
	if err := s.Browser.Clear(ctx); err != nil {
		return judge.Finding{}, err
	}
	a, err := s.SignIn(ctx, harness.Try{Title: "The same with UserInfo that contradicts the ID token", User: u, Written: &fault.Spec{
		ID: "userinfo.claims.written", Title: "UserInfo that contradicts the ID token", Token: &fault.TokenEdit{Token: "userinfo", SetClaims: claims},
	}})
	if err != nil {
		return judge.Finding{}, err
	}
	findings := []judge.Finding{judge.Control(*first), judge.Reached(*a)}
	if a.Who.SignedIn {
		findings = append(findings, judge.SignedIn(*a), judge.SameCustomer(s.Customer(first), s.Customer(a)))
		if shop.Has(check.StaffPage) {
			status, err := staffStatus(ctx, s, a)
			if err != nil {
				return judge.Finding{}, err
			}
			findings = append(findings, judge.NotStaff(*a, status))
		}
	} else {
		findings = append(findings, judge.NotCrashed(*a))
	}
	return judge.First(findings...), nil
}

func notAnObject(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	body := func(text, kind string) *fault.ResponseEdit {
		return &fault.ResponseEdit{Endpoint: journal.UserInfo, Status: http.StatusOK, Body: &text, Header: map[string]string{"Content-Type": kind}}
	}
	const object = "application/json"
	u := s.Person(nil)
	var bad []*attempt.SignIn
	for _, c := range []struct {
		what string
		edit *fault.ResponseEdit
	}{
		{"that is a list", body(`[{"sub":"`+s.Subject(u)+`"}]`, object)},
		{"that is a text", body(`"`+s.Subject(u)+`"`, object)},
		{"that is null", body(`null`, object)},
		{"that is an HTML page", body("<!doctype html><title>Sorry</title>", "text/html")},
		{"that is empty", body("", object)},
		{"that calls itself plain text", &fault.ResponseEdit{Endpoint: journal.UserInfo, Header: map[string]string{"Content-Type": "text/plain"}}},
		{"of 20 MB", &fault.ResponseEdit{Endpoint: journal.UserInfo, Pad: 20 << 20}},
	} {
		if err := s.Browser.Clear(ctx); err != nil {
			return judge.Finding{}, err
		}
		a, err := s.SignIn(ctx, harness.Try{Title: "A sign-in with UserInfo " + c.what, User: u, NoPicture: true, Written: &fault.Spec{
			ID: "userinfo.body.written", Title: "UserInfo " + c.what, Response: c.edit,
		}})
		if err != nil {
			return judge.Finding{}, err
		}
		bad = append(bad, a)
	}
	good, err := visit(ctx, s, "The same sign-in with the right UserInfo", u)
	if err != nil {
		return judge.Finding{}, err
	}
	return s.Against(good, judge.Unharmed, bad...), nil
}

func idTokenInPlace(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	pointer := s.Lane.Shop.WhoAmI.UserInfo
	if pointer == "" {
		return judge.Skip("Not tried: the shop does not tell what it kept of UserInfo."), nil
	}
	u := s.Person(nil)
	bad, err := s.SignIn(ctx, harness.Try{Title: "A sign-in with the ID token in the place of UserInfo", User: u, Written: &fault.Spec{
		ID: "userinfo.source.id_token", Title: "the ID token in the place of UserInfo", Token: &fault.TokenEdit{Token: "userinfo", From: fault.FromIDToken},
	}})
	if err != nil {
		return judge.Finding{}, err
	}
	if kept := attempt.Lookup(bad.Who.Body, pointer); bytes.Contains(kept, []byte(`"nonce"`)) {
		return judge.Fail("The shop kept the ID token as UserInfo."), nil
	}
	good, err := visit(ctx, s, "The same sign-in with the right UserInfo", u)
	if err != nil {
		return judge.Finding{}, err
	}
	return judge.First(judge.Reached(*bad), judge.NotCrashed(*bad), judge.Control(*good),
		judge.Pass("The ID token is not kept as UserInfo.")), nil
}
