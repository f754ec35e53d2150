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
	"github.com/countersign-oidc/countersign/runner/engine"
	"github.com/countersign-oidc/countersign/runner/report"
	"github.com/countersign-oidc/countersign/suites/browser"
	"github.com/countersign-oidc/countersign/suites/catalog"
	"github.com/countersign-oidc/countersign/suites/selftest"
)

func (p program) newSelftest() *cobra.Command {
	var flaws []string
	var exec string
	var procs int
	var quick bool
	c := &cobra.Command{
		Use: "selftest", Short: "Prove that every check can fail: each flaw of the shop must be caught by exactly its checks", Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			chrome, err := browser.Find(exec)
			if err := errors.Join(err, checkFlaws(flaws), checkProcs(procs)); err != nil {
				return err
			}
			if len(flaws) == 0 {
				for _, f := range shop.Flaws() {
					flaws = append(flaws, string(f.ID))
				}
			}
			return p.selftest(c.Context(), flaws, quick, job{checks: catalog.All(), procs: procs, browser: chrome, hurry: p.hurry})
		},
	}
	c.Flags().StringSliceVar(&flaws, "flaw", nil, "only these flaws")
	c.Flags().StringVar(&exec, "browser", "", "path of the browser (default: the one that is found)")
	c.Flags().IntVar(&procs, "procs", 0, "processes side by side (default: cores, at most 4)")
	c.Flags().BoolVar(&quick, "quick", false, "for each flaw run only the suites of the checks that must catch it")
	return c
}

// selftest runs every check against the sound shop and against each flaw.
func (p program) selftest(ctx context.Context, flaws []string, quick bool, j job) error {
	sound, err := j.execute(ctx, func(engine.Progress) {})
	if err != nil {
		return err
	}
	row := selftest.Compare("", sound.Checks)
	fmt.Fprintln(p.stdout, row)
	rows := []selftest.Row{row}
	for _, flaw := range flaws {
		j.flaws = []string{flaw}
		if quick {
			j.checks = selftest.Suites(flaw)
		}
		r, err := j.execute(ctx, func(engine.Progress) {})
		if err != nil {
			return fmt.Errorf("flaw %s: %w", flaw, err)
		}
		if r.Run.Interrupted {
			return errors.New("the self-test was interrupted")
		}
		row := selftest.Compare(flaw, r.Checks)
		fmt.Fprintln(p.stdout, row)
		rows = append(rows, row)
	}
	return p.matrix(rows, len(flaws) == len(shop.Flaws()), sound)
}

func (p program) matrix(rows []selftest.Row, complete bool, sound report.Report) error {
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
	for _, c := range sound.Checks {
		if !tripped[string(c.ID)] {
			never = append(never, string(c.ID))
		}
	}
	fmt.Fprintf(p.stdout, "\n%d flaws against %d checks: %d not caught as listed\n", len(rows)-1, len(sound.Checks), wrong)
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
