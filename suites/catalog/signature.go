package catalog

import "github.com/countersign-oidc/countersign/runner/check"

func signatureChecks() []check.Check {
	return []check.Check{}
}
