// Package state is what a provider remembers between requests: codes,
// sessions, access tokens and refresh tokens. Everything in it expires by the
// provider's clock and is bounded in number, so that a provider that runs for
// weeks does not grow.
package state

import (
	"container/list"
	"time"
)

// table is a bounded map whose entries expire. Entries live equally long as a
// rule, so the order of arrival is the order of expiry; one that lives longer
// keeps expired ones behind it in memory, within the limit. It is not safe for
// concurrent use: the Store guards it.
type table[V any] struct {
	limit int
	byKey map[string]*list.Element
	order *list.List // of *row[V], oldest in front
}

type row[V any] struct {
	key     string
	value   V
	expires time.Time
}

func newTable[V any](limit int) table[V] {
	return table[V]{limit: limit, byKey: make(map[string]*list.Element), order: list.New()}
}

func (t *table[V]) put(key string, value V, expires, now time.Time) {
	for front := t.order.Front(); front != nil; front = t.order.Front() {
		oldest := front.Value.(*row[V])
		if t.order.Len() < t.limit && now.Before(oldest.expires) {
			break
		}
		t.remove(oldest.key)
	}
	t.byKey[key] = t.order.PushBack(&row[V]{key: key, value: value, expires: expires})
}

func (t *table[V]) get(key string, now time.Time) (V, bool) {
	el, ok := t.byKey[key]
	if !ok {
		var none V
		return none, false
	}
	found := el.Value.(*row[V])
	if !now.Before(found.expires) {
		t.remove(key)
		var none V
		return none, false
	}
	return found.value, true
}

func (t *table[V]) remove(key string) {
	if el, ok := t.byKey[key]; ok {
		t.order.Remove(el)
		delete(t.byKey, key)
	}
}

// removeIf removes what matches and was not expired, and says how many.
func (t *table[V]) removeIf(now time.Time, match func(V) bool) int {
	n := 0
	for el := t.order.Front(); el != nil; {
		next := el.Next()
		found := el.Value.(*row[V])
		if match(found.value) {
			if now.Before(found.expires) {
				n++
			}
			t.remove(found.key)
		}
		el = next
	}
	return n
}

// each goes through what has not expired, oldest first.
func (t *table[V]) each(now time.Time, visit func(V)) {
	for el := t.order.Front(); el != nil; el = el.Next() {
		if found := el.Value.(*row[V]); now.Before(found.expires) {
			visit(found.value)
		}
	}
}
