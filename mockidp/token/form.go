package token

import (
	"crypto/rsa"
	"encoding/base64"
	"encoding/json"
	"strings"

	jose "github.com/go-jose/go-jose/v4"

	"github.com/countersign-oidc/countersign/mockidp/fault"
	"github.com/countersign-oidc/countersign/mockidp/keys"
)

// manyDots is how many a token of that form has behind it: enough to cost a
// parser that splits at each of them (CVE-2025-27144).
const manyDots = 100_000

// write is the token in its form.
func (d *Draft) write(ring *keys.Ring, k *keys.Key, header, payload, sig []byte) (string, error) {
	h, p, s := encode(header), encode(payload), d.encodedSignature(sig)
	compact := h + "." + p + "." + s
	switch d.form {
	case fault.FlattenedJSON:
		return object(jsonSignature{h, s}.with("payload", p))
	case fault.GeneralJSON:
		return object(map[string]any{"payload": p, "signatures": []jsonSignature{{h, s}}})
	case fault.TwoSignatures:
		return d.twoSignatures(ring, k, p, jsonSignature{h, s})
	case fault.Unencoded:
		return h + "." + string(payload) + "." + s, nil
	case fault.Nested:
		return d.nested(k, compact)
	case fault.Encrypted:
		return encrypted(ring, []byte(compact), "JWT")
	case fault.EncryptedClaim:
		return encrypted(ring, payload, "")
	case fault.PaddedParts:
		pad := base64.URLEncoding.EncodeToString
		return pad(header) + "." + pad(payload) + "." + pad(sig), nil
	default:
		return rewritten(d.form, h, p, s), nil
	}
}

// rewritten are the forms that need nothing but the three parts.
func rewritten(form fault.Form, h, p, s string) string {
	compact := h + "." + p + "." + s
	switch form {
	case fault.Detached:
		return h + ".." + s
	case fault.TwoParts:
		return h + "." + p
	case fault.FourParts:
		return compact + "." + s
	case fault.FiveParts:
		return compact + "." + s + "." + s
	case fault.ManyDots:
		return compact + strings.Repeat(".", manyDots)
	case fault.TruncatedForm:
		return compact[:len(compact)/2]
	case fault.SpaceAround:
		return " " + compact + "\n"
	case fault.SpaceWithin:
		return h + ".\n" + p + ".\n" + s
	case fault.WithBOM:
		return "\ufeff" + compact
	}
	return compact
}

// jsonSignature is a signature of the JSON serialization (RFC 7515, section
// 7.2.1).
type jsonSignature struct {
	Protected string `json:"protected"`
	Signature string `json:"signature"`
}

func (j jsonSignature) with(name, value string) map[string]any {
	return map[string]any{"protected": j.Protected, "signature": j.Signature, name: value}
}

func object(members map[string]any) (string, error) {
	out, err := json.Marshal(members)
	return string(out), err
}

// twoSignatures has the signature of a rogue key in front of the good one: a
// relying party that checks either and trusts both is lost.
func (d *Draft) twoSignatures(ring *keys.Ring, k *keys.Key, payload string, good jsonSignature) (string, error) {
	other, err := rogue(ring, k)
	if err != nil {
		return "", err
	}
	header := encode(Members{{"alg", quoted(other.Alg)}, {"kid", quoted(other.ID)}}.JSON())
	sig, err := other.SignRaw([]byte(header + "." + payload))
	if err != nil {
		return "", err
	}
	return object(map[string]any{"payload": payload, "signatures": []jsonSignature{{header, encode(sig)}, good}})
}

// nested signs the token once more.
func (d *Draft) nested(k *keys.Key, inner string) (string, error) {
	header := Members{{"alg", quoted(k.Alg)}, {"kid", quoted(k.ID)}, {"cty", quoted("JWT")}}
	input := encode(header.JSON()) + "." + encode([]byte(inner))
	sig, err := k.SignRaw([]byte(input))
	return input + "." + encode(sig), err
}

// encrypted is a JWE for the rogue key, which no relying party has.
func encrypted(ring *keys.Ring, content []byte, cty string) (string, error) {
	k, err := ring.Rogue(keys.RS256)
	if err != nil {
		return "", err
	}
	options := (&jose.EncrypterOptions{}).WithType("JWT")
	if cty != "" {
		options = options.WithContentType(jose.ContentType(cty))
	}
	public, _ := k.Public().(*rsa.PublicKey)
	encrypter, err := jose.NewEncrypter(jose.A256GCM, jose.Recipient{Algorithm: jose.RSA_OAEP_256, Key: public, KeyID: k.ID}, options)
	if err != nil {
		return "", err
	}
	jwe, err := encrypter.Encrypt(content)
	if err != nil {
		return "", err
	}
	return jwe.CompactSerialize()
}
