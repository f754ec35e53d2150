// Package keys holds the signing keys of a provider: one for each algorithm in
// use, what came before it, and keys that nobody knows. Keys are made when they
// are first needed, because an RSA key costs more than everything else that a
// provider does before its first sign-in.
//
// A key of a ring is the current one of its algorithm, retired (still
// published, no longer signing) or former (no longer published, but still known
// for what it signed). Rotate, Withdraw and a Schedule move keys along that
// way, in the orders that relying parties have to cope with.
package keys

import (
	"crypto/ecdsa"
	"crypto/rsa"
	"encoding/json"
	"fmt"
	"slices"
	"sync"
	"time"

	jose "github.com/go-jose/go-jose/v4"

	"github.com/countersign-oidc/countersign/mockidp/protocol"
)

// maxFormer is how many keys a ring knows beyond those that it publishes.
const maxFormer = 64

// Ring is the signing keys of a provider. It may be shared between providers
// and is safe for concurrent use.
type Ring struct {
	mu      sync.Mutex
	current map[string]*entry // by algorithm
	retired []*entry          // newest first
	former  []*entry          // newest last
	rogue   map[string]*entry

	fresh    bool // the next token gets a key of its own
	schedule Schedule
	now      func() time.Time
	since    time.Time // when the schedule last made a key

	form IDForm

	changes int
	jwks    []byte // nil after a change
}

// New is a ring whose keys are generated on first use.
func New() *Ring {
	r := empty()
	// Every provider has to serve RS256 (OpenID Connect Core 1.0, section
	// 15.1), and P-256 is what relying parties ask for beside it.
	r.Use(RS256)
	r.Use(ES256)
	return r
}

func empty() *Ring { return &Ring{current: make(map[string]*entry), rogue: make(map[string]*entry)} }

// Of is a ring of given keys for RS256 and ES256. Tests use it with fixed keys,
// to save the time of generating an RSA key.
func Of(rsaKey *rsa.PrivateKey, ecKey *ecdsa.PrivateKey) (*Ring, error) {
	rs, err := newKey(RS256, "", rsaKey)
	if err != nil {
		return nil, err
	}
	es, err := newKey(ES256, "", ecKey)
	if err != nil {
		return nil, err
	}
	return ringOf([]*Key{rs, es}), nil
}

// ringOf is a ring in which the first key of an algorithm signs and those
// after it are retired.
func ringOf(given []*Key) *Ring {
	r := New()
	taken := make(map[string]bool)
	for _, k := range given {
		if taken[k.Alg] {
			r.retired = append(r.retired, givenEntry(k))
			continue
		}
		taken[k.Alg] = true
		r.current[k.Alg] = givenEntry(k)
	}
	return r
}

// Use publishes a key for an algorithm from now on, if it is one of the ring's.
func (r *Ring) Use(alg string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.use(alg)
}

func (r *Ring) use(alg string) {
	if r.current[alg] == nil && Asymmetric(alg) {
		r.current[alg] = r.lazy(alg)
		r.changed()
	}
}

// Warm generates the keys that are published always in the background, so that
// neither the first JWKS request nor the first sign-in waits for them.
func (r *Ring) Warm() {
	r.mu.Lock()
	published := r.published()
	r.mu.Unlock()
	go func() {
		for _, e := range published {
			// An error stays with the key and meets whoever asks for it.
			_, _ = e.key()
		}
	}()
}

// Signing is the key for the next token of an algorithm. The algorithm is in
// use from then on.
func (r *Ring) Signing(alg string) (*Key, error) {
	if !Asymmetric(alg) {
		return nil, fmt.Errorf("no key for algorithm %q", alg)
	}
	r.mu.Lock()
	r.keepSchedule()
	if r.fresh {
		r.fresh = false
		r.rotate(Overlap, alg)
	}
	r.use(alg)
	e := r.current[alg]
	r.mu.Unlock()
	return e.key()
}

// Rogue is a key of the given algorithm that is in no JWKS.
func (r *Ring) Rogue(alg string) (*Key, error) {
	if !Asymmetric(alg) {
		return nil, fmt.Errorf("no key for algorithm %q", alg)
	}
	r.mu.Lock()
	e := r.rogue[alg]
	if e == nil {
		e = r.lazy(alg)
		r.rogue[alg] = e
	}
	r.mu.Unlock()
	return e.key()
}

// Known are the keys of that kid that can have signed a token: published ones
// and former ones. There are several after a rotation that keeps the kid.
func (r *Ring) Known(kid string) []*Key {
	r.mu.Lock()
	defer r.mu.Unlock()
	var out []*Key
	add := func(e *entry) {
		if k := e.made.Load(); k != nil && k.ID == kid {
			out = append(out, k)
		}
	}
	for _, e := range r.current {
		add(e)
	}
	for _, e := range slices.Concat(r.retired, r.former) {
		add(e)
	}
	return out
}

// JWKS is the published key set as JSON (RFC 7517, section 5). It generates the
// keys when they do not exist yet. Nobody may change the bytes.
func (r *Ring) JWKS() ([]byte, error) {
	r.mu.Lock()
	r.keepSchedule()
	published, changes, out := r.published(), r.changes, r.jwks
	r.mu.Unlock()
	if out != nil {
		return out, nil
	}
	var set jose.JSONWebKeySet
	for _, e := range published {
		k, err := e.key()
		if err != nil {
			return nil, err
		}
		set.Keys = append(set.Keys, k.public)
	}
	out, err := json.Marshal(set)
	if err != nil {
		return nil, fmt.Errorf("key set: %w", err)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.changes == changes {
		r.jwks = out
	}
	return out, nil
}

// published are the keys of the JWKS: the current ones in the order of the
// algorithms, then the retired ones.
func (r *Ring) published() []*entry {
	var out []*entry
	for _, alg := range protocol.SigningAlgs() {
		if e := r.current[alg]; e != nil && !e.withdrawn {
			out = append(out, e)
		}
	}
	return append(out, r.retired...)
}

func (r *Ring) changed() {
	r.changes++
	r.jwks = nil
}
