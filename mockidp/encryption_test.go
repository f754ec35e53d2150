package mockidp

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/json"
	"net/http"
	"strings"
	"sync"
	"testing"

	jose "github.com/go-jose/go-jose/v4"

	"github.com/countersign-oidc/countersign/mockidp/identity"
	"github.com/countersign-oidc/countersign/mockidp/journal"
	"github.com/countersign-oidc/countersign/mockidp/keys"
)

// clientDecryption is a client's private keys, by the kid of the public ones.
var clientDecryption = sync.OnceValue(func() map[string]crypto.Signer {
	out := make(map[string]crypto.Signer)
	for kid, c := range map[string]elliptic.Curve{"p256": elliptic.P256(), "p521": elliptic.P521()} {
		k, err := ecdsa.GenerateKey(c, rand.Reader)
		if err != nil {
			panic(err)
		}
		out[kid] = k
	}
	k, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	out["rsa"] = k
	return out
})

// encrypted is a client that has everything encrypted to it.
func encrypted(keyAlg, enc string) identity.Client {
	c := basicClient()
	c.ID, c.Secret, c.IDTokenAlg = "enc-"+keyAlg+"-"+enc, strings.Repeat("k", 64), keys.ES256
	c.IDTokenKeyAlg, c.IDTokenEnc, c.UserInfoKeyAlg, c.UserInfoEnc = keyAlg, enc, keyAlg, enc
	kid := "p256"
	switch {
	case strings.HasPrefix(keyAlg, "RSA"):
		kid = "rsa"
	case enc == "A256GCM":
		kid = "p521"
	}
	c.Keys = &jose.JSONWebKeySet{Keys: []jose.JSONWebKey{
		{Key: clientDecryption()["p256"].Public(), KeyID: "sig", Use: "sig"},
		{Key: clientDecryption()[kid].Public(), KeyID: kid, Use: "enc"},
	}}
	return c
}

// decrypt opens a JWE as its client would.
func decrypt(t testing.TB, c identity.Client, raw, keyAlg, enc string) ([]byte, jose.Header) {
	t.Helper()
	jwe, err := jose.ParseEncryptedCompact(raw, []jose.KeyAlgorithm{jose.KeyAlgorithm(keyAlg)}, []jose.ContentEncryption{jose.ContentEncryption(enc)})
	if err != nil {
		t.Fatalf("%s, %s: %v: %q", keyAlg, enc, err, raw)
	}
	var with any
	half, whole := sha256.Sum256([]byte(c.Secret)), sha512.Sum512([]byte(c.Secret))
	switch {
	case keyAlg == "A128KW", keyAlg == "dir" && enc == "A128GCM":
		with = half[:16]
	case keyAlg == "dir" && enc == "A256CBC-HS512":
		with = whole[:]
	case keyAlg == "A256KW", keyAlg == "dir":
		with = half[:]
	default:
		with = clientDecryption()[jwe.Header.KeyID]
	}
	out, err := jwe.Decrypt(with)
	if err != nil {
		t.Fatalf("%s, %s: %v", keyAlg, enc, err)
	}
	return out, jwe.Header
}

// verified are the claims of a token of the provider.
func verified(t testing.TB, b *browser, compact, alg string) map[string]any {
	t.Helper()
	jws, err := jose.ParseSignedCompact(compact, []jose.SignatureAlgorithm{jose.SignatureAlgorithm(alg)})
	if err != nil {
		t.Fatalf("%v: %q", err, compact)
	}
	payload, err := jws.Verify(b.published())
	if err != nil {
		t.Fatal(err)
	}
	var claims map[string]any
	if err := json.Unmarshal(payload, &claims); err != nil {
		t.Fatal(err)
	}
	return claims
}

// TestEncryption lets a client of each pair of algorithms that is advertised
// open its ID token and its UserInfo.
func TestEncryption(t *testing.T) {
	t.Parallel()
	p := newMemoryProvider(t, nil)
	b := newMemoryBrowser(t, p)
	m := p.Metadata()
	for _, keyAlg := range m.IDTokenKeyAlgsSupported {
		for _, enc := range m.IDTokenEncsSupported {
			c := encrypted(keyAlg, enc)
			if err := p.PutClient(c); err != nil {
				t.Fatal(err)
			}
			r := b.swapAs(c)
			raw, _ := r.member(t, "id_token").(string)
			access, _ := r.member(t, "access_token").(string)
			inner, header := decrypt(t, c, raw, keyAlg, enc)
			if header.ExtraHeaders["cty"] != "JWT" {
				t.Errorf("%s, %s: header %+v", keyAlg, enc, header)
			}
			if claims := verified(t, b, string(inner), keys.ES256); claims["sub"] != "sub-ada" || claims["nonce"] != "no-1" {
				t.Errorf("%s, %s: %v", keyAlg, enc, claims)
			}
			info := userinfo("Authorization", "Bearer "+access)(t, b)
			inner, header = decrypt(t, c, info.Text, keyAlg, enc)
			if info.Header.Get("Content-Type") != "application/jwt" || header.ExtraHeaders["cty"] != nil || !bytes.Contains(inner, []byte(`"sub":"sub-ada"`)) {
				t.Errorf("%s, %s: UserInfo %v %s", keyAlg, enc, header, inner)
			}
		}
	}
}

// TestContentAlgorithmByDefault is Registration, section 2.
func TestContentAlgorithmByDefault(t *testing.T) {
	t.Parallel()
	c := encrypted("dir", "")
	b := newMemoryBrowser(t, newMemoryProvider(t, func(cfg *Config) { cfg.Clients = []identity.Client{c} }))
	raw, _ := b.swapAs(c).member(t, "id_token").(string)
	decrypt(t, c, raw, "dir", "A128CBC-HS256")
}

func TestUserInfoAsJWT(t *testing.T) {
	t.Parallel()
	signed, nested := basicClient(), encrypted("ECDH-ES", "A256GCM")
	signed.UserInfoAlg, nested.UserInfoAlg = keys.ES256, keys.ES256
	b := newMemoryBrowser(t, newMemoryProvider(t, func(cfg *Config) { cfg.Clients = []identity.Client{signed, nested} }))
	for _, c := range []identity.Client{signed, nested} {
		access, _ := b.swapAs(c).member(t, "access_token").(string)
		r := userinfo("Authorization", "Bearer "+access)(t, b)
		if r.StatusCode != http.StatusOK || r.Header.Get("Content-Type") != "application/jwt" {
			t.Fatalf("%d %v %s", r.StatusCode, r.Header, r.Text)
		}
		compact := r.Text
		if c.UserInfoKeyAlg != "" {
			inner, header := decrypt(t, c, compact, c.UserInfoKeyAlg, c.UserInfoEnc)
			if compact = string(inner); header.ExtraHeaders["cty"] != "JWT" {
				t.Errorf("header %+v", header)
			}
		}
		claims := verified(t, b, compact, keys.ES256)
		if claims["iss"] != b.p.Issuer() || claims["aud"] != c.ID || claims["sub"] != "sub-ada" || claims["email"] != "ada@example.test" || claims["exp"] != nil {
			t.Errorf("%v", claims)
		}
		entries := b.p.Journal().Select(journal.Query{Kind: journal.UserInfo, Client: c.ID})
		if len(entries) != 1 || len(entries[0].Tokens) != 1 || entries[0].Tokens[0].Kind != "userinfo" || entries[0].Tokens[0].Value != r.Text {
			t.Errorf("journal %+v", entries)
		}
	}
}
