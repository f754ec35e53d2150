package fault

import (
	"strings"

	"github.com/countersign-oidc/countersign/mockidp/protocol"
)

// checked is the step of ID token validation that every bad signature fails.
func checked(r ...protocol.Ref) []protocol.Ref {
	return append([]protocol.Ref{core("3.1.3.7 (6)")}, r...)
}

func signatureFaults() []Spec {
	none := checked(rfc("8725", "3.2"))
	unsigned := func(id ID, title string, set values, remove ...string) Spec {
		return tokenFault(id, title, TokenEdit{Sign: Unsigned, SetHeader: set, RemoveHeader: remove}, none...)
	}
	mutated := func(id ID, title string, m Mutation, r ...protocol.Ref) Spec {
		return tokenFault(id, title, TokenEdit{Signature: m}, checked(r...)...)
	}
	return []Spec{
		unsigned(IDTokenAlgNone, "ID token without signature", nil),
		unsigned("id_token.alg.none_title_case", "ID token with alg None", one("alg", `"None"`)),
		unsigned("id_token.alg.none_upper_case", "ID token with alg NONE", one("alg", `"NONE"`)),
		unsigned("id_token.alg.none_mixed_case", "ID token with alg nOnE", one("alg", `"nOnE"`)),
		unsigned("id_token.alg.none_space", "ID token with alg none and a space", one("alg", `"none "`)),
		unsigned("id_token.alg.empty", "ID token with an empty alg and no signature", one("alg", `""`)),
		unsigned("id_token.alg.null", "ID token whose alg is null, without signature", one("alg", `null`)),
		unsigned("id_token.alg.array", "ID token with none in a list", one("alg", `["none"]`)),
		unsigned("id_token.alg.missing", "ID token without alg and without signature", nil, "alg"),
		tokenFault("id_token.alg.none_with_signature", "ID token with alg none and the signature that it had before",
			TokenEdit{Sign: BeforeEdits, SetHeader: one("alg", `"none"`)}, none...),
		tokenFault("id_token.signature.tampered", "ID token whose subject was changed after it was signed",
			TokenEdit{Sign: BeforeEdits, SetClaims: one("sub", `{"$other":"sub"}`)}, checked()...),
		tokenFault(IDTokenSignatureOtherKey, "ID token signed with a key that was never published", TokenEdit{Sign: OtherKey}, checked()...),
		tokenFault(IDTokenSignatureCorrupted, "ID token with a corrupted signature", TokenEdit{Sign: Corrupted}, checked()...),
		tokenFault("id_token.signature.other_padding", "ID token signed with PSS under an RS algorithm",
			TokenEdit{Sign: OtherPadding}, checked(rfc("7518", "3.3"))...),
		mutated("id_token.signature.first_bit", "ID token whose signature has another first byte", FlipFirst),
		mutated("id_token.signature.last_byte", "ID token whose signature has another last byte", FlipLast),
		mutated("id_token.signature.cut", "ID token whose signature lacks its last byte", CutLast),
		mutated("id_token.signature.half", "ID token with half of its signature", CutHalf),
		mutated("id_token.signature.extended", "ID token whose signature has a byte more", Extended),
		mutated("id_token.signature.empty", "ID token with an empty signature under its alg", Emptied, rfc("8725", "3.2")),
		mutated("id_token.signature.zeros", "ID token whose signature is all zeros", Zeros,
			protocol.Ref{Spec: "CVE-2022-21449", Section: "description"}),
		mutated("id_token.signature.der", "ID token whose ECDSA signature is ASN.1", DER, rfc("7518", "3.4")),
		mutated("id_token.signature.of_another", "ID token with the signature of another one", OfAnother),
		mutated("id_token.signature.padded_base64", "ID token whose signature has base64 padding", PaddedBase64, rfc("7515", "2")),
		mutated("id_token.signature.standard_base64", "ID token whose signature is in the other base64 alphabet", StandardBase64, rfc("7515", "2")),
		tokenFault(IDTokenAlgOtherRegistered, "ID token signed with an algorithm that the client did not register",
			TokenEdit{Sign: OtherAlgorithm}, core("3.1.3.7 (7)")),
		tokenFault("id_token.key.small", "ID token signed with an RSA key of 1024 bits, which nobody published",
			TokenEdit{Sign: SmallKey}, checked(rfc("7518", "3.3"))...),
	}
}

// rogueKey is a token that is signed with the rogue key and says where to find
// that.
func rogueKey(id ID, title string, set values, r ...protocol.Ref) Spec {
	return tokenFault(id, title, TokenEdit{Sign: OtherKey, SetHeader: set}, checked(r...)...)
}

// remote is the address of the rogue key set, which leads nowhere.
const remote = `"` + canary + `/keys.json"`

func keyFaults() []Spec {
	trust := rfc("8725", "3.10")
	jwk, jku, x5u, x5c, kid, crit := rfc("7515", "4.1.3"), rfc("7515", "4.1.2"), rfc("7515", "4.1.5"), rfc("7515", "4.1.6"), rfc("7515", "4.1.4"), rfc("7515", "4.1.11")
	critical := func(name, value string) values {
		out := one(name, value)
		out["crit"] = []byte(`["` + name + `"]`)
		return out
	}
	return []Spec{
		header(IDTokenKidUnknown, "ID token that names a key that was never published", "kid", `{"$append":"x"}`, core("10.1")),
		tokenFault("id_token.kid.of_other_key", "ID token that names another published key", TokenEdit{Sign: KidOfOther}, kid, core("10.1")),
		tokenFault("id_token.kid.missing", "ID token that names no key", TokenEdit{RemoveHeader: []string{"kid"}}, core("10.1")),
		header("id_token.kid.empty", "ID token that names an empty kid", "kid", `""`, kid),
		header("id_token.kid.number", "ID token whose kid is a number", "kid", `7`, kid),
		header("id_token.kid.path", "ID token whose kid is a path", "kid", `"../../../../../../dev/null"`, trust),
		header("id_token.kid.sql", "ID token whose kid is SQL", "kid", `"x' UNION SELECT 'key' --"`, trust),
		header("id_token.kid.command", "ID token whose kid is a command", "kid", `"|/usr/bin/touch /tmp/countersign"`, trust),
		header("id_token.kid.url", "ID token whose kid is a URL", "kid", remote, trust),
		header("id_token.kid.long", "ID token whose kid has 100 000 characters", "kid", `{"$repeat":{"value":"k","times":100000}}`, kid),
		rogueKey("id_token.kid.rogue", "ID token of a rogue key under its own kid", one("kid", `{"$kid":"rogue"}`)),
		rogueKey("id_token.kid.absent_rogue", "ID token of a rogue key whose kid is null", one("kid", `null`)),
		rogueKey("id_token.jwk.embedded", "ID token with the rogue key in its header", one("jwk", `{"$jwk":"rogue"}`), jwk, trust),
		rogueKey("id_token.jwk.url", "ID token whose jwk is a URL", one("jwk", remote), jwk, trust),
		rogueKey("id_token.jku.elsewhere", "ID token with the URL of a rogue key set", one("jku", remote), jku, trust),
		rogueKey("id_token.x5u.elsewhere", "ID token with the URL of a rogue certificate", one("x5u", remote), x5u, trust),
		rogueKey("id_token.x5c.self_signed", "ID token with the rogue key's certificate", one("x5c", `{"$x5c":"rogue"}`), x5c, trust),
		rogueKey("id_token.jku.critical", "ID token that insists on its rogue key set", critical("jku", remote), jku, crit),
		header("id_token.jku.internal", "ID token with a key set at a link-local address", "jku", `"http://169.254.169.254/latest/meta-data/"`, trust),
		tokenFault("id_token.crit.unknown", "ID token that insists on an unknown extension",
			TokenEdit{SetHeader: critical("x-countersign", `true`)}, crit),
		header("id_token.crit.empty", "ID token with an empty crit", "crit", `[]`, crit),
		header("id_token.crit.absent_member", "ID token that insists on a member that is not there", "crit", `["exp"]`, crit),
		header("id_token.zip.deflate", "ID token that says that it is compressed", "zip", `"DEF"`, rfc("7516", "4.1.3")),
		header("id_token.typ.logout", "ID token of type logout+jwt", "typ", `"logout+jwt"`, rfc("8725", "3.11")),
		header("id_token.typ.access_token", "ID token of type at+jwt", "typ", `"at+jwt"`, rfc("9068", "4")),
		tokenFault("id_token.typ.missing", "ID token without typ, which is good", TokenEdit{RemoveHeader: []string{"typ"}}, rfc("7519", "5.1")),
		header("id_token.alg.unknown", "ID token of an unknown algorithm", "alg", `"RS257"`, core("3.1.3.7 (7)")),
		tokenFault("id_token.alg.duplicate", "ID token with a second alg, none",
			TokenEdit{DuplicateHeader: one("alg", `"none"`)}, rfc("7515", "4")),
		header("id_token.header.claims", "ID token with another end-user's claims in its header", "sub", `{"$other":"sub"}`, rfc("7519", "5.3")),
	}
}

func secretFaults() []Spec {
	confusion := checked(rfc("8725", "2.1"))
	out := []Spec{
		tokenFault(IDTokenAlgHS256PublicKey, "ID token with the public key as HMAC secret", TokenEdit{Sign: PublicKeyHMAC}, confusion...),
	}
	for _, s := range Secrets() {
		if s == SecretPEM || s == SecretWritten {
			continue // IDTokenAlgHS256PublicKey; a secret that somebody has to write
		}
		title := "ID token with the public key as HMAC secret: " + spaced(string(s))
		switch s {
		case SecretEmpty, SecretZero, SecretWord, SecretClientID, SecretClientSecret, SecretClientSecretHash:
			title = "ID token with a weak HMAC secret: " + spaced(string(s))
		}
		out = append(out, tokenFault(ID("id_token.hmac."+strings.ToLower(string(s))), title, TokenEdit{Sign: HMAC, Secret: s}, confusion...))
	}
	return append(out, tokenFault("id_token.jwk.mac_key", "ID token with its HMAC secret in the header",
		TokenEdit{Sign: HMAC, Secret: SecretWord, SetHeader: one("jwk", `{"kty":"oct","k":"c2VjcmV0"}`)}, confusion...))
}
