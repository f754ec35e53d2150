package state

import (
	"slices"
	"time"
)

// ClientLimit is how many clients a store remembers of one session. The oldest
// give way.
const ClientLimit = 64

// Visit is a session and the clients that it signed in to, in that order.
type Visit struct {
	SID     string
	User    string // the username
	Clients []string
}

// Visit remembers that a session signed in to a client, so that the client can
// be told when the session ends. NewCode does so by itself.
func (s *Store) Visit(sid, user, client string) {
	now := s.now()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.visit(sid, user, client, now)
}

func (s *Store) visit(sid, user, client string, now time.Time) {
	if sid == "" {
		return
	}
	v, ok := s.visits.get(sid, now)
	if !ok {
		v = &Visit{SID: sid, User: user}
	}
	// Behind all others again, for entries of a table live equally long. A
	// session that lives now is over when this expires.
	s.visits.remove(sid)
	s.visits.put(sid, v, now.Add(s.lifetime.Session), now)
	if slices.Contains(v.Clients, client) {
		return
	}
	if len(v.Clients) == ClientLimit {
		v.Clients = slices.Delete(v.Clients, 0, 1)
	}
	v.Clients = append(v.Clients, client)
}

// Recent reports whether a session of that user has signed in to some client,
// no matter whether it goes on.
func (s *Store) Recent(sid, user string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	v, ok := s.visits.get(sid, s.now())
	return ok && v.User == user
}

// Leave is the clients that a session signed in to. They are handed out once;
// that there was a session is still known afterwards.
func (s *Store) Leave(sid string) []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	v, ok := s.visits.get(sid, s.now())
	if !ok {
		return nil
	}
	clients := v.Clients
	v.Clients = nil
	return clients
}

// LeaveAll is Leave for every session of a user, oldest first.
func (s *Store) LeaveAll(user string) []Visit {
	now := s.now()
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []Visit
	s.visits.each(now, func(v *Visit) {
		if v.User == user && len(v.Clients) > 0 {
			out = append(out, *v)
			v.Clients = nil
		}
	})
	return out
}
