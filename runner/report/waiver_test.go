package report

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/countersign-oidc/countersign/runner/check"
)

func TestWaive(t *testing.T) {
	t.Parallel()
	until := time.Date(2027, 3, 31, 0, 0, 0, 0, time.UTC)
	for name, tc := range map[string]struct {
		verdict check.Verdict
		today   time.Time
		want    check.Verdict
		problem string
		exit    int
	}{
		"a failure":         {check.Fail, until.Add(23 * time.Hour), check.Warn, "", 0},
		"a warning":         {check.Warn, until, check.Warn, "", 0},
		"after its end":     {check.Fail, until.AddDate(0, 0, 1), check.Fail, "ended on 2027-03-31", 1},
		"ended and passed":  {check.Pass, until.AddDate(0, 0, 1), check.Pass, "ended on 2027-03-31", 1},
		"ended, undecided":  {check.Error, until.AddDate(0, 0, 1), check.Error, "ended on 2027-03-31", 1},
		"ended, not tried":  {"", until.AddDate(1, 0, 0), "", "ended on 2027-03-31", 1},
		"no longer needed":  {check.Pass, until, check.Pass, "is stale", 1},
		"a skipped check":   {check.Skip, until, check.Skip, "is unused", 1},
		"an undecided one":  {check.Error, until, check.Error, "", 3},
		"a check not tried": {"", until, "", "", 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var results []check.Result
			if tc.verdict != "" {
				results = []check.Result{{Check: check.Check{ID: "a.b", Needs: []check.Capability{"x"}}, Verdict: tc.verdict, Reason: "Seen so."}}
			}
			r := New(Run{}, results)
			r.Waive([]Waiver{{Check: "a.b", Reason: "we know", Owner: "us", Until: until, Where: "w.yaml:3"}}, tc.today)
			if got := r.ExitCode(false); got != tc.exit {
				t.Errorf("exit code %d, want %d", got, tc.exit)
			}
			if tc.problem == "" != (len(r.Problems) == 0) || tc.problem != "" && !strings.HasPrefix(r.Problems[0], "w.yaml:3: the waiver of a.b "+tc.problem) {
				t.Errorf("problems %q, want %q", r.Problems, tc.problem)
			}
			if tc.verdict == "" {
				return
			}
			c := r.Checks[0]
			waived := tc.problem == "" && tc.verdict != check.Error
			if c.Verdict != tc.want || (c.Waived != nil) != waived {
				t.Errorf("%+v", c)
			}
			if waived && (c.Waived.Verdict != tc.verdict || c.Reason != "Waived by us until 2027-03-31: we know. Seen: Seen so." || r.Summary.Warn != 1 || r.ExitCode(true) != 0) {
				t.Errorf("%+v, summary %+v, strict %d", c, r.Summary, r.ExitCode(true))
			}
		})
	}
	if slices.Contains([]int{0}, New(Run{}, nil).ExitCode(true)) {
		t.Error("an empty report passes strictly")
	}
}
