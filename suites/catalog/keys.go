package catalog

import "github.com/countersign-oidc/countersign/runner/check"

func keysChecks() []check.Check {
	return []check.Check{
		KeysUseOther, KeysAlgorithmOther, KeysSmall, KeysExponentOne, KeysHuge,
		KeysRotated, KeysRotatedBeforeSigning, KeysSameKid, KeysBothPublished, KeysRemoved, KeysRemovedInTime,
		KeysCooldown, KeysFloodUnknownKid, KeysFloodBadSignature, KeysRush,
		KeysOddEntries, KeysKidShared, KeysMany, KeysOversized, KeysPrivatePart, KeysOptionalMembers, KeysCertificateOther,
		KeysSetBroken, KeysCachedThroughFailure, KeysOutage, KeysOutageFirst, KeysCacheHeaders, KeysNotModified,
	}
}

// ofKeys is a check of the key set: the shop must not have one yet.
func ofKeys(noun, title string, refs []string, harm, remedy string) check.Check {
	return check.Check{
		ID: check.ID("keys." + noun), Title: title, Level: check.Must, Needs: []check.Capability{check.FreshInstance}, Refs: refs,
		Harm: harm, Tried: "For each variant a shop that has just started meets a provider with such a key set; then one with a proper key set.",
		Judged: threeWays, Remedy: remedy,
	}
}

func positive(c check.Check, tried, judged string) check.Check {
	c.Tried, c.Judged = tried, judged
	return c
}

func needing(c check.Check, needs ...check.Capability) check.Check {
	c.Needs = needs
	return c
}

const (
	locked     = "Customers cannot sign in although the provider did nothing wrong."
	coolDown   = "Allow a refetch of the key set only so often, whatever tokens arrive, and share one request among all who wait (cooldownDuration of jose's createRemoteJWKSet, for example)."
	keyMembers = "Take a key for the algorithm that the client is registered for only if its use, key_ops and alg, where present, allow it."
	skipOdd    = "Skip the entries of a key set that are not understood and use the others."
	keepKeys   = "Keep the last good key set until a new one has been read whole."
)

// The checks of the provider's keys.
var (
	KeysUseOther = overTLS(ofKeys("use-other", "A key that is not meant for signatures verifies none",
		[]string{"SIG-14", rfc7517 + "4.2", rfc7517 + "4.3", rfc8725 + "3.1"},
		"Keys that are handled with less care, for encryption, open accounts.", keyMembers))
	KeysAlgorithmOther = overTLS(ofKeys("algorithm-other", "A key that is meant for another algorithm does not verify",
		[]string{"SIG-14", rfc7517 + "4.4", rfc8725 + "3.1"},
		"One key is used with two algorithms, which nobody has proved safe.", keyMembers))
	KeysSmall = overTLS(ofKeys("small", "An RSA key of 1024 bits does not verify",
		[]string{"SIG-17", rfc7518 + "3.3", rfc8725 + "3.5"},
		"Whoever can rent enough computers makes tokens for any customer.",
		"Require RSA keys of 2048 bits or more."))
	KeysExponentOne = overTLS(ofKeys("exponent-one", "An RSA key with the exponent 1 does not verify",
		[]string{"SIG-17", rfc7518 + "3.3", rfc8725 + "3.5"},
		"Such a key verifies what anybody can write: a slip of the provider opens every account.",
		"Use a library that checks RSA keys, and keep it up to date."))
	KeysHuge = should(ofKeys("huge", "An RSA key of 16 384 bits keeps nobody waiting",
		[]string{"SIG-17", rfc8725 + "3.5", rfc7518 + "3.3"},
		"Each sign-in keeps the shop busy for seconds, and nobody can shop meanwhile.",
		"Refuse RSA keys beyond 8192 bits."))
	KeysRotated = needing(positive(ofKeys("rotated", "After the provider has changed its keys, sign-in goes on",
		[]string{"DSC-17", core + "10.1.1"}, locked,
		"Fetch the key set again when a token names a key that is not known."),
		"A person signs in, the provider makes new keys and publishes them beside the old ones, and the person signs in again.",
		"Passes if both sign-ins work and the second cost at most two requests for the keys."))
	KeysRotatedBeforeSigning = needing(positive(ofKeys("rotated-before-signing", "A token of a key that is newer than the shop's key set is accepted",
		[]string{"DSC-18", core + "10.1.1"}, locked,
		"Fetch the key set again when a token names a key that is not known."),
		"The provider changes its keys after the shop has fetched them and right before it signs the next token.",
		"Passes if that sign-in works."))
	KeysSameKid = needing(should(positive(ofKeys("same-kid", "New key material under the old name comes through, and the old is not trusted beside it",
		[]string{"DSC-19", core + "10.1.1"}, locked,
		"Fetch the key set again when a signature does not verify, within bounds, and let keys expire from the cache."),
		"A person signs in, the provider puts a new key under the same kid, and the person signs in again; at last a token of the old key arrives.",
		"Passes if the second sign-in works, at the latest a day later where the shop's clock can be moved, and the old key's token is refused.")))
	KeysBothPublished = positive(ofKeys("both-published", "Tokens of two published keys are accepted in turn",
		[]string{"DSC-20", core + "10.1.1"}, locked,
		"Cache the whole key set and choose by kid."),
		"The provider publishes two keys; six sign-ins follow, whose tokens are signed with one and the other in turn.",
		"Passes if all work and the shop asked for the keys no more than twice.")
	KeysRemoved = needing(should(positive(ofKeys("removed", "A key that the provider took back is refused once the keys were fetched again",
		[]string{"SIG-37", core + "10.1.1"},
		"A stolen key opens accounts long after the provider has withdrawn it.",
		"Replace the key set when it is fetched; do not add to it."),
		"A person signs in; the provider takes the key back and a token makes the shop fetch the keys; then a token of the old key arrives.",
		"Passes if the journal shows the fetch and the old key's token is refused.")))
	KeysRemovedInTime = needing(should(positive(ofKeys("removed-in-time", "A key that the provider took back is refused after a day at the latest",
		[]string{"SIG-37", core + "10.1.1", "CVE-2025-22149"},
		"A stolen key opens accounts for as long as the shop runs.",
		"Let cached keys expire after some hours, whatever Cache-Control says."),
		"A person signs in; the provider takes the key back; a day later, by the shop's clock, a token of the old key arrives.",
		"Passes if that token is refused. How long the old key was good is noted, hour by hour.")), check.Clock)
	KeysCooldown = needing(should(positive(ofKeys("cooldown", "A flood of bad tokens does not keep the keys of a rotation out",
		[]string{"DSC-21", core + "10.1.1"},
		"An attacker keeps customers from signing in for as long as they like.",
		"Count the wait from the last request for the keys, not from the last bad token."),
		"Bad tokens use up the shop's refetches. The provider changes its keys; bad tokens keep coming while the shop's clock goes on for five minutes.",
		"Passes if within the five minutes a sign-in with the new key works.")), check.Clock)
	KeysFloodUnknownKid = overTLS(needing(should(positive(ofKeys("flood-unknown-kid", "Tokens of unknown keys do not make the shop flood the provider",
		[]string{"DSC-22", core + "10.1.1"},
		"The provider locks the shop out for too many requests, and nobody can sign in.", coolDown),
		"After a good sign-in forty tokens with random kids arrive, from one browser and from ten at once.",
		"Passes if they cost at most ten requests for the keys, none signs anybody in, and a good sign-in works afterwards."))))
	KeysFloodBadSignature = overTLS(needing(should(positive(ofKeys("flood-bad-signature", "Tokens with a bad signature do not make the shop flood the provider",
		[]string{"DSC-23", core + "10.1.1"},
		"The provider locks the shop out for too many requests, and nobody can sign in.", coolDown),
		"After a good sign-in forty tokens with the right kid and a wrong signature arrive, from one browser and from ten at once.",
		"Passes if they cost at most ten requests for the keys, none signs anybody in, and a good sign-in works afterwards."))))
	KeysRush = needing(should(positive(ofKeys("rush", "Many who sign in right after a rotation share the request for the keys",
		[]string{"DSC-24", core + "10.1.1"}, locked, coolDown),
		"A person signs in, the provider changes its keys, and twenty people sign in at once while the key set takes a moment.",
		"Passes if all are signed in and it cost at most five requests for the keys.")))
	KeysOddEntries = positive(ofKeys("odd-entries", "Entries of the key set that the shop does not understand do not spoil the others",
		[]string{"DSC-25", rfc7517 + "5", "CVE-2026-42576"}, locked, skipOdd),
		"For each odd entry, before and after the good key, a shop that has just started is signed in to.",
		"Passes if every sign-in works.")
	KeysKidShared = should(positive(ofKeys("kid-shared", "Two keys of one name do not confuse the shop",
		[]string{"DSC-26", rfc7517 + "4.5"}, locked,
		"Choose the key by kid, kty and alg, and try each that fits."),
		"An RSA and an EC key share a kid; then two RSA keys do, the good one last.",
		"Passes if the first sign-in works and the second works or is refused without a crash."))
	KeysMany = should(positive(ofKeys("many", "A key set of a thousand keys is read",
		[]string{"DSC-27", rfc7517 + "5"}, locked,
		"Bound the size of a key set by megabytes, not by tens of keys."),
		"A shop that has just started meets a provider that publishes a thousand other keys before its own.",
		"Passes if the sign-in works within ten seconds."))
	KeysOversized = should(ofKeys("oversized", "A key set of twenty megabytes is refused and keeps nobody waiting",
		[]string{"DSC-27", "CVE-2026-59396", asvs + "4.3"},
		"One answer of the provider fills the shop's memory, and nobody can shop.",
		"Bound the size of every answer of the provider."))
	KeysPrivatePart = should(positive(ofKeys("private-part", "A private key in the key set does not crash the shop",
		[]string{"DSC-28", rfc7517 + "9.2", rfc8725 + "3.5"},
		"A slip of the provider takes the shop down.",
		"Use the public members of such a key or skip it."),
		"A shop that has just started meets a provider whose key has a private member.",
		"Passes if the sign-in works or is refused without a crash, and works with a proper key set."))
	KeysOptionalMembers = should(positive(ofKeys("optional-members", "A key without alg, use and certificate is used",
		[]string{"DSC-29", rfc7517 + "4"}, locked,
		"Require kty and the members of that type; the others are optional."),
		"For each optional member a shop that has just started meets a provider whose keys lack it.",
		"Passes if every sign-in works."))
	KeysCertificateOther = overTLS(should(positive(ofKeys("certificate-other", "Of a key and a certificate that contradict each other at most one verifies",
		[]string{"DSC-29", rfc7517 + "4.7"},
		"A certificate that nobody looked at verifies tokens beside the key.",
		"Use n and e, and refuse a key whose x5c is of another key."),
		"The provider's key carries the certificate of another one. A token of the key arrives, and one of the certificate.",
		"Passes if at most one of them signs in, and nothing crashes.")))
	KeysSetBroken = overTLS(ofKeys("set-broken", "Without a usable key set nobody is signed in, and the shop recovers",
		[]string{"DSC-30", core + "3.1.3.7 (6)", rfc7517 + "5"},
		"A broken answer of the provider switches the verification of signatures off, or locks customers out for good.",
		"Treat a key set without keys like one that cannot be fetched, and fetch it again at the next sign-in."))
	KeysCachedThroughFailure = needing(should(positive(ofKeys("cached-through-failure", "A refetch that fails does not throw the good keys away",
		[]string{"DSC-30", core + "10.1.1"}, locked, keepKeys),
		"After a good sign-in a token of an unknown key makes the shop fetch the keys, which are broken then; a good sign-in follows while they still are.",
		"Passes if, for each way to be broken, the good sign-in works.")))
	KeysOutage = needing(should(positive(ofKeys("outage", "Sign-in goes on while the key set cannot be fetched",
		[]string{"DSC-31", core + "10.1.1"}, locked, keepKeys),
		"A person signs in; then the JWKS URI answers 503, then closes the connection, and the person signs in again.",
		"Passes if the later sign-ins work with the keys that the shop has.")))
	KeysOutageFirst = should(positive(ofKeys("outage-first", "After a first failure to fetch the keys the shop tries again",
		[]string{"DSC-32", core + "10.1.1"}, locked,
		"Do not let a failed request for the keys block the next one for longer than a successful one would."),
		"A shop that has just started meets a JWKS URI that answers 500; the keys are back, and half a minute later, where the shop's clock can be moved, a person signs in.",
		"Passes if the first sign-in ends without a session and the second works."))
	KeysCacheHeaders = needing(should(positive(ofKeys("cache-headers", "What the key set says about caching does not lead to floods nor to endless trust",
		[]string{"DSC-33", "RFC 9111, 5.2.2", core + "10.1.1"}, locked,
		"Keep keys for at least a minute and at most a day, and fetch them again for an unknown kid, whatever Cache-Control says."),
		"The key set says max-age=0 during four sign-ins; then a year, and the provider changes its keys.",
		"Passes if all sign-ins work and none costs more than one request for the keys.")))
	KeysNotModified = needing(should(positive(ofKeys("not-modified", "An answer that the key set has not changed leaves the keys as they are",
		[]string{"DSC-33", "RFC 9110, 15.4.5", core + "10.1.1"}, locked, keepKeys),
		"The key set comes with an ETag. After a good sign-in a token of an unknown key makes the shop fetch the keys, the answer is 304, and a good sign-in follows.",
		"Passes if the good sign-in works.")))
)
