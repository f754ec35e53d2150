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
