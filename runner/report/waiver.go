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
// for nothing. A waiver that is over, or that its check does not need any more,
// is a problem of the report. One whose check was not run says nothing.
func (r *Report) Waive(waivers []Waiver, today time.Time) {
	for _, w := range waivers {
		for i := range r.Checks {
			if r.Checks[i].ID == w.Check {
				r.apply(&r.Checks[i], w, today)
			}
		}
	}
	r.Summary = count(r.Checks)
}

func (r *Report) apply(c *check.Result, w Waiver, today time.Time) {
	day := w.Until.Format(time.DateOnly)
	problem := func(format string, args ...any) {
		r.Problems = append(r.Problems, fmt.Sprintf("%s: the waiver of %s ", w.Where, w.Check)+fmt.Sprintf(format, args...))
	}
	switch c.Verdict {
	case check.Fail, check.Warn:
		if today.Format(time.DateOnly) > day {
			problem("ended on %s: mend the shop, or renew it", day)
			return
		}
		c.Waived = &check.Waived{Verdict: c.Verdict, Reason: w.Reason, Owner: w.Owner, Until: day}
		c.Verdict = check.Warn
		c.Reason = fmt.Sprintf("Waived by %s until %s: %s. Seen: %s", w.Owner, day, w.Reason, c.Reason)
	case check.Pass:
		problem("is stale: the check passes; delete it")
	case check.Skip:
		problem("is unused: the check was skipped; delete it")
	}
}
