package keys

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"fmt"

	jose "github.com/go-jose/go-jose/v4"
)

// Key is a signing key and the names it goes by.
type Key struct {
	// ID is the "kid": the key's RFC 7638 thumbprint.
	ID string
	// Alg is RS256 or ES256.
	Alg string

	private crypto.Signer
	public  jose.JSONWebKey
	signer  jose.Signer
}

func newKey(alg string, private crypto.Signer) (*Key, error) {
	public := jose.JSONWebKey{Key: private.Public(), Algorithm: alg, Use: "sig"}
	print, err := public.Thumbprint(crypto.SHA256)
	if err != nil {
		return nil, fmt.Errorf("%s key thumbprint: %w", alg, err)
	}
	public.KeyID = base64.RawURLEncoding.EncodeToString(print)

	// One signer serves all signatures of the key: making one costs more
	// than an ES256 signature.
	signer, err := jose.NewSigner(jose.SigningKey{
		Algorithm: jose.SignatureAlgorithm(alg),
		Key:       jose.JSONWebKey{Key: private, KeyID: public.KeyID},
	}, (&jose.SignerOptions{}).WithType("JWT"))
	if err != nil {
		return nil, fmt.Errorf("%s signer: %w", alg, err)
	}
	return &Key{ID: public.KeyID, Alg: alg, private: private, public: public, signer: signer}, nil
}

// Public is the public half.
func (k *Key) Public() crypto.PublicKey { return k.public.Key }

// JWK is the public half as it is published.
func (k *Key) JWK() jose.JSONWebKey { return k.public }

// Sign is the compact JWS of a payload with header members alg, kid and typ.
func (k *Key) Sign(payload []byte) (string, error) {
	jws, err := k.signer.Sign(payload)
	if err != nil {
		return "", fmt.Errorf("%s signature: %w", k.Alg, err)
	}
	return jws.CompactSerialize()
}

// SignRaw is the signature over an arbitrary signing input, for tokens whose
// header no well-behaved library would write (RFC 7518, sections 3.3 and 3.4).
func (k *Key) SignRaw(input []byte) ([]byte, error) {
	sum := sha256.Sum256(input)
	switch priv := k.private.(type) {
	case *rsa.PrivateKey:
		return rsa.SignPKCS1v15(rand.Reader, priv, crypto.SHA256, sum[:])
	case *ecdsa.PrivateKey:
		r, s, err := ecdsa.Sign(rand.Reader, priv, sum[:])
		if err != nil {
			return nil, err
		}
		out := make([]byte, 64)
		r.FillBytes(out[:32])
		s.FillBytes(out[32:])
		return out, nil
	default:
		return nil, fmt.Errorf("no raw signature with a %T", priv)
	}
}

// PublicPEM is the SubjectPublicKeyInfo of the key as PEM text.
func (k *Key) PublicPEM() ([]byte, error) {
	der, err := x509.MarshalPKIXPublicKey(k.public.Key)
	if err != nil {
		return nil, fmt.Errorf("public key: %w", err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}), nil
}
