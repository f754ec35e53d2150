package keys

import (
	"fmt"
	"sync"
	"sync/atomic"
	"time"
)

// entry is a key of a ring, which is made when it is first needed.
type entry struct {
	alg  string
	key  func() (*Key, error)
	made atomic.Pointer[Key] // nil before

	// The ring guards the rest. A withdrawn key signs without being published;
	// a retired one of a schedule is published until then.
	withdrawn bool
	until     time.Time
}

// lazy is a key to be made whose kid has the form of the ring.
func (r *Ring) lazy(alg string) *entry {
	return lazyEntryOf(alg, r.form, func() (string, error) { return "", nil })
}

// lazyEntryOf is a key to be made that takes its kid from elsewhere.
func lazyEntryOf(alg string, form IDForm, kid func() (string, error)) *entry {
	e := &entry{alg: alg}
	e.key = sync.OnceValues(func() (*Key, error) {
		id, err := kid()
		if err != nil {
			return nil, err
		}
		private, err := generate(alg)
		if err != nil {
			return nil, fmt.Errorf("%s key: %w", alg, err)
		}
		k, err := newKeyNamed(alg, id, form, private)
		if err != nil {
			return nil, err
		}
		e.made.Store(k)
		return k, nil
	})
	return e
}

func givenEntry(k *Key) *entry {
	e := &entry{alg: k.Alg, key: func() (*Key, error) { return k, nil }}
	e.made.Store(k)
	return e
}

// kid is the ID of the key, which is made for it.
func (e *entry) kid() (string, error) {
	k, err := e.key()
	if err != nil {
		return "", err
	}
	return k.ID, nil
}
