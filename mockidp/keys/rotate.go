package keys

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/countersign-oidc/countersign/mockidp/protocol"
)

// Rotation is a way to put new keys in the place of the current ones.
type Rotation string

// The rotations. All but BeforeSigning are made at once and for every
// algorithm in use.
const (
	// Overlap makes new keys sign and leaves the ones before them published
	// until the next rotation or Retire, as OpenID Connect Core 1.0, section
	// 10.1.1, asks for.
	Overlap Rotation = "overlap"
	// Sudden takes the ones before, and all retired ones, out of the JWKS at
	// once: tokens signed with them can no longer be verified.
	Sudden Rotation = "sudden"
	// SameKID puts new key material under the kid of the old, so that a
	// relying party that caches by kid cannot see the difference.
	SameKID Rotation = "same_kid"
	// BeforeSigning is Overlap for one algorithm, when its next token is signed:
	// no JWKS that was fetched before then has the key.
	BeforeSigning Rotation = "before_signing"
)

// Rotations are all ways to rotate.
func Rotations() []Rotation { return []Rotation{Overlap, Sudden, SameKID, BeforeSigning} }

// Rotate rotates the keys.
func (r *Ring) Rotate(how Rotation) error {
	if !slices.Contains(Rotations(), how) {
		return fmt.Errorf("rotation %q; known: %q", how, Rotations())
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.keepSchedule()
	if how == BeforeSigning {
		r.fresh = true
		return nil
	}
	r.rotate(how, slices.Collect(maps.Keys(r.current))...)
	return nil
}

// rotate replaces the current keys of some algorithms.
func (r *Ring) rotate(how Rotation, algs ...string) {
	if how != SameKID {
		r.retire(func(e *entry) bool { return slices.Contains(algs, e.alg) })
	}
	var before []*entry
	for _, alg := range protocol.SigningAlgs() {
		old := r.current[alg]
		if old == nil || !slices.Contains(algs, alg) {
			continue
		}
		if how == SameKID {
			r.current[alg] = lazyEntryOf(alg, r.form, old.kid)
		} else {
			r.current[alg] = r.lazy(alg)
		}
		if how == Overlap && !old.withdrawn {
			before = append(before, old)
		} else {
			r.forget(old)
		}
	}
	r.retired = append(before, r.retired...)
	r.changed()
}

// Retire takes the retired keys out of the JWKS.
func (r *Ring) Retire() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.retire(func(*entry) bool { return true })
}

// Withdraw takes a published key out of the JWKS. If it is a current one it
// goes on signing, until the next rotation.
func (r *Ring) Withdraw(kid string) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.keepSchedule()
	has := func(e *entry) bool {
		k := e.made.Load()
		return k != nil && k.ID == kid
	}
	published := r.published()
	i := slices.IndexFunc(published, has)
	if i < 0 {
		return fmt.Errorf("no published key has the kid %q", kid)
	}
	if e := published[i]; r.current[e.alg] == e {
		e.withdrawn = true
		r.changed()
		return nil
	}
	r.retire(has)
	return nil
}

// retire ends the publication of retired keys.
func (r *Ring) retire(which func(*entry) bool) {
	keep := r.retired[:0:0]
	for _, e := range r.retired {
		if which(e) {
			r.forget(e)
		} else {
			keep = append(keep, e)
		}
	}
	if len(keep) < len(r.retired) {
		r.retired = keep
		r.changed()
	}
}

// forget keeps a key only for the tokens that it signed.
func (r *Ring) forget(e *entry) {
	r.former = append(r.former, e)
	if len(r.former) > maxFormer {
		r.former = slices.Clone(r.former[len(r.former)-maxFormer:])
	}
}

// Schedule is a rotation at regular times. The zero value is none.
type Schedule struct {
	// Every is how long a key signs, Overlap how long it stays published
	// afterwards, at most Every.
	Every, Overlap time.Duration
}

// Validate lists what is wrong with a schedule.
func (s Schedule) Validate() error {
	var errs []error
	if s.Every != 0 && s.Every < time.Second {
		errs = append(errs, fmt.Errorf("keys are to be replaced every %v; the least is a second", s.Every))
	}
	if s.Overlap < 0 || s.Overlap > s.Every {
		errs = append(errs, fmt.Errorf("an overlap of %v is not between 0 and the %v that a key signs", s.Overlap, s.Every))
	}
	return errors.Join(errs...)
}

// Follow rotates by a schedule from now on. It goes by the given clock and
// happens when the ring is next used. Of providers that share a ring, the last
// to have a schedule sets it.
func (r *Ring) Follow(s Schedule, now func() time.Time) error {
	if err := s.Validate(); err != nil {
		return fmt.Errorf("key schedule: %w", err)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.schedule, r.now, r.since = s, now, now()
	return nil
}

// keepSchedule makes the rotations that are due. Periods in which the ring was
// not used have no key: nobody could have seen it.
func (r *Ring) keepSchedule() {
	if r.schedule.Every == 0 {
		return
	}
	now := r.now()
	if whole := now.Sub(r.since).Truncate(r.schedule.Every); whole > 0 {
		replaced := r.since.Add(r.schedule.Every)
		r.since = r.since.Add(whole)
		signed := maps.Clone(r.current)
		r.rotate(Overlap, slices.Collect(maps.Keys(r.current))...)
		for _, e := range signed {
			e.until = replaced.Add(r.schedule.Overlap)
		}
	}
	r.retire(func(e *entry) bool { return !e.until.IsZero() && !now.Before(e.until) })
}
