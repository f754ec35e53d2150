package fault

import (
	"slices"
	"sync"
)

// The IDs of the catalogue that checks cite. All lists the others too.
const (
	IDTokenExpPast            ID = "id_token.exp.past"
	IDTokenExpMissing         ID = "id_token.exp.missing"
	IDTokenNbfFuture          ID = "id_token.nbf.future"
	IDTokenIatMissing         ID = "id_token.iat.missing"
	IDTokenIatFuture          ID = "id_token.iat.future"
	IDTokenIssOther           ID = "id_token.iss.other"
	IDTokenIssMissing         ID = "id_token.iss.missing"
	IDTokenAudOther           ID = "id_token.aud.other"
	IDTokenAudMissing         ID = "id_token.aud.missing"
	IDTokenAudExtra           ID = "id_token.aud.extra"
	IDTokenAzpOther           ID = "id_token.azp.other"
	IDTokenNonceOther         ID = "id_token.nonce.other"
	IDTokenNonceMissing       ID = "id_token.nonce.missing"
	IDTokenSubMissing         ID = "id_token.sub.missing"
	IDTokenSubEmpty           ID = "id_token.sub.empty"
	IDTokenAtHashOther        ID = "id_token.at_hash.other"
	IDTokenAlgNone            ID = "id_token.alg.none"
	IDTokenAlgHS256PublicKey  ID = "id_token.alg.hs256_public_key"
	IDTokenAlgOtherRegistered ID = "id_token.alg.other_registered"
	IDTokenSignatureOtherKey  ID = "id_token.signature.other_key"
	IDTokenSignatureCorrupted ID = "id_token.signature.corrupted"
	IDTokenKidUnknown         ID = "id_token.kid.unknown"

	TokenIDTokenMissing      ID = "token.id_token.missing"
	TokenStatus400           ID = "token.status.400"
	TokenStatus400WithTokens ID = "token.status.400_with_tokens"
	TokenStatus500           ID = "token.status.500"
	TokenTimeout             ID = "token.timeout"
	TokenBodyNotJSON         ID = "token.body.not_json"
	TokenBodyTruncated       ID = "token.body.truncated"

	DiscoveryStatus503   ID = "discovery.status.503"
	DiscoveryIssuerOther ID = "discovery.issuer.other"
	JWKSStatus503        ID = "jwks.status.503"

	AuthorizeStateOther    ID = "authorize.state.other"
	AuthorizeStateMissing  ID = "authorize.state.missing"
	AuthorizeIssOther      ID = "authorize.iss.other"
	AuthorizeIssMissing    ID = "authorize.iss.missing"
	AuthorizeErrorWithCode ID = "authorize.error_with_code"
	AuthorizeAccessDenied  ID = "authorize.error.access_denied"

	UserInfoSubOther  ID = "userinfo.sub.other"
	UserInfoStatus500 ID = "userinfo.status.500"

	EndSessionStateOther   ID = "end_session.state.other"
	EndSessionStateMissing ID = "end_session.state.missing"
	EndSessionStatus500    ID = "end_session.status.500"
)

// catalogue is made when it is first asked for: a provider without faults has
// no need of it.
var catalogue = sync.OnceValue(func() []Spec {
	return slices.Concat(
		discoveryFaults(), metadataFaults(), keySetFaults(), authorizeFaults(), codeFaults(), tokenFaults(),
		claimFaults(), typeFaults(), signatureFaults(), keyFaults(), secretFaults(), formFaults(), sourceFaults(),
		userInfoFaults(), signOutFaults(), noticeFaults(), ruleFaults(), transportFaults(),
	)
})

var byID = sync.OnceValue(func() map[ID]Spec {
	all := make(map[ID]Spec)
	for _, s := range catalogue() {
		all[s.ID] = s
	}
	return all
})

// All is the catalogue: every named fault, in the order of the sign-in they
// spoil. The caller may change the list but not what the specs point to.
func All() []Spec { return slices.Clone(catalogue()) }

// Named is the fault of the catalogue with that ID. The caller may change it
// but not what it points to.
func Named(id ID) (Spec, bool) {
	s, ok := byID()[id]
	return s, ok
}
