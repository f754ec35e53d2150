package catalog

import "github.com/countersign-oidc/countersign/runner/check"

func discoveryChecks() []check.Check {
	return []check.Check{}
}
