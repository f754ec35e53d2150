package selftest

import (
	"github.com/countersign-oidc/countersign/runner/check"
	"github.com/countersign-oidc/countersign/suites/catalog"
)

func keysFlaws() map[string][]check.Check {
	return map[string][]check.Check{
		"keys-not-cached": {
			catalog.SignatureKidUnknown, catalog.KeysBothPublished, catalog.KeysFloodUnknownKid, catalog.KeysFloodBadSignature,
			catalog.KeysCachedThroughFailure, catalog.KeysOutage, catalog.KeysNotModified, catalog.LogoutNoticeFlood,
		},
		"keys-never-refetched": {
			catalog.KeysRotated, catalog.KeysRotatedBeforeSigning, catalog.KeysSameKid, catalog.KeysRemovedInTime, catalog.KeysRush,
			catalog.KeysCacheHeaders, catalog.KeysCooldown, catalog.KeysSetBroken, catalog.LogoutNoticeKeys,
		},
		"keys-never-expire":     {catalog.KeysRemovedInTime},
		"keys-dropped-on-error": {catalog.KeysCachedThroughFailure, catalog.KeysNotModified},
		"keys-merged":           {catalog.KeysSameKid, catalog.KeysRemoved, catalog.KeysRemovedInTime},
		"keys-of-every-issuer":  {catalog.SignatureIssuerKeys},
		"refetch-unbounded":     {catalog.KeysFloodUnknownKid, catalog.KeysFloodBadSignature, catalog.LogoutNoticeFlood},
		"cooldown-extended":     {catalog.KeysCooldown},
		"fetch-not-shared":      {catalog.KeysRush, catalog.LogoutNoticeFlood},
		"max-age-believed":      {catalog.KeysCacheHeaders},
		"no-keys-unverified":    {catalog.KeysSetBroken},
		"odd-key-spoils-set":    {catalog.KeysOddEntries},
		"first-key-only": {
			catalog.KeysBothPublished, catalog.KeysRotated, catalog.KeysRush, catalog.KeysMany, catalog.KeysCacheHeaders, catalog.KeysCooldown,
		},
		"first-key-of-kid":         {catalog.KeysKidShared},
		"key-members-required":     {catalog.KeysOptionalMembers},
		"key-use-ignored":          {catalog.KeysUseOther},
		"key-alg-ignored":          {catalog.KeysAlgorithmOther},
		"weak-key-accepted":        {catalog.KeysSmall},
		"unit-exponent-accepted":   {catalog.KeysExponentOne},
		"private-key-crash":        {catalog.KeysPrivatePart},
		"huge-key-used":            {catalog.KeysHuge},
		"key-set-unbounded":        {catalog.KeysOversized},
		"failure-remembered":       {catalog.KeysOutageFirst},
		"certificate-of-key-taken": {catalog.KeysCertificateOther},
	}
}
