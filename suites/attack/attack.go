// Package attack is the suite of attacks with a second actor.
package attack

import (
	"github.com/onsi/ginkgo/v2"

	"github.com/countersign-oidc/countersign/suites/harness"
)

// Specs registers the suite.
func Specs(_ *harness.Harness) {
	ginkgo.Describe("attack", func() {})
}
