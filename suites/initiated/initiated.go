// Package initiated is the suite of sign-ins that a third party starts.
package initiated

import (
	"github.com/onsi/ginkgo/v2"

	"github.com/countersign-oidc/countersign/suites/harness"
)

// Specs registers the suite.
func Specs(_ *harness.Harness) {
	ginkgo.Describe("initiated", func() {})
}
