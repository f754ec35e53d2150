// Package accounts is the suite of who owns which account.
package accounts

import (
	"github.com/onsi/ginkgo/v2"

	"github.com/countersign-oidc/countersign/suites/harness"
)

// Specs registers the suite.
func Specs(_ *harness.Harness) {
	ginkgo.Describe("accounts", func() {})
}
