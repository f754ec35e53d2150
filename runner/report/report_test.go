package report

import (
	"slices"
	"strings"
	"testing"

	"github.com/countersign-oidc/countersign/runner/check"
)

func result(id string, v check.Verdict) check.Result {
	return check.Result{Check: check.Check{ID: check.ID(id), Needs: []check.Capability{"pkce"}}, Verdict: v, Reason: "r"}
}

func TestSlow(t *testing.T) {
	r := New(Run{}, []check.Result{
		{Check: check.Check{ID: "a.quick"}, DurationMS: SlowAfter.Milliseconds()},
		{Check: check.Check{ID: "a.slow"}, DurationMS: SlowAfter.Milliseconds() + 1},
		{Check: check.Check{ID: "a.slowest"}, DurationMS: 60_000},
	})
	if got, more := r.Slow(); len(got) != 2 || got[0].ID != "a.slowest" || got[1].ID != "a.slow" || more != 0 {
		t.Errorf("slow: %+v and %d more", got, more)
	}
	if page := write(t, r.WriteHTML); !strings.Contains(page, `<a href="#check-a.slowest"><code>a.slowest</code></a> <span class="quiet">1 min 0 s</span>`) {
		t.Error("the page does not name the slowest check")
	}
	many := New(Run{}, slices.Repeat([]check.Result{{Check: check.Check{ID: "a.slow"}, DurationMS: 60_000}}, 13))
	if got, more := many.Slow(); len(got) != 10 || more != 3 {
		t.Errorf("of thirteen slow ones %d are named and %d not", len(got), more)
	}
	if page := write(t, many.WriteHTML); !strings.Contains(page, "and 3 more") {
		t.Error("the page does not say how many more are slow")
	}
}

func TestNewSortsBySuiteThenID(t *testing.T) {
	var in []check.Result
	for _, id := range []string{"zeta.a", "idtoken.b", "attack.b", "logout.a", "claims.a", "idtoken.a", "login.z", "session.a", "attack.a", "login.a", "noarea"} {
		in = append(in, result(id, check.Pass))
	}
	var got []string
	for _, c := range New(Run{}, in).Checks {
		got = append(got, string(c.ID))
	}
	want := []string{"login.a", "login.z", "claims.a", "session.a", "logout.a", "idtoken.a", "idtoken.b", "attack.a", "attack.b", "noarea", "zeta.a"}
	if !slices.Equal(got, want) {
		t.Errorf("order is %q, want %q", got, want)
	}
	if in[0].ID != "zeta.a" {
		t.Error("New reordered its argument")
	}
}

func TestNewTurnsALostVerdictIntoAnError(t *testing.T) {
	in := []check.Result{{Check: check.Check{ID: "login.a"}}, {Check: check.Check{ID: "login.b"}, Verdict: "maybe", Reason: "why"}}
	r := New(Run{}, in)
	if want := (Summary{Error: 2}); r.Summary != want {
		t.Errorf("summary is %+v, want %+v", r.Summary, want)
	}
	if got := r.Checks[0].Reason; got != "The check ended without a verdict." {
		t.Errorf("reason is %q", got)
	}
	if got := r.Checks[1].Reason; got != "why" {
		t.Errorf("a given reason became %q", got)
	}
	if in[1].Verdict != "maybe" {
		t.Error("New changed its argument")
	}
}

func TestExitCode(t *testing.T) {
	prerequisite := result("login.a", check.Skip)
	prerequisite.Evidence = []check.Evidence{{Facts: []check.Fact{{Name: MissingPrerequisite, Value: "no container runtime"}}}}
	needsNothing := result("login.a", check.Skip)
	needsNothing.Needs = nil
	for _, tt := range []struct {
		name         string
		interrupted  bool
		checks       []check.Result
		code, strict int
	}{
		{name: "nothing checked", code: 0, strict: 1},
		{name: "passes", checks: []check.Result{result("login.a", check.Pass)}},
		{name: "a failure", checks: []check.Result{result("login.a", check.Pass), result("login.b", check.Fail)}, code: 1, strict: 1},
		{name: "a failure outweighs an error", checks: []check.Result{result("login.a", check.Error), result("login.b", check.Fail)}, code: 1, strict: 1},
		{name: "an error", checks: []check.Result{result("login.a", check.Error), result("login.b", check.Pass)}, code: 3, strict: 3},
		{name: "a warning", checks: []check.Result{result("login.a", check.Warn)}, code: 0, strict: 1},
		{name: "a warning and an error", checks: []check.Result{result("login.a", check.Warn), result("login.b", check.Error)}, code: 3, strict: 1},
		{name: "a capability that the shop lacks", checks: []check.Result{result("login.a", check.Skip)}},
		{name: "a prerequisite that we lack", checks: []check.Result{prerequisite}, code: 0, strict: 1},
		{name: "a skip of a check that needs nothing", checks: []check.Result{needsNothing}, code: 0, strict: 1},
		{name: "interrupted", interrupted: true, checks: []check.Result{result("login.a", check.Pass)}, code: 3, strict: 3},
		{name: "interrupted after a failure", interrupted: true, checks: []check.Result{result("login.a", check.Fail)}, code: 1, strict: 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := New(Run{Interrupted: tt.interrupted}, tt.checks)
			if got := r.ExitCode(false); got != tt.code {
				t.Errorf("exit code %d, want %d", got, tt.code)
			}
			if got := r.ExitCode(true); got != tt.strict {
				t.Errorf("strict exit code %d, want %d", got, tt.strict)
			}
		})
	}
}

func TestHeadline(t *testing.T) {
	for _, tt := range []struct {
		summary        Summary
		headline, rest string
	}{
		{Summary{}, "Nothing was checked.", ""},
		{Summary{Skip: 12}, "Nothing was checked: 12 checks were skipped.", ""},
		{Summary{Skip: 1}, "Nothing was checked: 1 check was skipped.", ""},
		{Summary{Pass: 52}, "52 checks passed. Nothing failed.", ""},
		{Summary{Pass: 1}, "1 check passed. Nothing failed.", ""},
		{Summary{Pass: 50, Warn: 2, Skip: 4}, "50 checks passed. Nothing failed.", "2 checks ended with a warning; 4 checks were skipped."},
		{Summary{Warn: 2}, "2 checks ended with a warning. Nothing failed.", ""},
		{Summary{Warn: 2, Skip: 1}, "2 checks ended with a warning. Nothing failed.", "1 check was skipped."},
		{Summary{Pass: 49, Fail: 3, Skip: 9}, "3 of 52 checks failed.", "9 checks were skipped."},
		{Summary{Fail: 1, Error: 2}, "1 of 3 checks failed.", "2 checks were not decided."},
		{Summary{Pass: 5, Error: 1}, "1 of 6 checks could not be decided. Nothing failed.", ""},
	} {
		if got := headline(tt.summary); got != tt.headline {
			t.Errorf("%+v: headline %q, want %q", tt.summary, got, tt.headline)
		}
		if got := remainder(tt.summary); got != tt.rest {
			t.Errorf("%+v: remainder %q, want %q", tt.summary, got, tt.rest)
		}
	}
}

func TestTalliesFillTheBar(t *testing.T) {
	for _, s := range []Summary{{Pass: 1}, {Pass: 299, Fail: 1}, {Pass: 1, Fail: 1, Warn: 1, Skip: 1, Error: 1}, {Pass: 7, Skip: 100000, Error: 1}} {
		x := 0
		for _, tl := range tallies(s) {
			if tl.X != x || tl.W < 12 {
				t.Errorf("%+v: %+v begins at %d, want %d, at least 12 wide", s, tl, tl.X, x)
			}
			x += tl.W
		}
		if x != 1000 {
			t.Errorf("%+v: the bar is %d wide, want 1000", s, x)
		}
	}
	if got := tallies(Summary{}); got != nil {
		t.Errorf("an empty report has a bar: %+v", got)
	}
}

func TestCitation(t *testing.T) {
	const core, rfcs = "https://openid.net/specs/openid-connect-core-1_0.html", "https://www.rfc-editor.org/rfc/"
	for ref, want := range map[string]string{
		"TOK-19":                                       "",
		"OpenID Connect Core 1.0, 3.1.3.7 (3)":         core + "#rfc.section.3.1.3.7",
		"OpenID Connect Core 1.0":                      core,
		"Core 3.1.3.7-9":                               core + "#rfc.section.3.1.3.7",
		"Core 1.0, section 2":                          core + "#rfc.section.2",
		"Corellian 3.1":                                "",
		"RFC 9700, 2.1.1":                              rfcs + "rfc9700.html#section-2.1.1",
		"RFC6749 4.1.2.1, 10.12":                       rfcs + "rfc6749.html#section-4.1.2.1",
		"RFC 6749, section 2.3":                        rfcs + "rfc6749.html#section-2.3",
		"RFC 6749, Appendix B":                         rfcs + "rfc6749.html#appendix-B",
		"RFC 9207":                                     rfcs + "rfc9207.html",
		"RFC8725bis (case handling)":                   "",
		"OpenID Connect Back-Channel Logout 1.0, 2.6":  "https://openid.net/specs/openid-connect-backchannel-1_0.html#rfc.section.2.6",
		"OpenID Connect RP-Initiated Logout 1.0, 2":    "https://openid.net/specs/openid-connect-rpinitiated-1_0.html#rfc.section.2",
		"OpenID Connect Discovery 1.0, 4.3":            "https://openid.net/specs/openid-connect-discovery-1_0.html#rfc.section.4.3",
		"javascript:alert(1)":                          "",
		"RFC 6749\"><script>":                          rfcs + "rfc6749.html",
		"OWASP ASVS 5.0, 10.1.2":                       "",
		"OpenID Connect Front-Channel Logout 1.0, 3 x": "https://openid.net/specs/openid-connect-frontchannel-1_0.html#rfc.section.3",
	} {
		if got := citation(ref); got.URL != want || got.Text != ref {
			t.Errorf("%q is linked to %q, want %q", ref, got.URL, want)
		}
	}
}
