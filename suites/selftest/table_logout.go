package selftest

import (
	"github.com/countersign-oidc/countersign/runner/check"
	"github.com/countersign-oidc/countersign/suites/catalog"
)

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
