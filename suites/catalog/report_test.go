package catalog

import (
	"strings"
	"testing"

	"github.com/countersign-oidc/countersign/runner/check"
	"github.com/countersign-oidc/countersign/runner/report"
)

// TestEveryAreaHasWords holds that a report knows each area, in their order.
func TestEveryAreaHasWords(t *testing.T) {
	t.Parallel()
	var results []check.Result
	for _, area := range Areas() {
		results = append([]check.Result{{Check: check.Check{ID: check.ID(area + ".x")}, Verdict: check.Pass}}, results...)
	}
	r := report.New(report.Run{}, results)
	for i, area := range Areas() {
		if got, _, _ := strings.Cut(string(r.Checks[i].ID), "."); got != area {
			t.Errorf("the report has %s in place of %s", got, area)
		}
	}
	var page strings.Builder
	if err := r.WriteHTML(&page); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(page.String(), "Other") {
		t.Error("the report does not know an area by name")
	}
}
