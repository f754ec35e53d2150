package keys

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"encoding/json"
	"errors"
	"fmt"

	jose "github.com/go-jose/go-jose/v4"
)

// FromJWKS is a ring of given private keys, as a JWK set (RFC 7517, section 5;
// RFC 7518, section 6; RFC 8037, section 2). A key without alg is for RS256,
// EdDSA or the algorithm of its curve, one without kid goes by its thumbprint.
// The first key of an algorithm signs and the others are published; the ring
// makes what is missing. The error lists everything that is wrong.
func FromJWKS(data []byte) (*Ring, error) {
	var set struct {
		Keys []json.RawMessage `json:"keys"`
	}
	if err := json.Unmarshal(data, &set); err != nil {
		return nil, fmt.Errorf("JWK set: %w", err)
	}
	if len(set.Keys) == 0 {
		return nil, errors.New("JWK set: no keys")
	}
	var errs []error
	var given []*Key
	seen := make(map[string]int)
	for i, raw := range set.Keys {
		k, err := readKey(raw)
		if err != nil {
			errs = append(errs, fmt.Errorf("key %d: %w", i+1, err))
			continue
		}
		if first, taken := seen[k.ID]; taken {
			errs = append(errs, fmt.Errorf("key %d: has the kid %q of key %d", i+1, k.ID, first))
		} else {
			seen[k.ID] = i + 1
		}
		given = append(given, k)
	}
	if len(errs) > 0 {
		return nil, fmt.Errorf("JWK set: %w", errors.Join(errs...))
	}
	return ringOf(given), nil
}

func readKey(raw []byte) (*Key, error) {
	var jwk jose.JSONWebKey
	if err := json.Unmarshal(raw, &jwk); err != nil {
		return nil, err
	}
	if jwk.Use != "" && jwk.Use != "sig" {
		return nil, fmt.Errorf("use is %q; keys that sign have \"sig\" or none", jwk.Use)
	}
	if jwk.IsPublic() {
		return nil, errors.New("has no private half")
	}
	private, ok := jwk.Key.(crypto.Signer)
	if !ok {
		return nil, errors.New("is no private key of type RSA, EC or OKP")
	}
	alg := jwk.Algorithm
	if alg == "" {
		alg = usualAlgorithm(private)
	}
	k, err := newKey(alg, jwk.KeyID, private)
	if err != nil {
		return nil, err
	}
	return k, k.halvesMatch()
}

// usualAlgorithm is what a key signs when it does not say.
func usualAlgorithm(private crypto.Signer) string {
	switch k := private.(type) {
	case *rsa.PrivateKey:
		return RS256
	case ed25519.PrivateKey:
		return EdDSA
	case *ecdsa.PrivateKey:
		for _, alg := range []string{ES256, ES384, ES512} {
			if curve(alg) == k.Curve {
				return alg
			}
		}
	}
	return ""
}

// halvesMatch signs something and verifies it: a JWK states both halves of a
// key, and nothing makes them agree.
func (k *Key) halvesMatch() error {
	compact, err := k.Sign("JWT", []byte("{}"))
	if err != nil {
		return err
	}
	jws, err := jose.ParseSignedCompact(compact, []jose.SignatureAlgorithm{jose.SignatureAlgorithm(k.Alg)})
	if err != nil {
		return fmt.Errorf("trial signature: %w", err)
	}
	if _, err := jws.Verify(k.public); err != nil {
		return errors.New("the private half does not belong to the public one")
	}
	return nil
}
