package state

import (
	"crypto/rand"
	"time"
)

// MintAccess is an access token that lives as long as is asked for. One with a
// negative lifetime has expired.
func (s *Store) MintAccess(f Family, scopes []string, lifetime time.Duration) string {
	return s.PutAccess("", f, scopes, lifetime)
}

// PutAccess is MintAccess for a token whose text is given, unless it is empty.
func (s *Store) PutAccess(token string, f Family, scopes []string, lifetime time.Duration) string {
	if token == "" {
		token = rand.Text()
	}
	now := s.now()
	until := now.Add(lifetime)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.access.put(token, access{f.f, scopes, now, until}, until, now)
	return token
}

// MintRefresh is a refresh token that lives as long as is asked for.
func (s *Store) MintRefresh(f Family, lifetime time.Duration) string {
	token, now := rand.Text(), s.now()
	until := now.Add(lifetime)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.refresh.put(token, &ticket{family: f.f, issued: now, until: until}, until, now)
	return token
}
