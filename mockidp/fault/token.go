package fault

import "encoding/json"

// TokenEdit changes a JWT of the provider before, while or after it is signed.
// Its edits are made in this order: another token in its place, the header and
// the claims, the signature, the form.
//
// A value is any JSON value in which expressions may stand anywhere: an object
// with one member whose name starts with a dollar sign. Of the honest token
// they know {"$own": "value"}, {"$append": "x"}, {"$prepend": "x"} and
// {"$cut": 8} (the first bytes; -1 leaves out the last) for the member itself,
// {"$claim": "sub"} for another one; of the provider {"$now": "-1h"} (a
// NumericDate), {"$now_ms": "-1h"}, {"$client": "id"}, {"$issuer": "url"},
// {"$other": "sub"} (another end-user's, or "client_id") and {"$jwk": "rogue"},
// {"$kid": "rogue"}, {"$x5c": "rogue"} (see KeyNames). {"$upper": V},
// {"$lower": V}, {"$string": V}, {"$join": [V, V]}, {"$merge": [V, V]},
// {"$repeat": {"value": V, "times": 9}} and {"$nest": 9} compute, and
// {"$raw": "01"} is put in as it is, JSON or not. One that has no honest value
// to start from leaves its member alone.
type TokenEdit struct {
	// Token is which JWT: "id_token" (also when empty), "userinfo" (signed or
	// plain; the latter has claims only) or "logout_token".
	Token string `json:"token,omitempty"`
	// From sends another token that the provider issued before in place of
	// this one. Without such a token the fault does not fire.
	From Source `json:"from,omitempty"`

	SetHeader    map[string]json.RawMessage `json:"set_header,omitempty"`
	RemoveHeader []string                   `json:"remove_header,omitempty"`
	// DuplicateHeader sends a header member twice, with this second value.
	DuplicateHeader map[string]json.RawMessage `json:"duplicate_header,omitempty"`
	SetClaims       map[string]json.RawMessage `json:"set_claims,omitempty"`
	RemoveClaims    []string                   `json:"remove_claims,omitempty"`
	// DuplicateClaims sends a claim twice, with this second value.
	DuplicateClaims map[string]json.RawMessage `json:"duplicate_claims,omitempty"`

	Sign Signing `json:"sign,omitempty"`
	// Secret is the HMAC secret when Sign is HMAC, and SecretText a value that
	// is one, a text, when Secret is SecretWritten.
	Secret     Secret          `json:"secret,omitempty"`
	SecretText json.RawMessage `json:"secret_text,omitempty"`
	// Signature is what happens to the signature once it is made.
	Signature Mutation `json:"signature,omitempty"`
	// Payload is what is signed in place of the claims as an object.
	Payload Payload `json:"payload,omitempty"`
	// Form is how the token is written down.
	Form Form `json:"form,omitempty"`
	// Rotate puts new keys in the place of the provider's before the token is
	// signed: a relying party has not seen them yet. It stays so when the fault
	// is disarmed.
	Rotate Rotation `json:"rotate,omitempty"`
}

// Rotation is how a key rotation treats the keys before it.
type Rotation string

// RotateOverlap leaves them published (OpenID Connect Core 1.0, section
// 10.1.1), RotateSudden takes them out of the JWKS at once, and RotateSameKID
// puts the new ones under their key IDs.
const (
	RotateOverlap Rotation = "overlap"
	RotateSudden  Rotation = "sudden"
	RotateSameKID Rotation = "same_kid"
)

// Rotations are all rotations, none first.
func Rotations() []Rotation { return []Rotation{"", RotateOverlap, RotateSudden, RotateSameKID} }

// IDToken is the Token that an edit is about unless it says otherwise, by its
// kind in the journal.
const IDToken = "id_token"

// Kind is which JWT the edit is about, by its kind in the journal.
func (e *TokenEdit) Kind() string {
	if e.Token == "" {
		return IDToken
	}
	return e.Token
}

// Source is an earlier token of the provider, or another one of the same
// answer.
type Source string

// The newest token of the kind that fits, as the journal knows them.
const (
	// FromPrevious was issued to the same client for the same end-user.
	FromPrevious Source = "previous"
	// FromOtherUser was issued to the same client for another end-user,
	// FromOtherClient to another client for the same end-user.
	FromOtherUser   Source = "other_user"
	FromOtherClient Source = "other_client"
	// FromIDToken is the last ID token of the client and the end-user, where
	// the edit is about another kind.
	FromIDToken Source = "id_token"
	// FromAccessToken is the access token of the same answer, and
	// FromLogoutToken and FromUserInfo are the last logout token and the last
	// signed UserInfo of the client and the end-user.
	FromAccessToken Source = "access_token"
	FromLogoutToken Source = "logout_token"
	FromUserInfo    Source = "userinfo"
)

// Signing is with what key and algorithm an edited token is signed. It decides
// the header's alg and kid before the header edits do.
type Signing string

// Properly is the zero value: with the provider's key and algorithm.
const (
	Properly Signing = ""
	// Unsigned has alg "none" and an empty signature (RFC 7519, section 6).
	Unsigned Signing = "unsigned"
	// BeforeEdits signs the honest token properly and then makes the edits, as
	// somebody on the way would.
	BeforeEdits Signing = "before_edits"
	// OtherKey signs with a key that the provider never published, under the
	// published kid.
	OtherKey Signing = "other_key"
	// HMAC is HS256 with Secret as the key.
	HMAC Signing = "hmac"
	// PublicKeyHMAC is HS256 with the PEM text of the public key as secret
	// (RFC 8725, section 2.1): HMAC with the secret SecretPEM.
	PublicKeyHMAC Signing = "public_key_hmac"
	// Corrupted is a proper signature with some bits inverted: the mutation
	// FlipMiddle.
	Corrupted Signing = "corrupted"
	// OtherAlgorithm signs properly with another published key of the
	// provider, of an algorithm that the client did not register.
	OtherAlgorithm Signing = "other_algorithm"
	// OtherPadding is the provider's RSA key with PSS under an RS alg, or the
	// other way round (RFC 7518, sections 3.3 and 3.5).
	OtherPadding Signing = "other_padding"
	// SmallKey is RS256 with an RSA key of 1024 bits, under its own kid (RFC
	// 7518, section 3.3).
	SmallKey Signing = "small_key"
	// KidOfOther signs properly under the kid of another published key.
	KidOfOther Signing = "kid_of_other"
	// UnitExponent is RS256 as anybody can make it for an RSA key whose
	// exponent is 1: the padded digest itself.
	UnitExponent Signing = "unit_exponent"
	// LeadingZeroR and LeadingZeroS sign properly with ECDSA until r or s begins
	// with twelve zero bits or more, which belong to the signature (RFC 7518, section 3.4).
	LeadingZeroR Signing = "leading_zero_r"
	LeadingZeroS Signing = "leading_zero_s"
)

// Signings are all ways of signing, Properly first.
func Signings() []Signing {
	return []Signing{
		Properly, Unsigned, BeforeEdits, OtherKey, HMAC, PublicKeyHMAC, Corrupted, OtherAlgorithm,
		OtherPadding, SmallKey, KidOfOther, UnitExponent, LeadingZeroR, LeadingZeroS,
	}
}

// Secret is something public or guessable that a relying party might take for
// an HMAC secret (RFC 8725, section 2.1), or the client's own secret.
type Secret string

// The spellings of the public key, the parts of its JWK, and what people type.
const (
	SecretPEM              Secret = "spki_pem" // SubjectPublicKeyInfo, with a line feed at the end
	SecretPEMNoNewline     Secret = "spki_pem_no_newline"
	SecretPEMCRLF          Secret = "spki_pem_crlf"
	SecretPEMOneLine       Secret = "spki_pem_one_line" // without line feeds
	SecretPEMExtraNewline  Secret = "spki_pem_extra_newline"
	SecretLines            Secret = "spki_base64_lines" // the base64 between header and footer
	SecretBase64           Secret = "spki_base64"       // the same on one line
	SecretDER              Secret = "spki_der"
	SecretPKCS1PEM         Secret = "pkcs1_pem"
	SecretPKCS1NoNewline   Secret = "pkcs1_pem_no_newline"
	SecretPKCS1CRLF        Secret = "pkcs1_pem_crlf"
	SecretPKCS1OneLine     Secret = "pkcs1_pem_one_line"
	SecretPKCS1Extra       Secret = "pkcs1_pem_extra_newline"
	SecretPKCS1Lines       Secret = "pkcs1_base64_lines"
	SecretPKCS1Base64      Secret = "pkcs1_base64"
	SecretPKCS1DER         Secret = "pkcs1_der"
	SecretCertificate      Secret = "x5c"     // a self-signed certificate in base64
	SecretCertificatePEM   Secret = "x5c_pem" // the same as PEM
	SecretModulus          Secret = "n"       // the text in the JWK
	SecretModulusBytes     Secret = "n_bytes"
	SecretExponent         Secret = "e"
	SecretKeyType          Secret = "kty"
	SecretAlgorithm        Secret = "alg"
	SecretKeyID            Secret = "kid"
	SecretJWK              Secret = "jwk"
	SecretJWKS             Secret = "jwks"
	SecretEmpty            Secret = "empty"
	SecretZero             Secret = "zero" // one zero byte
	SecretWord             Secret = "secret"
	SecretClientID         Secret = "client_id"
	SecretClientSecret     Secret = "client_secret"
	SecretClientSecretHash Secret = "client_secret_sha256"
	SecretWritten          Secret = "text" // TokenEdit.SecretText
)

// Secrets are all of them.
func Secrets() []Secret {
	return []Secret{
		SecretPEM, SecretPEMNoNewline, SecretPEMCRLF, SecretPEMOneLine, SecretPEMExtraNewline, SecretLines, SecretBase64,
		SecretDER, SecretPKCS1PEM, SecretPKCS1NoNewline, SecretPKCS1CRLF, SecretPKCS1OneLine, SecretPKCS1Extra,
		SecretPKCS1Lines, SecretPKCS1Base64, SecretPKCS1DER, SecretCertificate, SecretCertificatePEM, SecretModulus,
		SecretModulusBytes, SecretExponent, SecretKeyType, SecretAlgorithm, SecretKeyID, SecretJWK, SecretJWKS,
		SecretEmpty, SecretZero, SecretWord, SecretClientID, SecretClientSecret, SecretClientSecretHash,
		SecretWritten,
	}
}

// Mutation changes a signature after it was made.
type Mutation string

// The mutations. The zero value leaves the signature alone.
const (
	FlipFirst      Mutation = "flip_first" // the lowest bit of the first byte
	FlipMiddle     Mutation = "flip_middle"
	FlipLast       Mutation = "flip_last"
	CutLast        Mutation = "cut" // without its last byte
	CutFirst       Mutation = "cut_first"
	CutHalf        Mutation = "cut_half" // without its second half
	Extended       Mutation = "extended" // with a zero byte more
	Emptied        Mutation = "empty"
	Zeros          Mutation = "zeros"        // as long, all bits zero (CVE-2022-21449)
	Ones           Mutation = "ones"         // as long, all bits one
	GroupOrder     Mutation = "order"        // ECDSA with r and s the order of the curve's group
	ZeroPadded     Mutation = "zero_padded"  // ECDSA with a zero byte before r and before s
	PaddedTwice    Mutation = "padded_twice" // ECDSA with as many zero bytes before r and before s as each has
	DER            Mutation = "der"          // ECDSA as ASN.1 (against RFC 7518, section 3.4)
	OfAnother      Mutation = "of_another_token"
	PaddedBase64   Mutation = "padded_base64"   // with "=" (against RFC 7515, section 2)
	StandardBase64 Mutation = "standard_base64" // with "+" and "/"
	StrayBits      Mutation = "stray_bits"      // with bits in the last character that belong to no byte
)

// Mutations are all of them.
func Mutations() []Mutation {
	return []Mutation{
		FlipFirst, FlipMiddle, FlipLast, CutLast, CutFirst, CutHalf, Extended, Emptied, Zeros, Ones, GroupOrder, ZeroPadded, PaddedTwice, DER, OfAnother, PaddedBase64, StandardBase64,
		StrayBits,
	}
}

// Payload is the octets that are signed where they are no JSON object of claims
// (RFC 7519, section 7.2).
type Payload string

// The payloads. The zero value is the claims as they should be.
const (
	PayloadArray      Payload = "array"  // the claims in a list
	PayloadText       Payload = "text"   // the claims' JSON as a JSON text
	PayloadNumber     Payload = "number" // 7
	PayloadNull       Payload = "null"
	PayloadEmpty      Payload = "empty"
	PayloadNotJSON    Payload = "not_json" // a form
	PayloadUTF16      Payload = "utf16"
	PayloadBOM        Payload = "bom"
	PayloadNotUTF8    Payload = "not_utf8"    // with a claim whose text is not UTF-8
	PayloadTwoObjects Payload = "two_objects" // the claims, and an empty object behind them
	PayloadCut        Payload = "cut"         // without its last byte
)

// Payloads are all of them.
func Payloads() []Payload {
	return []Payload{
		PayloadArray, PayloadText, PayloadNumber, PayloadNull, PayloadEmpty, PayloadNotJSON, PayloadUTF16, PayloadBOM,
		PayloadNotUTF8, PayloadTwoObjects, PayloadCut,
	}
}

// Form is how a token is written down.
type Form string

// The forms. The zero value is the compact serialization.
const (
	FlattenedJSON  Form = "json"                // RFC 7515, section 7.2.2
	GeneralJSON    Form = "json_general"        // RFC 7515, section 7.2.1
	TwoSignatures  Form = "json_two_signatures" // the good signature and one of a rogue key
	Detached       Form = "detached"            // without the payload (RFC 7515, Appendix F)
	Unencoded      Form = "unencoded"           // "b64": false (RFC 7797)
	Nested         Form = "nested"              // a JWS within a JWS (RFC 7519, section 3)
	Encrypted      Form = "encrypted"           // a JWE for a key that nobody has
	EncryptedClaim Form = "encrypted_claims"    // the same, with the bare claims inside
	TwoParts       Form = "two_parts"
	FourParts      Form = "four_parts"
	FiveParts      Form = "five_parts"
	ManyDots       Form = "many_dots" // with 100 000 dots behind it
	TruncatedForm  Form = "truncated" // without its second half
	SpaceAround    Form = "space_around"
	SpaceWithin    Form = "space_within" // a line feed behind each dot
	WithBOM        Form = "bom"
	PaddedParts    Form = "padded_base64" // all parts with "="
)

// Forms are all of them.
func Forms() []Form {
	return []Form{
		FlattenedJSON, GeneralJSON, TwoSignatures, Detached, Unencoded, Nested, Encrypted, EncryptedClaim, TwoParts,
		FourParts, FiveParts, ManyDots, TruncatedForm, SpaceAround, SpaceWithin, WithBOM, PaddedParts,
	}
}
