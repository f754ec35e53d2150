package endpoint

import (
	"net/http"

	"github.com/countersign-oidc/countersign/mockidp/internal/state"
)

// sessionCookie is the name of the cookie that carries a session's secret.
const sessionCookie = "countersign_session"

// Browser finds and sets the session of the browser behind a request.
type Browser struct {
	Store *state.Store
	// CookiePath keeps the sessions of issuers on one host apart.
	CookiePath string
}

// session is the live session of the browser and its secret. There may be
// several cookies of the name, as an issuer at "/" sets one for all paths.
func (b *Browser) session(r *http.Request) (state.Session, string, bool) {
	for _, c := range r.CookiesNamed(sessionCookie) {
		if s, ok := b.Store.Session(c.Value); ok {
			return s, c.Value, true
		}
	}
	return state.Session{}, "", false
}

// start begins a session in place of the one that the browser has, and returns
// it with the cookie to set.
func (b *Browser) start(r *http.Request, user string) (state.Session, string) {
	if _, old, ok := b.session(r); ok {
		b.Store.EndSession(old)
	}
	s, secret := b.Store.NewSession(user)
	return s, b.cookie(secret, 0)
}

// end ends the browser's session, if any, and returns the cookie that clears
// its own.
func (b *Browser) end(r *http.Request) string {
	if _, secret, ok := b.session(r); ok {
		b.Store.EndSession(secret)
	}
	return b.cookie("", -1)
}

func (b *Browser) cookie(value string, maxAge int) string {
	c := http.Cookie{
		Name: sessionCookie, Value: value, Path: b.CookiePath, MaxAge: maxAge,
		HttpOnly: true, SameSite: http.SameSiteLaxMode,
	}
	return c.String()
}
