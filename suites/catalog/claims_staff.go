package catalog

import "github.com/countersign-oidc/countersign/runner/check"

func staffChecks() []check.Check {
	return []check.Check{ClaimsStaffOtherClaims, ClaimsStaffTypes, ClaimsStaffExact}
}

const staffJudged = "Passes if the page for staff stays closed to each of them, and opens for a person whose list has the configured entry."

func staffNeeds() []check.Capability { return []check.Capability{check.StaffPage} }

// The checks of claims that give privileges.
var (
	ClaimsStaffOtherClaims = check.Check{
		ID: "claims.staff-other-claims", Title: "Only the configured claim makes somebody one of the staff",
		Level: check.Must, Needs: staffNeeds(), Refs: []string{"CLM-19", core + "5.1.2", "CVE-2021-21411"},
		Harm:   "A claim that customers can edit themselves, or that nobody asked for, opens the shop's own pages.",
		Tried:  "People sign in without the configured claim; with roles, permissions, scope, is_admin and admin; with the claim's name in another case; and with the claim said to be elsewhere (_claim_names).",
		Judged: staffJudged,
		Remedy: "Read the one claim that is configured, by its exact name; a missing list is an empty one.",
	}
	ClaimsStaffTypes = check.Check{
		ID: "claims.staff-types", Title: "A list of groups of another type is an empty one",
		Level: check.Must, Needs: staffNeeds(), Refs: []string{"CLM-19", core + "5.1.2", "CVE-2026-23990"},
		Harm:   "A search in a text finds the entry within a longer word, and true counts for every group.",
		Tried:  "People sign in whose claim is a text with the entry in it, true, an object with the entry as a name, a number, null or an empty list.",
		Judged: staffJudged,
		Remedy: "Require a JSON array of strings before looking for an entry.",
	}
	ClaimsStaffExact = check.Check{
		ID: "claims.staff-exact", Title: "An entry that is only like the configured one gives nothing",
		Level: check.Must, Needs: staffNeeds(), Refs: []string{"CLM-19", "CLM-22", core + "5.1.2", "CVE-2025-64484"},
		Harm:   "Whoever can make a group with a clever name at the provider is one of the staff here.",
		Tried:  "People sign in whose list has the entry in upper case, with a space, behind a comma, semicolon, line break or zero byte, with more behind it, as * or %, or 500 others.",
		Judged: staffJudged,
		Remedy: "Compare whole entries exactly, and never join a list into one text, as headers for a backend do.",
	}
)
