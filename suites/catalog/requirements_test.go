package catalog

import (
	"slices"
	"strings"
	"testing"

	"github.com/countersign-oidc/countersign/runner/check"
	"github.com/countersign-oidc/countersign/suites/requirement"
)

// TestRequirements holds that every required row, every module of the OpenID
// Foundation's suite and every attack of PrOfESSOS is judged by a check or has
// a reason why not, and that no reason outlives its row.
func TestRequirements(t *testing.T) {
	t.Parallel()
	uncovered := Uncovered()
	known := map[string]bool{}
	m := requirement.NewMatrix(All(), func(check.ID) []string { return nil }, uncovered)
	for _, r := range m.Rows {
		known[r.ID] = true
		switch {
		case len(r.Checks) > 0 && r.Reason != "":
			t.Errorf("%s is covered by %s: delete its line from uncovered.go", r.ID, r.Checks[0].Check)
		case len(r.Checks) == 0 && r.Reason == "" && r.Required:
			t.Errorf("%s [%s] is covered by no check and has no reason in uncovered.go: %s", r.ID, r.Level, r.Text)
		}
	}
	for _, x := range slices.Concat(m.Modules, m.Attacks) {
		known[x.Name] = true
		switch {
		case len(x.Checks) > 0 && uncovered[x.Name] != "":
			t.Errorf("%s is covered by %s: delete its line from uncovered.go", x.Name, x.Checks[0])
		case len(x.Checks) == 0 && x.Reason == "":
			t.Errorf("%s (%s) is covered by no check, and neither it nor one of its rows has a reason in uncovered.go", x.Name, strings.Join(x.Rows, ", "))
		}
	}
	for name, reason := range uncovered {
		if !known[name] {
			t.Errorf("uncovered.go: there is no row, module or attack %q", name)
		}
		if len(reason) < 20 || !strings.HasSuffix(reason, ".") {
			t.Errorf("%s: the reason %q is not a sentence", name, reason)
		}
	}
	m.LeaveOut(LeftOut())
	for _, r := range m.Rows {
		if r.LeftOut != "" && len(r.Checks) == 0 {
			t.Errorf("%s is covered by no check: it belongs to the rows that are not covered", r.ID)
		}
	}
	for row, what := range LeftOut() {
		if !known[row] || len(what) < 20 || !strings.HasSuffix(what, ".") {
			t.Errorf("uncovered.go: what is left out of row %q is %q", row, what)
		}
	}
	for row, checks := range requirement.Coverage(All()) {
		if rowForm.MatchString(row) && !known[row] {
			t.Errorf("%s: there is no row %s", checks[0], row)
		}
	}
}
