package main

import (
	"context"
	"errors"
	"slices"

	"github.com/countersign-oidc/countersign/runner/check"
	"github.com/countersign-oidc/countersign/runner/engine"
	"github.com/countersign-oidc/countersign/suites/harness"
	"github.com/countersign-oidc/countersign/suites/selftest"
)

// selfTest is a self-test with what it runs on.
type selfTest struct {
	selftestFlags
	job job
}

// results are those of one trial by check.
type results map[check.ID]check.Result

// row tries flaws, each by itself; "" is the sound shop. The plain visitor
// comes first and Chrome has the last word.
func (t selfTest) row(ctx context.Context, flaws ...string) ([]selftest.Row, error) {
	want := map[string][]check.Check{}
	for _, flaw := range flaws {
		want[flaw] = t.checksFor(flaw)
	}
	seen, err := t.try(ctx, want, true)
	if err != nil {
		return nil, err
	}
	if !t.light {
		again := map[string][]check.Check{}
		for _, flaw := range flaws {
			again[flaw] = t.forChrome(flaw, want[flaw], seen[flaw])
		}
		decided, err := t.try(ctx, again, false)
		if err != nil {
			return nil, err
		}
		for _, flaw := range flaws {
			for id, r := range decided[flaw] {
				seen[flaw][id] = r
			}
		}
	}
	rows := make([]selftest.Row, 0, len(flaws))
	for _, flaw := range flaws {
		var list []check.Result
		for _, c := range want[flaw] {
			r := seen[flaw][c.ID]
			if t.leftOut(flaw, r) {
				continue
			}
			list = append(list, r)
		}
		rows = append(rows, selftest.Compare(flaw, list))
	}
	return rows, nil
}

// leftOut is true for what was not tried, as it was meant to be: what needs
// scripts, where no browser is used or nothing rests on it.
func (t selfTest) leftOut(flaw string, r check.Result) bool {
	return r.Verdict == check.Skip && (t.light || t.quick && flaw == "")
}

// checksFor are the checks to try against a flaw: all or, in a hurry, those
// that must catch it.
func (t selfTest) checksFor(flaw string) []check.Check {
	if !t.quick || flaw == "" {
		return t.job.checks
	}
	listed := selftest.Table()[flaw]
	var must []check.Check
	for _, c := range t.job.checks {
		if slices.Contains(listed, c.ID) {
			must = append(must, c)
		}
	}
	return must
}

// forChrome are the checks that Chrome decides: all of the sound shop, what
// the flaw must trip, what was otherwise than listed, and what the plain
// visitor could not try. In a hurry they are what was otherwise than listed
// and what a flaw must trip that the plain visitor could not try.
func (t selfTest) forChrome(flaw string, tried []check.Check, seen results) []check.Check {
	listed := selftest.Table()[flaw]
	var again []check.Check
	for _, c := range tried {
		must, v := slices.Contains(listed, c.ID), seen[c.ID].Verdict
		as := v == check.Pass && !must || (v == check.Fail || v == check.Warn) && must
		switch {
		case v == check.Skip && !must && t.quick, as && t.quick:
		case as && !must && flaw != "":
		default:
			again = append(again, c)
		}
	}
	return again
}

// try runs checks against flaws, all in one go.
func (t selfTest) try(ctx context.Context, wanted map[string][]check.Check, plain bool) (map[string]results, error) {
	plan := harness.Plan{Plain: plain, Lean: true}
	specs := 0
	for flaw, checks := range wanted {
		trial := harness.Trial{}
		if flaw != "" {
			trial.Flaws = []string{flaw}
		}
		for _, c := range checks {
			trial.Checks = append(trial.Checks, c.ID)
		}
		plan.Trials = append(plan.Trials, trial)
		specs += len(checks)
	}
	out := map[string]results{}
	if specs == 0 {
		return out, nil
	}
	outcome, err := t.job.work(ctx, plan, specs, func(engine.Progress) {})
	if err != nil {
		return nil, err
	}
	if outcome.Interrupted {
		return nil, errors.New("the self-test was interrupted")
	}
	for flaw, checks := range wanted {
		out[flaw] = results{}
		for _, r := range outcome.Complete(flaw, checks) {
			out[flaw][r.ID] = r
		}
	}
	return out, nil
}
