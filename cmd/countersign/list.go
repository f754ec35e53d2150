package main

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/countersign-oidc/countersign/runner/check"
	"github.com/countersign-oidc/countersign/runner/report"
	"github.com/countersign-oidc/countersign/suites/catalog"
	"github.com/countersign-oidc/countersign/suites/selftest"
)

func (p program) newList() *cobra.Command {
	var asked selection
	var asJSON, requirements bool
	c := &cobra.Command{
		Use: "list", Short: "List every check", Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			if requirements {
				return listRequirements(p.stdout, asJSON)
			}
			selected, err := asked.resolve()
			if err != nil {
				return err
			}
			if asJSON {
				enc := json.NewEncoder(p.stdout)
				enc.SetIndent("", "  ")
				return enc.Encode(listed(selected))
			}
			w := tabwriter.NewWriter(p.stdout, 0, 0, 2, ' ', 0)
			for _, c := range selected {
				fmt.Fprintf(w, "%s\t%s\t%s\n", c.ID, c.Level, c.Title)
			}
			fmt.Fprintf(w, "\t\t%d checks\n", len(selected))
			return w.Flush()
		},
	}
	asked.flags(c, "only the checks of this profile: "+profiles())
	c.Flags().BoolVar(&asJSON, "json", false, "as JSON")
	c.Flags().BoolVar(&requirements, "requirements", false, "what is asked of a shop, by which checks it is judged, and what no check covers")
	c.MarkFlagsMutuallyExclusive("requirements", "profile")
	c.MarkFlagsMutuallyExclusive("requirements", "suite")
	c.MarkFlagsMutuallyExclusive("requirements", "check")
	return c
}

// listing is a check as list --json has it.
type listing struct {
	check.Check
	Profiles []string `json:"profiles"`
	Flaws    []string `json:"flaws"`
}

func listed(checks []check.Check) []listing {
	in := map[check.ID][]string{}
	for _, p := range catalog.Profiles() {
		for _, c := range p.Checks() {
			in[c.ID] = append(in[c.ID], string(p.Name))
		}
	}
	out := make([]listing, 0, len(checks))
	for _, c := range checks {
		out = append(out, listing{c, in[c.ID], append([]string{}, selftest.TrippedBy(c.ID)...)})
	}
	return out
}

func (p program) newExplain() *cobra.Command {
	return &cobra.Command{
		Use: "explain CHECK", Short: "Explain a check: why, how it is tried and judged, how to mend it", Args: cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			c, ok := catalog.Find(check.ID(args[0]))
			if !ok {
				return fmt.Errorf("unknown check %q%s", args[0], similar(args[0]))
			}
			fmt.Fprintf(p.stdout, "%s (%s)\n%s\n\n", c.ID, c.Level, c.Title)
			for _, part := range []struct{ name, text string }{
				{"What can happen", c.Harm},
				{"How it is tried", c.Tried},
				{"How it is judged", c.Judged},
				{"How to mend it", c.Remedy},
				{"In common libraries", librariesOf(c)},
				{"Requirements", rowsOf(c)},
				{"Sources", strings.Join(sources(c), "; ")},
				{"Needs", needs(c)},
				{"In the profiles", strings.Join(catalog.ProfilesOf(c.ID), ", ")},
				{"Seen to fail with the flaws", strings.Join(selftest.TrippedBy(c.ID), ", ")},
			} {
				if part.text != "" {
					fmt.Fprintf(p.stdout, "%s\n  %s\n\n", part.name, part.text)
				}
			}
			return nil
		},
	}
}

// rowsOf are the rows of the requirements that a check judges, one a line.
func rowsOf(c check.Check) string {
	var lines []string
	for _, r := range cited([]check.Check{c}) {
		lines = append(lines, fmt.Sprintf("%s [%s] %s", r.ID, r.Level, r.Text))
	}
	return strings.Join(lines, "\n  ")
}

// librariesOf is what to set or call in common libraries, one a line.
func librariesOf(c check.Check) string {
	var lines []string
	for _, r := range cited([]check.Check{c}) {
		for _, l := range r.Libraries {
			if line := l.Name + ": " + l.Text; !slices.Contains(lines, line) {
				lines = append(lines, line)
			}
		}
	}
	return strings.Join(lines, "\n  ")
}

// sources are what a check cites beside rows.
func sources(c check.Check) []string {
	rows := cited([]check.Check{c})
	return slices.DeleteFunc(slices.Clone(c.Refs), func(ref string) bool {
		return slices.ContainsFunc(rows, func(r report.Requirement) bool { return r.ID == ref })
	})
}

// profiles says what there is.
func profiles() string {
	var all []string
	for _, p := range catalog.Profiles() {
		all = append(all, fmt.Sprintf("%s (%s)", p.Name, p.About))
	}
	return strings.Join(all, ", ")
}

func needs(c check.Check) string {
	list := make([]string, 0, len(c.Needs))
	for _, n := range c.Needs {
		list = append(list, string(n))
	}
	return strings.Join(list, ", ")
}
