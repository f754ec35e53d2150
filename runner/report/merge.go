package report

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/countersign-oidc/countersign/runner/check"
)

// gravity orders verdicts: what is graver needs somebody sooner.
func gravity(v check.Verdict) int {
	return slices.Index([]check.Verdict{check.Pass, check.Skip, check.Warn, check.Error, check.Fail}, v)
}

// Merge makes one report of several of the same shop, for example of shards of
// a run. A check that is in several counts with its gravest verdict, so that a
// second try hides nothing.
func Merge(reports ...Report) (Report, error) {
	if len(reports) == 0 {
		return Report{}, errors.New("no report to merge")
	}
	run := reports[0].Run
	end := ended(run)
	var results []check.Result
	var problems []string
	var rows []Requirement
	for i, r := range reports {
		if i > 0 {
			if r.Run.Target != run.Target || !slices.Equal(r.Run.Flaws, run.Flaws) {
				return Report{}, fmt.Errorf("the reports are of different shops: %s and %s", shopOf(run), shopOf(r.Run))
			}
			run, end = together(run, r.Run), later(end, ended(r.Run))
		}
		for _, c := range r.Checks {
			results = graver(results, c)
		}
		for _, q := range r.Requirements {
			if !slices.ContainsFunc(rows, func(have Requirement) bool { return have.ID == q.ID }) {
				rows = append(rows, q)
			}
		}
		problems = append(problems, r.Problems...)
	}
	run.DurationMS = end.Sub(run.Started).Milliseconds()
	out := New(run, results)
	out.Requirements, out.Problems = rows, problems
	return out, nil
}

func shopOf(r Run) string { return fmt.Sprintf("%s with the flaws %q", r.Target, r.Flaws) }

func ended(r Run) time.Time { return r.Started.Add(time.Duration(r.DurationMS) * time.Millisecond) }

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// together is two runs as one. What differs between them is left out.
func together(a, b Run) Run {
	if b.Started.Before(a.Started) {
		a.Started = b.Started
	}
	a.Processes += b.Processes
	a.Interrupted = a.Interrupted || b.Interrupted
	a.Seed = 0
	if a.Profile != nil && (b.Profile == nil || *a.Profile != *b.Profile) {
		a.Profile = nil
	}
	for _, text := range []struct{ a, b *string }{
		{&a.Selection, &b.Selection},
		{&a.Command, &b.Command},
		{&a.Version, &b.Version},
		{&a.Browser, &b.Browser},
		{&a.Shop, &b.Shop},
		{&a.Provider, &b.Provider},
	} {
		if *text.a != *text.b {
			*text.a = ""
		}
	}
	return a
}

// graver adds a result, or puts it in the place of a milder one.
func graver(results []check.Result, c check.Result) []check.Result {
	i := slices.IndexFunc(results, func(have check.Result) bool { return have.ID == c.ID })
	switch {
	case i < 0:
		return append(results, c)
	case gravity(c.Verdict) > gravity(results[i].Verdict):
		results[i] = c
	}
	return results
}

// Change is a check whose verdict is another than before. Was or Is is empty
// where the check is in one report only.
type Change struct {
	ID     check.ID      `json:"id"`
	Title  string        `json:"title"`
	Was    check.Verdict `json:"was,omitempty"`
	Is     check.Verdict `json:"is,omitempty"`
	Reason string        `json:"reason,omitempty"`
}

// Comparison is what is otherwise in a report than in one from before.
type Comparison struct {
	// Notes say what keeps the two from being comparable as a whole.
	Notes  []string `json:"notes,omitempty"`
	Worse  []Change `json:"worse"`
	Better []Change `json:"better"`
	Added  []Change `json:"added"`
	Gone   []Change `json:"gone"`
	Alike  int      `json:"alike"`
}

// Regressed reports whether a check is worse than before, or a new one failed.
func (c Comparison) Regressed() bool {
	return len(c.Worse) > 0 || slices.ContainsFunc(c.Added, func(a Change) bool { return a.Is == check.Fail })
}

// Compare holds a report against one from before.
func Compare(before, now Report) Comparison {
	c := Comparison{Worse: []Change{}, Better: []Change{}, Added: []Change{}, Gone: []Change{}}
	if a, b := before.Run.Target, now.Run.Target; a != b {
		c.Notes = append(c.Notes, fmt.Sprintf("the shops differ: %s and %s", a, b))
	}
	if a, b := profileOf(before.Run), profileOf(now.Run); a != b {
		c.Notes = append(c.Notes, fmt.Sprintf("the profiles differ: %s and %s", a, b))
	}
	was := map[check.ID]check.Result{}
	for _, r := range before.Checks {
		was[r.ID] = r
	}
	for _, r := range now.Checks {
		old, known := was[r.ID]
		delete(was, r.ID)
		change := Change{ID: r.ID, Title: r.Title, Was: old.Verdict, Is: r.Verdict, Reason: r.Reason}
		switch grade := cmp.Compare(gravity(r.Verdict), gravity(old.Verdict)); {
		case !known:
			c.Added = append(c.Added, change)
		case grade > 0:
			c.Worse = append(c.Worse, change)
		case grade < 0:
			c.Better = append(c.Better, change)
		default:
			c.Alike++
		}
	}
	for _, r := range before.Checks {
		if _, gone := was[r.ID]; gone {
			c.Gone = append(c.Gone, Change{ID: r.ID, Title: r.Title, Was: r.Verdict})
		}
	}
	return c
}

func profileOf(r Run) string {
	if r.Profile == nil {
		return "none"
	}
	return r.Profile.String()
}
