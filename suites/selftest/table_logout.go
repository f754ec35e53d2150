package selftest

import (
	"maps"

	"github.com/countersign-oidc/countersign/runner/check"
	"github.com/countersign-oidc/countersign/suites/catalog"
)

func logoutFlaws() map[string][]check.Check {
	all := map[string][]check.Check{
		"logout-local-only":  {catalog.LogoutProviderSession, catalog.LogoutRequest, catalog.LogoutOtherPerson},
		"logout-cookie-only": {catalog.LogoutCookieReplay},
		"logout-provider-only": {
			catalog.LogoutLocalSession, catalog.LogoutCookieReplay, catalog.LogoutStateOther, catalog.LogoutProviderFailure,
			catalog.DiscoveryLogoutUnsafe, catalog.ResilienceSignOut,
			catalog.LogoutProviderGone, catalog.LogoutWithoutEndpoint, catalog.LogoutCookiesCleared, catalog.LogoutTwice, catalog.LogoutOtherPerson,
		},
		"logout-hint-missing": {
			catalog.LogoutRequest, catalog.LogoutReturnsToShop, catalog.LogoutProviderSession, catalog.LogoutStateOther,
			catalog.LogoutOtherPerson,
		},
		"logout-no-return":       {catalog.LogoutRequest, catalog.LogoutReturnsToShop, catalog.LogoutStateOther},
		"logout-return-anywhere": {catalog.LogoutReturnForeign},
		"logout-state-crash":     {catalog.LogoutStateOther, catalog.LogoutStateHostile, catalog.LogoutWithoutEndpoint, catalog.LogoutTwice},
		"logout-local-last":      {catalog.DiscoveryLogoutUnsafe, catalog.LogoutProviderFailure, catalog.LogoutStateOther, catalog.LogoutProviderGone},
		"logout-by-get":          {catalog.LogoutByLink, catalog.LogoutCrossSite},
	}
	for _, more := range []map[string][]check.Check{moreLogoutFlaws(), backChannelFlaws(), frontChannelFlaws()} {
		maps.Copy(all, more)
	}
	return all
}

func moreLogoutFlaws() map[string][]check.Check {
	return map[string][]check.Check{
		"logout-hint-in-own-url": {catalog.LogoutHintAddress, catalog.ResilienceSecretsKept},
		"logout-needs-endpoint":  {catalog.LogoutWithoutEndpoint},
		"logout-cookie-kept":     {catalog.LogoutCookiesCleared},
		"logout-state-shown":     {catalog.LogoutStateHostile},
		"logout-twice-crash":     {catalog.LogoutTwice},
		"logout-storage-kept":    {catalog.LogoutStorage},
	}
}

func backChannelFlaws() map[string][]check.Check {
	return map[string][]check.Check{
		"backchannel-signature-unchecked": {
			catalog.LogoutNoticeSignature, catalog.LogoutNoticeUnsigned, catalog.LogoutNoticeAlgorithm, catalog.LogoutNoticeFlood,
		},
		"backchannel-none-accepted":      {catalog.LogoutNoticeUnsigned},
		"backchannel-alg-any":            {catalog.LogoutNoticeAlgorithm},
		"backchannel-typ-unchecked":      {catalog.LogoutNoticeType},
		"backchannel-typ-required":       {catalog.LogoutNoticeEndsSession},
		"backchannel-iss-unchecked":      {catalog.LogoutNoticeIssuer},
		"backchannel-aud-unchecked":      {catalog.LogoutNoticeAudience, catalog.LogoutNoticeAudienceExtra},
		"backchannel-aud-extra-accepted": {catalog.LogoutNoticeAudienceExtra},
		"backchannel-exp-unchecked":      {catalog.LogoutNoticeExpired},
		"backchannel-iat-unchecked":      {catalog.LogoutNoticeIssuedAt, catalog.LogoutNoticeIssuedWhen},
		"backchannel-iat-any-time":       {catalog.LogoutNoticeIssuedWhen},
		"backchannel-jti-optional":       {catalog.LogoutNoticeIdentifier},
		"backchannel-replay-accepted":    {catalog.LogoutNoticeReplay},
		"backchannel-events-unchecked":   {catalog.LogoutNoticeEvents, catalog.LogoutNoticeOtherToken},
		"backchannel-nonce-accepted":     {catalog.LogoutNoticeNonce},
		"backchannel-any-token": {
			catalog.LogoutNoticeEvents, catalog.LogoutNoticeNonce, catalog.LogoutNoticeIdentifier, catalog.LogoutNoticeOtherToken,
		},
		"backchannel-nobody-accepted":   {catalog.LogoutNoticeNobody},
		"backchannel-any-request":       {catalog.LogoutNoticeRequest},
		"backchannel-first-token":       {catalog.LogoutNoticeRequest},
		"backchannel-unbounded":         {catalog.LogoutNoticeSize},
		"backchannel-sid-ignored":       {catalog.LogoutNoticeSession, catalog.LogoutNoticeMismatch},
		"backchannel-sub-ignored":       {catalog.LogoutNoticeMismatch},
		"backchannel-newest-only":       {catalog.LogoutNoticeSubject},
		"backchannel-issuers-mixed":     {catalog.LogoutNoticeOtherProvider},
		"backchannel-unknown-refused":   {catalog.LogoutNoticeUnknown},
		"backchannel-forgotten":         {catalog.LogoutNoticeDuringSignIn},
		"backchannel-encrypted-refused": {catalog.LogoutNoticeEncrypted},
		"backchannel-keys-down-granted": {catalog.LogoutNoticeKeys},
		"backchannel-cacheable":         {catalog.LogoutNoticeUncached},
	}
}

func frontChannelFlaws() map[string][]check.Check {
	return map[string][]check.Check{
		"frontchannel-sid-unchecked": {catalog.LogoutFrameMismatch, catalog.LogoutFrameForeign},
		"frontchannel-iss-unchecked": {catalog.LogoutFrameMismatch},
		"frontchannel-bare-accepted": {catalog.LogoutFrameBare, catalog.LogoutFrameForeign},
		"frontchannel-by-cookie":     {catalog.LogoutFrameEndsSession, catalog.LogoutFrameWithoutCookies},
		"frontchannel-frame-denied":  {catalog.LogoutFrameAllowed},
		"frontchannel-cacheable":     {catalog.LogoutFrameUncached},
		"frontchannel-gone-refused":  {catalog.LogoutFrameAgain},
	}
}
