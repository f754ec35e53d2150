package state

import (
	"crypto/rand"
	"crypto/subtle"
	"net/url"
	"time"
)

// InteractionLifetime is how long an end-user may take over one page.
const InteractionLifetime = 10 * time.Minute

// Interaction is an authorization request that an end-user is in the middle
// of answering, as far as the request itself does not say it.
type Interaction struct {
	// Browser is the secret of the cookie of the browser it takes place in.
	Browser string
	// Step is what the page asks for; only an answer to that is taken.
	Step string
	// Request are the parameters of the authorization request after request
	// objects and references were resolved. AnyRedirect says that its
	// redirect_uri was let pass.
	Request     url.Values
	AnyRedirect bool

	// User is the username of who is being signed in, or "". Password says
	// that the password was given already, Fresh that the sign-in was
	// completed, Chosen that the account was chosen.
	User                    string
	Password, Fresh, Chosen bool
}

// Hold keeps an interaction until its page is answered, and returns the ticket
// that the answer has to show.
func (s *Store) Hold(i Interaction) string {
	ticket, now := rand.Text(), s.now()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.interactions.put(ticket, i, now.Add(InteractionLifetime), now)
	return ticket
}

// Resume hands out an interaction, once. Another browser does not get it.
func (s *Store) Resume(ticket, browser string) (Interaction, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	i, ok := s.interactions.get(ticket, s.now())
	if !ok || subtle.ConstantTimeCompare([]byte(i.Browser), []byte(browser)) != 1 {
		return Interaction{}, false
	}
	s.interactions.remove(ticket)
	return i, true
}
