package catalog

import (
	"slices"
	"strings"
	"testing"

	"github.com/countersign-oidc/countersign/runner/check"
	"github.com/countersign-oidc/countersign/suites/requirement"
)

func members(t *testing.T, name check.Profile) []check.ID {
	t.Helper()
	p, ok := FindProfile(name)
	if !ok || p.About == "" || p.Revision < 1 {
		t.Fatalf("profile %s: %+v", name, p)
	}
	var ids []check.ID
	for _, c := range p.Checks() {
		ids = append(ids, c.ID)
	}
	return ids
}

func TestProfiles(t *testing.T) {
	t.Parallel()
	if len(Profiles()) != len(check.Profiles()) {
		t.Errorf("%d profiles, want %q", len(Profiles()), check.Profiles())
	}
	basic, release := members(t, check.ProfileBasic), members(t, check.ProfileRelease)
	security, full := members(t, check.ProfileSecurity), members(t, check.ProfileFull)
	if len(full) != len(All()) {
		t.Errorf("the full profile has %d of %d checks", len(full), len(All()))
	}
	for _, id := range basic {
		if !slices.Contains(release, id) {
			t.Errorf("%s is in the basic profile and not in release", id)
		}
	}
	for _, id := range []check.ID{"login.signs-in", "idtoken.issuer-other", "idtoken.nonce-other", "idtoken.signature-corrupted", "idtoken.expired"} {
		if !slices.Contains(basic, id) {
			t.Errorf("%s is not in the basic profile", id)
		}
	}
	for _, tc := range []struct {
		list []check.ID
		id   check.ID
		want bool
	}{
		{basic, "login.return-foreign", false},
		{basic, "idtoken.issued-in-future", false}, // a SHOULD
		{release, "idtoken.issued-in-future", true},
		{release, "login.return-foreign", true},
		{security, "login.return-foreign", true},
		{security, "idtoken.expired", true},
		{security, "logout.by-link", true},
		{security, "login.pkce-s256", true},
		{security, "claims.email-not-identity", true},
		{security, "claims.integers-exact", false},
		{security, "login.signs-in", false},
	} {
		if _, known := Find(tc.id); !known || slices.Contains(tc.list, tc.id) != tc.want {
			t.Errorf("%s: known %v, want a member %v", tc.id, known, tc.want)
		}
	}
	for _, id := range long() {
		if _, ok := Find(id); !ok {
			t.Errorf("long: there is no check %s", id)
		}
	}
	if _, ok := FindProfile("nothing"); ok {
		t.Error("an unknown profile was found")
	}
	if got := strings.Join(ProfilesOf("idtoken.expired"), " "); got != "basic release security full" {
		t.Errorf("idtoken.expired is in %s", got)
	}
}

// TestBasicPlan holds that each module of the basic plan exists and is judged
// by a check of the basic profile, or has a reason why not.
func TestBasicPlan(t *testing.T) {
	t.Parallel()
	p, _ := FindProfile(check.ProfileBasic)
	m := requirement.NewMatrix(p.Checks(), func(check.ID) []string { return nil }, Uncovered())
	for _, name := range basicModules() {
		i := slices.IndexFunc(m.Modules, func(c requirement.TestCover) bool { return c.Name == name })
		if i < 0 || len(m.Modules[i].Checks) == 0 && m.Modules[i].Reason == "" {
			t.Errorf("%s: not in the basic profile", name)
		}
	}
}

// TestProfileVersion holds that a version changes with the members and with
// nothing else.
func TestProfileVersion(t *testing.T) {
	t.Parallel()
	p := Profile{Name: "x", Revision: 3, in: func(c check.Check, _ map[string]requirement.Row) bool { return c.ID == "login.signs-in" }}
	q := p
	q.in = func(c check.Check, _ map[string]requirement.Row) bool {
		return strings.HasPrefix(string(c.ID), "login.s")
	}
	if again := p.Version(); again != p.Version() || p.Version() == q.Version() || !strings.HasPrefix(p.Version(), "3.") {
		t.Errorf("versions %s, %s", p.Version(), q.Version())
	}
}
