package console

import (
	"crypto/sha256"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/countersign-oidc/countersign/mockidp/control"
)

// The bounds of sessions.
const (
	sessionLength = 12 * time.Hour
	maxSessions   = 32
)

// session is a browser that is in.
type session struct {
	ends time.Time

	mu     sync.Mutex
	notice *notice
	shown  string // the client whose secret the next page shows
}

// notice tells what came of a form.
type notice struct {
	Bad     bool
	Text    string
	Details []string
}

func (s *session) tell(n notice) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.notice = &n
}

// told is the notice for the next page, once.
func (s *session) told() *notice {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := s.notice
	s.notice = nil
	return n
}

func (s *session) reveal(client string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.shown = client
}

// revealed is the client whose secret was asked for, once.
func (s *session) revealed() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	client := s.shown
	s.shown = ""
	return client
}

// sessions are the browsers that are in, by the hash of their cookie.
type sessions struct {
	now func() time.Time

	mu   sync.Mutex
	open map[[sha256.Size]byte]*session
}

func newSessions(now func() time.Time) *sessions {
	return &sessions{now: now, open: make(map[[sha256.Size]byte]*session)}
}

// start lets a browser in. Of too many the one that ends first makes room.
func (s *sessions) start(w http.ResponseWriter, r *http.Request) {
	value := control.NewToken()
	s.mu.Lock()
	if len(s.open) >= maxSessions {
		var first [sha256.Size]byte
		for id, other := range s.open {
			if o, ok := s.open[first]; !ok || other.ends.Before(o.ends) {
				first = id
			}
		}
		delete(s.open, first)
	}
	s.open[sha256.Sum256([]byte(value))] = &session{ends: s.now().Add(sessionLength)}
	s.mu.Unlock()
	http.SetCookie(w, &http.Cookie{
		Name: cookieName(r), Value: value, Path: "/", MaxAge: int(sessionLength / time.Second),
		HttpOnly: true, Secure: r.TLS != nil, SameSite: http.SameSiteStrictMode,
	})
}

// of is the session of a request, or nil.
func (s *sessions) of(r *http.Request) *session {
	cookie, err := r.Cookie(cookieName(r))
	if err != nil {
		return nil
	}
	id := sha256.Sum256([]byte(cookie.Value))
	s.mu.Lock()
	defer s.mu.Unlock()
	found := s.open[id]
	if found == nil || s.now().Before(found.ends) {
		return found
	}
	delete(s.open, id)
	return nil
}

// cookieName has the port in it, since cookies are shared by all ports of a
// host (RFC 6265, section 8.5).
func cookieName(r *http.Request) string {
	_, port, err := net.SplitHostPort(r.Host)
	if err != nil {
		port = "default"
	}
	return "countersign_console_" + port
}
