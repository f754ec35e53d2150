package selftest

import (
	"github.com/countersign-oidc/countersign/runner/check"
	"github.com/countersign-oidc/countersign/suites/catalog"
)

// pageFlaws are those of what pages show and where they lead.
func pageFlaws() map[string][]check.Check {
	return map[string][]check.Check{
		"state-unescaped":              {catalog.AttackAnswerReflected},
		"unknown-parameter-unescaped":  {catalog.AttackAnswerReflected},
		"repeated-parameter-unescaped": {catalog.AttackAnswerReflected},
		"return-unescaped":             {catalog.AttackStartReflected},
		"initiation-unescaped":         {catalog.AttackStartReflected},
		"state-in-header":              {catalog.AttackParametersInHeader},
		"return-in-header":             {catalog.AttackParametersInHeader},
		"content-policy-missing":       {catalog.AttackContentPolicy},
		"framing-allowed":              {catalog.AttackFramed},
		"framing-by-anybody":           {catalog.AttackFramed},

		"head-as-get":            {catalog.AttackMethods},
		"options-as-get":         {catalog.AttackMethods},
		"method-overridden":      {catalog.AttackMethodsSession},
		"trace-echoed":           {catalog.AttackMethodsSession},
		"logout-by-get":          {catalog.AttackMethodsSession},
		"guesses-lock-out":       {catalog.AttackGuessing},
		"session-prefix-matched": {catalog.AttackGuessing},

		// What lets scripts run to show that something is not escaped.
		"account-unescaped":   {catalog.AttackContentPolicy},
		"header-unescaped":    {catalog.AttackContentPolicy},
		"logout-storage-kept": {catalog.AttackContentPolicy},

		"error-unescaped":      {catalog.AttackAnswerReflected},
		"error-text-in-header": {catalog.AttackParametersInHeader},
		"callback-no-redirect": {catalog.LoginReturnItself},
		"state-unchecked":      {catalog.AttackGuessing},

		// A leak counts whatever the check is about.
		"refused-answer-kept": {catalog.LoginIssuerParameterOther, catalog.AttackMixUp, catalog.AttackEndpointsMixed, catalog.AttackIssuerPromised, catalog.AttackIssuerUnpromised},
		"answer-shown": {
			catalog.LoginTokenErrors, catalog.TokenErrorBesideTokens, catalog.ResilienceTokenStatus, catalog.ResilienceBackoff,
			catalog.ResilienceTypeOther, catalog.ResilienceRecovers, catalog.TokenRefreshRefused,
		},
		"outage-crash":     {catalog.ResilienceCodeOnce, catalog.ResilienceRecovers, catalog.KeysSetBroken},
		"unreadable-crash": {catalog.KeysCachedThroughFailure, catalog.KeysSetBroken, catalog.SignatureOversized},
		"status-crash": {
			catalog.KeysCachedThroughFailure, catalog.KeysNotModified, catalog.ResilienceUserInfoRedirect, catalog.ResilienceRecovers,
		},

		// What crashes shows no page of the shop's.
		"error-500":             {catalog.AttackAnswerReflected},
		"empty-callback-crash":  {catalog.AttackAnswerReflected},
		"unknown-browser-crash": {catalog.AttackAnswerReflected},
	}
}
