package state

import (
	"crypto/rand"
	"net/url"
	"time"
)

// PushedLifetime is how long a pushed authorization request waits for its
// browser.
const PushedLifetime = 90 * time.Second

type pushed struct {
	client string
	params url.Values
}

// Push keeps the parameters of an authorization request and returns the
// reference for them (RFC 9126, section 2.2).
func (s *Store) Push(client string, params url.Values) string {
	reference, now := rand.Text(), s.now()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.pushed.put(reference, pushed{client, params}, now.Add(PushedLifetime), now)
	return reference
}

// Pushed hands out the parameters behind a reference, once and only for the
// client that pushed them.
func (s *Store) Pushed(reference, client string) (url.Values, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p, ok := s.pushed.get(reference, s.now())
	if !ok || p.client != client {
		return nil, false
	}
	s.pushed.remove(reference)
	return p.params, true
}
