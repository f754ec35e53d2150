package keys

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	_ "crypto/sha512" // for the algorithms with SHA-384 and SHA-512
	"fmt"
	"slices"

	"github.com/countersign-oidc/countersign/mockidp/protocol"
)

// The algorithms that sign tokens (RFC 7518, section 3.1; RFC 8037, section
// 3.1; for EdDSA with Ed25519 alone).
const (
	RS256 = "RS256"
	RS384 = "RS384"
	RS512 = "RS512"
	PS256 = "PS256"
	PS384 = "PS384"
	PS512 = "PS512"
	ES256 = "ES256"
	ES384 = "ES384"
	ES512 = "ES512"
	EdDSA = "EdDSA"
	HS256 = "HS256"
	HS384 = "HS384"
	HS512 = "HS512"
	// None is the algorithm of unsigned tokens (RFC 7519, section 6).
	None = "none"
)

// rsaBits is the size of the RSA keys that a ring makes: the least that RFC
// 7518, section 3.3, allows.
const rsaBits = 2048

// Asymmetric reports whether a ring has keys for an algorithm.
func Asymmetric(alg string) bool { return slices.Contains(protocol.SigningAlgs(), alg) }

// Symmetric reports whether an algorithm signs with a secret.
func Symmetric(alg string) bool { return slices.Contains(protocol.HMACAlgs(), alg) }

// Hash is the hash function of an algorithm, which at_hash and c_hash use too
// (OpenID Connect Core 1.0, section 3.1.3.6). It is zero for None and for
// algorithms that the provider does not know.
func Hash(alg string) crypto.Hash {
	switch alg {
	case RS256, PS256, ES256, HS256:
		return crypto.SHA256
	case RS384, PS384, ES384, HS384:
		return crypto.SHA384
	case RS512, PS512, ES512, HS512, EdDSA:
		// Ed25519 hashes with SHA-512 inside (RFC 8032, section 5.1).
		return crypto.SHA512
	default:
		return 0
	}
}

// curve is the curve of an ECDSA algorithm, or nil. Each has its own (RFC
// 7518, section 3.4).
func curve(alg string) elliptic.Curve {
	switch alg {
	case ES256:
		return elliptic.P256()
	case ES384:
		return elliptic.P384()
	case ES512:
		return elliptic.P521()
	default:
		return nil
	}
}

// generate is a fresh private key for an algorithm.
func generate(alg string) (crypto.Signer, error) {
	switch {
	case alg == EdDSA:
		_, private, err := ed25519.GenerateKey(rand.Reader)
		return private, err
	case curve(alg) != nil:
		return ecdsa.GenerateKey(curve(alg), rand.Reader)
	case Asymmetric(alg):
		return rsa.GenerateKey(rand.Reader, rsaBits)
	default:
		return nil, fmt.Errorf("no key for algorithm %q", alg)
	}
}

// fits reports what is wrong with a private key for an algorithm.
func fits(alg string, private crypto.Signer) error {
	switch k := private.(type) {
	case *rsa.PrivateKey:
		if !slices.Contains([]string{RS256, RS384, RS512, PS256, PS384, PS512}, alg) {
			return fmt.Errorf("an RSA key does not sign %s", alg)
		}
		if k.N.BitLen() < rsaBits {
			return fmt.Errorf("the RSA key has %d bits; %s needs %d", k.N.BitLen(), alg, rsaBits)
		}
	case *ecdsa.PrivateKey:
		if curve(alg) != k.Curve {
			return fmt.Errorf("a key on %s does not sign %s", k.Curve.Params().Name, alg)
		}
	case ed25519.PrivateKey:
		if alg != EdDSA {
			return fmt.Errorf("an Ed25519 key does not sign %s", alg)
		}
	default:
		return fmt.Errorf("a %T signs no token", private)
	}
	return nil
}
