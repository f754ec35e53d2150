package catalog

import "github.com/countersign-oidc/countersign/runner/check"

func tokenChecks() []check.Check {
	return []check.Check{}
}
