package selftest

import (
	"github.com/countersign-oidc/countersign/runner/check"
	"github.com/countersign-oidc/countersign/suites/catalog"
)

func accountsFlaws() map[string][]check.Check {
	return map[string][]check.Check{
		"identity-first-found": {
			catalog.AccountsIssuerAndSubject, catalog.AccountsProfileOfVictim, catalog.AccountsEmailReused,
			catalog.AccountsUnverifiedEmail, catalog.AccountsEmailVerifiedTypes, catalog.AccountsEmailLookalikes,
			catalog.AccountsNextCustomer, catalog.LogoutOtherPerson, catalog.ClaimsAggregatedNotTrusted,
		},
		"identity-always-new": {
			catalog.AccountsEmailReused, catalog.AccountsVerifiedEmailLinks, catalog.AccountsLinkWorks, catalog.ClaimsUserInfoContradiction,
		},
		"identity-by-email": {
			catalog.AccountsProfileOfVictim, catalog.AccountsEmailReused, catalog.AccountsUnverifiedEmail,
			catalog.AccountsEmailVerifiedTypes, catalog.AccountsLinkedOnce, catalog.AccountsEmailContradicted,
		},
		"state-not-bound":      {catalog.AccountsLinkInjected},
		"cart-of-another":      {catalog.AccountsNextCustomer},
		"cart-lost":            {catalog.AccountsGuestCart},
		"cart-ordered":         {catalog.AccountsPlantedCart},
		"form-token-kept":      {catalog.AccountsFormToken},
		"duplicates-accepted":  {catalog.AccountsEmailVerifiedTwice},
		"userinfo-overrides":   {catalog.AccountsEmailContradicted},
		"refusal-drops-cookie": {catalog.AccountsLinkInjected},
		"start-ends-session":   {catalog.AccountsLinkWorks},
		"link-unasked":         {catalog.AccountsNotLinkedUnasked},
		"link-unverified": {
			catalog.AccountsUnverifiedEmail, catalog.AccountsEmailVerifiedTypes, catalog.AccountsEmailContradicted,
		},
		"link-verified-loosely":   {catalog.AccountsEmailVerifiedTypes},
		"link-any-provider":       {catalog.AccountsOtherProviderEmail},
		"link-onto-password":      {catalog.AccountsPasswordNotLinked, catalog.AccountsPreRegistered},
		"link-onto-linked":        {catalog.AccountsLinkedOnce},
		"link-by-name":            {catalog.AccountsUserName},
		"link-email-folded":       {catalog.AccountsEmailCase},
		"link-email-tidied":       {catalog.AccountsEmailLookalikes},
		"disabled-accepted":       {catalog.AccountsDisabled},
		"password-of-nobody":      {catalog.AccountsNoPassword},
		"link-by-get":             {catalog.AccountsLinkByLink},
		"link-unguarded":          {catalog.AccountsLinkForged, catalog.AccountsLinkReauthenticates},
		"link-password-unchecked": {catalog.AccountsLinkReauthenticates},
		"link-not-bound":          {catalog.AccountsLinkBound},
		"link-lost":               {catalog.AccountsLinkWorks, catalog.AccountsVerifiedEmailLinks},
	}
}
