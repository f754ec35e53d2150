package selftest

import (
	"github.com/countersign-oidc/countersign/runner/check"
	"github.com/countersign-oidc/countersign/suites/catalog"
)

func claimsFlaws() map[string][]check.Check {
	return map[string][]check.Check{
		"identity-first-found": {
			catalog.LoginSignsIn, catalog.ClaimsEmailNotIdentity, catalog.ClaimsSubjectCase, catalog.ClaimsSubjectExact,
			catalog.ClaimsExactNames, catalog.ClaimsAlternativeIdentifier, catalog.ClaimsSubjectSpaces,
			catalog.ClaimsSubjectLookalikes, catalog.ClaimsSubjectLiteral,
		},
		"identity-always-new": {catalog.ClaimsIdentityFoundAgain, catalog.ClaimsAlternativeIdentifier},
		"identity-by-email": {
			catalog.ClaimsEmailNotIdentity, catalog.ClaimsIdentityFoundAgain,
			catalog.ClaimsAlternativeIdentifier, catalog.ClaimsAlternativeMissing,
		},
		"subject-folded":             {catalog.ClaimsSubjectCase},
		"subject-trimmed":            {catalog.ClaimsSubjectExact, catalog.ClaimsSubjectSpaces},
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
		"subject-loose":              {catalog.ClaimsSubjectTypes, catalog.ClaimsSubjectNumber},
		"subject-blank-accepted":     {catalog.ClaimsSubjectBlank},
		"subject-nul-cut":            {catalog.ClaimsSubjectSpaces},
		"subject-compatible":         {catalog.ClaimsSubjectLookalikes, catalog.ClaimsSubjectExact},
		"subject-collated":           {catalog.ClaimsSubjectLookalikes},
		"subject-truncated":          {catalog.ClaimsSubjectLength},
		"subject-short":              {catalog.ClaimsSubjectLongest},
		"subject-cleaned":            {catalog.ClaimsSubjectLiteral, catalog.ClaimsSubjectSpaces},
		"duplicates-accepted":        {catalog.ClaimsSubjectDuplicate},
		"unknown-claims-refused":     {catalog.ClaimsUnknownIgnored},
		"language-tags-dropped":      {catalog.ClaimsLanguageTags},
		"userinfo-ignored":           {catalog.ClaimsFromUserInfo},
		"id-token-profile-ignored":   {catalog.ClaimsFromIDToken, catalog.ClaimsFromUserInfo},
		"sub-unchecked":              {catalog.ClaimsSubjectTypes, catalog.ClaimsSubjectBlank},
		"profile-any-type":           {catalog.ClaimsStandardTypes},
		"name-required":              {catalog.ClaimsNameless, catalog.ClaimsStandardTypes},
		"name-cut":                   {catalog.ClaimsNameShown},
	}
}
