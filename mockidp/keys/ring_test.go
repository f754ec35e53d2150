package keys

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"sync"
	"testing"

	jose "github.com/go-jose/go-jose/v4"
)

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
	raw, err := ring.JWKS()
	if err != nil {
		t.Fatal(err)
	}
	var set jose.JSONWebKeySet
	if err := json.Unmarshal(raw, &set); err != nil {
		t.Fatal(err)
	}
	for _, alg := range []string{RS256, ES256} {
		k, err := ring.Signing(alg)
		if err != nil {
			t.Fatal(err)
		}
		compact, err := k.Sign("JWT", []byte(`{}`))
		if err != nil {
			t.Fatal(err)
		}
		jws, err := jose.ParseSignedCompact(compact, []jose.SignatureAlgorithm{jose.SignatureAlgorithm(alg)})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := jws.Verify(set.Key(k.ID)[0]); err != nil {
			t.Errorf("%s does not verify with the published key: %v", alg, err)
		}
		rogue, err := ring.Rogue(alg)
		if err != nil {
			t.Fatal(err)
		}
		if len(set.Key(rogue.ID)) != 0 || rogue.Alg != alg {
			t.Errorf("the rogue %s key is published", alg)
		}
	}
	if _, err := ring.Signing("HS256"); err == nil {
		t.Error("a key for HS256")
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
