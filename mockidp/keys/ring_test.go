package keys

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"slices"
	"strings"
	"sync"
	"testing"

	jose "github.com/go-jose/go-jose/v4"

	"github.com/countersign-oidc/countersign/mockidp/protocol"
)

// TestEveryAlgorithm holds that what a key signs, by the library or by hand,
// verifies with the published set.
func TestEveryAlgorithm(t *testing.T) {
	t.Parallel()
	ring := New()
	for _, alg := range protocol.SigningAlgs() {
		compact, k := sign(t, ring, alg)
		set := fetch(t, ring)
		if !accepts(t, set, compact, alg) {
			t.Errorf("%s does not verify with the published key", alg)
		}
		input := compact[:strings.LastIndexByte(compact, '.')]
		raw, err := k.SignRaw([]byte(input))
		if err != nil {
			t.Fatal(err)
		}
		if !accepts(t, set, input+"."+base64.RawURLEncoding.EncodeToString(raw), alg) {
			t.Errorf("%s by hand does not verify with the published key", alg)
		}
		if public, isRSA := k.Public().(*rsa.PublicKey); isRSA && strings.HasPrefix(alg, "PS") {
			// go-jose takes a salt of any length.
			h := Hash(alg).New()
			h.Write([]byte(input))
			if err := rsa.VerifyPSS(public, Hash(alg), h.Sum(nil), raw, &rsa.PSSOptions{SaltLength: rsa.PSSSaltLengthEqualsHash}); err != nil {
				t.Errorf("%s: salt: %v", alg, err)
			}
		}
		if named := set.Key(k.ID); len(named) != 1 || named[0].Algorithm != alg || named[0].Use != "sig" || !named[0].IsPublic() {
			t.Errorf("%s is published as %+v", alg, named)
		}
		rogue, err := ring.Rogue(alg)
		if err != nil {
			t.Fatal(err)
		}
		if len(set.Key(rogue.ID)) != 0 || rogue.Alg != alg || len(ring.Known(rogue.ID)) != 0 {
			t.Errorf("the rogue %s key is published or known", alg)
		}
	}
	var order []string
	for _, k := range fetch(t, ring).Keys {
		order = append(order, k.Algorithm)
	}
	if !slices.Equal(order, protocol.SigningAlgs()) {
		t.Errorf("published %q", order)
	}
	for _, alg := range []string{HS256, None, "", "RS1"} {
		if _, err := ring.Signing(alg); err == nil {
			t.Errorf("a key for %q", alg)
		}
		if _, err := ring.Rogue(alg); err == nil {
			t.Errorf("a rogue key for %q", alg)
		}
	}
}

func TestSecrets(t *testing.T) {
	t.Parallel()
	for alg, size := range map[string]int{HS256: 32, HS384: 48, HS512: 64} {
		secret := strings.Repeat("é", size/2)
		k, err := Secret(alg, secret)
		if err != nil {
			t.Fatal(err)
		}
		compact, err := k.Sign("JWT", []byte("{}"))
		if err != nil {
			t.Fatal(err)
		}
		jws, err := jose.ParseSignedCompact(compact, []jose.SignatureAlgorithm{jose.SignatureAlgorithm(alg)})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := jws.Verify([]byte(secret)); err != nil || jws.Signatures[0].Protected.KeyID != "" {
			t.Errorf("%s: %v, header %+v", alg, err, jws.Signatures[0].Protected)
		}
		input := compact[:strings.LastIndexByte(compact, '.')]
		raw, err := k.SignRaw([]byte(input))
		if err != nil || input+"."+base64.RawURLEncoding.EncodeToString(raw) != compact {
			t.Errorf("%s by hand: %v", alg, err)
		}
		if _, err := Secret(alg, secret[1:]); err == nil {
			t.Errorf("%s with a secret of %d octets", alg, size-1)
		}
	}
	if _, err := Secret(RS256, strings.Repeat("k", 64)); err == nil {
		t.Error("a secret for RS256")
	}
	if _, err := Unsecured().Sign("JWT", nil); err == nil {
		t.Error("signed with none")
	}
}

func TestRingOfGivenKeys(t *testing.T) {
	t.Parallel()
	rs, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	es, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	ring, err := Of(rs, es)
	if err != nil {
		t.Fatal(err)
	}
	set := fetch(t, ring)
	if len(set.Keys) != 2 || !rs.PublicKey.Equal(set.Keys[0].Key) || !es.PublicKey.Equal(set.Keys[1].Key) {
		t.Errorf("published %+v", set.Keys)
	}
	p384, err := ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Of(rs, p384); err == nil || !strings.Contains(err.Error(), "P-384") {
		t.Errorf("a P-384 key for ES256: %v", err)
	}
}

// TestPublishingIsStable holds that a set changes only when its keys do.
func TestPublishingIsStable(t *testing.T) {
	t.Parallel()
	ring := elliptic256(t)
	read := func() []byte {
		raw, err := ring.JWKS()
		if err != nil {
			t.Fatal(err)
		}
		return raw
	}
	first := read()
	ring.Use(ES256)
	ring.Use(HS256)
	ring.Use("")
	if !bytes.Equal(read(), first) {
		t.Error("the set changed")
	}
	ring.Use(EdDSA)
	if set := fetch(t, ring); len(set.Keys) != 2 || set.Keys[1].Algorithm != EdDSA {
		t.Errorf("EdDSA is in use, published: %+v", set.Keys)
	}
}

func TestKeysAreMadeOnce(t *testing.T) {
	t.Parallel()
	ring := New()
	ring.Warm()
	ids := make(chan string, 8)
	var wg sync.WaitGroup
	for range cap(ids) {
		wg.Go(func() {
			k, err := ring.Signing(ES256)
			if err != nil {
				t.Error(err)
				return
			}
			ids <- k.ID
			if _, err := ring.JWKS(); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	close(ids)
	first := <-ids
	for id := range ids {
		if id != first {
			t.Errorf("two keys: %s and %s", first, id)
		}
	}
}
