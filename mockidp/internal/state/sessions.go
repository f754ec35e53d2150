package state

import (
	"crypto/rand"
	"slices"
	"time"
)

// AccountLimit is how many end-users can be signed in within one browser. The
// one who signed in first gives way.
const AccountLimit = 16

// Session is an end-user's session at the provider.
type Session struct {
	// SID is the "sid" claim; the cookie that proves the session is another
	// secret. Signing in again as the same end-user keeps it.
	SID      string
	User     string // the username
	AuthTime time.Time
	// ACR and AMR say how the end-user authenticated (OpenID Connect Core
	// 1.0, section 2).
	ACR string
	AMR []string

	until time.Time
}

// browser is the sessions of one browser, one for each end-user, in the order
// in which they signed in.
type browser struct {
	sessions []Session
	current  string // username of who signed in or was chosen last
}

// SignIn starts a session in a browser and makes it the current one. The
// browser is named by the secret of its cookie, if it has one, and goes by the
// returned secret from then on; whom else it knows stays signed in.
func (s *Store) SignIn(secret, user, acr string, amr []string) (Session, string) {
	now := s.now()
	next := Session{
		SID: rand.Text(), User: user, AuthTime: now, ACR: acr, AMR: amr, until: now.Add(s.lifetime.Session),
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	var others []Session
	for _, old := range s.live(secret, now) {
		if old.User == user {
			next.SID = old.SID
		} else {
			others = append(others, old)
		}
	}
	if len(others) >= AccountLimit {
		others = others[1:]
	}
	return next, s.replace(secret, append(others, next), user, now)
}

// Raise notes that the end-user of a live session authenticated further. The
// time of the authentication stays: only a part of it was repeated.
func (s *Store) Raise(secret, user, acr string, amr []string) (Session, string, bool) {
	now := s.now()
	s.mu.Lock()
	defer s.mu.Unlock()
	sessions := slices.Clone(s.live(secret, now))
	i := slices.IndexFunc(sessions, func(v Session) bool { return v.User == user })
	if i < 0 {
		return Session{}, "", false
	}
	sessions[i].ACR, sessions[i].AMR = acr, amr
	return sessions[i], s.replace(secret, sessions, user, now), true
}

func (s *Store) replace(secret string, sessions []Session, current string, now time.Time) string {
	fresh := rand.Text()
	s.browsers.remove(secret)
	s.browsers.put(fresh, &browser{sessions, current}, now.Add(s.lifetime.Session), now)
	return fresh
}

// live are the sessions of a browser that have not expired. The caller holds
// the lock and does not change them.
func (s *Store) live(secret string, now time.Time) []Session {
	b, ok := s.browsers.get(secret, now)
	if !ok {
		return nil
	}
	if slices.ContainsFunc(b.sessions, func(v Session) bool { return !now.Before(v.until) }) {
		b.keep(func(v Session) bool { return now.Before(v.until) })
	}
	return b.sessions
}

// keep makes a new list: the old one may have been handed out.
func (b *browser) keep(which func(Session) bool) {
	kept := make([]Session, 0, len(b.sessions))
	for _, v := range b.sessions {
		if which(v) {
			kept = append(kept, v)
		}
	}
	b.sessions = kept
}

// Session is the current session of the browser with that secret.
func (s *Store) Session(secret string) (Session, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.now()
	for _, v := range s.live(secret, now) {
		if b, _ := s.browsers.get(secret, now); b.current == v.User {
			return v, true
		}
	}
	return Session{}, false
}

// Sessions are all live sessions of a browser, in the order of signing in.
func (s *Store) Sessions(secret string) []Session {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.live(secret, s.now())
}

// Choose makes a user's session the current one of a browser.
func (s *Store) Choose(secret, user string) (Session, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.now()
	for _, v := range s.live(secret, now) {
		if v.User == user {
			b, _ := s.browsers.get(secret, now)
			b.current = user
			return v, true
		}
	}
	return Session{}, false
}

// EndSession ends all sessions of a browser, if there are any.
func (s *Store) EndSession(secret string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.browsers.remove(secret)
}

// EndAccount ends a user's session in a browser. Whoever else is signed in
// there stays so.
func (s *Store) EndAccount(secret, user string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if b, ok := s.browsers.get(secret, s.now()); ok {
		b.keep(func(v Session) bool { return v.User != user })
	}
}

// Live reports whether some browser has the session of that SID.
func (s *Store) Live(sid string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	now, found := s.now(), false
	s.browsers.each(now, func(b *browser) {
		found = found || slices.ContainsFunc(b.sessions, func(v Session) bool {
			return v.SID == sid && now.Before(v.until)
		})
	})
	return found
}

// EndSessions ends a user's sessions in all browsers and says how many there
// were. Whoever else is signed in there stays so.
func (s *Store) EndSessions(user string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	n, now := 0, s.now()
	s.browsers.removeIf(now, func(b *browser) bool {
		b.keep(func(v Session) bool {
			if v.User == user && now.Before(v.until) {
				n++
			}
			return v.User != user
		})
		return len(b.sessions) == 0
	})
	return n
}
