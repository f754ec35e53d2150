package suites_test

import (
	"flag"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/onsi/ginkgo/v2"

	"github.com/countersign-oidc/countersign/mockidp/vendor"
	"github.com/countersign-oidc/countersign/runner/check"
	"github.com/countersign-oidc/countersign/suites"
	"github.com/countersign-oidc/countersign/suites/browser"
	"github.com/countersign-oidc/countersign/suites/catalog"
	"github.com/countersign-oidc/countersign/suites/harness"
)

var imitated = flag.String("vendor", "", "try the login, claims, session and logout suites at a provider that imitates this vendor's")

var chrome = flag.Bool("chrome", false, "try the checks in Chrome, as a run does, and not with a visitor without a browser")

// TestSuites runs every check against the embedded pair in this process, so
// that the checks can be run and debugged with go test and with ginkgo, and so
// that the race detector sees them. A check that needs scripts is skipped
// without a browser; a test of the program runs them all in Chrome.
func TestSuites(t *testing.T) {
	plan := harness.Plan{Plain: !*chrome, Dir: t.TempDir()}
	if *chrome {
		path, err := browser.Find("")
		if err != nil {
			if os.Getenv("CI") == "true" {
				t.Fatal(err)
			}
			t.Skip(err)
		}
		plan.Browser = path
	}
	plan.Vendor = *imitated
	for _, c := range catalog.All() {
		if area, _, _ := strings.Cut(string(c.ID), "."); *imitated == "" || slices.Contains([]string{"login", "claims", "session", "logout"}, area) {
			plan.Checks = append(plan.Checks, c.ID)
		}
	}
	decided := map[check.ID]check.Verdict{}
	passed := 0
	h := harness.New(plan, func(p harness.Decided) error {
		decided[p.ID] = p.Verdict
		switch {
		case p.Verdict == check.Pass:
			passed++
		case p.Verdict == check.Skip && !excused(p.Reason):
			t.Errorf("%s is skipped for a reason that is none: %s", p.ID, p.Reason)
		}
		return nil
	})
	suites.Register(h)
	if !ginkgo.RunSpecs(t, "countersign") {
		t.Error("the suites did not pass on the embedded pair")
	}
	for _, id := range plan.Checks {
		if v := decided[id]; v != check.Pass && (v != check.Skip || *chrome) {
			t.Errorf("%s: %q, want pass", id, v)
		}
	}
	if passed < len(plan.Checks)/2 {
		t.Errorf("%d of %d checks passed; the rest was skipped", passed, len(plan.Checks))
	}
}

// excused reports whether a check may be skipped: without a browser what needs
// scripts, and at an imitated vendor what the vendor leaves no room for.
func excused(reason string) bool {
	title := ""
	if p, err := vendor.ByName(*imitated); err == nil {
		title = p.Title
	}
	return strings.Contains(reason, "runs scripts") || strings.Contains(reason, "runs no scripts") || title != "" && strings.Contains(reason, title)
}
