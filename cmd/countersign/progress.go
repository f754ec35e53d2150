package main

import (
	"fmt"
	"os"
	"strings"

	"golang.org/x/term"

	"github.com/countersign-oidc/countersign/runner/check"
	"github.com/countersign-oidc/countersign/runner/engine"
	"github.com/countersign-oidc/countersign/runner/report"
)

// progress shows how a run goes: on a terminal one line that changes, with
// what did not pass above it; elsewhere a plain line for each check.
type progress struct {
	out    *os.File
	total  int
	done   int
	silent bool
	live   bool
	said   string // why the last check could not be decided
}

func newProgress(out *os.File, total int, silent bool) *progress {
	return &progress{out: out, total: total, silent: silent, live: term.IsTerminal(int(out.Fd()))}
}

// clear is the control sequence that empties the line.
const clear = "\r\x1b[K"

func (p *progress) decided(e engine.Progress) {
	p.done++
	if p.silent {
		return
	}
	line := fmt.Sprintf("%-5s  %s", e.Verdict, e.ID)
	switch {
	case e.Verdict == check.Pass:
	case e.Verdict == check.Error && e.Reason == p.said:
		line += "  Likewise."
	default:
		line += "  " + e.Reason
	}
	if e.Verdict == check.Error {
		p.said = e.Reason
	}
	if !p.live {
		fmt.Fprintln(p.out, line)
		return
	}
	if e.Verdict != check.Pass {
		fmt.Fprintln(p.out, clear+line)
	}
	fmt.Fprintf(p.out, clear+"%d of %d  %s", p.done, p.total, e.ID)
}

func (p *progress) end() {
	if p.live && !p.silent {
		fmt.Fprint(p.out, clear)
	}
}

// fewErrors is how many undecided checks are named: more than that have one
// cause, and the report has them all.
const fewErrors = 5

func undecided(out *os.File, r report.Report) {
	named := 0
	for _, c := range r.Checks {
		if c.Verdict != check.Error {
			continue
		}
		if named++; named > fewErrors {
			fmt.Fprintf(out, "and %d more that could not be decided\n", r.Summary.Error-fewErrors)
			return
		}
		fmt.Fprintf(out, "\nERROR  %s\n  %s\n", c.ID, c.Reason)
	}
}

// summarize says at the end what a person needs to know next.
func summarize(out *os.File, r report.Report, paths report.Paths) {
	s := r.Summary
	fmt.Fprintf(out, "\n%d checks: %d pass, %d fail, %d warn, %d skip, %d error, in %.1f s\n",
		len(r.Checks), s.Pass, s.Fail, s.Warn, s.Skip, s.Error, float64(r.Run.DurationMS)/1000)
	if r.Run.Interrupted {
		fmt.Fprintln(out, "The run was interrupted; the report has what was decided so far.")
	}
	for _, problem := range r.Problems {
		fmt.Fprintf(out, "\nPROBLEM  %s\n", problem)
	}
	for _, c := range r.Checks {
		if c.Verdict == check.Fail || c.Verdict == check.Warn && c.Waived == nil {
			fmt.Fprintf(out, "\n%s  %s\n  %s\n  To mend it: %s\n", strings.ToUpper(string(c.Verdict)), c.ID, c.Reason, c.Remedy)
		}
	}
	for _, c := range r.Checks {
		if w := c.Waived; w != nil {
			fmt.Fprintf(out, "\nWAIVED  %s by %s until %s: %s\n", c.ID, w.Owner, w.Until, w.Reason)
		}
	}
	if !r.Run.Interrupted {
		undecided(out, r)
	}
	fmt.Fprintln(out)
	if slow, more := r.Slow(); len(slow) > 0 {
		fmt.Fprintf(out, "Slow, over %.0f s:", report.SlowAfter.Seconds())
		for _, c := range slow {
			fmt.Fprintf(out, " %s (%.1f s)", c.ID, float64(c.DurationMS)/1000)
		}
		if more > 0 {
			fmt.Fprintf(out, " and %d more", more)
		}
		fmt.Fprintln(out)
	}
	if r.Run.Profile != nil {
		fmt.Fprintf(out, "Profile: %s\n", r.Run.Profile)
	}
	for _, path := range paths.Traces {
		fmt.Fprintf(out, "Trace: %s\n", path)
	}
	fmt.Fprintf(out, "Report: %s\n", paths.HTML)
}
