package selftest

import "github.com/countersign-oidc/countersign/runner/check"

func discoveryFlaws() map[string][]check.Check {
	return map[string][]check.Check{}
}
