package catalog

import "github.com/countersign-oidc/countersign/runner/check"

// several is what the checks with an evil provider need.
var several = []check.Capability{check.SeveralProviders}

// The checks of shops that know more than one provider.
var (
	AttackIssuerPromised = check.Check{
		ID: "attack.issuer-promised", Title: "Where the provider promises its issuer, an answer without the right one is refused",
		Level: check.Must, Needs: []check.Capability{check.Settings}, Refs: []string{"SEC-15", rfc9207 + "2.4", rfc9700 + "4.4.2.1"},
		Harm:   "With two providers, one of them can obtain the codes of the other.",
		Tried:  "The shop is told that the provider sends iss; answers come without it, with it empty, under another name, twice, and with other issuers, some of them errors.",
		Judged: notTaken,
		Remedy: "Where the metadata say authorization_response_iss_parameter_supported, require iss and compare it byte by byte.",
	}
	AttackIssuerUnpromised = check.Check{
		ID: "attack.issuer-unpromised", Title: "A wrong issuer in the answer is refused, promised or not",
		Level: check.Should, Refs: []string{"SEC-16", "SEC-15", rfc9207 + "2.4"},
		Harm:   "With two providers, one of them can obtain the codes of the other.",
		Tried:  "Answers come with issuers that are almost right, foreign, and twice, some of them errors.",
		Judged: notTaken,
		Remedy: "Where the answer has an iss parameter, compare it byte by byte with the issuer that was asked.",
	}
	AttackMixUp = check.Check{
		ID: "attack.mix-up", Title: "An evil provider does not obtain a code of the honest one",
		Level: check.Must, Needs: several, Refs: []string{"SEC-17", rfc9700 + "4.4.1", rfc9700 + "4.4.2", rfc9207 + "1"},
		Harm:   "One compromised provider of the shop signs in as customers of all others.",
		Tried:  "A sign-in is started at the evil provider, whose authorization endpoint hands the browser on to the honest one.",
		Judged: "Passes if neither the code nor the client secret nor a token of the honest provider reaches the evil one, nobody is signed in, and an ordinary sign-in works.",
		Remedy: "Give each provider a redirect URI of its own, or require the iss parameter (RFC 9207).",
	}
	AttackEndpointsMixed = check.Check{
		ID: "attack.endpoints-mixed", Title: "Metadata that name another provider's endpoint obtain nothing of it",
		Level: check.Must, Needs: []check.Capability{check.SeveralProviders, check.Discovery}, Refs: []string{"SEC-21", rfc9700 + "4.4"},
		Harm:   "One compromised provider of the shop signs in as customers of all others.",
		Tried:  "The evil provider's metadata name the honest authorization endpoint and its own token and UserInfo endpoints; a customer signs in there.",
		Judged: "Passes if neither the code nor the client secret nor a token of the honest provider reaches the evil one, nobody is signed in, and an ordinary sign-in works.",
		Remedy: "Give each provider a redirect URI of its own, or require the iss parameter (RFC 9207).",
	}
	AttackOtherRedirect = check.Check{
		ID: "attack.other-redirect", Title: "An answer is taken only where it was asked for",
		Level: check.Must, Needs: several, Refs: []string{"SEC-18", rfc9700 + "4.4.2.2", "CVE-2026-73419"},
		Harm:   "Redirect URIs of their own protect from mix-up only if somebody looks at them.",
		Tried:  "Each provider has a redirect URI of its own; the answer of each is delivered at the other's.",
		Judged: notTaken,
		Remedy: "Keep the redirect URI with the pending sign-in and compare it with the one at which the answer came.",
	}
	AttackSessionOverwritten = check.Check{
		ID: "attack.session-overwritten", Title: "A second sign-in does not change the provider of the first",
		Level: check.Must, Needs: several, Refs: []string{"SEC-19", rfc9700 + "4.4.2"},
		Harm:   "An attacker with an account at one provider is signed in to a customer's account at another.",
		Tried:  "A sign-in is held back while another one is begun at the other provider in the same browser, in both orders; the evil provider's tokens then claim the honest issuer, signed by itself or keyed by the client secret.",
		Judged: "Passes if the honest code reaches the honest provider alone, and the evil provider's tokens sign nobody in.",
		Remedy: "Keep the provider with the state of each sign-in, not in the session.",
	}
	AttackIssuerClaimed = check.Check{
		ID: "attack.issuer-claimed", Title: "A provider whose metadata claim another issuer is not used",
		Level: check.Must, Needs: []check.Capability{check.SeveralProviders, check.Discovery}, Refs: []string{"SEC-20", "OpenID Connect Discovery 1.0, 4.3", "OpenID Connect Discovery 1.0, 7.2"},
		Harm:   "One compromised provider of the shop signs in as customers of all others.",
		Tried:  "The evil provider's metadata, and then its answers and ID tokens too, claim the honest issuer.",
		Judged: "Passes if nobody is signed in there, and an ordinary sign-in at the honest provider works.",
		Remedy: "Compare the issuer of the metadata with the one that was configured, before anything else of them is used.",
	}
	AttackSameKeyID = check.Check{
		ID: "attack.same-key-id", Title: "A key of one provider verifies no tokens of another",
		Level: check.Must, Needs: several, Refs: []string{"SIG-36", rfc8725 + "3.8", core + "3.1.3.7 (6)", "CVE-2026-49998"},
		Harm:   "One compromised provider of the shop signs tokens for customers of all others.",
		Tried:  "Both providers have a key with the same ID and the shop knows both; a sign-in at the first is answered with a token that the second one signed.",
		Judged: threeWays,
		Remedy: "Keep the keys apart by issuer, or by the address they came from; a kid is unique within one key set only.",
	}
	AttackProvidersApart = check.Check{
		ID: "attack.providers-apart", Title: "Providers with the same key ID and client ID do not get in each other's way",
		Level: check.Must, Needs: several, Refs: []string{"DSC-34", rfc9700 + "4.4", "CVE-2026-49998"},
		Harm:   "Sign-in at one provider breaks once somebody has signed in at another.",
		Tried:  "Both providers know the shop by one client ID and have a key with the same ID; a person signs in at one and the other in turn.",
		Judged: "Passes if each sign-in works and its requests go to its own provider alone.",
		Remedy: "Keep metadata, keys, client and customers apart by issuer.",
	}
)
