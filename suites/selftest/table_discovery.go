package selftest

import (
	"github.com/countersign-oidc/countersign/runner/check"
	"github.com/countersign-oidc/countersign/suites/catalog"
)

func discoveryFlaws() map[string][]check.Check {
	return map[string][]check.Check{
		"metadata-origin-forced":     {catalog.DiscoveryEndpointsAdvertised, catalog.DiscoveryRefreshMoved},
		"metadata-issuer-unchecked":  {catalog.DiscoveryIssuerOther, catalog.DiscoveryIssuerType},
		"metadata-issuer-optional":   {catalog.DiscoveryIssuerType},
		"metadata-issuer-folded":     {catalog.DiscoveryIssuerOther},
		"metadata-endpoint-crash":    {catalog.DiscoveryEndpointUnusable, catalog.DiscoveryEndpointUnsafe, catalog.DiscoveryLogoutUnsafe},
		"metadata-endpoint-any":      {catalog.DiscoveryEndpointUnsafe, catalog.DiscoveryLogoutUnsafe, catalog.DiscoveryEndpointUnusable},
		"metadata-unknown-refused":   {catalog.DiscoveryUnknownMembers},
		"metadata-names-folded":      {catalog.DiscoveryNamesExact, catalog.DiscoveryIssuerType},
		"metadata-redirect-trusted":  {catalog.DiscoveryRedirected},
		"metadata-failure-kept":      {catalog.DiscoveryDownAtFirst},
		"metadata-refresh-unchecked": {catalog.DiscoveryRefreshPoisoned},
		"metadata-never-refreshed":   {catalog.DiscoveryRefreshMoved},
		"metadata-algs-believed":     {catalog.DiscoveryAlgorithmsNotBelieved},
		"none-accepted":              {catalog.DiscoveryAlgorithmsNotBelieved},
		"hmac-accepted":              {catalog.DiscoveryAlgorithmsNotBelieved},
	}
}
