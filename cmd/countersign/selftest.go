package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/countersign-oidc/countersign/fixtures/shop"
	"github.com/countersign-oidc/countersign/suites/browser"
	"github.com/countersign-oidc/countersign/suites/catalog"
	"github.com/countersign-oidc/countersign/suites/selftest"
)

// selftestFlags say how much of the self-test to run.
type selftestFlags struct {
	flaws, checks []string
	browser       string
	procs         int
	quick, light  bool
}

func (p program) newSelftest() *cobra.Command {
	var f selftestFlags
	c := &cobra.Command{
		Use: "selftest", Short: "Prove that every check can fail: each flaw of the shop must be caught by exactly its checks", Args: cobra.NoArgs,
		Long: `Runs the checks against the sound reference shop and against the shop with each flaw.

Every check is tried against every flaw by a visitor without a browser, which
takes milliseconds. What a flaw must trip, what surprised that visitor and what
needs scripts is then tried in Chrome, which decides.`,
		RunE: func(c *cobra.Command, _ []string) error {
			var chrome string
			var browserErr error
			if !f.light {
				chrome, browserErr = browser.Find(f.browser)
			}
			selected, err := selectChecks(catalog.All(), nil, f.checks)
			if err := errors.Join(err, browserErr, checkFlaws(f.flaws), checkProcs(f.procs)); err != nil {
				return err
			}
			if len(f.flaws) == 0 {
				for _, known := range shop.Flaws() {
					f.flaws = append(f.flaws, string(known.ID))
				}
			}
			t := selfTest{f, job{checks: selected, procs: f.procs, browser: chrome, hurry: p.hurry}.withDefaults()}
			return p.selftest(c.Context(), t)
		},
	}
	c.Flags().StringSliceVar(&f.flaws, "flaw", nil, "only these flaws")
	c.Flags().StringSliceVar(&f.checks, "check", nil, "only these checks; * stands for anything")
	c.Flags().StringVar(&f.browser, "browser", "", "path of the browser (default: the one that is found)")
	c.Flags().IntVar(&f.procs, "procs", 0, "processes side by side (default: one more than cores, at most 4)")
	c.Flags().BoolVar(&f.quick, "quick", false, "for each flaw run only the checks that must catch it, in Chrome what needs it")
	c.Flags().BoolVar(&f.light, "light", false, "use no browser at all: what needs scripts is left out")
	return c
}

// flawsAtOnce is how many flaws the workers get in one go.
const flawsAtOnce = 12

func (p program) selftest(ctx context.Context, t selfTest) error {
	sound, err := t.row(ctx, "")
	if err != nil {
		return err
	}
	rows := append([]selftest.Row(nil), sound...)
	fmt.Fprintln(p.stdout, rows[0])
	for part := range slices.Chunk(t.flaws, flawsAtOnce) {
		more, err := t.row(ctx, part...)
		if err != nil {
			return err
		}
		for _, row := range more {
			fmt.Fprintln(p.stdout, row)
		}
		rows = append(rows, more...)
	}
	return p.matrix(rows, t)
}

func (p program) matrix(rows []selftest.Row, t selfTest) error {
	complete := len(t.flaws) == len(shop.Flaws()) && len(t.job.checks) == len(catalog.All()) && !t.light
	fmt.Fprintln(p.stdout)
	writeMatrix(p.stdout, rows)
	var wrong int
	for _, r := range rows {
		if !r.Exact() {
			wrong++
		}
	}
	tripped := map[string]bool{}
	for _, r := range rows {
		for _, id := range r.Failed {
			tripped[string(id)] = true
		}
	}
	var never []string
	for _, c := range t.job.checks {
		if !tripped[string(c.ID)] {
			never = append(never, string(c.ID))
		}
	}
	fmt.Fprintf(p.stdout, "\n%d flaws against %d checks: %d not caught as listed\n", len(rows)-1, len(t.job.checks), wrong)
	if complete && len(never) > 0 {
		fmt.Fprintf(p.stdout, "no flaw trips: %s\n", strings.Join(never, ", "))
	}
	if wrong > 0 || complete && len(never) > 0 {
		return exitError{exitFailed}
	}
	return nil
}

// writeMatrix prints a row for each check that a flaw trips, with the flaws.
func writeMatrix(w io.Writer, rows []selftest.Row) {
	for _, c := range catalog.All() {
		var by []string
		for _, r := range rows {
			if slices.Contains(r.Failed, c.ID) {
				by = append(by, r.Flaw)
			}
		}
		fmt.Fprintf(w, "%-36s %s\n", c.ID, strings.Join(by, ", "))
	}
}
