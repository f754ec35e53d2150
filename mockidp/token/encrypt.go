package token

import (
	"crypto/sha256"
	"crypto/sha512"
	"fmt"

	jose "github.com/go-jose/go-jose/v4"

	"github.com/countersign-oidc/countersign/mockidp/identity"
)

// Encryption is how a token is kept from everybody but a client (OpenID
// Connect Core 1.0, section 10.2). The zero value is not at all.
type Encryption struct {
	// KeyAlg and Enc are algorithms of protocol.KeyAlgs and
	// protocol.ContentAlgs; an empty Enc is identity.DefaultContentAlg.
	KeyAlg, Enc string
}

// Encrypt is the compact JWE of a payload for a client (RFC 7516, section 7.1).
// A JWT within is announced as such (RFC 7519, section 5.2).
func (e Encryption) Encrypt(to identity.Client, payload []byte, nested bool) (string, error) {
	if e.Enc == "" {
		e.Enc = identity.DefaultContentAlg
	}
	recipient, err := e.recipient(to)
	if err != nil {
		return "", fmt.Errorf("encryption to client %q: %w", to.ID, err)
	}
	options := (&jose.EncrypterOptions{}).WithType("JWT")
	if nested {
		options = options.WithContentType("JWT")
	}
	encrypter, err := jose.NewEncrypter(jose.ContentEncryption(e.Enc), recipient, options)
	if err != nil {
		return "", fmt.Errorf("encryption with %s and %s: %w", e.KeyAlg, e.Enc, err)
	}
	jwe, err := encrypter.Encrypt(payload)
	if err != nil {
		return "", fmt.Errorf("encryption with %s and %s: %w", e.KeyAlg, e.Enc, err)
	}
	return jwe.CompactSerialize()
}

func (e Encryption) recipient(to identity.Client) (jose.Recipient, error) {
	r := jose.Recipient{Algorithm: jose.KeyAlgorithm(e.KeyAlg)}
	if size := e.secretSize(); size > 0 {
		if to.Secret == "" {
			return r, fmt.Errorf("%s needs a client secret", e.KeyAlg)
		}
		r.Key = DerivedKey(to.Secret, size)
		return r, nil
	}
	key, ok := to.EncryptionKey(e.KeyAlg)
	if !ok {
		return r, fmt.Errorf("no key in jwks is for %s", e.KeyAlg)
	}
	r.Key, r.KeyID = key.Key, key.KeyID
	return r, nil
}

// secretSize is how many bytes of key are made from the secret, or 0 where the
// client has a key of its own.
func (e Encryption) secretSize() int {
	switch {
	case e.KeyAlg == "A128KW":
		return 16
	case e.KeyAlg == "A256KW":
		return 32
	case e.KeyAlg != "dir":
		return 0
	case e.Enc == "A128GCM":
		return 16
	case e.Enc == "A256CBC-HS512":
		return 64
	default:
		return 32
	}
}

// DerivedKey is the symmetric key of that many bytes, at most 64, that a
// client secret stands for (OpenID Connect Core 1.0, section 10.2).
func DerivedKey(secret string, size int) []byte {
	if size <= sha256.Size {
		sum := sha256.Sum256([]byte(secret))
		return sum[:size]
	}
	if size <= sha512.Size384 {
		sum := sha512.Sum384([]byte(secret))
		return sum[:size]
	}
	sum := sha512.Sum512([]byte(secret))
	return sum[:size]
}
