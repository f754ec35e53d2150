package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/countersign-oidc/countersign/runner/report"
)

func (p program) newReport() *cobra.Command {
	c := &cobra.Command{
		Use: "report", Short: "Merge and compare reports", Args: cobra.NoArgs,
		Long: `Works on report.json, or on the folder that it is in.`,
	}
	c.AddCommand(p.newMerge(), p.newCompare())
	return c
}

func (p program) newMerge() *cobra.Command {
	var out string
	c := &cobra.Command{
		Use: "merge REPORT...", Short: "Make one report of several of the same shop", Args: cobra.MinimumNArgs(1),
		Long: `Makes one report of several of the same shop, for example of shards of a run. A
check that is in several counts with its gravest verdict. Ends with the exit code
that the whole run would have had.`,
		RunE: func(_ *cobra.Command, args []string) error {
			reports, err := readReports(args)
			if err != nil {
				return err
			}
			r, err := report.Merge(reports...)
			if err != nil {
				return err
			}
			paths, err := report.WriteDir(out, r)
			if err != nil {
				return fmt.Errorf("write the report: %w", err)
			}
			summarize(p.stdout, r, paths)
			if code := r.ExitCode(false); code != exitOK {
				return exitError{code}
			}
			return nil
		},
	}
	c.Flags().StringVar(&out, "out", defaultOut, "folder of the merged report")
	return c
}

func (p program) newCompare() *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use: "compare BEFORE NOW", Short: "Say which checks have another verdict than before", Args: cobra.ExactArgs(2),
		Long: `Says which checks have another verdict than before. Exit codes: 0 nothing is
worse; 1 a check is worse, or a new one failed; 2 a report cannot be read.`,
		RunE: func(_ *cobra.Command, args []string) error {
			reports, err := readReports(args)
			if err != nil {
				return err
			}
			c := report.Compare(reports[0], reports[1])
			if asJSON {
				enc := json.NewEncoder(p.stdout)
				enc.SetIndent("", "  ")
				err = enc.Encode(c)
			} else {
				_, err = p.stdout.WriteString(comparison(c))
			}
			if err == nil && c.Regressed() {
				err = exitError{exitFailed}
			}
			return err
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "as JSON")
	return c
}

func comparison(c report.Comparison) string {
	var b strings.Builder
	for _, note := range c.Notes {
		fmt.Fprintf(&b, "Note: %s\n", note)
	}
	for _, part := range []struct {
		name    string
		changes []report.Change
	}{{"WORSE", c.Worse}, {"BETTER", c.Better}, {"NEW", c.Added}, {"GONE", c.Gone}} {
		for _, x := range part.changes {
			fmt.Fprintf(&b, "%-6s  %s  ", part.name, x.ID)
			switch {
			case x.Was == "":
				b.WriteString(string(x.Is))
			case x.Is == "":
				b.WriteString("was " + string(x.Was))
			default:
				fmt.Fprintf(&b, "was %s, now %s", x.Was, x.Is)
			}
			b.WriteString("\n")
			if part.name == "WORSE" {
				fmt.Fprintf(&b, "  %s\n", x.Reason)
			}
		}
	}
	fmt.Fprintf(&b, "%d worse, %d better, %d new, %d gone, %d alike\n", len(c.Worse), len(c.Better), len(c.Added), len(c.Gone), c.Alike)
	return b.String()
}

// readReports reads reports by their files or folders; all problems at once.
func readReports(paths []string) ([]report.Report, error) {
	var reports []report.Report
	var problems []error
	for _, path := range paths {
		r, err := readReport(path)
		if err != nil {
			problems = append(problems, fmt.Errorf("%s: %w", path, err))
		}
		reports = append(reports, r)
	}
	return reports, errors.Join(problems...)
}

func readReport(path string) (_ report.Report, err error) {
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		path = filepath.Join(path, "report.json")
	}
	f, err := os.Open(path)
	if err != nil {
		return report.Report{}, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	return report.Read(f)
}
