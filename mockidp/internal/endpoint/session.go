package endpoint

import (
	"crypto/rand"
	"net/http"

	"github.com/countersign-oidc/countersign/mockidp/internal/state"
)

// The names of the provider's cookies. The first carries the secret of the
// browser's sessions; the second ties the pages of an interaction to the
// browser that they were made for.
const (
	sessionCookie     = "countersign_session"
	interactionCookie = "countersign_interaction"
)

// Browser finds and sets the sessions of the browser behind a request.
type Browser struct {
	Store *state.Store
	// CookiePath keeps the sessions of issuers on one host apart.
	CookiePath string
	// Secure keeps cookies to HTTPS: it is set when the front of the site is.
	Secure bool
}

// session is the current session of the browser. There may be several cookies
// of the name, as an issuer at "/" sets one for all paths.
func (b *Browser) session(r *http.Request) (state.Session, bool) {
	for _, c := range r.CookiesNamed(sessionCookie) {
		if s, ok := b.Store.Session(c.Value); ok {
			return s, true
		}
	}
	return state.Session{}, false
}

// sessions are all live sessions of the browser and its secret.
func (b *Browser) sessions(r *http.Request) ([]state.Session, string) {
	for _, c := range r.CookiesNamed(sessionCookie) {
		if all := b.Store.Sessions(c.Value); len(all) > 0 {
			return all, c.Value
		}
	}
	return nil, ""
}

// start signs a user in and returns the session with the cookie to set.
func (b *Browser) start(r *http.Request, user, acr string, amr []string) (state.Session, string) {
	_, old := b.sessions(r)
	s, secret := b.Store.SignIn(old, user, acr, amr)
	return s, b.cookie(sessionCookie, secret, 0)
}

// raise notes that a signed-in user authenticated further.
func (b *Browser) raise(r *http.Request, user, acr string, amr []string) (state.Session, string, bool) {
	_, old := b.sessions(r)
	s, secret, ok := b.Store.Raise(old, user, acr, amr)
	return s, b.cookie(sessionCookie, secret, 0), ok
}

// choose makes one of the browser's sessions the current one.
func (b *Browser) choose(r *http.Request, user string) (state.Session, bool) {
	_, secret := b.sessions(r)
	return b.Store.Choose(secret, user)
}

// end ends the browser's sessions, if any, and returns the cookie that clears
// its own.
func (b *Browser) end(r *http.Request) string {
	if _, secret := b.sessions(r); secret != "" {
		b.Store.EndSession(secret)
	}
	return b.cookie(sessionCookie, "", -1)
}

// endOne ends the session of one user in the browser. The others keep the
// cookie.
func (b *Browser) endOne(r *http.Request, user string) {
	if _, secret := b.sessions(r); secret != "" {
		b.Store.EndAccount(secret, user)
	}
}

// interaction is the secret that ties interactions to the browser, and the
// cookie to set when it is a new one.
func (b *Browser) interaction(r *http.Request) (secret, cookie string) {
	if old := r.CookiesNamed(interactionCookie); len(old) > 0 && old[0].Value != "" {
		return old[0].Value, ""
	}
	secret = rand.Text()
	return secret, b.cookie(interactionCookie, secret, 0)
}

func (b *Browser) cookie(name, value string, maxAge int) string {
	c := http.Cookie{
		Name: name, Value: value, Path: b.CookiePath, MaxAge: maxAge,
		HttpOnly: true, Secure: b.Secure, SameSite: http.SameSiteLaxMode,
	}
	return c.String()
}
