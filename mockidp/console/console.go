// Package console is the web console of a mock provider: sign-ins as they
// happen, with what was asked, what was answered and which fault changed what;
// people, faults and settings to change.
//
// It is pages for the management listener. They are rendered by the server and
// work without their script, which follows the journal, filters the faults and
// copies settings. A browser gets in by a link that is good once or by the
// token of the management API, and is remembered by a cookie. Every change is a
// posted form; pages of other origins are kept out by the listener's guard.
package console

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"sync"
	"time"

	"github.com/countersign-oidc/countersign/mockidp/control"
)

// Path is where the console is served.
const Path = "/console/"

// maxForm bounds what is posted, in bytes.
const maxForm = 1 << 20

// Options say what the console is about.
type Options struct {
	// Host is the provider to manage, in this process: its secrets do not leave
	// it.
	Host control.Host
	// Token is the bearer token of the management API, with which a browser
	// gets in. Without one only the link leads in.
	Token string
	// Sheet is what to type into a shop's provider form for a client. Without
	// it the settings page has no such form.
	Sheet func(ctx context.Context, issuer, client string) ([]Field, error)
	// Now is the clock of the sessions; nil means time.Now.
	Now func() time.Time
	// Logger gets the console's own mistakes; nil discards them.
	Logger *slog.Logger
}

// Field is a field of a shop's provider form.
type Field struct {
	Name, Value string
	// Secret hides the value until it is asked for.
	Secret bool
}

// Console serves the pages. Use New, hand Pages and Authorize to the management
// listener, and print its URL with the LoginPath behind it.
type Console struct {
	options  Options
	pages    pages
	sessions *sessions
	mux      *http.ServeMux

	mu  sync.Mutex
	key string // empty once it was used
}

// New is the console of a provider.
func New(o Options) (*Console, error) {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	p, err := parsePages()
	if err != nil {
		return nil, err
	}
	c := &Console{options: o, pages: p, sessions: newSessions(o.Now), key: control.NewToken()}
	c.mux = c.routes()
	return c, nil
}

// Pages are the handlers for control.Options.Pages.
func (c *Console) Pages() map[string]http.Handler {
	return map[string]http.Handler{Path: c, "/{$}": http.RedirectHandler(Path, http.StatusSeeOther)}
}

// Authorize reports whether a request comes from a browser that is in, for
// control.Options.Authorize.
func (c *Console) Authorize(r *http.Request) bool { return c.sessions.of(r) != nil }

// LoginPath is the path and query that lets one browser in, once.
func (c *Console) LoginPath() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return Path + "?" + url.Values{"key": {c.key}}.Encode()
}

// spend reports whether a key is the one of the login path, which is then used
// up.
func (c *Console) spend(key string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.key == "" || !equal(key, c.key) {
		return false
	}
	c.key = ""
	return true
}

func equal(a, b string) bool {
	x, y := sha256.Sum256([]byte(a)), sha256.Sum256([]byte(b))
	return subtle.ConstantTimeCompare(x[:], y[:]) == 1
}

// ServeHTTP serves what is below Path.
func (c *Console) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; "+
		"img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	// Not no-referrer on forms' account: Chrome posts those of such a page with
	// the Origin "null", which the guard refuses.
	h.Set("Referrer-Policy", "same-origin")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Frame-Options", "DENY")
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	c.mux.ServeHTTP(w, r)
}

// answer is what a page comes to: a template with its data, or a redirect.
type answer struct {
	page   string
	status int // zero is 200
	title  string
	data   any
	to     string
}

// visit is a request of a browser that is in, to a page of an issuer.
type visit struct {
	*http.Request
	console *Console
	session *session
	handle  control.Handle
	info    control.Info
}

// section is the address of a page of the issuer.
func (v *visit) section(name string) string {
	return Path + "i/" + url.PathEscape(v.info.ID) + "/" + name
}

// done goes to a page of the issuer and tells there what was done.
func (v *visit) done(section, what string) (answer, error) {
	v.session.tell(notice{Text: what})
	return answer{to: v.section(section)}, nil
}

// refused goes to a page of the issuer and tells there why something was not
// done.
func (v *visit) refused(section string, err error) (answer, error) {
	p, ok := errors.AsType[*control.Problem](err)
	if !ok {
		return answer{}, err
	}
	n := notice{Bad: true, Text: p.Detail}
	for _, w := range p.Errors {
		n.Details = append(n.Details, w.Detail)
	}
	v.session.tell(n)
	return answer{to: v.section(section)}, nil
}
