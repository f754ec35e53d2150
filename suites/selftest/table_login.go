package selftest

import (
	"github.com/countersign-oidc/countersign/runner/check"
	"github.com/countersign-oidc/countersign/suites/catalog"
)

func loginFlaws() map[string][]check.Check {
	return map[string][]check.Check{
		"authorize-query-dropped":     {catalog.LoginRequestWellFormed},
		"state-constant":              {catalog.LoginStateUnpredictable, catalog.LoginStateBound},
		"state-unchecked":             {catalog.LoginStateOther, catalog.LoginStateMissing, catalog.LoginStateBound},
		"state-optional":              {catalog.LoginStateMissing},
		"state-not-bound":             {catalog.LoginStateBound},
		"state-kept":                  {catalog.LoginStateOnce, catalog.LoginCodeOnce},
		"nonce-constant":              {catalog.LoginNonceUnpredictable},
		"pkce-off":                    {catalog.LoginPKCES256, catalog.LoginPKCEFresh},
		"pkce-constant":               {catalog.LoginPKCEFresh},
		"iss-parameter-unchecked":     {catalog.LoginIssuerParameterOther},
		"error-ignored":               {catalog.LoginErrorWithCode},
		"error-500":                   {catalog.LoginCancelled, catalog.LoginErrorCodes, catalog.LoginErrorWithCode},
		"error-unescaped":             {catalog.LoginErrorEscaped},
		"return-lost":                 {catalog.LoginReturnsToPage, catalog.SessionAfterExpiry},
		"return-anywhere":             {catalog.LoginReturnForeign},
		"callback-no-redirect":        {catalog.LoginCallbackURLClean, catalog.LoginReturnsToPage, catalog.SessionAfterExpiry},
		"redirect-uri-from-host":      {catalog.LoginRedirectURIHost},
		"basic-unencoded":             {catalog.LoginBasicCredentials},
		"token-endpoint-type-ignored": {catalog.LoginPostCredentials},
		"token-request-in-url":        {catalog.LoginTokenRequest},
		"token-status-unchecked":      {catalog.LoginTokenErrors},
		"access-token-in-url":         {catalog.LoginAccessTokenHeader},
	}
}
