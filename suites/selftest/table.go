package selftest

import (
	"github.com/countersign-oidc/countersign/runner/check"
	"github.com/countersign-oidc/countersign/suites/catalog"
)

// Table lists for each flaw of the reference shop the checks that must fail,
// all of them and no other.
func Table() map[string][]check.ID {
	table := map[string][]check.ID{}
	for _, part := range []map[string][]check.Check{loginFlaws(), claimFlaws(), sessionFlaws(), logoutFlaws(), idTokenFlaws()} {
		for flaw, checks := range part {
			for _, c := range checks {
				table[flaw] = append(table[flaw], c.ID)
			}
		}
	}
	return table
}

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

func claimFlaws() map[string][]check.Check {
	return map[string][]check.Check{
		"identity-first-found": {
			catalog.LoginSignsIn, catalog.ClaimsEmailNotIdentity, catalog.ClaimsSubjectCase, catalog.ClaimsSubjectExact,
			catalog.ClaimsExactNames, catalog.ClaimsAlternativeIdentifier,
		},
		"identity-always-new": {catalog.ClaimsIdentityFoundAgain, catalog.ClaimsAlternativeIdentifier},
		"identity-by-email": {
			catalog.ClaimsEmailNotIdentity, catalog.ClaimsIdentityFoundAgain,
			catalog.ClaimsAlternativeIdentifier, catalog.ClaimsAlternativeMissing,
		},
		"subject-folded":             {catalog.ClaimsSubjectCase},
		"subject-trimmed":            {catalog.ClaimsSubjectExact},
		"identifier-ignored":         {catalog.ClaimsAlternativeIdentifier, catalog.ClaimsAlternativeMissing},
		"identifier-empty-accepted":  {catalog.ClaimsAlternativeMissing},
		"userinfo-subject-unchecked": {catalog.ClaimsUserInfoOtherSubject},
		"mapping-first-only":         {catalog.ClaimsMapped},
		"mapping-missing-as-empty":   {catalog.ClaimsMappingMissing},
		"mapping-any-type":           {catalog.ClaimsMappingOtherType, catalog.ClaimsMappingMissing},
		"numbers-as-float":           {catalog.ClaimsIntegersExact},
		"nulls-dropped":              {catalog.ClaimsNullsKept},
		"empties-dropped":            {catalog.ClaimsEmptiesKept},
		"nested-as-text":             {catalog.ClaimsNestedKept, catalog.ClaimsNullsKept},
		"booleans-as-text":           {catalog.ClaimsBooleansKept},
		"text-ascii-only":            {catalog.ClaimsUnicodeKept},
		"claims-folded":              {catalog.ClaimsExactNames},
		"account-unescaped":          {catalog.ClaimsNameEscaped},
	}
}

func sessionFlaws() map[string][]check.Check {
	return map[string][]check.Check{
		"session-length-ignored": {
			catalog.SessionLengthConfigured, catalog.SessionNotExtended, catalog.SessionEndsOnServer, catalog.SessionAfterExpiry,
		},
		"session-default-day": {catalog.SessionDefaultHour},
		"session-sliding":     {catalog.SessionNotExtended, catalog.SessionLengthConfigured, catalog.SessionDefaultHour},
		"session-never-expires": {
			catalog.SessionLengthConfigured, catalog.SessionDefaultHour, catalog.SessionNotExtended,
			catalog.SessionEndsOnServer, catalog.SessionAfterExpiry,
		},
		"session-expiry-error":   {catalog.SessionAfterExpiry},
		"session-fixed":          {catalog.SessionRotated, catalog.SessionOldEnded},
		"session-old-kept":       {catalog.SessionOldEnded},
		"session-counter":        {catalog.SessionIDUnpredictable},
		"cookie-script-readable": {catalog.SessionCookieHTTPOnly},
		"cookie-same-site-none":  {catalog.SessionCookieSameSite},
		"cookie-insecure":        {catalog.SessionCookieSecure},
		"token-in-page":          {catalog.SessionNoTokens},
		"cacheable":              {catalog.SessionNotCached},
	}
}

func logoutFlaws() map[string][]check.Check {
	return map[string][]check.Check{
		"logout-local-only":    {catalog.LogoutProviderSession, catalog.LogoutRequest},
		"logout-cookie-only":   {catalog.LogoutCookieReplay},
		"logout-provider-only": {catalog.LogoutLocalSession, catalog.LogoutCookieReplay, catalog.LogoutStateOther, catalog.LogoutProviderFailure},
		"logout-hint-missing": {
			catalog.LogoutRequest, catalog.LogoutReturnsToShop, catalog.LogoutProviderSession, catalog.LogoutStateOther,
		},
		"logout-no-return":       {catalog.LogoutRequest, catalog.LogoutReturnsToShop, catalog.LogoutStateOther},
		"logout-return-anywhere": {catalog.LogoutReturnForeign},
		"logout-state-crash":     {catalog.LogoutStateOther},
		"logout-local-last":      {catalog.LogoutProviderFailure, catalog.LogoutStateOther},
		"logout-by-get":          {catalog.LogoutByLink},
	}
}

func idTokenFlaws() map[string][]check.Check {
	return map[string][]check.Check{
		"signature-unchecked": {
			catalog.IDTokenSignatureCorrupted, catalog.IDTokenSignatureOtherKey, catalog.IDTokenKeysUnavailable,
		},
		"none-accepted":       {catalog.IDTokenUnsigned},
		"hmac-accepted":       {catalog.IDTokenHMACWithPublicKey},
		"alg-any":             {catalog.IDTokenAlgorithmOther},
		"iss-unchecked":       {catalog.IDTokenIssuerOther, catalog.IDTokenIssuerMissing},
		"aud-unchecked":       {catalog.IDTokenAudienceOther, catalog.IDTokenAudienceMissing},
		"aud-extra-accepted":  {catalog.IDTokenAudienceExtra},
		"azp-unchecked":       {catalog.IDTokenAuthorizedPartyOther},
		"nonce-unchecked":     {catalog.IDTokenNonceOther, catalog.IDTokenNonceMissing},
		"nonce-optional":      {catalog.IDTokenNonceMissing},
		"exp-unchecked":       {catalog.IDTokenExpired, catalog.IDTokenExpiryMissing},
		"exp-optional":        {catalog.IDTokenExpiryMissing},
		"nbf-unchecked":       {catalog.IDTokenNotYetValid},
		"iat-optional":        {catalog.IDTokenIssuedAtMissing},
		"iat-future-accepted": {catalog.IDTokenIssuedInFuture},
		"sub-unchecked":       {catalog.IDTokenSubjectMissing},
		"userinfo-fallback":   {catalog.IDTokenMissing},
	}
}
