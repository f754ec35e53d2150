package selftest

import (
	"github.com/countersign-oidc/countersign/runner/check"
	"github.com/countersign-oidc/countersign/suites/catalog"
)

func signatureFlaws() map[string][]check.Check {
	return map[string][]check.Check{
		"signature-unchecked": {
			catalog.SignatureKeysOfProvider, catalog.SignatureByteFlipped, catalog.SignaturePayloadChanged,
			catalog.SignatureHeaderChanged, catalog.SignatureEmpty, catalog.SignatureOfAnother, catalog.SignatureAlgorithmUnknown,
			catalog.SignatureIssuerKeys, catalog.SignatureKidOfOtherKey, catalog.SignatureKidAbsentRogue, catalog.SignatureKidUnknown,
			catalog.SignatureKidTypes, catalog.SignatureKidAsKey, catalog.SignatureJWKEmbedded, catalog.SignatureJKUFollowed,
			catalog.SignatureJKULookalike, catalog.SignatureX5CEmbedded, catalog.SignatureX5UFollowed, catalog.SignatureHeaderCase,
			catalog.SignatureCurveRange, catalog.SignatureCurveForm, catalog.SignatureCurveOther,
			catalog.KeysUseOther, catalog.KeysAlgorithmOther, catalog.KeysSmall, catalog.KeysExponentOne,
			catalog.KeysRemovedInTime, catalog.KeysFloodUnknownKid, catalog.KeysFloodBadSignature, catalog.KeysSetBroken,
			catalog.IDTokenEncrypted, catalog.TokenRefreshIDToken,
		},
		"signature-empty-accepted": {catalog.SignatureEmpty, catalog.SignatureAlgTwice, catalog.SignatureHeaderCase},
		"none-accepted": {
			catalog.SignatureNoneWithLeftover, catalog.SignatureAlgTwice, catalog.IDTokenEncrypted, catalog.TokenRefreshIDToken,
		},
		"none-any-spelling":         {catalog.SignatureNoneSpellings, catalog.SignatureNoneWithLeftover, catalog.SignatureHeaderCase},
		"alg-any":                   {catalog.SignatureAlgorithmUnknown, catalog.SignatureAlgorithmAgreed, catalog.KeysAlgorithmOther},
		"alg-read-twice":            {catalog.SignatureAlgTwice},
		"header-folded":             {catalog.SignatureHeaderCase},
		"header-as-claims":          {catalog.SignatureClaimsInHeader},
		"curve-range-unchecked":     {catalog.SignatureCurveRange},
		"curve-length-unchecked":    {catalog.SignatureCurveForm},
		"curve-der-accepted":        {catalog.SignatureCurveForm},
		"curve-uncompared":          {catalog.SignatureCurveOther},
		"curve-leading-zero-crash":  {catalog.SignatureCurveAccepted, catalog.SignatureCurveRange},
		"hmac-accepted":             {catalog.SignatureHMACPublicKey},
		"hmac-any-form":             {catalog.SignatureHMACPublicKey},
		"hmac-key-parts":            {catalog.SignatureHMACKeyParts},
		"hmac-client-secret":        {catalog.SignatureHMACClientSecret},
		"hmac-empty-key":            {catalog.SignatureHMACWeakSecret, catalog.SignatureKidInjected},
		"published-secret-accepted": {catalog.SignaturePublishedSecret},
		"kid-absent-unverified":     {catalog.SignatureHeaderChanged, catalog.SignatureKidAbsentRogue, catalog.SignatureKidTypes},
		"kid-required":              {catalog.SignatureKidAbsent},
		"kid-ignored":               {catalog.SignatureKidOfOtherKey},
		"kid-crash":                 {catalog.SignatureKidAbsentRogue, catalog.SignatureKidTypes},
		"kid-as-file":               {catalog.SignatureKidInjected},
		"kid-as-query":              {catalog.SignatureKidInjected},
		"kid-as-url":                {catalog.SignatureKidAsKey},
		"kid-as-jwk":                {catalog.SignatureKidAsKey},
		"jwk-trusted":               {catalog.SignatureJWKEmbedded},
		"jwk-as-url":                {catalog.SignatureJWKEmbedded},
		"jwk-secret-trusted":        {catalog.SignatureJWKSecret},
		"jku-trusted":               {catalog.SignatureJKUFollowed, catalog.SignatureJKULookalike},
		"jku-beginning-trusted":     {catalog.SignatureJKULookalike},
		"x5c-trusted":               {catalog.SignatureX5CEmbedded},
		"x5u-trusted":               {catalog.SignatureX5UFollowed},
		"crit-ignored":              {catalog.SignatureCritUnknown},
		"b64-ignored":               {catalog.SignatureB64WithoutCrit},
		"b64-honoured":              {catalog.SignatureB64Unencoded},
		"json-accepted":             {catalog.SignatureJSONSerialization},
		"extra-segments":            {catalog.SignatureSegments, catalog.SignatureOversized},
		"form-cleaned":              {catalog.SignatureEncoding},
		"payload-guessed":           {catalog.SignaturePayloadNotObject},
		"payload-crash":             {catalog.SignatureSegments, catalog.SignaturePayloadNotObject},
		"pbes2-followed":            {catalog.SignatureEncryptedCostly},
		"dots-copied":               {catalog.SignatureOversized},
	}
}
