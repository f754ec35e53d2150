package suites_test

import (
	"os"
	"testing"

	"github.com/onsi/ginkgo/v2"

	"github.com/countersign-oidc/countersign/runner/check"
	"github.com/countersign-oidc/countersign/suites"
	"github.com/countersign-oidc/countersign/suites/browser"
	"github.com/countersign-oidc/countersign/suites/catalog"
	"github.com/countersign-oidc/countersign/suites/harness"
)

// TestSuites runs every check against the embedded pair in this process, so
// that the checks can be run and debugged with go test and with ginkgo.
func TestSuites(t *testing.T) {
	path, err := browser.Find("")
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal(err)
		}
		t.Skip(err)
	}
	var all []check.ID
	for _, c := range catalog.All() {
		all = append(all, c.ID)
	}
	decided := map[check.ID]check.Verdict{}
	h := harness.New(harness.Plan{Checks: all, Browser: path, Dir: t.TempDir()}, func(p harness.Decided) error {
		decided[p.ID] = p.Verdict
		return nil
	})
	suites.Register(h)
	if !ginkgo.RunSpecs(t, "countersign") {
		t.Error("the suites did not pass on the embedded pair")
	}
	for _, id := range all {
		if decided[id] != check.Pass {
			t.Errorf("%s: %q, want pass", id, decided[id])
		}
	}
}
