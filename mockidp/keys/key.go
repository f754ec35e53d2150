package keys

import (
	"crypto"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"sync"

	jose "github.com/go-jose/go-jose/v4"
)

// Key is a signing key and the names it goes by. It is safe for concurrent
// use.
type Key struct {
	// ID is the "kid": the key's RFC 7638 thumbprint unless it was given
	// another. It is empty for a secret and for None.
	ID string
	// Alg is the only algorithm that the key signs with.
	Alg string

	private any             // a crypto.Signer, the octets of a secret, or nil for None
	public  jose.JSONWebKey // zero for a secret and for None

	mu      sync.Mutex
	signers map[string]jose.Signer // by typ
}

// newKey is a key of that kid; an empty one stands for the thumbprint.
func newKey(alg, kid string, private crypto.Signer) (*Key, error) {
	return newKeyNamed(alg, kid, "", private)
}

// newKeyNamed is newKey with a form of kids made from thumbprints.
func newKeyNamed(alg, kid string, form IDForm, private crypto.Signer) (*Key, error) {
	if err := fits(alg, private); err != nil {
		return nil, err
	}
	public := jose.JSONWebKey{Key: private.Public(), KeyID: kid, Algorithm: alg, Use: "sig"}
	if kid == "" {
		print, err := public.Thumbprint(crypto.SHA256)
		if err != nil {
			return nil, fmt.Errorf("%s key thumbprint: %w", alg, err)
		}
		public.KeyID = form.id(print)
	}
	return &Key{ID: public.KeyID, Alg: alg, private: private, public: public}, nil
}

// Secret is a client secret as a key: its octets are the key (OpenID Connect
// Core 1.0, section 10.1). It has to be as long as the hash (RFC 7518, section
// 3.2).
func Secret(alg, secret string) (*Key, error) {
	if !Symmetric(alg) {
		return nil, fmt.Errorf("algorithm %q does not sign with a secret", alg)
	}
	if need := Hash(alg).Size(); len(secret) < need {
		return nil, fmt.Errorf("a secret of %d octets is too short for %s, which needs %d", len(secret), alg, need)
	}
	return &Key{Alg: alg, private: []byte(secret)}, nil
}

// Unsecured is the key of tokens that nobody signs (RFC 7519, section 6).
func Unsecured() *Key { return &Key{Alg: None} }

// Public is the public half, or nil.
func (k *Key) Public() crypto.PublicKey { return k.public.Key }

// JWK is the public half as it is published.
func (k *Key) JWK() jose.JSONWebKey { return k.public }

// Sign is the compact JWS of a payload with header members alg, kid where the
// key has one, and typ unless it is empty.
func (k *Key) Sign(typ string, payload []byte) (string, error) {
	if k.Alg == None {
		return "", errors.New("a token with algorithm none has no signature")
	}
	signer, err := k.signer(typ)
	if err != nil {
		return "", err
	}
	jws, err := signer.Sign(payload)
	if err != nil {
		return "", fmt.Errorf("%s signature: %w", k.Alg, err)
	}
	return jws.CompactSerialize()
}

// signer makes one signer for each typ: making it costs more than an ES256
// signature.
func (k *Key) signer(typ string) (jose.Signer, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if s, ok := k.signers[typ]; ok {
		return s, nil
	}
	s, err := jose.NewSigner(jose.SigningKey{
		Algorithm: jose.SignatureAlgorithm(k.Alg),
		Key:       jose.JSONWebKey{Key: k.private, KeyID: k.ID},
	}, typed(typ))
	if err != nil {
		return nil, fmt.Errorf("%s signer: %w", k.Alg, err)
	}
	if k.signers == nil {
		k.signers = make(map[string]jose.Signer)
	}
	k.signers[typ] = s
	return s, nil
}

// typed says typ in the header; an empty one is left out.
func typed(typ string) *jose.SignerOptions {
	if typ == "" {
		return nil
	}
	return (&jose.SignerOptions{}).WithType(jose.ContentType(typ))
}

// PublicPEM is the SubjectPublicKeyInfo of the key as PEM text.
func (k *Key) PublicPEM() ([]byte, error) {
	if k.public.Key == nil {
		return nil, fmt.Errorf("a key for %s has no public half", k.Alg)
	}
	der, err := x509.MarshalPKIXPublicKey(k.public.Key)
	if err != nil {
		return nil, fmt.Errorf("public key: %w", err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}), nil
}
