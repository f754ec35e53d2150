// Package resilience is the suite of outages and transport faults of the provider.
package resilience

import (
	"github.com/onsi/ginkgo/v2"

	"github.com/countersign-oidc/countersign/suites/harness"
)

// Specs registers the suite.
func Specs(_ *harness.Harness) {
	ginkgo.Describe("resilience", func() {})
}
