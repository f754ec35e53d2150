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
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return "", fmt.Errorf("key of the client: %w", err)
	}
	key := jose.JSONWebKey{Key: private, KeyID: "client-" + rand.Text()[:6], Algorithm: string(jose.ES256), Use: "sig"}
	text, err := json.Marshal(key)
	if err != nil {
		return "", fmt.Errorf("key of the client: %w", err)
	}
	c.Secret, c.AuthAlg = "", string(jose.ES256)
	c.Keys = &jose.JSONWebKeySet{Keys: []jose.JSONWebKey{key.Public()}}
	return string(text), nil
}
