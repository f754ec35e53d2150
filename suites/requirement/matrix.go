package requirement

import (
	"slices"

	"github.com/countersign-oidc/countersign/runner/check"
)

// Matrix is what is asked of relying parties beside the checks that judge it.
type Matrix struct {
	Rows    []RowCover  `json:"rows"`
	Modules []TestCover `json:"oidf_modules"`
	Attacks []TestCover `json:"professos_attacks"`
	Counts  Counts      `json:"counts"`
}

// RowCover is a row and the checks that cite it, or the reason why there is
// none. A row that is not required may have neither.
type RowCover struct {
	Row
	Required bool    `json:"required"`
	Checks   []Cover `json:"checks"`
	Reason   string  `json:"reason,omitempty"`
	// LeftOut is what of a covered row is not judged, and why.
	LeftOut string `json:"left_out,omitempty"`
}

// TestCover is a test of another harness and the checks that cite its rows, or
// the reason why there is none.
type TestCover struct {
	Test
	Checks []check.ID `json:"checks"`
	Reason string     `json:"reason,omitempty"`
}

// Cover is a check and the flaws of the reference shop that trip it.
type Cover struct {
	Check check.ID `json:"check"`
	Flaws []string `json:"flaws"`
}

// Counts say how many of how many are covered.
type Counts struct {
	Rows     Count `json:"rows"`
	Required Count `json:"required"`
	Modules  Count `json:"oidf_modules"`
	Attacks  Count `json:"professos_attacks"`
}

// Count is so many covered of so many. Reasoned are the others that have a
// reason.
type Count struct {
	Covered  int `json:"covered"`
	Reasoned int `json:"reasoned"`
	Of       int `json:"of"`
}

func (c *Count) add(covered bool, reason string) {
	c.Of++
	switch {
	case covered:
		c.Covered++
	case reason != "":
		c.Reasoned++
	}
}

// Coverage is which checks cite which row.
func Coverage(checks []check.Check) map[string][]check.ID {
	cited := map[string][]check.ID{}
	for _, c := range checks {
		for _, ref := range c.Refs {
			cited[ref] = append(cited[ref], c.ID)
		}
	}
	return cited
}

// NewMatrix lays checks beside what is asked. trippedBy are the flaws that a
// check catches, uncovered the reasons by row, module and attack. A test of
// another harness that has no reason of its own shares those of its rows.
func NewMatrix(checks []check.Check, trippedBy func(check.ID) []string, uncovered map[string]string) Matrix {
	var m Matrix
	cited := Coverage(checks)
	for _, r := range Rows() {
		c := RowCover{Row: r, Required: r.Required(), Checks: []Cover{}, Reason: uncovered[r.ID]}
		for _, id := range cited[r.ID] {
			c.Checks = append(c.Checks, Cover{Check: id, Flaws: append([]string{}, trippedBy(id)...)})
		}
		m.Rows = append(m.Rows, c)
		m.Counts.Rows.add(len(c.Checks) > 0, c.Reason)
		if c.Required {
			m.Counts.Required.add(len(c.Checks) > 0, c.Reason)
		}
	}
	m.Modules = cover(Modules(), cited, uncovered, &m.Counts.Modules)
	m.Attacks = cover(Attacks(), cited, uncovered, &m.Counts.Attacks)
	return m
}

// LeaveOut notes what of the rows is not judged.
func (m *Matrix) LeaveOut(parts map[string]string) {
	for i := range m.Rows {
		m.Rows[i].LeftOut = parts[m.Rows[i].ID]
	}
}

func cover(tests []Test, cited map[string][]check.ID, uncovered map[string]string, n *Count) []TestCover {
	out := make([]TestCover, 0, len(tests))
	for _, t := range tests {
		c := TestCover{Test: t, Checks: []check.ID{}, Reason: uncovered[t.Name]}
		for _, row := range t.Rows {
			for _, id := range cited[row] {
				if !slices.Contains(c.Checks, id) {
					c.Checks = append(c.Checks, id)
				}
			}
		}
		if len(c.Checks) == 0 && c.Reason == "" {
			c.Reason = inherited(t, uncovered)
		}
		n.add(len(c.Checks) > 0, c.Reason)
		out = append(out, c)
	}
	return out
}

// inherited is the reason of the first row that has one.
func inherited(t Test, uncovered map[string]string) string {
	for _, row := range t.Rows {
		if reason := uncovered[row]; reason != "" {
			return reason
		}
	}
	return ""
}
