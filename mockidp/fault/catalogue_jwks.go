package fault

import (
	"encoding/json"

	"github.com/countersign-oidc/countersign/mockidp/journal"
	"github.com/countersign-oidc/countersign/mockidp/protocol"
)

func refs(r ...protocol.Ref) []protocol.Ref { return r }

// keySet is a fault of the key set.
func keySet(id ID, title string, e KeysEdit, r ...protocol.Ref) Spec {
	return response(id, title, ResponseEdit{Endpoint: journal.JWKS, Keys: &e}, r...)
}

func keyList(keys ...string) []json.RawMessage {
	var out []json.RawMessage
	for _, k := range keys {
		out = append(out, json.RawMessage(k))
	}
	return out
}

// rogueUnderKid is the rogue key under the name of the one that signs.
const rogueUnderKid = `{"$merge":[{"$jwk":"rogue"},{"kid":{"$kid":"signing"}}]}`

func keySetFaults() []Spec {
	signing := one("alg", `"RS256"`)
	members := rfc("7517", "4")
	return append([]Spec{
		response(JWKSStatus503, "the key set is unavailable", down(journal.JWKS, 503, "temporarily_unavailable"), core("10.1.1")),
		keySet("jwks.order.reversed", "keys in the opposite order", KeysEdit{Reverse: true}, rfc("7517", "5")),
		keySet("jwks.key.removed", "key set without the key that signs", KeysEdit{Where: signing, Drop: true}, core("10.1.1")),
		keySet("jwks.keys.empty", "key set without keys", KeysEdit{Drop: true}, rfc("7517", "5.1")),
		keySet("jwks.keys.duplicate", "each key listed twice", KeysEdit{Repeat: true}, rfc("7517", "4.5")),
		lacking("jwks.keys.missing", "key set without a list of keys", journal.JWKS, "keys", rfc("7517", "5.1")),
		set("jwks.keys.object", "key set whose list is an object", journal.JWKS, "keys", `{}`, rfc("7517", "5.1")),
		set("jwks.keys.null", "key set whose list is null", journal.JWKS, "keys", `null`, rfc("7517", "5.1")),
		keySet("jwks.keys.many", "10 000 keys in front of the good ones", KeysEdit{Fill: 10_000}, rfc("7517", "5")),
		keySet("jwks.key.rogue_added", "a key that is not the provider's beside its own", KeysEdit{Last: keyList(`{"$jwk":"rogue"}`)}, core("10.1.1")),
		keySet("jwks.kid.rogue_first", "a rogue key under the honest kid, in front of the honest one",
			KeysEdit{First: keyList(rogueUnderKid)}, rfc("7517", "4.5")),
		keySet("jwks.kid.rogue_only", "a rogue key under the honest kid, in its place",
			KeysEdit{Where: signing, Drop: true, First: keyList(rogueUnderKid)}, rfc("7517", "4.5")),
		keySet("jwks.kid.missing", "keys without kid", KeysEdit{Remove: []string{"kid"}}, members),
		keySet("jwks.kid.other", "the key that signs under another kid", KeysEdit{Where: signing, Set: one("kid", `{"$append":"x"}`)}, members),
		keySet("jwks.kid.number", "kid that is a number", KeysEdit{Where: signing, Set: one("kid", `7`)}, members),
		keySet("jwks.kid.same", "all keys under one kid", KeysEdit{Set: one("kid", `"same"`)}, rfc("7517", "4.5")),
		keySet("jwks.alg.missing", "keys without alg", KeysEdit{Remove: []string{"alg"}}, members),
		keySet("jwks.alg.other", "the key that signs is said to be for RS512", KeysEdit{Where: signing, Set: one("alg", `"RS512"`)}, members),
		keySet("jwks.alg.hs256", "the key that signs is said to be for HS256", KeysEdit{Where: signing, Set: one("alg", `"HS256"`)}, rfc("8725", "3.1")),
		keySet("jwks.use.missing", "keys without use", KeysEdit{Remove: []string{"use"}}, members),
		keySet("jwks.use.enc", "the key that signs is said to be for encryption", KeysEdit{Where: signing, Set: one("use", `"enc"`)}, rfc("7517", "4.2")),
	}, oddKeyFaults()...)
}

func oddKeyFaults() []Spec {
	signing := one("alg", `"RS256"`)
	skip, members := rfc("7517", "5"), rfc("7518", "6.3.1")
	return []Spec{
		keySet("jwks.kty.missing", "the key that signs has no kty", KeysEdit{Where: signing, Remove: []string{"kty"}}, rfc("7517", "4.1")),
		keySet("jwks.kty.other", "the RSA key is said to be an EC key", KeysEdit{Where: signing, Set: one("kty", `"EC"`)}, rfc("7517", "4.1")),
		keySet("jwks.kty.oct", "the key that signs is said to be a secret", KeysEdit{Where: signing, Set: one("kty", `"oct"`)}, rfc("8725", "3.1")),
		keySet("jwks.kty.unknown_first", "a key of an unknown type in front", KeysEdit{First: keyList(`{"kty":"XYZ","kid":"x","x":"AA"}`)}, skip),
		keySet("jwks.crv.unknown_first", "a key on an unknown curve in front",
			KeysEdit{First: keyList(`{"kty":"EC","crv":"P-999","kid":"c","x":"AA","y":"AA"}`)}, skip),
		keySet("jwks.point.off_curve", "a point in front that is not on its curve",
			KeysEdit{First: keyList(`{"kty":"EC","crv":"P-256","kid":"o","x":"AQ","y":"AQ"}`)}, rfc("7518", "6.2.1")),
		keySet("jwks.entry.null_first", "null in front of the keys", KeysEdit{First: keyList(`null`)}, skip),
		keySet("jwks.entry.text_first", "a text in front of the keys", KeysEdit{First: keyList(`"key"`)}, skip),
		keySet("jwks.n.bad_base64", "a modulus that is not base64url", KeysEdit{Where: signing, Set: one("n", `"***"`)}, members),
		keySet("jwks.n.empty", "an empty modulus", KeysEdit{Where: signing, Set: one("n", `""`)}, members),
		keySet("jwks.e.one", "an RSA exponent of 1", KeysEdit{Where: signing, Set: one("e", `"AQ"`)}, members),
		keySet("jwks.d.included", "a key with a private part", KeysEdit{Where: signing, Set: one("d", `"AQAB"`)}, rfc("7517", "9.2")),
		keySet("jwks.k.included", "a published secret in front", KeysEdit{First: keyList(`{"kty":"oct","kid":"k","alg":"HS256","k":"c2VjcmV0"}`)}, rfc("7517", "9.2")),
		keySet("jwks.x5c.mismatch", "a certificate of another key", KeysEdit{Where: signing, Set: one("x5c", `{"$x5c":"rogue"}`)}, rfc("7517", "4.7")),
		keySet("jwks.x5c.garbage", "a certificate that is none", KeysEdit{Where: signing, Set: one("x5c", `["AAAA"]`)}, rfc("7517", "4.7")),
		keySet("jwks.key_ops.encrypt", "a key whose operations are others", KeysEdit{Where: signing, Set: one("key_ops", `["encrypt"]`)}, rfc("7517", "4.3")),
		{
			ID: "jwks.key.small", Title: "an RSA key of 1024 bits is published, and signs", Refs: refs(rfc("7518", "3.3")),
			Token: &TokenEdit{Sign: SmallKey}, Response: &ResponseEdit{
				Endpoint: journal.JWKS, Keys: &KeysEdit{Last: keyList(`{"$jwk":"small"}`)},
			},
		},
	}
}
