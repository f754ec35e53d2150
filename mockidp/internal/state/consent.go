package state

import (
	"slices"
	"time"
)

// consentLifetime is for how long a consent is remembered.
const consentLifetime = 30 * 24 * time.Hour

// Consent remembers that a user lets a client have the named scopes and
// claims, beside what they let it have before.
func (s *Store) Consent(user, client string, names []string) {
	key, now := user+"\x00"+client, s.now()
	s.mu.Lock()
	defer s.mu.Unlock()
	given, _ := s.consents.get(key, now)
	all := slices.Clone(given)
	for _, name := range names {
		if !slices.Contains(all, name) {
			all = append(all, name)
		}
	}
	s.consents.remove(key)
	s.consents.put(key, all, now.Add(consentLifetime), now)
}

// Consented reports whether a user has let a client have all of the named
// scopes and claims.
func (s *Store) Consented(user, client string, names []string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	given, ok := s.consents.get(user+"\x00"+client, s.now())
	return ok && !slices.ContainsFunc(names, func(name string) bool { return !slices.Contains(given, name) })
}
