package token

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/asn1"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math/big"
	"slices"
	"strings"

	"github.com/countersign-oidc/countersign/mockidp/fault"
	"github.com/countersign-oidc/countersign/mockidp/keys"
)

// misSign puts a changed draft together by hand, for a library would refuse
// to.
func (d *Draft) misSign(ring *keys.Ring, k *keys.Key) (string, error) {
	if d.from != "" {
		return d.replaced, nil
	}
	header, payload := d.Header.JSON(), payload(d.payload, d.Claims.JSON())
	input := encode(header) + "." + encode(payload)
	switch d.form {
	case fault.Unencoded:
		input = encode(header) + "." + string(payload)
	case fault.PaddedParts:
		input = base64.URLEncoding.EncodeToString(header) + "." + base64.URLEncoding.EncodeToString(payload)
	}
	if d.signing == fault.BeforeEdits {
		input = encode(d.honestHeader.JSON()) + "." + encode(d.honestClaims.JSON())
	}
	if d.signature == fault.OfAnother {
		input += "another"
	}
	sig, err := d.sign(ring, k, []byte(input))
	if err == nil {
		sig, err = d.mutate(sig)
	}
	if err != nil {
		return "", fmt.Errorf("token signed %q: %w", d.Flaws(), err)
	}
	return d.write(ring, k, header, payload, sig)
}

func (d *Draft) sign(ring *keys.Ring, k *keys.Key, input []byte) ([]byte, error) {
	switch d.signing {
	case fault.Unsigned:
		return nil, nil
	case fault.HMAC, fault.PublicKeyHMAC:
		mac := hmac.New(sha256.New, d.hmac)
		mac.Write(input)
		return mac.Sum(nil), nil
	case fault.OtherPadding:
		return k.SignOtherPadding(input)
	case fault.OtherKey:
		return signWith(input)(rogue(ring, k))
	case fault.OtherAlgorithm:
		return signWith(input)(ring.Signing(otherAlg(k.Alg)))
	case fault.SmallKey:
		return signWith(input)(keys.Small())
	case fault.UnitExponent:
		return k.PaddedDigest(input)
	case fault.Corrupted:
		sig, err := k.SignRaw(input)
		return flip(sig, len(sig)/2), err
	case fault.LeadingZeroR, fault.LeadingZeroS:
		return leadingZero(k, input, d.signing == fault.LeadingZeroS)
	default:
		return k.SignRaw(input)
	}
}

func signWith(input []byte) func(*keys.Key, error) ([]byte, error) {
	return func(k *keys.Key, err error) ([]byte, error) {
		if err != nil {
			return nil, err
		}
		return k.SignRaw(input)
	}
}

// rogue is a key of the same algorithm that is the provider's nowhere.
func rogue(ring *keys.Ring, k *keys.Key) (*keys.Key, error) {
	switch {
	case keys.Symmetric(k.Alg):
		return keys.Secret(k.Alg, strings.Repeat("rogue", 64))
	case k.Public() == nil:
		return ring.Rogue(keys.RS256)
	}
	return ring.Rogue(k.Alg)
}

// flip inverts bits of a byte. The usual one is in the middle: the first bits
// of an RSA signature could push it past the modulus, which some libraries
// report differently.
func flip(sig []byte, at int) []byte {
	if at < 0 || at >= len(sig) {
		return sig
	}
	sig[at] ^= 0xff
	return sig
}

func (d *Draft) mutate(sig []byte) ([]byte, error) {
	switch d.signature {
	case fault.FlipFirst:
		if len(sig) > 0 {
			sig[0] ^= 1
		}
	case fault.FlipMiddle:
		return flip(sig, len(sig)/2), nil
	case fault.FlipLast:
		return flip(sig, len(sig)-1), nil
	case fault.CutLast:
		return sig[:max(len(sig)-1, 0)], nil
	case fault.CutFirst:
		return sig[min(len(sig), 1):], nil
	case fault.CutHalf:
		return sig[:len(sig)/2], nil
	case fault.Extended:
		return append(slices.Clone(sig), 0), nil
	case fault.Emptied:
		return nil, nil
	case fault.Zeros:
		return make([]byte, len(sig)), nil
	case fault.Ones:
		return bytes.Repeat([]byte{0xff}, len(sig)), nil
	case fault.GroupOrder:
		return groupOrder(len(sig) / 2), nil
	case fault.ZeroPadded:
		return paddedHalves(sig, 1), nil
	case fault.PaddedTwice:
		return paddedHalves(sig, len(sig)/2), nil
	case fault.DER:
		half := len(sig) / 2
		return asn1.Marshal(struct{ R, S *big.Int }{new(big.Int).SetBytes(sig[:half]), new(big.Int).SetBytes(sig[half:])})
	}
	return sig, nil
}

// paddedHalves has so many zero bytes before r and before s.
func paddedHalves(sig []byte, zeros int) []byte {
	half, padding := len(sig)/2, make([]byte, zeros)
	return slices.Concat(padding, sig[:half], padding, sig[half:])
}

// leadingZero signs until one half of the signature begins with twelve zero
// bits: few enough to be found in a tenth of a second, and so many that hardly
// an honest token has them by chance.
func leadingZero(k *keys.Key, input []byte, second bool) ([]byte, error) {
	for {
		sig, err := k.SignRaw(input)
		at := 0
		if second {
			at = len(sig) / 2
		}
		if err != nil || sig[at] == 0 && sig[at+1] < 1<<4 {
			return sig, err
		}
	}
}

// encodedSignature is the last part of a compact token.
func (d *Draft) encodedSignature(sig []byte) string {
	switch d.signature {
	case fault.PaddedBase64:
		return base64.URLEncoding.EncodeToString(sig)
	case fault.StandardBase64:
		return base64.RawStdEncoding.EncodeToString(sig)
	case fault.StrayBits:
		return withStrayBits(encode(sig))
	}
	return encode(sig)
}

// withStrayBits changes the last character of base64url text where not all of
// its bits count: the lowest one never does then.
func withStrayBits(text string) string {
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
	if text == "" || len(text)%4 == 0 {
		return text
	}
	last := strings.IndexByte(alphabet, text[len(text)-1])
	return text[:len(text)-1] + string(alphabet[last^1])
}

// KeyWords are what expressions know of the keys of a ring, of which one
// signs.
func KeyWords(ring *keys.Ring, signing *keys.Key) (jwk func(string) (json.RawMessage, bool), certificate func(string) (string, bool)) {
	jwk = func(name string) (json.RawMessage, bool) {
		k, err := named(ring, signing, name)
		if err != nil {
			return nil, false
		}
		text, err := k.JWK().MarshalJSON()
		return text, err == nil
	}
	certificate = func(name string) (string, bool) {
		k, err := named(ring, signing, name)
		if err != nil {
			return "", false
		}
		der, err := k.Certificate()
		return base64.StdEncoding.EncodeToString(der), err == nil
	}
	return jwk, certificate
}

func named(ring *keys.Ring, signing *keys.Key, name string) (*keys.Key, error) {
	switch name {
	case "signing":
		return signing, nil
	case "other":
		return ring.Signing(otherAlg(signing.Alg))
	case "rogue":
		return ring.Rogue(signing.Alg)
	case "small":
		return keys.Small()
	default:
		return nil, fmt.Errorf("no key is called %q; known: %q", name, fault.KeyNames())
	}
}
