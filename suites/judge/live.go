package judge

import (
	"slices"
	"time"

	"github.com/countersign-oidc/countersign/suites/attempt"
)

// How much slower than in quiet times a round may be before it counts as
// held up, and how many rounds have to get through.
const (
	slower    = 30
	minRounds = 2
)

// Live decides whether other customers were served while something went on:
// rounds of theirs got through meanwhile, none failed, and none took longer
// than the bound, or than a multiple of the slowest round before. The multiple
// is large, since a machine may be busy with something else; whoever is kept
// waiting for the end of the matter gets no round through at all.
func Live(c attempt.Control, bound time.Duration) Finding {
	if len(c.Quiet) == 0 {
		return Undecided("The other customer could not even sign in before.")
	}
	usual := slices.Max(c.Quiet)
	switch {
	case len(c.Failures) > 0:
		return Fail("Meanwhile another customer could not use the shop: %s.", c.Failures[0])
	case len(c.Rounds) < minRounds && c.Lasted < minRounds*2*usual:
		return Undecided("It was over after %s, too soon to see whether other customers are served, who need %s.", round(c.Lasted), round(usual))
	case len(c.Rounds) < minRounds:
		return Fail("Within %s another customer got through %d times, although it takes %s in quiet times: other customers are kept waiting.", round(c.Lasted), len(c.Rounds), round(usual))
	case c.Slowest > max(bound, slower*usual):
		return Fail("Another customer waited %s for what takes %s in quiet times.", round(c.Slowest), round(usual))
	}
	return Pass("Meanwhile another customer got through %d times, in %s at most.", len(c.Rounds), round(c.Slowest))
}

// round makes a duration readable.
func round(d time.Duration) time.Duration {
	if d > time.Second {
		return d.Round(10 * time.Millisecond)
	}
	return d.Round(time.Millisecond / 10)
}
