// Package keys holds the signing keys of a provider. Keys are made when they
// are first needed, because an RSA key costs more than everything else that a
// provider does before its first sign-in.
package keys

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"fmt"
	"sync"

	jose "github.com/go-jose/go-jose/v4"
)

// Ring is one RSA and one P-256 signing key, those that came before them, and
// a pair that is never published. It may be shared between providers and is
// safe for concurrent use.
type Ring struct {
	mu      sync.RWMutex
	current *pair
	retired *pair // still published, no longer signing; nil before a rotation
	rogue   *pair
}

// New is a ring whose keys are generated on first use.
func New() *Ring { return &Ring{current: lazyPair(), rogue: lazyPair()} }

// Of is a ring of given keys. Tests use it with fixed keys, to save the time
// of generating an RSA key.
func Of(rsaKey *rsa.PrivateKey, ecKey *ecdsa.PrivateKey) (*Ring, error) {
	rs, err := newKey(RS256, "", rsaKey)
	if err != nil {
		return nil, err
	}
	es, err := newKey(ES256, "", ecKey)
	if err != nil {
		return nil, err
	}
	given := &pair{
		rs: func() (*Key, error) { return rs, nil },
		es: func() (*Key, error) { return es, nil },
	}
	return &Ring{current: given, rogue: lazyPair()}, nil
}

// Warm generates the published keys in the background, so that neither the
// first JWKS request nor the first sign-in waits for them.
func (r *Ring) Warm() {
	p, _ := r.pairs()
	go func() {
		// An error stays in the pair and meets whoever asks for the key.
		_, _ = p.key(RS256)
		_, _ = p.key(ES256)
	}()
}

// Signing is the key that signs with an algorithm, RS256 or ES256.
func (r *Ring) Signing(alg string) (*Key, error) {
	p, _ := r.pairs()
	return p.key(alg)
}

// Rogue is a key of the given algorithm that is in no JWKS.
func (r *Ring) Rogue(alg string) (*Key, error) { return r.rogue.key(alg) }

// Find is the published key with that kid.
func (r *Ring) Find(kid string) (*Key, bool, error) {
	published, err := r.published()
	if err != nil {
		return nil, false, err
	}
	for _, k := range published {
		if k.ID == kid {
			return k, true, nil
		}
	}
	return nil, false, nil
}

// Rotate makes new keys sign. The keys before them stay published until the
// next rotation or Retire.
func (r *Ring) Rotate() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.retired, r.current = r.current, lazyPair()
}

// Retire takes the keys of before the last rotation out of the JWKS.
func (r *Ring) Retire() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.retired = nil
}

// JWKS is the published key set as JSON (RFC 7517, section 5). It generates
// the keys when they do not exist yet.
func (r *Ring) JWKS() ([]byte, error) {
	published, err := r.published()
	if err != nil {
		return nil, err
	}
	var set jose.JSONWebKeySet
	for _, k := range published {
		set.Keys = append(set.Keys, k.public)
	}
	out, err := json.Marshal(set)
	if err != nil {
		return nil, fmt.Errorf("key set: %w", err)
	}
	return out, nil
}

func (r *Ring) pairs() (current, retired *pair) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return r.current, r.retired
}

func (r *Ring) published() ([]*Key, error) {
	current, retired := r.pairs()
	var out []*Key
	for _, p := range []*pair{current, retired} {
		if p == nil {
			continue
		}
		for _, alg := range []string{RS256, ES256} {
			k, err := p.key(alg)
			if err != nil {
				return nil, err
			}
			out = append(out, k)
		}
	}
	return out, nil
}

// pair is a key for each algorithm, each made at most once.
type pair struct {
	rs, es func() (*Key, error)
}

func lazyPair() *pair {
	return &pair{
		rs: sync.OnceValues(func() (*Key, error) {
			priv, err := rsa.GenerateKey(rand.Reader, 2048)
			if err != nil {
				return nil, fmt.Errorf("RSA key: %w", err)
			}
			return newKey(RS256, "", priv)
		}),
		es: sync.OnceValues(func() (*Key, error) {
			priv, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
			if err != nil {
				return nil, fmt.Errorf("P-256 key: %w", err)
			}
			return newKey(ES256, "", priv)
		}),
	}
}

func (p *pair) key(alg string) (*Key, error) {
	switch alg {
	case RS256:
		return p.rs()
	case ES256:
		return p.es()
	default:
		return nil, fmt.Errorf("no key for algorithm %q", alg)
	}
}
