package selftest

import "github.com/countersign-oidc/countersign/runner/check"

func signatureFlaws() map[string][]check.Check {
	return map[string][]check.Check{}
}
