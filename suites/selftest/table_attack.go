package selftest

import (
	"github.com/countersign-oidc/countersign/runner/check"
	"github.com/countersign-oidc/countersign/suites/catalog"
)

func attackFlaws() map[string][]check.Check {
	return map[string][]check.Check{
		"state-folded":        {catalog.AttackStateForged},
		"state-never-expires": {catalog.AttackStateExpired},
		"parameters-mixed":    {catalog.AttackIssuerPromised, catalog.AttackIssuerUnpromised, catalog.AttackParametersTwice, catalog.LoginMalformed},
		"state-undefined":     {catalog.AttackAnswerUnasked},
		"callback-remembered": {catalog.AttackAnswerReplayed},

		"posted-state-not-bound":   {catalog.AttackAnswerFromPage, catalog.AttackSessionKept},
		"iss-parameter-optional":   {catalog.AttackIssuerPromised},
		"iss-parameter-trimmed":    {catalog.AttackIssuerPromised, catalog.AttackIssuerUnpromised},
		"iss-parameter-unchecked":  {catalog.AttackIssuerPromised, catalog.AttackIssuerUnpromised, catalog.AttackMixUp, catalog.AttackEndpointsMixed},
		"redirect-path-unchecked":  {catalog.AttackOtherRedirect},
		"connection-of-last-start": {catalog.AttackSessionOverwritten},
		"keys-shared":              {catalog.AttackSameKeyID, catalog.AttackProvidersApart},
		"access-token-accepted":    {catalog.AttackAccessTokenOnly},
		"id-token-from-front":      {catalog.AttackIDTokenUnasked, catalog.LoginHybridCodeHash, catalog.LoginHybridAccessHash, catalog.LoginHybridTwoTokens},
		"response-jwt-unverified":  {catalog.AttackResponseMode},
		"refusal-drops-cookie":     {catalog.AttackSessionKept},

		"state-constant":            {catalog.AttackAnswerFromPage},
		"empty-callback-crash":      {catalog.AttackAccessTokenOnly, catalog.AttackIDTokenUnasked, catalog.AttackResponseMode},
		"unknown-browser-crash":     {catalog.AttackStateExpired, catalog.AttackAnswerUnasked, catalog.AttackAnswerReplayed, catalog.AttackHandOver, catalog.AttackAnswerFromPage, catalog.ResilienceBrowserGone, catalog.InitiatedReadyAnswer},
		"signature-unchecked":       {catalog.AttackSameKeyID},
		"aud-substring":             {catalog.AttackOtherClient, catalog.TokenBasicClientID},
		"nonce-remembered":          {catalog.AttackCodeInjected},
		"metadata-issuer-unchecked": {catalog.AttackIssuerClaimed},
		"aud-unchecked":             {catalog.AttackOtherClient, catalog.TokenRefreshIDToken},
		"state-unchecked":           {catalog.AttackAnswerFromPage, catalog.AttackStateForged, catalog.AttackStateAbsent, catalog.AttackRequestStripped},
		"state-optional":            {catalog.AttackStateAbsent, catalog.AttackRequestStripped},
		"state-not-bound":           {catalog.AttackAnswerFromPage, catalog.AttackAnswerEmbedded, catalog.AttackSessionKept, catalog.AttackAnswerUnasked, catalog.AttackHandOver},
		"nonce-optional":            {catalog.AttackRequestStripped},
		"nonce-unchecked":           {catalog.AttackRequestStripped, catalog.AttackCodeInjected},
		"nonce-constant":            {catalog.AttackCodeInjected, catalog.IDTokenReplayed, catalog.IDTokenNonceOfAnother},
	}
}
