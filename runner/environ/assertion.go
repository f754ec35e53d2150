package environ

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/json"
	"fmt"

	"github.com/go-jose/go-jose/v4"

	"github.com/countersign-oidc/countersign/mockidp/identity"
)

// assert makes the client one that authenticates with signed assertions. It
// returns the private JWK, which stays with the shop.
func assert(c *identity.Client, method identity.AuthMethod) (privateKey string, err error) {
	if method == "" {
		return "", nil
	}
	c.AuthMethod = method
	if method == identity.AuthSecretJWT {
		c.Secret, c.AuthAlg = rand.Text()+rand.Text(), string(jose.HS256)
		return "", nil
	}
	key, text, err := newKey("client-" + rand.Text()[:6])
	if err != nil {
		return "", err
	}
	key.Algorithm, key.Use = string(jose.ES256), "sig"
	c.Secret, c.AuthAlg = "", string(jose.ES256)
	c.Keys = &jose.JSONWebKeySet{Keys: []jose.JSONWebKey{key}}
	return text, nil
}

// encrypt has the provider encrypt ID tokens for the client. It returns the
// private JWK.
func encrypt(c *identity.Client) (privateKey string, err error) {
	key, text, err := newKey("enc-" + rand.Text()[:6])
	if err != nil {
		return "", err
	}
	key.Use = "enc"
	if c.Keys == nil {
		c.Keys = &jose.JSONWebKeySet{}
	}
	c.Keys.Keys = append(c.Keys.Keys, key)
	c.IDTokenKeyAlg, c.IDTokenEnc = string(jose.ECDH_ES), string(jose.A256GCM)
	return text, nil
}

// newKey is a public P-256 key, and the private one as text.
func newKey(id string) (public jose.JSONWebKey, private string, err error) {
	made, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return jose.JSONWebKey{}, "", fmt.Errorf("key of the client: %w", err)
	}
	key := jose.JSONWebKey{Key: made, KeyID: id}
	text, err := json.Marshal(key)
	if err != nil {
		return jose.JSONWebKey{}, "", fmt.Errorf("key of the client: %w", err)
	}
	return key.Public(), string(text), nil
}
