package token

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"

	"github.com/countersign-oidc/countersign/mockidp/fault"
	"github.com/countersign-oidc/countersign/mockidp/keys"
)

// NewDraft is an honest token of that typ for a key to sign. A key without an
// ID, such as a client's secret, is not named in the header.
func NewDraft(k *keys.Key, typ string, claims Members) *Draft {
	header := Members{{"alg", quoted(k.Alg)}}
	if k.ID != "" {
		header = append(header, Member{"kid", quoted(k.ID)})
	}
	return &Draft{Header: append(header, Member{"typ", quoted(typ)}), Claims: claims, typ: typ}
}

// Sign is the compact form of the draft. An honest draft is signed by go-jose;
// one that a fault changed is put together by hand, for the library would
// refuse to, and so would it an unsigned one. At most one signature is made.
func (d *Draft) Sign(ring *keys.Ring, k *keys.Key) (string, error) {
	if !d.Changed() && k.Alg != keys.None {
		return k.Sign(d.typ, d.Claims.JSON())
	}
	input := encode(d.Header.JSON()) + "." + encode(d.Claims.JSON())
	signature, err := d.signature(ring, k, []byte(input))
	if err != nil {
		return "", fmt.Errorf("token signed %q: %w", d.Signing, err)
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
