package selftest

import "github.com/countersign-oidc/countersign/runner/check"

func keysFlaws() map[string][]check.Check {
	return map[string][]check.Check{}
}
