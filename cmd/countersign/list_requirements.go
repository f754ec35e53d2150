package main

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/countersign-oidc/countersign/runner/check"
	"github.com/countersign-oidc/countersign/runner/report"
	"github.com/countersign-oidc/countersign/suites/catalog"
	"github.com/countersign-oidc/countersign/suites/requirement"
	"github.com/countersign-oidc/countersign/suites/selftest"
)

// listRequirements writes what is asked of relying parties, which checks judge
// it, which flaws trip those, and what no check covers.
func listRequirements(w io.Writer, asJSON bool) error {
	m := requirement.NewMatrix(catalog.All(), selftest.TrippedBy, catalog.Uncovered())
	m.LeaveOut(catalog.LeftOut())
	if asJSON {
		enc := json.NewEncoder(w)
		enc.SetEscapeHTML(false)
		enc.SetIndent("", "  ")
		return enc.Encode(m)
	}
	var b strings.Builder
	b.WriteString("Requirements, their checks, and the flaws of the reference shop that these catch\n\n")
	for _, r := range m.Rows {
		fmt.Fprintf(&b, "%s [%s] %s\n", r.ID, r.Level, r.Text)
		for _, c := range r.Checks {
			fmt.Fprintf(&b, "    %s: %s\n", c.Check, strings.Join(c.Flaws, ", "))
		}
		switch {
		case r.LeftOut != "":
			fmt.Fprintf(&b, "    left out: %s\n", r.LeftOut)
		case len(r.Checks) > 0:
		case r.Reason == "":
			b.WriteString("    no check, which is optional\n")
		default:
			b.WriteString("    no check; see below\n")
		}
	}
	tests(&b, "Modules of the OpenID Foundation's relying-party suite", m.Modules)
	tests(&b, "Attacks of PrOfESSOS", m.Attacks)
	b.WriteString("\nNot covered, and why\n\n")
	for _, r := range m.Rows {
		if len(r.Checks) == 0 && r.Reason != "" {
			fmt.Fprintf(&b, "%s [%s] %s\n    %s\n", r.ID, r.Level, r.Text, r.Reason)
		}
	}
	for _, list := range [][]requirement.TestCover{m.Modules, m.Attacks} {
		for _, t := range list {
			if len(t.Checks) == 0 {
				fmt.Fprintf(&b, "%s: %s\n    %s\n", t.Name, t.Text, t.Reason)
			}
		}
	}
	b.WriteString("\n")
	for _, c := range []struct {
		name string
		requirement.Count
	}{
		{"rows", m.Counts.Rows},
		{"rows that need a check or a reason", m.Counts.Required},
		{"modules", m.Counts.Modules},
		{"attacks", m.Counts.Attacks},
	} {
		fmt.Fprintf(&b, "%d of %d %s are covered; %d more have a reason\n", c.Covered, c.Of, c.name, c.Reasoned)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func tests(b *strings.Builder, title string, list []requirement.TestCover) {
	fmt.Fprintf(b, "\n%s\n\n", title)
	for _, t := range list {
		fmt.Fprintf(b, "%d %s (%s)\n    %s\n", t.Number, t.Name, strings.Join(t.Rows, ", "), joined(t.Checks, "no check"))
	}
}

// joined lists checks, or says otherwise that there are none.
func joined(ids []check.ID, otherwise string) string {
	if len(ids) == 0 {
		return otherwise
	}
	list := make([]string, 0, len(ids))
	for _, id := range ids {
		list = append(list, string(id))
	}
	return strings.Join(list, ", ")
}

// cited are the rows that checks cite.
func cited(checks []check.Check) []report.Requirement {
	var out []report.Requirement
	by := requirement.Coverage(checks)
	for _, r := range requirement.Rows() {
		if len(by[r.ID]) > 0 {
			q := report.Requirement{ID: r.ID, Level: r.Level, Text: r.Text}
			for _, l := range r.Libraries() {
				q.Libraries = append(q.Libraries, report.Library(l))
			}
			out = append(out, q)
		}
	}
	return out
}
