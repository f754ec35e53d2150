package catalog

import "github.com/countersign-oidc/countersign/runner/check"

func keysChecks() []check.Check {
	return []check.Check{}
}
