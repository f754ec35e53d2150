package selftest

import (
	"github.com/countersign-oidc/countersign/runner/check"
	"github.com/countersign-oidc/countersign/suites/catalog"
)

func resilienceFlaws() map[string][]check.Check {
	return map[string][]check.Check{
		"provider-timeout-missing": {
			catalog.ResilienceTokenUnanswered, catalog.ResilienceKeysUnanswered, catalog.ResilienceUserInfoUnanswered,
		},
		"provider-impatient":     {catalog.ResilienceSlowProvider},
		"one-at-a-time":          {catalog.ResilienceOthersServed, catalog.ResilienceManyWait},
		"callbacks-few":          {catalog.ResilienceManyWait},
		"token-request-repeated": {catalog.ResilienceCodeOnce},
		"outage-pressed":         {catalog.ResilienceBackoff},
		"outage-remembered":      {catalog.ResilienceRecovers},
		"outage-crash": {
			catalog.ResilienceUnreachable, catalog.ResilienceTokenConnection, catalog.ResilienceKeysConnection,
			catalog.ResilienceUserInfoConnection, catalog.ResilienceLengths, catalog.ResilienceManyHeaders, catalog.ResilienceErrorsTellNothing,
			catalog.ResilienceCertificate, catalog.ResilienceOldTLS,
		},
		"unreadable-crash": {
			catalog.ResilienceOthersNotJSON, catalog.ResilienceTokenNotJSON, catalog.ResilienceDeepJSON, catalog.ResilienceLengths, catalog.ResilienceHTMLAnswer,
			catalog.ResilienceTokenConnection, catalog.ResilienceOversized, catalog.ResilienceErrorsTellNothing,
		},
		"status-crash": {
			catalog.ResilienceOtherStatus, catalog.ResilienceBackoff, catalog.ResilienceRedirectLoop, catalog.ResilienceErrorsTellNothing,
			catalog.IDTokenKeysUnavailable,
			catalog.KeysSetBroken,
			catalog.KeysOutageFirst,
		},
		"answer-shown":            {catalog.ResilienceHTMLAnswer, catalog.ResilienceErrorsTellNothing},
		"answer-type-unchecked":   {catalog.ResilienceTypeOther},
		"answer-type-exact":       {catalog.ResilienceTypeWithCharset},
		"answer-searched":         {catalog.ResilienceTokenNotJSON},
		"answer-undecoded":        {catalog.ResilienceCompressed},
		"answer-length-wanted":    {catalog.ResilienceChunked, catalog.ResilienceOldHTTP, catalog.ResilienceCompressed},
		"answers-unbounded":       {catalog.ResilienceOversized, catalog.KeysOversized},
		"provider-cookies-kept":   {catalog.ResilienceProviderCookies},
		"redirects-followed":      {catalog.ResilienceTokenRedirect, catalog.ResilienceUserInfoRedirect, catalog.ResilienceRedirectLoop},
		"certificate-unchecked":   {catalog.ResilienceCertificate},
		"old-tls-accepted":        {catalog.ResilienceOldTLS},
		"certificate-pinned":      {catalog.ResilienceCertificateRenewed},
		"literal-address-refused": {catalog.ResilienceLiteralAddress, catalog.DiscoveryEndpointsAdvertised, catalog.DiscoveryRefreshMoved},
		"pending-slow":            {catalog.ResilienceStartFlood},
		"pending-full":            {catalog.ResilienceStartFlood},
		"long-input-slow":         {catalog.ResilienceLongValues},
		"secret-in-request":       {catalog.ResilienceSecretsKept, catalog.ResilienceHTMLAnswer, catalog.ResilienceErrorsTellNothing},
		"token-in-cookie": {
			catalog.ResilienceLargeTokens, catalog.ResilienceSecretsKept, catalog.ResilienceLongValues,
			catalog.ClaimsUnknownIgnored, catalog.ClaimsStaffExact, catalog.ClaimsMarkupEscaped,
			catalog.SessionLargeClaims, catalog.LogoutCookiesCleared, catalog.IDTokenLarge,
		},
		"token-status-unchecked": {catalog.ResilienceTokenStatus},
		"logout-local-last":      {catalog.ResilienceSignOut},
		"state-kept":             {catalog.ResilienceBrowserGone},
		"exp-unchecked":          {catalog.ResilienceClockSkew},
	}
}
