package report

import (
	"fmt"
	"time"

	"github.com/countersign-oidc/countersign/runner/check"
)

// Waiver is a failure that a team knows of and accepts until a day.
type Waiver struct {
	Check  check.ID
	Reason string
	Owner  string
	// Until is the last day on which it holds.
	Until time.Time
	// Where names the line that says so.
	Where string
}

// Waive turns failures and warnings that are waived into warnings that count
// for nothing. A waiver that is over, whether its check was run or not, or that
// its check does not need any more, is a problem of the report. One that holds
// and whose check was not run says nothing.
func (r *Report) Waive(waivers []Waiver, today time.Time) {
	for _, w := range waivers {
		if day := w.Until.Format(time.DateOnly); today.Format(time.DateOnly) > day {
			r.problem(w, "ended on %s: mend the shop, or renew it", day)
			continue
		}
		for i := range r.Checks {
			if r.Checks[i].ID == w.Check {
				r.apply(&r.Checks[i], w)
			}
		}
	}
	r.Summary = count(r.Checks)
}

func (r *Report) problem(w Waiver, format string, args ...any) {
	r.Problems = append(r.Problems, fmt.Sprintf("%s: the waiver of %s ", w.Where, w.Check)+fmt.Sprintf(format, args...))
}

func (r *Report) apply(c *check.Result, w Waiver) {
	day := w.Until.Format(time.DateOnly)
	switch c.Verdict {
	case check.Fail, check.Warn:
		c.Waived = &check.Waived{Verdict: c.Verdict, Reason: w.Reason, Owner: w.Owner, Until: day}
		c.Verdict = check.Warn
		c.Reason = fmt.Sprintf("Waived by %s until %s: %s. Seen: %s", w.Owner, day, w.Reason, c.Reason)
	case check.Pass:
		r.problem(w, "is stale: the check passes; delete it")
	case check.Skip:
		r.problem(w, "is unused: the check was skipped; delete it")
	}
}
