package keys

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"fmt"
	"strings"
)

// SignRaw is the signature over an arbitrary signing input, for tokens whose
// header no well-behaved library would write (RFC 7518, sections 3.2 to 3.6;
// RFC 8037, section 3.1). It is empty for None.
func (k *Key) SignRaw(input []byte) ([]byte, error) {
	switch private := k.private.(type) {
	case *rsa.PrivateKey:
		return k.signRSA(private, input)
	case *ecdsa.PrivateKey:
		return k.signECDSA(private, input)
	case ed25519.PrivateKey:
		return ed25519.Sign(private, input), nil
	case []byte:
		mac := hmac.New(Hash(k.Alg).New, private)
		mac.Write(input)
		return mac.Sum(nil), nil
	case nil:
		return nil, nil
	default:
		return nil, fmt.Errorf("no raw signature with a %T", private)
	}
}

func (k *Key) digest(input []byte) []byte {
	h := Hash(k.Alg).New()
	h.Write(input)
	return h.Sum(nil)
}

func (k *Key) signRSA(private *rsa.PrivateKey, input []byte) ([]byte, error) {
	if strings.HasPrefix(k.Alg, "PS") {
		// The salt is as long as the hash (RFC 7518, section 3.5).
		return rsa.SignPSS(rand.Reader, private, Hash(k.Alg), k.digest(input), &rsa.PSSOptions{SaltLength: rsa.PSSSaltLengthEqualsHash})
	}
	return rsa.SignPKCS1v15(rand.Reader, private, Hash(k.Alg), k.digest(input))
}

// signECDSA is the two integers side by side, each as long as the curve's
// order (RFC 7518, section 3.4).
func (k *Key) signECDSA(private *ecdsa.PrivateKey, input []byte) ([]byte, error) {
	r, s, err := ecdsa.Sign(rand.Reader, private, k.digest(input))
	if err != nil {
		return nil, err
	}
	size := (private.Curve.Params().N.BitLen() + 7) / 8
	out := make([]byte, 2*size)
	r.FillBytes(out[:size])
	s.FillBytes(out[size:])
	return out, nil
}
