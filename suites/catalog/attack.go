package catalog

import "github.com/countersign-oidc/countersign/runner/check"

func attackChecks() []check.Check {
	return []check.Check{}
}
