package selftest

import (
	"github.com/countersign-oidc/countersign/runner/check"
	"github.com/countersign-oidc/countersign/suites/catalog"
)

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
		"session-expiry-error":           {catalog.SessionAfterExpiry},
		"session-fixed":                  {catalog.SessionRotated, catalog.SessionOldEnded},
		"session-old-kept":               {catalog.SessionOldEnded},
		"session-counter":                {catalog.SessionIDUnpredictable},
		"cookie-script-readable":         {catalog.SessionCookieHTTPOnly},
		"cookie-same-site-none":          {catalog.SessionCookieSameSite},
		"cookie-insecure":                {catalog.SessionCookieSecure},
		"token-stored":                   {catalog.SessionNoTokens},
		"token-in-page":                  {catalog.SessionNoTokens, catalog.ResilienceSecretsKept},
		"cacheable":                      {catalog.SessionNotCached, catalog.SessionSharedCache, catalog.LogoutBackButton},
		"binding-cookie-script-readable": {catalog.SessionSignInCookieHTTPOnly},
		"binding-cookie-insecure":        {catalog.SessionSignInCookieSecure},
		"binding-cookie-same-site-none":  {catalog.SessionSignInCookieSameSite},
		"cookie-for-domain":              {catalog.SessionCookieHostOnly},
		"start-cacheable":                {catalog.SessionStartNotCached},
		"cookie-carries-claims":          {catalog.SessionLargeClaims, catalog.SessionTampered},
		"cookie-chunks-counted":          {catalog.SessionCookieChunks},
		"session-prefix-matched":         {catalog.SessionTampered},
		"cookie-malformed-crash":         {catalog.SessionTampered},
		"cookie-twice-crash":             {catalog.SessionCookieTwice},
		"header-trusted":                 {catalog.SessionForgedHeaders},
		"guard-reads-path-as-sent":       {catalog.SessionPathSpellings},
		"guard-reads-query":              {catalog.SessionPathSpellings},
		"forwarded-uri-trusted":          {catalog.SessionForwardedURI},
		"health-checker-trusted":         {catalog.SessionHealthChecker},
		"methods-unguarded":              {catalog.SessionMethods},
		"broken-provider-opens":          {catalog.SessionProviderBroken},
		"session-in-state":               {catalog.SessionIDHidden, catalog.LoginStateUnpredictable, catalog.LoginTwoTabs, catalog.InitiatedTwoPending},
		"links-from-host":                {catalog.SessionForgedHost},
		"nonce-shared":                   {catalog.SessionConcurrent, catalog.ResilienceStartFlood},
	}
}
