package keys

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	jose "github.com/go-jose/go-jose/v4"
)

// sign is a token of the ring, with the key that made it.
func sign(t testing.TB, r *Ring, alg string) (string, *Key) {
	t.Helper()
	k, err := r.Signing(alg)
	if err != nil {
		t.Fatal(err)
	}
	compact, err := k.Sign("JWT", []byte(`{"sub":"x"}`))
	if err != nil {
		t.Fatal(err)
	}
	return compact, k
}

// fetch is the published key set, as a relying party reads it.
func fetch(t testing.TB, r *Ring) jose.JSONWebKeySet {
	t.Helper()
	raw, err := r.JWKS()
	if err != nil {
		t.Fatal(err)
	}
	var set jose.JSONWebKeySet
	if err := json.Unmarshal(raw, &set); err != nil {
		t.Fatal(err)
	}
	return set
}

// accepts reports whether a relying party that has the key set accepts the
// token.
func accepts(t testing.TB, set jose.JSONWebKeySet, compact, alg string) bool {
	t.Helper()
	jws, err := jose.ParseSignedCompact(compact, []jose.SignatureAlgorithm{jose.SignatureAlgorithm(alg)})
	if err != nil {
		t.Fatal(err)
	}
	_, err = jws.Verify(set)
	return err == nil
}

func rotate(t testing.TB, r *Ring, how Rotation) {
	t.Helper()
	if err := r.Rotate(how); err != nil {
		t.Fatal(err)
	}
}

// TestRotations holds which tokens verify with which key set, before and after
// each rotation.
func TestRotations(t *testing.T) {
	t.Parallel()
	for how, want := range map[Rotation]struct {
		newBySetBefore, oldBySetAfter, kidStays bool
		published                               int // for ES256, after
	}{
		Overlap:       {false, true, false, 2},
		Sudden:        {false, false, false, 1},
		SameKID:       {false, false, true, 1},
		BeforeSigning: {false, true, false, 2},
	} {
		t.Run(string(how), func(t *testing.T) {
			t.Parallel()
			r := elliptic256(t)
			old, oldKey := sign(t, r, ES256)
			before := fetch(t, r)
			rotate(t, r, how)
			// A relying party may well fetch just before it gets the token.
			between := fetch(t, r)
			fresh, freshKey := sign(t, r, ES256)
			after := fetch(t, r)
			if !accepts(t, before, old, ES256) || !accepts(t, after, fresh, ES256) {
				t.Error("a token does not verify with the set of its time")
			}
			if got := accepts(t, before, fresh, ES256); got != want.newBySetBefore {
				t.Errorf("the new token verifies with the set before: %v", got)
			}
			if got := accepts(t, between, fresh, ES256); got != (how != BeforeSigning) {
				t.Errorf("the new token verifies with the set just before it: %v", got)
			}
			if got := accepts(t, after, old, ES256); got != want.oldBySetAfter {
				t.Errorf("the old token verifies with the set after: %v", got)
			}
			if got := freshKey.ID == oldKey.ID; got != want.kidStays {
				t.Errorf("the kid stays: %v", got)
			}
			if n := len(ofAlg(after, ES256)); n != want.published {
				t.Errorf("%d keys are published, want %d", n, want.published)
			}
			if known := r.Known(oldKey.ID); !slices.Contains(known, oldKey) {
				t.Error("the old key is not known")
			}
			if again, _ := r.Signing(ES256); again != freshKey {
				t.Error("the token after next has another key")
			}
		})
	}
	if err := New().Rotate("backwards"); err == nil || !strings.Contains(err.Error(), "same_kid") {
		t.Errorf("unknown rotation: %v", err)
	}
}

// elliptic256 is a ring that never makes its RSA key, to save the time.
func elliptic256(t testing.TB) *Ring {
	t.Helper()
	r := New()
	delete(r.current, RS256)
	return r
}

func ofAlg(set jose.JSONWebKeySet, alg string) []jose.JSONWebKey {
	return slices.DeleteFunc(set.Keys, func(k jose.JSONWebKey) bool { return k.Algorithm != alg })
}

func TestBeforeSigningIsForOneAlgorithm(t *testing.T) {
	t.Parallel()
	r := elliptic256(t)
	_, es := sign(t, r, ES256)
	_, ed := sign(t, r, EdDSA)
	rotate(t, r, BeforeSigning)
	if _, k := sign(t, r, EdDSA); k == ed {
		t.Error("the next token has the old key")
	}
	if _, k := sign(t, r, ES256); k != es {
		t.Error("the token after it has a new key too")
	}
}

func TestRetire(t *testing.T) {
	t.Parallel()
	r := elliptic256(t)
	old, k := sign(t, r, ES256)
	rotate(t, r, Overlap)
	r.Retire()
	if set := fetch(t, r); len(set.Keys) != 1 || accepts(t, set, old, ES256) {
		t.Errorf("%d keys", len(set.Keys))
	}
	if len(r.Known(k.ID)) != 1 {
		t.Error("the key is not known any more")
	}
	rotate(t, r, Overlap)
	rotate(t, r, Overlap)
	if n := len(fetch(t, r).Keys); n != 2 {
		t.Errorf("%d keys after two rotations, want 2", n)
	}
}

func TestWithdraw(t *testing.T) {
	t.Parallel()
	r := elliptic256(t)
	_, first := sign(t, r, ES256)
	if err := r.Withdraw(first.ID); err != nil {
		t.Fatal(err)
	}
	compact, k := sign(t, r, ES256)
	if set := fetch(t, r); k != first || len(set.Keys) != 0 || accepts(t, set, compact, ES256) {
		t.Errorf("key %s signs, published: %v", k.ID, set.Keys)
	}
	if err := r.Withdraw(first.ID); err == nil {
		t.Error("withdrawn twice")
	}
	rotate(t, r, Overlap)
	compact, k = sign(t, r, ES256)
	if set := fetch(t, r); k == first || len(set.Keys) != 1 || !accepts(t, set, compact, ES256) {
		t.Errorf("after a rotation: key %s signs, published: %v", k.ID, set.Keys)
	}
	rotate(t, r, Overlap)
	if err := r.Withdraw(k.ID); err != nil {
		t.Errorf("a retired key: %v", err)
	}
	if set := fetch(t, r); len(set.Keys) != 1 || len(r.Known(k.ID)) != 1 {
		t.Errorf("the retired key: published %v, known %v", set.Keys, r.Known(k.ID))
	}
}

func TestSchedule(t *testing.T) {
	t.Parallel()
	now := time.Unix(1_000_000, 0)
	r := elliptic256(t)
	if err := r.Follow(Schedule{Every: time.Hour, Overlap: 10 * time.Minute}, func() time.Time { return now }); err != nil {
		t.Fatal(err)
	}
	old, first := sign(t, r, ES256)
	for _, step := range []struct {
		after     time.Duration
		published int
		rotated   bool // against the first
		oldGood   bool
	}{
		{time.Hour - time.Second, 1, false, true},
		{time.Second, 2, true, true},
		{10*time.Minute - time.Second, 2, true, true},
		{time.Second, 1, true, false},
	} {
		now = now.Add(step.after)
		set := fetch(t, r)
		fresh, k := sign(t, r, ES256)
		if len(set.Keys) != step.published || (k != first) != step.rotated || accepts(t, set, old, ES256) != step.oldGood || !accepts(t, set, fresh, ES256) {
			t.Errorf("at %v: %d keys, rotated %v, old good %v", now.Unix()-1_000_000, len(set.Keys), k != first, accepts(t, set, old, ES256))
		}
	}
	// Three periods that nobody saw leave nothing behind.
	_, second := sign(t, r, ES256)
	now = now.Add(3 * time.Hour)
	if set := fetch(t, r); len(set.Keys) != 1 || set.Keys[0].KeyID == second.ID {
		t.Errorf("after three hours: %v", set.Keys)
	}
	if len(r.Known(first.ID)) != 1 {
		t.Error("the first key is not known any more")
	}
	// 4 h 10 min since the start, so the next is due at 5 h.
	_, third := sign(t, r, ES256)
	now = now.Add(50 * time.Minute)
	if _, k := sign(t, r, ES256); k == third {
		t.Error("the schedule has lost its hours")
	}
}

func TestScheduleIsValidated(t *testing.T) {
	t.Parallel()
	for _, s := range []Schedule{{Every: time.Millisecond}, {Overlap: time.Hour}, {Every: time.Hour, Overlap: 2 * time.Hour}, {Every: time.Hour, Overlap: -1}} {
		if New().Follow(s, time.Now) == nil {
			t.Errorf("%+v was accepted", s)
		}
	}
	if err := (Schedule{}).Validate(); err != nil {
		t.Error(err)
	}
}

func TestFormerKeysAreBounded(t *testing.T) {
	t.Parallel()
	r := elliptic256(t)
	_, first := sign(t, r, ES256)
	var last *Key
	for range 2 * maxFormer {
		_, last = sign(t, r, ES256)
		rotate(t, r, Sudden)
	}
	if len(r.former) > maxFormer || len(r.Known(first.ID)) != 0 || len(r.Known(last.ID)) != 1 {
		t.Errorf("%d former keys, first known %d, last known %d", len(r.former), len(r.Known(first.ID)), len(r.Known(last.ID)))
	}
}
