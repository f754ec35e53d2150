package catalog

import "github.com/countersign-oidc/countersign/runner/check"

func userInfoChecks() []check.Check {
	return []check.Check{
		ClaimsUserInfoSubjectMissing, ClaimsUserInfoSubjectLike, ClaimsUserInfoContradiction, ClaimsUserInfoNotObject,
		ClaimsUserInfoSigned, ClaimsUserInfoSignature, ClaimsUserInfoParties, ClaimsUserInfoIDToken, ClaimsUserInfoExpired,
		ClaimsUserInfoJSONUnasked, ClaimsUserInfoJWTUnasked,
	}
}

const (
	userInfoUnused = "Passes if nothing of that UserInfo is found in what the shop kept, nobody else is signed in, and the same sign-in with the right one works."
	signedUserInfo = "The client is registered for UserInfo as a JWT signed with RS256. "
)

func signedUserInfoNeeds() []check.Capability {
	return []check.Capability{check.UserInfo, check.SignedUserInfo, check.WhoAmIJSON}
}

func userInfoNeeds(more ...check.Capability) []check.Capability {
	return append([]check.Capability{check.UserInfo, check.WhoAmIJSON}, more...)
}

// The checks of UserInfo, and of UserInfo as a JWT.
var (
	ClaimsUserInfoSubjectMissing = check.Check{
		ID: "claims.userinfo-subject-missing", Title: "UserInfo without a subject is not used",
		Level: check.Must, Needs: userInfoNeeds(), Refs: []string{"CLM-30", core + "5.3.2"},
		Harm:   "An answer about nobody in particular fills the customer's account with somebody else's data.",
		Tried:  "A person signs in while UserInfo has another name and no sub, or null for it; then again with the right one.",
		Judged: userInfoUnused,
		Remedy: "Require sub in UserInfo and compare it with that of the ID token, before anything else is read.",
	}
	ClaimsUserInfoSubjectLike = check.Check{
		ID: "claims.userinfo-subject-like", Title: "UserInfo whose subject is only like that of the ID token is not used",
		Level: check.Must, Needs: userInfoNeeds(check.LetterSubjects), Refs: []string{"CLM-30", core + "5.3.2", core + "16.11"},
		Harm:   "The customer's account shows, or is filled with, the data of somebody with a similar subject.",
		Tried:  "A person signs in while UserInfo has another name, and for sub theirs in upper case, theirs with more behind it, a number, or lists of a victim's and theirs in both orders; then again with the right one.",
		Judged: userInfoUnused,
		Remedy: "Require sub to be a string and compare it exactly with that of the ID token.",
	}
	ClaimsUserInfoContradiction = check.Check{
		ID: "claims.userinfo-contradiction", Title: "UserInfo does not override who the ID token is from and about",
		Level: check.Must, Needs: userInfoNeeds(check.Identity), Refs: []string{"CLM-31", core + "5.3.2", core + "5.7"},
		Harm:   "UserInfo, which is not signed, makes a customer another one, or one of the shop's staff.",
		Tried:  "A customer signs in again while UserInfo has another iss, aud, nonce and an exp that has passed, and, where the shop knows staff, the list of groups that makes somebody one of them, although the ID token's does not.",
		Judged: "Passes if the shop names the same customer, and the page for staff stays closed.",
		Remedy: "Take issuer, subject, audience and groups from the verified ID token; do not merge UserInfo over it.",
	}
	ClaimsUserInfoNotObject = check.Check{
		ID: "claims.userinfo-not-an-object", Title: "UserInfo that is no JSON object breaks nothing",
		Level: check.Must, Needs: []check.Capability{check.UserInfo}, Refs: []string{"CLM-32", core + "5.3.2"},
		Harm:   "An outage of the provider shows customers a crash, or leaves them half signed in.",
		Tried:  "A person signs in while UserInfo is a list, a text, null, an HTML page, empty, JSON that calls itself plain text, or has 20 MB of white space; then again with the right one.",
		Judged: "Passes if the shop does not crash, nobody else is signed in, and the last sign-in works.",
		Remedy: "Check status, type and size of the answer, require an object, and treat all else as UserInfo that could not be had.",
	}
	ClaimsUserInfoSigned = check.Check{
		ID: "claims.userinfo-signed", Title: "Signed UserInfo is understood",
		Level: check.Must, Needs: append(signedUserInfoNeeds(), check.ShownProfile), Refs: []string{"CLM-34", core + "5.3.2"},
		Harm:   "Customers are nameless, or cannot sign in, at a provider that signs UserInfo.",
		Tried:  signedUserInfo + "A person signs in whose name is in UserInfo alone.",
		Judged: "Passes if the shop shows the name.",
		Remedy: "Verify the JWT with the provider's keys and use its claims.",
	}
	ClaimsUserInfoSignature = check.Check{
		ID: "claims.userinfo-signature", Title: "Signed UserInfo is used only if its signature verifies",
		Level: check.Must, Needs: signedUserInfoNeeds(), Refs: []string{"CLM-34", core + "5.3.4", rfc8725 + "3.1"},
		Harm:   "Whoever can change the answer on its way fills the account with what they like.",
		Tried:  signedUserInfo + "A person signs in while UserInfo is signed with another key, not at all, with the public key as a secret, or has a broken signature; then again with the right one.",
		Judged: userInfoUnused,
		Remedy: "Verify with the keys of the JWKS URI and the registered algorithm only.",
	}
	ClaimsUserInfoParties = check.Check{
		ID: "claims.userinfo-parties", Title: "Signed UserInfo is used only if it is from the provider and for this client",
		Level: check.Must, Needs: signedUserInfoNeeds(), Refs: []string{"CLM-34", core + "5.3.2"},
		Harm:   "UserInfo that another application got is put in the place of the customer's.",
		Tried:  signedUserInfo + "A person signs in while it has another iss or aud, or none; then again with the right one.",
		Judged: userInfoUnused,
		Remedy: "Require iss to be the issuer and aud to be or have the client ID.",
	}
	ClaimsUserInfoIDToken = check.Check{
		ID: "claims.userinfo-id-token", Title: "An ID token in the place of signed UserInfo is not used",
		Level: check.Should, Needs: signedUserInfoNeeds(), Refs: []string{"CLM-34", rfc8725 + "3.12"},
		Harm:   "An old token, from a log for example, passes for news about the customer.",
		Tried:  signedUserInfo + "A person signs in while the UserInfo endpoint answers with the ID token, which is signed by the same key for the same client; then again with the right one.",
		Judged: "Passes if the ID token is not what the shop kept as UserInfo, and the second sign-in works.",
		Remedy: "Refuse UserInfo that has what only ID tokens have, such as nonce.",
	}
	ClaimsUserInfoExpired = check.Check{
		ID: "claims.userinfo-expired", Title: "Signed UserInfo that has expired is not used",
		Level: check.Should, Needs: signedUserInfoNeeds(), Refs: []string{"CLM-34", rfc7519 + "4.1.4"},
		Harm:   "An answer of long ago brings back an address or a name that the customer has changed.",
		Tried:  signedUserInfo + "A person signs in while its exp was a day ago; then again with the right one.",
		Judged: userInfoUnused,
		Remedy: "Hold exp of a signed answer to the same rule as that of an ID token.",
	}
	ClaimsUserInfoJSONUnasked = check.Check{
		ID: "claims.userinfo-json-unasked", Title: "UserInfo in JSON is not used where a JWT is agreed on",
		Level: check.Must, Needs: signedUserInfoNeeds(), Refs: []string{"CLM-35", core + "5.3.2"},
		Harm:   "Leaving the signature out is enough to get around it.",
		Tried:  signedUserInfo + "A person signs in while UserInfo is plain JSON; then again with the JWT.",
		Judged: userInfoUnused,
		Remedy: "Require the type application/jwt where the client is registered for signed UserInfo.",
	}
	ClaimsUserInfoJWTUnasked = check.Check{
		ID: "claims.userinfo-jwt-unasked", Title: "UserInfo as a JWT is not used unverified where JSON is agreed on",
		Level: check.Must, Needs: userInfoNeeds(), Refs: []string{"CLM-35", core + "5.3.2"},
		Harm:   "The shop takes what looks signed for signed.",
		Tried:  "The client is registered for UserInfo in JSON. A person signs in while UserInfo is a JWT of a key that the provider never published; then again with JSON.",
		Judged: userInfoUnused,
		Remedy: "Require the type application/json, or verify a JWT in full before using it.",
	}
)
