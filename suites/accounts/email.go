package accounts

import (
	"context"
	"encoding/json"
	"strings"

	"github.com/countersign-oidc/countersign/mockidp/fault"
	"github.com/countersign-oidc/countersign/runner/environ"
	"github.com/countersign-oidc/countersign/suites/attempt"
	"github.com/countersign-oidc/countersign/suites/catalog"
	"github.com/countersign-oidc/countersign/suites/harness"
	"github.com/countersign-oidc/countersign/suites/judge"
)

// The customers whom the shop knows beforehand. Joan has no password.
const (
	joanEmail, joanID   = "joan@customers.example", "customer-joan"
	graceEmail, graceID = "grace@customers.example", "customer-grace"
	gracePassword       = "correct horse battery"
)

func joan() environ.Account {
	return environ.Account{Email: joanEmail, ID: joanID, Name: "Joan Clarke"}
}

func grace() environ.Account {
	return environ.Account{Email: graceEmail, ID: graceID, Name: "Grace Hopper", Password: gracePassword}
}

// linking is a shop that links accounts by e-mail address.
func linking(accounts ...environ.Account) environ.Setup {
	return environ.Setup{LinkByEmail: true, Accounts: accounts}
}

// owner are the claims of a person who owns an e-mail address.
func owner(email string) map[string]any {
	return map[string]any{"email": email, "email_verified": true}
}

func emailSpecs(h *harness.Harness) {
	h.CheckWith(catalog.AccountsVerifiedEmailLinks, linking(joan()), func(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
		u := s.Person(owner(joanEmail))
		var findings []judge.Finding
		for _, title := range []string{"The first sign-in of the owner of the address", "The second sign-in of the owner"} {
			a, err := visit(ctx, s, title, u)
			if err != nil {
				return judge.Finding{}, err
			}
			findings = append(findings, judge.SignedIn(*a), judge.IsCustomer(*a, joanID, customer(s, a)))
		}
		return judge.First(findings...), nil
	})
	h.CheckWith(catalog.AccountsNotLinkedUnasked, environ.Setup{Accounts: []environ.Account{grace(), joan()}}, notLinked(nil,
		person{"a customer's verified address, and the account has a password", owner(graceEmail), graceID},
		person{"a customer's verified address", owner(joanEmail), joanID}))
	h.CheckWith(catalog.AccountsUnverifiedEmail, linking(joan()), notLinked(owner(joanEmail),
		person{"the address and email_verified false", map[string]any{"email": joanEmail, "email_verified": false}, joanID},
		person{"the address and no email_verified", map[string]any{"email": joanEmail, "email_verified": missing}, joanID}))
	h.CheckWith(catalog.AccountsEmailVerifiedTypes, linking(joan()), notLinked(owner(joanEmail), verifiedAs(
		`"true"`, `"false"`, `1`, `0`, `"yes"`, `null`, `[]`, `{}`)...))
	h.CheckWith(catalog.AccountsEmailVerifiedTwice, linking(joan()), spoilt(
		spoiler{"email_verified false and then true", fault.TokenEdit{SetClaims: saying("false"), DuplicateClaims: saying("true")}},
		spoiler{"email_verified true and then false", fault.TokenEdit{SetClaims: saying("true"), DuplicateClaims: saying("false")}}))
	h.CheckWith(catalog.AccountsEmailContradicted, linking(joan()), spoilt(
		spoiler{"email_verified false in the ID token and true in UserInfo", fault.TokenEdit{Token: "userinfo", SetClaims: saying("true")}}))
	h.CheckWith(catalog.AccountsPasswordNotLinked, linking(grace()), notLinked(nil,
		person{"the verified address of an account with a password", owner(graceEmail), graceID}))
	h.CheckWith(catalog.AccountsEmailLookalikes, linking(joan()), notLinked(owner(joanEmail), lookalikes(
		"joan@customers.example@evil.example", `"joan@customers.example"@evil.example`, "evil@joan@customers.example",
		"joan＠customers.example", "joan@customers.example\x00@evil.example", "joan+tag@customers.example",
		"joan@customers.example.", "joan@customers.example ", "joan@customers.ex\u0430mple",
		strings.Repeat("j", 300)+"joan@customers.example", "joan@customers.example,evil@evil.example")...))
	h.CheckWith(catalog.AccountsEmailCase, linking(joan()), notLinked(owner(joanEmail), lookalikes("JOAN@customers.example")...))
	h.CheckWith(catalog.AccountsUserName, linking(
		environ.Account{Email: joanEmail, ID: joanID, Name: "joan"}, environ.Account{Email: "admin@customers.example", ID: "customer-admin", Name: "admin"},
	), notLinked(nil,
		person{"the preferred_username of a customer", map[string]any{"preferred_username": "joan"}, joanID},
		person{"the nickname of a customer in upper case", map[string]any{"nickname": "JOAN"}, joanID},
		person{"the name of a customer", map[string]any{"name": "joan"}, joanID},
		person{"the preferred_username admin", map[string]any{"preferred_username": "admin"}, "customer-admin"},
		person{"the preferred_username root", map[string]any{"preferred_username": "root"}, "customer-admin"},
		person{"an empty preferred_username", map[string]any{"preferred_username": "", "nickname": ""}, joanID}))
	h.CheckWith(catalog.AccountsLinkedOnce, linking(joan()), linkedOnce)
	second := linking(joan())
	second.Second, second.OwnRedirect = true, true
	h.CheckWith(catalog.AccountsOtherProviderEmail, second, otherProviderEmail)
	h.CheckWith(catalog.AccountsPreRegistered, linking(grace()), preRegistered)
}

// customer is the shop's own identifier of who was signed in.
func customer(s *harness.Spec, a *attempt.SignIn) string {
	var id string
	if raw := s.Customer(a); json.Unmarshal([]byte(raw), &id) != nil {
		return raw
	}
	return id
}

// missing leaves a claim out.
var missing = struct{}{}

// person is somebody with claims who must not be the customer with an ID.
type person struct {
	has    string
	claims map[string]any
	not    string
}

func verifiedAs(values ...string) []person {
	var people []person
	for _, v := range values {
		people = append(people, person{"the address and email_verified " + v, map[string]any{"email": joanEmail, "email_verified": json.RawMessage(v)}, joanID})
	}
	return append(people, person{
		"the address, email_verified false and Email_Verified true",
		map[string]any{"email": joanEmail, "email_verified": false, "Email_Verified": true, "EMAIL_VERIFIED": true},
		joanID,
	})
}

func lookalikes(addresses ...string) []person {
	var people []person
	for _, address := range addresses {
		people = append(people, person{"the address " + strings.ReplaceAll(address, "\x00", "\\0"), owner(address), joanID})
	}
	return people
}

// notLinked is a check that none of the people is linked to the account that
// they are after. Then its owner, if there is one, must be: a shop that links
// nobody has shown nothing.
func notLinked(ownedBy map[string]any, people ...person) harness.Body {
	return func(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
		var findings []judge.Finding
		var customers []string
		for _, p := range people {
			u := s.Person(p.claims)
			for name, value := range u.Claims {
				if value == missing {
					delete(u.Claims, name)
				}
			}
			s.Know(u)
			a, err := visit(ctx, s, "The sign-in of a person with "+p.has, u)
			if err != nil {
				return judge.Finding{}, err
			}
			findings = append(findings, s.Case(a, judge.NotCustomer(*a, p.not, customer(s, a))))
			customers = append(customers, s.Customer(a))
		}
		worst := judge.Worst(findings...)
		good := s.Person(ownedBy)
		a, err := visit(ctx, s, "The sign-in of "+map[bool]string{true: "the owner of the address", false: "an ordinary person"}[ownedBy != nil], good)
		if err != nil {
			return judge.Finding{}, err
		}
		if ownedBy != nil {
			return judge.First(worst, judge.Distinct(append(customers, s.Customer(a))), judge.Control(*a), judge.LinkControl(*a, joanID, customer(s, a)), worst), nil
		}
		return judge.First(worst, judge.Control(*a), worst), nil
	}
}

func saying(verified string) map[string]json.RawMessage {
	return map[string]json.RawMessage{"email_verified": json.RawMessage(verified)}
}

// spoiler is a sign-in whose answers say two things about one address.
type spoiler struct {
	has  string
	edit fault.TokenEdit
}

// spoilt is a check that somebody with the address of a customer is not linked
// by such answers, and its owner is.
func spoilt(spoilers ...spoiler) harness.Body {
	return func(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
		var findings []judge.Finding
		var customers []string
		for _, c := range spoilers {
			u := s.Person(map[string]any{"email": joanEmail, "email_verified": false})
			if err := s.Browser.Clear(ctx); err != nil {
				return judge.Finding{}, err
			}
			a, err := s.SignIn(ctx, harness.Try{Title: "A sign-in with the address and " + c.has, User: u, Written: &fault.Spec{
				ID: "claims.email_verified.written", Title: c.has, Token: &c.edit,
			}})
			if err != nil {
				return judge.Finding{}, err
			}
			customers = append(customers, s.Customer(a))
			findings = append(findings, judge.Reached(*a), s.Case(a, judge.NotCustomer(*a, joanID, customer(s, a))))
		}
		good, err := visit(ctx, s, "The sign-in of the owner of the address", s.Person(owner(joanEmail)))
		if err != nil {
			return judge.Finding{}, err
		}
		worst := judge.Worst(findings...)
		return judge.First(worst, judge.Distinct(append(customers, s.Customer(good))), judge.Control(*good),
			judge.LinkControl(*good, joanID, customer(s, good)), worst), nil
	}
}

func linkedOnce(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	first, err := visit(ctx, s, "The sign-in of the owner of the address", s.Person(owner(joanEmail)))
	if err != nil {
		return judge.Finding{}, err
	}
	second, err := visit(ctx, s, "The sign-in of the next owner of the address", s.Person(owner(joanEmail)))
	if err != nil {
		return judge.Finding{}, err
	}
	return judge.First(judge.Control(*first), judge.LinkControl(*first, joanID, customer(s, first)),
		judge.NotCustomer(*second, joanID, customer(s, second))), nil
}

func otherProviderEmail(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	stranger := s.Person(owner(joanEmail))
	bad, err := atSecond(ctx, s, "A sign-in at the second provider, with the address and email_verified true", stranger)
	if err != nil {
		return judge.Finding{}, err
	}
	good, err := visit(ctx, s, "The sign-in of the owner of the address at the first provider", s.Person(owner(joanEmail)))
	if err != nil {
		return judge.Finding{}, err
	}
	return judge.First(judge.NotCustomer(*bad, joanID, customer(s, bad)), judge.Control(*good),
		judge.LinkControl(*good, joanID, customer(s, good)), judge.Pass("The second provider's word links nobody; the first one's does.")), nil
}

func preRegistered(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	victim, err := visit(ctx, s, "The sign-in of the victim at the provider", s.Person(owner(graceEmail)))
	if err != nil {
		return judge.Finding{}, err
	}
	if err := s.Browser.Clear(ctx); err != nil {
		return judge.Finding{}, err
	}
	attacker, err := s.Local(ctx, harness.Try{Title: "The sign-in of the attacker with the password"}, graceEmail, gracePassword)
	if err != nil {
		return judge.Finding{}, err
	}
	return judge.First(judge.Control(*victim), judge.OtherCustomer(*attacker, s.Customer(victim), s.Customer(attacker))), nil
}
