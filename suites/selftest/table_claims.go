package selftest

import (
	"github.com/countersign-oidc/countersign/runner/check"
	"github.com/countersign-oidc/countersign/suites/catalog"
)

func claimsFlaws() map[string][]check.Check {
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
