package catalog

import "github.com/countersign-oidc/countersign/runner/check"

func accountsChecks() []check.Check {
	return []check.Check{}
}
