package selftest

import (
	"github.com/countersign-oidc/countersign/runner/check"
	"github.com/countersign-oidc/countersign/suites/catalog"
)

func attackFlaws() map[string][]check.Check {
	return map[string][]check.Check{
		"state-folded":        {catalog.AttackStateForged},
		"state-never-expires": {catalog.AttackStateExpired},
		"parameters-mixed":    {catalog.AttackParametersTwice},
		"state-undefined":     {catalog.AttackAnswerUnasked},
		"callback-remembered": {catalog.AttackAnswerReplayed},

		"state-unchecked": {catalog.AttackStateForged, catalog.AttackStateAbsent, catalog.AttackRequestStripped},
		"state-optional":  {catalog.AttackStateAbsent, catalog.AttackRequestStripped},
		"state-not-bound": {catalog.AttackAnswerUnasked, catalog.AttackHandOver},
		"nonce-optional":  {catalog.AttackRequestStripped},
		"nonce-unchecked": {catalog.AttackRequestStripped, catalog.AttackCodeInjected},
		"nonce-constant":  {catalog.AttackCodeInjected},
	}
}
