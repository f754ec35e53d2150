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
		"subject-folded":            {catalog.ClaimsSubjectCase},
		"subject-trimmed":           {catalog.ClaimsSubjectExact, catalog.ClaimsSubjectSpaces},
		"identifier-ignored":        {catalog.ClaimsAlternativeIdentifier, catalog.ClaimsAlternativeMissing},
		"identifier-empty-accepted": {catalog.ClaimsAlternativeMissing},
		"userinfo-subject-unchecked": {
			catalog.ClaimsUserInfoOtherSubject, catalog.ClaimsUserInfoSubjectMissing, catalog.ClaimsUserInfoSubjectLike,
		},
		"mapping-first-only":           {catalog.ClaimsMapped},
		"mapping-missing-as-empty":     {catalog.ClaimsMappingMissing},
		"mapping-any-type":             {catalog.ClaimsMappingOtherType, catalog.ClaimsMappingMissing},
		"numbers-as-float":             {catalog.ClaimsIntegersExact},
		"nulls-dropped":                {catalog.ClaimsNullsKept},
		"empties-dropped":              {catalog.ClaimsEmptiesKept},
		"nested-as-text":               {catalog.ClaimsNestedKept, catalog.ClaimsNullsKept},
		"booleans-as-text":             {catalog.ClaimsBooleansKept},
		"text-ascii-only":              {catalog.ClaimsUnicodeKept},
		"claims-folded":                {catalog.ClaimsExactNames},
		"account-unescaped":            {catalog.ClaimsNameEscaped, catalog.ClaimsMarkupEscaped},
		"subject-loose":                {catalog.ClaimsSubjectTypes, catalog.ClaimsSubjectNumber, catalog.ClaimsUserInfoSubjectLike},
		"subject-blank-accepted":       {catalog.ClaimsSubjectBlank},
		"subject-nul-cut":              {catalog.ClaimsSubjectSpaces},
		"subject-compatible":           {catalog.ClaimsSubjectLookalikes, catalog.ClaimsSubjectExact},
		"subject-collated":             {catalog.ClaimsSubjectLookalikes},
		"subject-truncated":            {catalog.ClaimsSubjectLength},
		"subject-short":                {catalog.ClaimsSubjectLongest, catalog.ClaimsSubjectLength},
		"subject-cleaned":              {catalog.ClaimsSubjectLiteral, catalog.ClaimsSubjectSpaces},
		"duplicates-accepted":          {catalog.ClaimsSubjectDuplicate},
		"unknown-claims-refused":       {catalog.ClaimsUnknownIgnored},
		"language-tags-dropped":        {catalog.ClaimsLanguageTags},
		"userinfo-ignored":             {catalog.ClaimsFromUserInfo, catalog.ClaimsUserInfoSigned},
		"id-token-profile-ignored":     {catalog.ClaimsFromIDToken, catalog.ClaimsFromUserInfo},
		"sub-unchecked":                {catalog.ClaimsSubjectTypes, catalog.ClaimsSubjectBlank},
		"profile-any-type":             {catalog.ClaimsStandardTypes},
		"name-required":                {catalog.ClaimsNameless, catalog.ClaimsStandardTypes},
		"userinfo-subject-optional":    {catalog.ClaimsUserInfoSubjectMissing},
		"userinfo-subject-loose":       {catalog.ClaimsUserInfoSubjectLike},
		"userinfo-overrides":           {catalog.ClaimsUserInfoContradiction},
		"userinfo-crash":               {catalog.ClaimsUserInfoNotObject, catalog.ClaimsSubjectDuplicate},
		"userinfo-any-format":          {catalog.ClaimsUserInfoJSONUnasked, catalog.ClaimsUserInfoJWTUnasked},
		"userinfo-signature-unchecked": {catalog.ClaimsUserInfoSignature},
		"userinfo-parties-unchecked":   {catalog.ClaimsUserInfoParties},
		"userinfo-any-token":           {catalog.ClaimsUserInfoIDToken},
		"userinfo-expiry-unchecked":    {catalog.ClaimsUserInfoExpired},
		"header-unescaped":             {catalog.ClaimsMarkupEscaped, catalog.ClaimsNameEscaped},
		"website-any-scheme":           {catalog.ClaimsLinksHarmless},
		"name-in-header":               {catalog.ClaimsHeadersIntact},
		"picture-fetched":              {catalog.ClaimsPictureNotFetched},
		"distributed-fetched":          {catalog.ClaimsDistributedNotFetched},
		"aggregated-trusted":           {catalog.ClaimsAggregatedNotTrusted},
		"staff-unfiltered":             {catalog.ClaimsStaffOtherClaims},
		"staff-any-type":               {catalog.ClaimsStaffTypes},
		"staff-by-other":               {catalog.ClaimsStaffOtherClaims},
		"staff-loose":                  {catalog.ClaimsStaffExact},
		"token-answer-cut": {
			catalog.ClaimsSubjectLength, catalog.ClaimsUnknownIgnored, catalog.ClaimsStaffExact, catalog.ClaimsMarkupEscaped,
		},
		"cookie-carries-claims": {catalog.ClaimsUnknownIgnored, catalog.ClaimsStaffExact},
		"name-cut":              {catalog.ClaimsNameShown},
	}
}
