package selftest

import (
	"github.com/countersign-oidc/countersign/runner/check"
	"github.com/countersign-oidc/countersign/suites/catalog"
)

func loginFlaws() map[string][]check.Check {
	return map[string][]check.Check{
		"authorize-query-dropped":     {catalog.LoginRequestWellFormed},
		"state-constant":              {catalog.LoginStateUnpredictable, catalog.LoginStateBound, catalog.LoginTwoTabs},
		"state-unchecked":             {catalog.LoginStateOther, catalog.LoginStateMissing, catalog.LoginStateBound, catalog.LoginErrorForged, catalog.LoginPKCEIgnored},
		"state-optional":              {catalog.LoginStateMissing, catalog.LoginErrorForged},
		"state-not-bound":             {catalog.LoginStateBound},
		"state-kept":                  {catalog.LoginStateOnce, catalog.LoginCodeOnce, catalog.LoginParallel, catalog.LoginDataDropped},
		"nonce-constant":              {catalog.LoginNonceUnpredictable},
		"pkce-off":                    {catalog.LoginPKCES256, catalog.LoginPKCEFresh},
		"pkce-constant":               {catalog.LoginPKCEFresh},
		"iss-parameter-unchecked":     {catalog.LoginIssuerParameterOther},
		"error-ignored":               {catalog.LoginErrorWithCode},
		"error-500":                   {catalog.LoginCancelled, catalog.LoginErrorCodes, catalog.LoginErrorWithCode, catalog.LoginErrorLoop, catalog.LoginErrorHeader},
		"error-unescaped":             {catalog.LoginErrorEscaped},
		"return-lost":                 {catalog.LoginReturnsToPage, catalog.SessionAfterExpiry, catalog.LoginTwoTabs},
		"return-anywhere":             {catalog.LoginReturnForeign},
		"callback-no-redirect":        {catalog.LoginCallbackURLClean, catalog.LoginReturnsToPage, catalog.SessionAfterExpiry},
		"redirect-uri-from-host":      {catalog.LoginRedirectURIHost},
		"basic-unencoded":             {catalog.LoginBasicCredentials},
		"token-endpoint-type-ignored": {catalog.LoginPostCredentials},
		"token-request-in-url":        {catalog.LoginTokenRequest},
		"token-status-unchecked":      {catalog.LoginTokenErrors},
		"access-token-in-url":         {catalog.LoginAccessTokenHeader},
		"scope-extra":                 {catalog.LoginScopes},
		"scope-offline":               {catalog.LoginScopes, catalog.LoginOfflineAccess},
		"state-kept-on-failure":       {catalog.LoginDataDropped, catalog.LoginParallel},
		"state-dropped-late":          {catalog.LoginParallel, catalog.LoginDataDropped},
		"state-never-expires":         {catalog.LoginLate},
		"return-of-newest":            {catalog.LoginTwoTabs},
		"return-in-cookie":            {catalog.LoginReturnTamper, catalog.LoginTwoTabs},
		"cookie-per-sign-in":          {catalog.LoginAbandoned},
		"start-ends-session":          {catalog.LoginStartHarmless},
		"post-redirect-307":           {catalog.LoginFormNotSentOn},
		"post-body-leaks":             {catalog.LoginFormAnswerEmpty},
		"login-required-retried":      {catalog.LoginErrorLoop, catalog.LoginErrorCodes},
		"error-cancels-pending":       {catalog.LoginErrorForged},
		"error-code-unescaped":        {catalog.LoginErrorCodeEscaped},
		"error-uri-linked":            {catalog.LoginErrorLink, catalog.LoginErrorEscaped},
		"error-text-in-header":        {catalog.LoginErrorHeader},
		"empty-callback-crash":        {catalog.LoginMalformed},
		"unknown-browser-crash":       {catalog.LoginRestart, catalog.LoginCodeOnce, catalog.LoginLate},
		"refusal-drops-cookie":        {catalog.LoginFailureKeepsSession},
		"extra-parameters-refused":    {catalog.LoginExtraParameters},
		"code-decoded-twice":          {catalog.LoginCodeCharacters},
		"verifier-in-cookie":          {catalog.LoginVerifierHidden},
		"pkce-method-promised":        {catalog.LoginPKCEPlainPromised},
		"nonce-unchecked":             {catalog.LoginPKCEIgnored},
	}
}
