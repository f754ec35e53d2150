// Package selftest says which checks must catch which flaw of the reference
// shop, and compares that with what happened.
package selftest

import (
	"fmt"
	"slices"
	"strings"

	"github.com/countersign-oidc/countersign/runner/check"
)

// Row is what became of one flaw. The sound shop is the row of no flaw.
type Row struct {
	Flaw string
	// Failed are the checks that failed or warned.
	Failed []check.ID
	// Missed are listed for the flaw and did not fail; Extra failed and are
	// not listed; Undecided ended with an error. With a flaw a check may be
	// skipped that the flaw leaves nothing to try; at the sound shop none may.
	Missed, Extra, Undecided []check.ID
	reasons                  map[check.ID]string
}

// Exact reports whether the flaw was caught by exactly its checks.
func (r Row) Exact() bool { return len(r.Missed)+len(r.Extra)+len(r.Undecided) == 0 }

// String is one line, and one more for each check that is not as listed.
func (r Row) String() string {
	name := r.Flaw
	if name == "" {
		name = "(sound shop)"
	}
	if r.Exact() {
		return fmt.Sprintf("ok    %-28s %s", name, join(r.Failed))
	}
	lines := []string{fmt.Sprintf("WRONG %-28s %s", name, join(r.Failed))}
	for _, part := range []struct {
		what string
		ids  []check.ID
	}{{"not caught by", r.Missed}, {"also failed", r.Extra}, {"not decided", r.Undecided}} {
		for _, id := range part.ids {
			lines = append(lines, fmt.Sprintf("      %s %s: %s", part.what, id, r.reasons[id]))
		}
	}
	return strings.Join(lines, "\n")
}

func join(ids []check.ID) string {
	list := make([]string, 0, len(ids))
	for _, id := range ids {
		list = append(list, string(id))
	}
	return strings.Join(list, ", ")
}

// Compare holds the results of a run with one flaw against the table.
func Compare(flaw string, results []check.Result) Row {
	row := Row{Flaw: flaw, reasons: map[check.ID]string{}}
	want := Table()[flaw]
	for _, r := range results {
		row.reasons[r.ID] = r.Reason
		listed := slices.Contains(want, r.ID)
		switch r.Verdict {
		case check.Fail, check.Warn:
			row.Failed = append(row.Failed, r.ID)
			if !listed {
				row.Extra = append(row.Extra, r.ID)
			}
		case check.Error:
			row.Undecided = append(row.Undecided, r.ID)
		default:
			if r.Verdict == check.Skip && flaw == "" {
				row.Undecided = append(row.Undecided, r.ID)
			}
			if listed {
				row.Missed = append(row.Missed, r.ID)
			}
		}
	}
	return row
}

// TrippedBy are the flaws that a check is listed to catch.
func TrippedBy(id check.ID) []string {
	var flaws []string
	for flaw, ids := range Table() {
		if slices.Contains(ids, id) {
			flaws = append(flaws, flaw)
		}
	}
	slices.Sort(flaws)
	return flaws
}
