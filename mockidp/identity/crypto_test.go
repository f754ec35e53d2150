package identity

import (
	"crypto/rand"
	"crypto/rsa"
	"testing"

	jose "github.com/go-jose/go-jose/v4"
)

func TestEncryptionKey(t *testing.T) {
	t.Parallel()
	ec := p256(t)
	rs, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	c := Client{Keys: &jose.JSONWebKeySet{Keys: []jose.JSONWebKey{
		{KeyID: "signs", Key: ec.Public(), Use: "sig"},
		{KeyID: "open", Key: ec.Public()},
		{KeyID: "enc", Key: ec.Public(), Use: "enc"},
		{KeyID: "oaep", Key: rs.Public(), Use: "enc", Algorithm: "RSA-OAEP"},
	}}}
	for alg, want := range map[string]string{"ECDH-ES": "enc", "ECDH-ES+A128KW": "enc", "RSA-OAEP": "oaep", "RSA-OAEP-256": "", "dir": ""} {
		if k, ok := c.EncryptionKey(alg); k.KeyID != want || ok != (want != "") {
			t.Errorf("%s: %q, want %q", alg, k.KeyID, want)
		}
	}
	c.Keys.Keys = c.Keys.Keys[:2]
	if k, _ := c.EncryptionKey("ECDH-ES"); k.KeyID != "open" {
		t.Errorf("without a key for enc: %q", k.KeyID)
	}
	c.Keys.Keys = c.Keys.Keys[:1]
	if _, ok := c.EncryptionKey("ECDH-ES"); ok {
		t.Error("the key that signs was taken")
	}
}
