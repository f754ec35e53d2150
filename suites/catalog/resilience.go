package catalog

import "github.com/countersign-oidc/countersign/runner/check"

func resilienceChecks() []check.Check {
	return []check.Check{}
}
