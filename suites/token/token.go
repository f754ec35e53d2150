// Package token is the suite of the answers of the token endpoint.
package token

import (
	"github.com/onsi/ginkgo/v2"

	"github.com/countersign-oidc/countersign/suites/harness"
)

// Specs registers the suite.
func Specs(_ *harness.Harness) {
	ginkgo.Describe("token", func() {})
}
