// Package keys is the suite of the provider's keys: rotation, faults of the key set.
package keys

import (
	"github.com/onsi/ginkgo/v2"

	"github.com/countersign-oidc/countersign/suites/harness"
)

// Specs registers the suite.
func Specs(_ *harness.Harness) {
	ginkgo.Describe("keys", func() {})
}
