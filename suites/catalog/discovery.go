package catalog

import "github.com/countersign-oidc/countersign/runner/check"

func discoveryChecks() []check.Check {
	return []check.Check{
		DiscoveryEndpointsAdvertised, DiscoveryIssuerOther, DiscoveryIssuerType, DiscoveryEndpointUnusable,
		DiscoveryEndpointUnsafe, DiscoveryLogoutUnsafe, DiscoveryUnknownMembers, DiscoveryNamesExact, DiscoveryRedirected, DiscoveryDownAtFirst,
		DiscoveryRefreshPoisoned, DiscoveryRefreshMoved, DiscoveryAlgorithmsNotBelieved,
	}
}

const discovery10 = "OpenID Connect Discovery 1.0, "

// fromMetadata is a check of a shop that reads its provider's metadata, tried
// on one that has not read them yet.
func fromMetadata(c check.Check) check.Check {
	c.Level = check.Must
	c.Needs = append([]check.Capability{check.Discovery, check.FreshInstance}, c.Needs...)
	return c
}

const withMetadataFault = "A shop that has not read the provider's metadata yet meets a document with this one deviation; a shop that meets the right one signs the same person in."

// The checks of the provider's metadata.
var (
	DiscoveryEndpointsAdvertised = fromMetadata(check.Check{
		ID: "discovery.endpoints-advertised", Title: "The endpoints that the provider's metadata name are used, wherever they are",
		Refs:   []string{"DSC-01", "DSC-03", discovery10 + "4", "RFC 8414, 2"},
		Harm:   "Nobody can sign in any more after the provider has moved an endpoint, or all customers are sent to an address that it has given up.",
		Tried:  "The metadata are at an issuer with a path, with endpoints at paths that no other provider has; in a second sign-in the token endpoint is at another host.",
		Judged: "Passes if both sign-ins work and the code is redeemed where the metadata say.",
		Remedy: "Take every endpoint from the metadata document and none from a pattern. In openid-client, discovery() does; in Spring Security, configure issuer-uri and no jwk-set-uri beside it; mod_auth_openidc does with OIDCProviderMetadataURL.",
	})
	DiscoveryIssuerOther = fromMetadata(check.Check{
		ID: "discovery.issuer-other", Title: "Metadata of another issuer are not used",
		Refs:  []string{"DSC-02", "CVE-2026-104056", discovery10 + "4.3", "OWASP ASVS 5.0, 10.5.3"},
		Harm:  "Whoever can put a document under the provider's address, or a neighbour tenant there, signs in at the shop as any of its customers.",
		Tried: withMetadataFault + " The issuer is another one, has a slash, a path or a character more or less, or is in other case.",
		Judged: "Passes only if the journal shows that the document was read, the shop sent nobody on to sign in, no session came of it, " +
			"and the right document works.",
		Remedy: "Compare issuer with the configured one, character by character, before anything else of the document is used. go-oidc does unless InsecureIssuerURLContext is used.",
	})
	DiscoveryIssuerType = fromMetadata(check.Check{
		ID: "discovery.issuer-malformed", Title: "Metadata whose issuer is missing or no single text are not used",
		Refs:   []string{"DSC-02", "DSC-13", discovery10 + "3"},
		Harm:   "A comparison that a missing or odd issuer skips lets any document pass for the provider's.",
		Tried:  withMetadataFault + " The issuer is missing, empty, null, in a list, under the name Issuer, or there twice.",
		Judged: "As for another issuer.",
		Remedy: "Require issuer and require it to be one string; read member names exactly as they are written.",
	})
	DiscoveryEndpointUnusable = fromMetadata(check.Check{
		ID: "discovery.endpoint-unusable", Title: "Metadata without a usable endpoint end in an error page",
		Refs:   []string{"DSC-04", discovery10 + "3"},
		Harm:   "A mistake in the provider's configuration takes the shop down, or half a sign-in leaves customers in a state that nobody planned.",
		Tried:  withMetadataFault + " An authorization endpoint, a token endpoint or a JWKS URI is missing, null, empty, relative, a number or a list.",
		Judged: "Passes only if the document was read, no session came of it, the shop did not crash, and the right document works.",
		Remedy: "Check that the endpoints that are needed are there and are absolute URLs before the sign-in starts, and say on a page of the shop's own that signing in is not possible now.",
	})
	DiscoveryEndpointUnsafe = fromMetadata(check.Check{
		ID: "discovery.endpoint-unsafe", Title: "Metadata cannot send a customer to a script or a file",
		Refs:   []string{"DSC-06", discovery10 + "3", rfc9700 + "4.11"},
		Harm:   "A script runs in the shop's pages as the customer, or a file of the shop's server is taken for the provider's keys.",
		Tried:  withMetadataFault + " The authorization endpoint is a script, a data URL or a file, has a fragment or credentials in it; the JWKS URI is a file.",
		Judged: "Passes only if the document was read, the browser rests on a page of the shop or the provider, no session came of it, and the right document works.",
		Remedy: "Take only https URLs, or http where the issuer is http too, without credentials and fragment.",
	})
	DiscoveryLogoutUnsafe = fromMetadata(check.Check{
		ID: "discovery.logout-endpoint-unsafe", Title: "A logout endpoint of the metadata that is a script or elsewhere keeps nobody signed in",
		Needs:  []check.Capability{check.SignOut},
		Refs:   []string{"LGO-07", discovery10 + "3", rpLogout + "2.1", "RFC 3986, 7"},
		Harm:   "A script runs in the shop's pages as the customer who wanted to leave, or the sign-out fails and the next person at the computer goes on.",
		Tried:  withMetadataFault + " The logout endpoint is a script, a data URL, a file, or at another host; whoever is signed in then signs out.",
		Judged: "Passes if nobody is signed in afterwards and the browser was led to no script, data or file; a shop that refuses the document passes if the right one works.",
		Remedy: "Take only https URLs, or http where the issuer is http too, and end the shop's own session before the redirect.",
	})
	DiscoveryUnknownMembers = fromMetadata(check.Check{
		ID: "discovery.unknown-members", Title: "Members and values that nobody knows are ignored",
		Refs:   []string{"DSC-05", discovery10 + "4.2"},
		Harm:   "The day on which the provider learns something new is the day on which nobody can sign in.",
		Tried:  "The metadata have hundreds of further members, nested ones among them, and unknown values in every list.",
		Judged: signedIn,
		Remedy: "Decode only what is used and ignore the rest.",
	})
	DiscoveryNamesExact = fromMetadata(check.Check{
		ID: "discovery.names-exact", Title: "Members whose names differ in case do not replace the provider's own",
		Refs:   []string{"DSC-13", core + "14"},
		Harm:   "An extension member that an outsider may fill in takes the place of the provider's key set or token endpoint.",
		Tried:  "Beside the provider's own members stand JWKS_URI and Token_Endpoint, which name a canary of an attacker.",
		Judged: "Passes if the canary is never called and the sign-in works or is refused.",
		Remedy: "Compare member names exactly. Go's encoding/json ignores case when it decodes into a struct.",
	})
	DiscoveryRedirected = fromMetadata(check.Check{
		ID: "discovery.redirected", Title: "A redirect does not lead to the metadata of another issuer",
		Refs:   []string{"DSC-08", "CVE-2026-49478", "CVE-2025-52477", discovery10 + "4.3"},
		Harm:   "An open redirect at the provider's host is enough to give the shop another provider.",
		Tried:  "The metadata address redirects, with 301, 302, 307 and 308, to a host of an attacker that serves metadata and keys of its own.",
		Judged: "Passes if nobody is sent to the attacker's endpoints, no session comes of it, and the sign-in works once the redirect is gone.",
		Remedy: "Follow no redirects when metadata are fetched, or at least compare the issuer of what comes with the configured one.",
	})
	DiscoveryDownAtFirst = fromMetadata(check.Check{
		ID: "discovery.down-at-first", Title: "A shop that starts while the provider is down serves its pages, and recovers by itself",
		Refs:   []string{"DSC-11", "NET-01", "NET-22", discovery10 + "4"},
		Harm:   "An outage of the provider takes the whole shop down, and somebody has to start it again by hand.",
		Tried:  "The metadata answer 503 at the first sign-in, and are there again afterwards; the front page is opened in between.",
		Judged: "Passes if the first sign-in ends on an error page that is no crash, the front page is shown, and a later sign-in works without a restart.",
		Remedy: "Fetch the metadata when they are first needed, and try again after a failure.",
	})
	DiscoveryRefreshPoisoned = fromMetadata(check.Check{
		ID: "discovery.refresh-poisoned", Title: "Metadata that are fetched again are checked like the first",
		Needs: []check.Capability{check.Clock}, Refs: []string{"DSC-09", "CVE-2026-104056", discovery10 + "4.3"},
		Harm:   "One bad answer in the life of a shop, long after its start, hands its customers' codes to an attacker.",
		Tried:  "After a first sign-in the metadata name another issuer and endpoints of an attacker; more than a day passes at the shop, and the person signs in again.",
		Judged: "Passes if the attacker's endpoints are never called, and either the sign-in works with the old document or it is refused.",
		Remedy: "Validate each document before it replaces the one before, and keep the old one, or stop, where it is not valid.",
	})
	DiscoveryRefreshMoved = fromMetadata(should(check.Check{
		ID: "discovery.refresh-moved", Title: "An endpoint that moves is found without a restart",
		Needs: []check.Capability{check.Clock}, Refs: []string{"DSC-10", discovery10 + "4", rfc9700 + "2.6"},
		Harm:   "Nobody can sign in after the provider has moved, until somebody starts the shop again.",
		Tried:  "After a first sign-in the metadata name a token endpoint at another host; more than a day passes at the shop, and the person signs in again.",
		Judged: "Passes if the code is redeemed at the new endpoint and the sign-in works.",
		Remedy: "Fetch the metadata again from time to time, a few hours at the latest.",
	}))
	DiscoveryAlgorithmsNotBelieved = fromMetadata(check.Check{
		ID: "discovery.algorithms-not-believed", Title: "Metadata do not switch on unsigned or symmetric ID tokens",
		Policy: check.UnsignedOverTLS, Refs: []string{"DSC-12", "SIG-05", rfc8725 + "3.1", rfc8725 + "3.2"},
		Harm:   "Whoever can change the metadata once can write ID tokens for every customer from then on.",
		Tried:  "The metadata promise none alone, HS256 alone, none beside RS256, no algorithm, or nothing, and the ID token is unsigned or has an HMAC of the public key.",
		Judged: threeWays,
		Remedy: "Fix the accepted algorithm in the shop's own configuration, RS256 where nothing was registered. In openid-client, id_token_signed_response_alg; in mod_auth_openidc, OIDCIDTokenSignedResponseAlg.",
	})
)
