package selftest

import (
	"github.com/countersign-oidc/countersign/runner/check"
	"github.com/countersign-oidc/countersign/suites/catalog"
)

func initiatedFlaws() map[string][]check.Check {
	return map[string][]check.Check{
		"callback-no-redirect":       {catalog.InitiatedTargetOwn},
		"initiate-get-only":          {catalog.InitiatedPosted},
		"initiate-iss-unchecked":     {catalog.InitiatedIssuerUnknown},
		"hint-unescaped":             {catalog.InitiatedHintEncoded},
		"initiate-parameters-passed": {catalog.InitiatedExtraParameters},
		"target-unchecked":           {catalog.InitiatedTargetForeign, catalog.InitiatedTargetItself},
		"return-into-sign-in":        {catalog.InitiatedTargetItself},
		"session-replaced-unasked":   {catalog.InitiatedSessionAsked},
		"initiate-invisible":         {catalog.InitiatedInvisible},
		"connection-of-last-start":   {catalog.InitiatedTwoPending},
		"return-own-prefix":          {catalog.InitiatedTargetForeign},
		"return-lost":                {catalog.InitiatedTargetOwn},
		"return-anywhere":            {catalog.InitiatedTargetForeign, catalog.InitiatedTargetItself},
		"state-constant":             {catalog.InitiatedSignsIn, catalog.InitiatedTwoPending},
		"nonce-constant":             {catalog.InitiatedSignsIn},
		"pkce-constant":              {catalog.InitiatedSignsIn},
		"state-not-bound":            {catalog.InitiatedReadyAnswer},
	}
}
