package report

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/countersign-oidc/countersign/runner/check"
)

func shard(start time.Time, results ...check.Result) Report {
	r := New(Run{
		Tool: "countersign", Target: "process shop", Started: start, DurationMS: 10_000, Processes: 2, Seed: 7,
		Profile: &Profile{Name: "full", Version: "1.a"}, Selection: "login", Command: "same",
	}, results)
	r.Requirements = []Requirement{{ID: "LGN-01"}}
	return r
}

func TestMerge(t *testing.T) {
	start := time.Date(2026, 3, 14, 9, 0, 0, 0, time.UTC)
	a := shard(start.Add(5*time.Second), result("login.a", check.Pass), result("login.b", check.Fail), result("login.c", check.Error))
	b := shard(start, result("login.b", check.Pass), result("login.c", check.Fail), result("claims.d", check.Skip))
	b.Run.Selection, b.Problems, b.Run.Interrupted = "claims", []string{"odd"}, true
	b.Requirements = append(b.Requirements, Requirement{ID: "CLM-01"})
	got, err := Merge(a, b)
	if err != nil {
		t.Fatal(err)
	}
	if want := (Summary{Pass: 1, Fail: 2, Skip: 1}); got.Summary != want {
		t.Errorf("summary %+v, want %+v", got.Summary, want)
	}
	r := got.Run
	if !r.Started.Equal(start) || r.DurationMS != 15_000 || r.Processes != 4 || r.Seed != 0 || r.Selection != "" || r.Command != "same" ||
		!r.Interrupted || r.Profile == nil || len(got.Requirements) != 2 || len(got.Problems) != 1 {
		t.Errorf("%+v, %+v, %v", r, got.Requirements, got.Problems)
	}
	b.Run.Profile = nil
	if got, err = Merge(a, b); err != nil || got.Run.Profile != nil {
		t.Errorf("profile %v, %v", got.Run.Profile, err)
	}
	b.Run.Target = "another"
	if _, err = Merge(a, b); err == nil || !strings.Contains(err.Error(), "different shops") {
		t.Errorf("two shops: %v", err)
	}
	if _, err = Merge(); err == nil {
		t.Error("nothing was merged")
	}
}

func TestCompare(t *testing.T) {
	before := shard(time.Time{}, result("a.same", check.Fail), result("a.worse", check.Pass), result("a.better", check.Error), result("a.gone", check.Pass))
	now := shard(time.Time{}, result("a.same", check.Fail), result("a.worse", check.Skip), result("a.better", check.Warn), result("a.added", check.Pass))
	c := Compare(before, now)
	if got := fmt.Sprint(c.Worse, c.Better, c.Added, c.Gone, c.Alike, c.Notes); got != "[{a.worse  pass skip r}] [{a.better  error warn r}] [{a.added   pass r}] [{a.gone  pass  }] 1 []" {
		t.Error(got)
	}
	for _, tc := range []struct {
		was, is check.Verdict
		want    bool
	}{
		{check.Pass, check.Fail, true},
		{check.Error, check.Fail, true},
		{check.Pass, check.Warn, true},
		{check.Fail, check.Fail, false},
		{check.Fail, check.Pass, false},
		{"", check.Fail, true},
		{"", check.Warn, false},
	} {
		before := shard(time.Time{})
		if tc.was != "" {
			before = shard(time.Time{}, result("a.b", tc.was))
		}
		if got := Compare(before, shard(time.Time{}, result("a.b", tc.is))).Regressed(); got != tc.want {
			t.Errorf("%q, now %q: regressed %v", tc.was, tc.is, got)
		}
	}
	now.Run.Target, now.Run.Profile = "b", nil
	if got := Compare(before, now).Notes; len(got) != 2 || got[1] != "the profiles differ: full 1.a and none" {
		t.Errorf("%q", got)
	}
}
