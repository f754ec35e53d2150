package claims

import (
	"context"
	"fmt"
	"strings"

	"github.com/countersign-oidc/countersign/suites/attempt"
	"github.com/countersign-oidc/countersign/suites/catalog"
	"github.com/countersign-oidc/countersign/suites/harness"
	"github.com/countersign-oidc/countersign/suites/judge"
)

// candidate is somebody who is none of the staff; the claims are made of the
// configured claim and entry.
type candidate struct {
	how    string
	claims func(claim, value string) map[string]any
}

// has is a candidate with a value of the configured claim.
func has(how string, value func(entry string) any) candidate {
	return candidate{how, func(claim, entry string) map[string]any { return map[string]any{claim: value(entry)} }}
}

// entry is a candidate with one entry that is like the configured one.
func entry(how string, like func(entry string) string) candidate {
	return has(how, func(e string) any { return []string{"readers", like(e)} })
}

func staffSpecs(h *harness.Harness) {
	h.Check(catalog.ClaimsStaffOtherClaims, notStaff(
		candidate{"without the claim", func(string, string) map[string]any { return nil }},
		candidate{"with the entry in other claims", func(claim, value string) map[string]any {
			return map[string]any{"roles": []string{value}, "permissions": []string{value, "*"}, "role": value, "entitlements": []string{value}, claim: []string{}}
		}},
		candidate{"with is_admin and admin", func(claim, _ string) map[string]any {
			return map[string]any{"is_admin": true, "admin": true, claim: []string{"readers"}}
		}},
		candidate{"with the claim in upper case", func(claim, value string) map[string]any {
			return map[string]any{strings.ToUpper(claim): []string{value}, claim: []string{}}
		}},
		candidate{"with the claim said to be elsewhere", func(claim, _ string) map[string]any {
			return map[string]any{"_claim_names": map[string]any{claim: "src1"}, "_claim_sources": map[string]any{"src1": map[string]any{"endpoint": "http://127.0.0.1:9/groups"}}}
		}},
	))
	h.Check(catalog.ClaimsStaffTypes, notStaff(
		has("with a text", func(e string) any { return "no-" + e + "-at-all" }), has("with true", func(string) any { return true }),
		has("with an object", func(e string) any { return map[string]any{e: true} }), has("with a number", func(string) any { return 1 }),
		has("with null", func(string) any { return nil }), has("with an empty list", func(string) any { return []string{} }),
		has("with a list in a list", func(e string) any { return []any{[]string{e}} }),
	))
	h.Check(catalog.ClaimsStaffExact, notStaff(
		entry("in upper case", strings.ToUpper), entry("with a space behind it", func(e string) string { return e + " " }),
		entry("behind a comma", func(e string) string { return "x," + e }), entry("behind a semicolon", func(e string) string { return "x;" + e }),
		entry("behind a line break", func(e string) string { return "x\r\n" + e }), entry("behind a zero byte", func(e string) string { return "x\x00" + e }),
		entry("with more behind it", func(e string) string { return e + "s" }), entry("as *", func(string) string { return "*" }),
		entry("as %", func(string) string { return "%" }),
		has("with 500 others", func(string) any {
			many := make([]string, 500)
			for i := range many {
				many[i] = fmt.Sprintf("group-%d", i)
			}
			return many
		}),
	))
}

// staffStatus is how the page for staff answers whoever is signed in.
func staffStatus(ctx context.Context, s *harness.Spec, a *attempt.SignIn) (int, error) {
	answer, err := s.Fetch(ctx, s.Lane.Shop.Customers.Staff.Page, nil, s.ShopCookies(a.Cookies)...)
	return answer.Status, err
}

// notStaff is a check that the page for staff is closed to each, and open to
// somebody with the configured entry.
func notStaff(candidates ...candidate) harness.Body {
	return func(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
		staff := s.Lane.Shop.Customers.Staff
		var findings []judge.Finding
		for _, c := range candidates {
			a, err := visit(ctx, s, "The sign-in of a person "+c.how, s.Person(c.claims(staff.Claim, staff.Value)))
			if err != nil {
				return judge.Finding{}, err
			}
			status, err := staffStatus(ctx, s, a)
			if err != nil {
				return judge.Finding{}, err
			}
			findings = append(findings, s.Case(a, judge.NotStaff(*a, status)))
		}
		good, err := visit(ctx, s, "The sign-in of one of the staff", s.Person(map[string]any{staff.Claim: []string{"readers", staff.Value}}))
		if err != nil {
			return judge.Finding{}, err
		}
		status, err := staffStatus(ctx, s, good)
		if err != nil {
			return judge.Finding{}, err
		}
		worst := judge.Worst(findings...)
		return judge.First(worst, judge.Control(*good), judge.StaffControl(*good, status), worst), nil
	}
}
