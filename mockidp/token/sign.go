package token

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"

	"github.com/countersign-oidc/countersign/mockidp/fault"
	"github.com/countersign-oidc/countersign/mockidp/keys"
)

// NewDraft is an honest ID token for a key to sign.
func NewDraft(k *keys.Key, claims Members) *Draft {
	return &Draft{
		Header: Members{{"alg", quoted(k.Alg)}, {"kid", quoted(k.ID)}, {"typ", quoted("JWT")}},
		Claims: claims,
	}
}

// Sign is the compact form of the draft. An honest draft is signed by go-jose;
// one that a fault changed is put together by hand, for the library would
// refuse to. Either way one signature is made.
func (d *Draft) Sign(ring *keys.Ring, k *keys.Key) (string, error) {
	if !d.Changed() {
		return k.Sign(d.Claims.JSON())
	}
	input := encode(d.Header.JSON()) + "." + encode(d.Claims.JSON())
	signature, err := d.signature(ring, k, []byte(input))
	if err != nil {
		return "", fmt.Errorf("ID token signed %q: %w", d.Signing, err)
	}
	return input + "." + encode(signature), nil
}

func (d *Draft) signature(ring *keys.Ring, k *keys.Key, input []byte) ([]byte, error) {
	switch d.Signing {
	case fault.Properly:
		return k.SignRaw(input)
	case fault.Unsigned:
		return nil, nil
	case fault.Corrupted:
		sig, err := k.SignRaw(input)
		if err == nil {
			// The middle: the first bits of an RSA signature could push it
			// past the modulus, which some libraries report differently.
			sig[len(sig)/2] ^= 0xff
		}
		return sig, err
	case fault.OtherKey:
		rogue, err := ring.Rogue(k.Alg)
		if err != nil {
			return nil, err
		}
		return rogue.SignRaw(input)
	case fault.OtherAlgorithm:
		other, err := ring.Signing(otherAlg(k.Alg))
		if err != nil {
			return nil, err
		}
		return other.SignRaw(input)
	case fault.PublicKeyHMAC:
		secret, err := k.PublicPEM()
		if err != nil {
			return nil, err
		}
		mac := hmac.New(sha256.New, secret)
		mac.Write(input)
		return mac.Sum(nil), nil
	default:
		return nil, fmt.Errorf("unknown signing %q", d.Signing)
	}
}

func encode(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

// Hash is the at_hash of an access token for an algorithm with SHA-256
// (OpenID Connect Core 1.0, section 3.1.3.6).
func Hash(accessToken string) string {
	sum := sha256.Sum256([]byte(accessToken))
	return encode(sum[:16])
}
