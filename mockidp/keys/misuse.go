package keys

import (
	"bytes"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"errors"
	"fmt"
	"math/big"
	"slices"
	"strings"
	"sync"
	"time"

	jose "github.com/go-jose/go-jose/v4"
)

// smallBits is the size of a key that RFC 7518, section 3.3, forbids and that
// Go still makes.
const smallBits = 1024

var small = sync.OnceValues(func() (*Key, error) {
	private, err := rsa.GenerateKey(rand.Reader, smallBits)
	if err != nil {
		return nil, fmt.Errorf("RSA key of %d bits: %w", smallBits, err)
	}
	public := jose.JSONWebKey{Key: private.Public(), Algorithm: RS256, Use: "sig"}
	print, err := public.Thumbprint(crypto.SHA256)
	if err != nil {
		return nil, fmt.Errorf("RSA key of %d bits: thumbprint: %w", smallBits, err)
	}
	public.KeyID = base64.RawURLEncoding.EncodeToString(print)
	return &Key{ID: public.KeyID, Alg: RS256, private: private, public: public}, nil
})

// Small is an RSA key of 1024 bits, for faults alone. All rings share it.
func Small() (*Key, error) { return small() }

// Certificate is a self-signed certificate of the key, as DER, for faults that
// send one along.
func (k *Key) Certificate() ([]byte, error) {
	signer, ok := k.private.(crypto.Signer)
	if !ok {
		return nil, fmt.Errorf("a key for %s has no certificate", k.Alg)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: k.ID},
		NotBefore: time.Unix(0, 0), NotAfter: time.Unix(1<<33, 0),
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, k.Public(), signer)
	if err != nil {
		return nil, fmt.Errorf("certificate of the %s key: %w", k.Alg, err)
	}
	return der, nil
}

// Pads reports whether SignOtherPadding has another padding to sign with.
func (k *Key) Pads() bool {
	_, ok := k.private.(*rsa.PrivateKey)
	return ok
}

// SignOtherPadding is a signature of an RSA key with PSS where its algorithm
// has PKCS #1 v1.5, and the other way round (RFC 7518, sections 3.3 and 3.5).
func (k *Key) SignOtherPadding(input []byte) ([]byte, error) {
	private, ok := k.private.(*rsa.PrivateKey)
	if !ok {
		return nil, errors.New("only RSA signatures are padded")
	}
	hash, sum := Hash(k.Alg), k.digest(input)
	if strings.HasPrefix(k.Alg, "PS") {
		return rsa.SignPKCS1v15(rand.Reader, private, hash, sum)
	}
	return rsa.SignPSS(rand.Reader, private, hash, sum, &rsa.PSSOptions{SaltLength: rsa.PSSSaltLengthEqualsHash})
}

// PaddedDigest is what an RSA key makes a signature of with PKCS #1 v1.5 (RFC
// 8017, section 9.2): for a key whose exponent is 1 it is the signature.
func (k *Key) PaddedDigest(input []byte) ([]byte, error) {
	private, ok := k.private.(*rsa.PrivateKey)
	prefix, known := digestInfo[Hash(k.Alg)]
	if !ok || !known {
		return nil, fmt.Errorf("a key for %s pads no digest", k.Alg)
	}
	sum := k.digest(input)
	out := bytes.Repeat([]byte{0xff}, private.Size())
	tail := slices.Concat([]byte{0}, prefix, sum)
	out[0], out[1] = 0, 1
	copy(out[len(out)-len(tail):], tail)
	return out, nil
}

// digestInfo is the beginning of a DigestInfo, before the digest (RFC 8017,
// section 9.2, note 1).
var digestInfo = map[crypto.Hash][]byte{
	crypto.SHA256: {0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00, 0x04, 0x20},
	crypto.SHA384: {0x30, 0x41, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x02, 0x05, 0x00, 0x04, 0x30},
	crypto.SHA512: {0x30, 0x51, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x03, 0x05, 0x00, 0x04, 0x40},
}
