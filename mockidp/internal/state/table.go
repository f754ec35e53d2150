// Package state is what a provider remembers between requests: codes,
// sessions, access tokens and refresh tokens. Everything in it expires by the
// provider's clock and is bounded in number, so that a provider that runs for
// weeks does not grow.
package state

import "time"

// table is a bounded map whose entries expire. Entries live equally long as a
// rule, so the order of arrival is the order of expiry; one that lives longer
// keeps expired ones behind it in memory, within the limit. It is not safe for
// concurrent use: the Store guards it.
type table[V any] struct {
	limit          int
	byKey          map[string]*row[V]
	oldest, newest *row[V]
}

// row is in the list of its table itself: beside container/list it would take
// twice the memory.
type row[V any] struct {
	key          string
	value        V
	expires      time.Time
	older, newer *row[V]
}

func newTable[V any](limit int) table[V] {
	return table[V]{limit: limit, byKey: make(map[string]*row[V])}
}

func (t *table[V]) put(key string, value V, expires, now time.Time) {
	t.remove(key)
	for t.oldest != nil && (len(t.byKey) >= t.limit || !now.Before(t.oldest.expires)) {
		t.remove(t.oldest.key)
	}
	r := &row[V]{key: key, value: value, expires: expires, older: t.newest}
	if t.newest == nil {
		t.oldest = r
	} else {
		t.newest.newer = r
	}
	t.newest, t.byKey[key] = r, r
}

func (t *table[V]) get(key string, now time.Time) (V, bool) {
	r, ok := t.byKey[key]
	if ok && now.Before(r.expires) {
		return r.value, true
	}
	t.remove(key)
	var none V
	return none, false
}

func (t *table[V]) remove(key string) {
	r, ok := t.byKey[key]
	if !ok {
		return
	}
	delete(t.byKey, key)
	if r.older == nil {
		t.oldest = r.newer
	} else {
		r.older.newer = r.newer
	}
	if r.newer == nil {
		t.newest = r.older
	} else {
		r.newer.older = r.older
	}
}

// removeIf removes what matches and was not expired, and says how many.
func (t *table[V]) removeIf(now time.Time, match func(V) bool) int {
	n := 0
	for r := t.oldest; r != nil; r = r.newer {
		if match(r.value) {
			if now.Before(r.expires) {
				n++
			}
			t.remove(r.key)
		}
	}
	return n
}

// each goes through what has not expired, oldest first.
func (t *table[V]) each(now time.Time, visit func(V)) {
	for r := t.oldest; r != nil; r = r.newer {
		if now.Before(r.expires) {
			visit(r.value)
		}
	}
}
