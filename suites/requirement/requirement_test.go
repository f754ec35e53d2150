package requirement

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/countersign-oidc/countersign/runner/check"
)

func TestRows(t *testing.T) {
	t.Parallel()
	form := regexp.MustCompile(`^(LGN|TOK|SIG|CLM|SES|LGO|DSC|NET|SEC|TPL)-\d\d$`)
	level := regexp.MustCompile(`^[MSHIPO]\b[A-Za-z ,/]*$`)
	advisory := regexp.MustCompile(`^(CVE-\d{4}-\d+|GHSA(-[0-9a-z]{4})+)$`)
	seen := map[string]bool{}
	areas := map[string]int{}
	for _, r := range Rows() {
		if !form.MatchString(r.ID) || seen[r.ID] || !level.MatchString(r.Level) || len(r.Text) < 10 {
			t.Errorf("%+v", r)
		}
		for _, a := range r.Advisories {
			if !advisory.MatchString(a) {
				t.Errorf("%s: %q is no advisory", r.ID, a)
			}
		}
		seen[r.ID] = true
		areas[r.Area]++
	}
	if got := strings.Count(rows, "\n") - 1; len(seen) != 345 || got != 345 {
		t.Errorf("%d rows on %d lines, want 345", len(seen), got)
	}
	if len(areas) != 10 || areas["logout"] != 49 || areas["third-party-login"] != 13 {
		t.Errorf("areas: %v", areas)
	}
	for _, f := range records(libraries, 3) {
		for _, row := range strings.Fields(f[0]) {
			if !seen[row] {
				t.Errorf("libraries: there is no row %s", row)
			}
		}
		if !slices.Contains([]string{"coreos/go-oidc", "openid-client", "mod_auth_openidc"}, f[1]) || !strings.HasSuffix(f[2], ".") {
			t.Errorf("libraries: %q", f)
		}
	}
	if got, want := strings.Count(libraries, "\n")-1, len(records(libraries, 3)); got != want {
		t.Errorf("%d of %d lines of libraries can be read", want, got)
	}
	if got := (Row{ID: "TOK-19"}).Libraries(); len(got) != 2 || got[0].Name != "coreos/go-oidc" || !strings.Contains(got[0].Text, "SkipExpiryCheck") {
		t.Errorf("libraries of TOK-19: %+v", got)
	}
	tests := slices.Concat(Modules(), Attacks())
	for i, x := range tests {
		number := i + 1
		if i >= 57 {
			number -= 57
		}
		if x.Number != number || len(x.Name) < 5 || x.Text == "" {
			t.Errorf("%+v", x)
		}
		for _, row := range x.Rows {
			if !seen[row] {
				t.Errorf("%s: there is no row %s", x.Name, row)
			}
		}
	}
	if len(tests) != 57+71 {
		t.Errorf("%d modules and attacks, want 57 and 71", len(tests))
	}
}

func TestRequired(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		level      string
		advisories []string
		want       bool
	}{
		{"M", nil, true},
		{"S", nil, true},
		{"P", nil, true},
		{"M front / P back", nil, true},
		{"O/M", nil, true},
		{"M if supported", nil, true},
		{"H", []string{"CVE-2026-1"}, true},
		{"H", []string{"GHSA-aaaa"}, false},
		{"H", nil, false},
		{"I/H", nil, false},
		{"I", []string{"CVE-2026-1"}, false},
		{"O", nil, false},
	} {
		if got := (Row{Level: tc.level, Advisories: tc.advisories}).Required(); got != tc.want {
			t.Errorf("%s %v: required %v", tc.level, tc.advisories, got)
		}
	}
}

func TestNewMatrix(t *testing.T) {
	t.Parallel()
	checks := []check.Check{
		{ID: "a.one", Refs: []string{"TOK-12", "SEC-20", "OpenID Connect Core 1.0, 2"}},
		{ID: "a.two", Refs: []string{"TOK-12"}},
	}
	trips := func(id check.ID) []string { return map[check.ID][]string{"a.one": {"flaw"}}[id] }
	m := NewMatrix(checks, trips, map[string]string{"LGN-37": "no", "Custom Script 1": "manual", "oidcc-client-test": "own"})

	row := m.Rows[slices.IndexFunc(m.Rows, func(r RowCover) bool { return r.ID == "TOK-12" })]
	if !row.Required || len(row.Checks) != 2 || row.Checks[0].Check != "a.one" || !slices.Equal(row.Checks[0].Flaws, []string{"flaw"}) || row.Checks[1].Flaws == nil {
		t.Errorf("TOK-12: %+v", row)
	}
	for _, tc := range []struct {
		in     []TestCover
		name   string
		checks []check.ID
		reason string
	}{
		{m.Modules, "oidcc-client-test-invalid-iss", []check.ID{"a.one", "a.two"}, ""},
		{m.Modules, "oidcc-client-test-request-uri-signed-none", nil, "no"},
		{m.Modules, "oidcc-client-test", nil, "own"},
		{m.Modules, "oidcc-client-test-missing-sub", nil, ""},
		{m.Attacks, "Issuer Confusion", []check.ID{"a.one"}, ""},
		{m.Attacks, "Custom Script 1", nil, "manual"},
	} {
		got := tc.in[slices.IndexFunc(tc.in, func(c TestCover) bool { return c.Name == tc.name })]
		if !slices.Equal(got.Checks, tc.checks) || got.Reason != tc.reason {
			t.Errorf("%s: %v %q, want %v %q", tc.name, got.Checks, got.Reason, tc.checks, tc.reason)
		}
	}
	if m.Counts.Rows != (Count{Covered: 2, Reasoned: 1, Of: 345}) || m.Counts.Attacks.Reasoned != 1 || m.Counts.Modules.Covered != 1 {
		t.Errorf("counts: %+v", m.Counts)
	}
}
