package catalog

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/countersign-oidc/countersign/runner/check"
	"github.com/countersign-oidc/countersign/suites/requirement"
)

// Profile is a named, versioned set of checks. Membership follows from what a
// check cites and how long it takes, so that a new check joins by itself.
type Profile struct {
	Name check.Profile
	// About says what the set is for.
	About string
	// Revision counts the changes of the rule.
	Revision int
	in       func(check.Check, map[string]requirement.Row) bool
}

// Profiles are all profiles, smallest first.
func Profiles() []Profile {
	return []Profile{
		{check.ProfileBasic, "what a certified basic relying party must pass", 1, basic},
		{check.ProfileRelease, "what to run before each release; the default", 1, release},
		{check.ProfileSecurity, "what protects customers against attackers", 1, security},
		{check.ProfileFull, "every check", 1, func(check.Check, map[string]requirement.Row) bool { return true }},
	}
}

// FindProfile is the profile with a name.
func FindProfile(name check.Profile) (Profile, bool) {
	all := Profiles()
	i := slices.IndexFunc(all, func(p Profile) bool { return p.Name == name })
	if i < 0 {
		return Profile{}, false
	}
	return all[i], true
}

// ProfilesOf are the names of the profiles that a check is in.
func ProfilesOf(id check.ID) []string {
	var names []string
	for _, p := range Profiles() {
		if slices.ContainsFunc(p.Checks(), func(c check.Check) bool { return c.ID == id }) {
			names = append(names, string(p.Name))
		}
	}
	return names
}

// Checks are the members, in the order of the catalogue.
func (p Profile) Checks() []check.Check {
	rows := map[string]requirement.Row{}
	for _, r := range requirement.Rows() {
		rows[r.ID] = r
	}
	var members []check.Check
	for _, c := range All() {
		if p.in(c, rows) {
			members = append(members, c)
		}
	}
	return members
}

// Version is the revision of the rule and a digest of the members: two reports
// of one version asked the same of a shop.
func (p Profile) Version() string {
	digest := sha256.New()
	for _, c := range p.Checks() {
		fmt.Fprintln(digest, c.ID)
	}
	return fmt.Sprintf("%d.%s", p.Revision, hex.EncodeToString(digest.Sum(nil))[:8])
}

// basicModules are those of the Foundation's certification plan for basic
// relying parties. Of the two ways to present the access token to UserInfo one
// is enough.
func basicModules() []string {
	return []string{
		"oidcc-client-test", "oidcc-client-test-nonce-invalid", "oidcc-client-test-scope-userinfo-claims",
		"oidcc-client-test-client-secret-basic", "oidcc-client-test-kid-absent-single-jwks",
		"oidcc-client-test-kid-absent-multiple-jwks", "oidcc-client-test-missing-iat", "oidcc-client-test-missing-aud",
		"oidcc-client-test-invalid-aud", "oidcc-client-test-missing-sub", "oidcc-client-test-invalid-iss",
		"oidcc-client-test-idtoken-sig-rs256", "oidcc-client-test-idtoken-sig-none",
		"oidcc-client-test-invalid-sig-rs256", "oidcc-client-test-userinfo-bearer-header",
		"oidcc-client-test-userinfo-invalid-sub",
	}
}

// basicSections are those of OpenID Connect Core 1.0 that concern every
// relying party that uses the code flow: ID token, code flow, claims, client
// authentication, keys, comparison of strings, TLS.
var basicSections = regexp.MustCompile(`^OpenID Connect Core 1\.0, (2|3\.1|5|9|10|14|16\.17)([., ]|$)`)

// basic holds the checks of the basic plan's modules and of the MUSTs of
// OpenID Connect Core 1.0 for the code flow.
func basic(c check.Check, rows map[string]requirement.Row) bool {
	if c.Level != check.Must {
		return false
	}
	var must, core bool
	for _, ref := range c.Refs {
		r, ok := rows[ref]
		if ok && r.Level == "M" {
			must = true
		}
		if ok && inBasicPlan(ref) {
			return true
		}
		core = core || basicSections.MatchString(ref)
	}
	return must && core
}

// inBasicPlan reports whether a module of the basic plan is about a row. LGN-11
// and LGN-12 are what the same module does for the other two flows.
func inBasicPlan(row string) bool {
	if row == "LGN-11" || row == "LGN-12" {
		return false
	}
	for _, m := range requirement.Modules() {
		if slices.Contains(m.Rows, row) && slices.Contains(basicModules(), m.Name) {
			return true
		}
	}
	return false
}

// release holds what is essential and quick: the basic profile, and whatever
// does not take long.
func release(c check.Check, rows map[string]requirement.Row) bool {
	return basic(c, rows) || !slices.Contains(long(), c.ID)
}

// guards are the specifications that are about attacks, and the section of
// OpenID Connect Core 1.0 on what identifies a person.
var guards = regexp.MustCompile(`^(RFC 9700|RFC 9207|RFC 8725|RFC 7636|OWASP|OpenID Connect Core 1\.0, 5\.7)\b`)

// security holds all that guards a customer: everything but how a shop signs in
// and reads claims when nobody attacks, and how it bears an outage. Of those
// areas it has what cites a specification about attacks, a row on tokens,
// signatures, sessions or attacks, or hardening after a real bug.
func security(c check.Check, rows map[string]requirement.Row) bool {
	area, _, _ := strings.Cut(string(c.ID), ".")
	if !slices.Contains([]string{"login", "claims", "resilience"}, area) {
		return true
	}
	return slices.ContainsFunc(c.Refs, func(ref string) bool {
		r, ok := rows[ref]
		return guards.MatchString(ref) || ok && (len(r.Advisories) > 0 || strings.Contains(r.Level, "H") ||
			slices.Contains([]string{"token", "signature", "session", "security/attack"}, r.Area))
	})
}
