package strict

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"slices"
	"strings"
)

const (
	maxHops  = 20 // redirects in a row
	maxPages = 10 // pages of one sign-in
)

// browser is one browser of the end-user: its cookies.
type browser struct {
	jar *cookiejar.Jar
}

func newBrowser() (*browser, error) {
	jar, err := cookiejar.New(nil)
	if err != nil {
		return nil, fmt.Errorf("cookie jar: %w", err)
	}
	return &browser{jar}, nil
}

// landing is where a browser came to rest: on a page of the provider, or about
// to leave for another site, which is never contacted.
type landing struct {
	away *url.URL
	page *page
	// answers are those on the way, in order.
	answers []*answer
	// asked is how often a password was typed on the way, and sent the answer
	// to the last time.
	asked int
	sent  *answer
}

func (l landing) String() string {
	switch {
	case l.away != nil:
		return "sent to " + place(l.away)
	case l.page.title != "":
		return fmt.Sprintf("on the page %q at %s with status %d", l.page.title, l.page.url.EscapedPath(), l.page.status)
	default:
		return fmt.Sprintf("at %s with status %d", l.page.url.EscapedPath(), l.page.status)
	}
}

// follow sends a request and follows redirects as long as they stay with the
// provider.
func (p *probe) follow(b *browser, req *http.Request) (landing, error) {
	var l landing
	for range maxHops {
		a, err := p.send(req, b.jar)
		if err != nil {
			return l, err
		}
		l.answers = append(l.answers, a)
		if !a.redirects() {
			l.page = readPage(a)
			return l, nil
		}
		to, err := a.location()
		if err != nil {
			return l, err
		}
		if !p.run.own(to) {
			l.away = to
			return l, nil
		}
		if req, err = request(p.ctx, http.MethodGet, to.String(), nil, nil); err != nil {
			return l, err
		}
	}
	return l, fmt.Errorf("more than %d redirects in a row, the last from %s", maxHops, place(req.URL))
}

// through goes on from a page to the end: it signs in, and agrees where the
// end-user is asked to. It stops where there is nothing that it knows to do.
func (p *probe) through(b *browser, l landing) (landing, error) {
	named := false
	for range maxPages {
		if l.away != nil || l.page == nil || l.page.status >= 500 {
			return l, nil
		}
		s, known := p.run.target.step(l.page, named)
		if !known || s.password && l.asked > 0 {
			return l, nil
		}
		next, err := p.submit(b, l.page, s)
		if err != nil {
			return l, err
		}
		next.asked, next.sent = l.asked, l.sent
		if s.password {
			next.asked++
			next.sent = next.answers[0]
		}
		named = named || s.username
		next.answers = slices.Concat(l.answers, next.answers)
		l = next
	}
	return l, fmt.Errorf("more than %d pages of sign-in, the last: %v", maxPages, l)
}

// step is what to do on a page.
type step struct {
	form               form
	values             url.Values
	username, password bool
}

func (p *probe) submit(b *browser, from *page, s step) (landing, error) {
	if !p.run.own(s.form.action) {
		return landing{}, fmt.Errorf("the form at %s would post to %s, which is not the provider's; name the host if it is", place(from.url), s.form.action.Host)
	}
	if s.form.method == http.MethodGet {
		to := *s.form.action
		to.RawQuery = ""
		req, err := request(p.ctx, http.MethodGet, to.String(), s.values, nil)
		if err != nil {
			return landing{}, err
		}
		return p.follow(b, req)
	}
	req, err := request(p.ctx, http.MethodPost, s.form.action.String(), nil, s.values)
	if err != nil {
		return landing{}, err
	}
	req.Header.Set("Origin", from.url.Scheme+"://"+from.url.Host)
	req.Header.Set("Sec-Fetch-Site", "same-origin")
	return p.follow(b, req)
}

// step finds what to do on a page: the password form first, then a form that
// asks who it is, then one that only wants a click.
func (t Target) step(pg *page, named bool) (step, bool) {
	for _, f := range pg.forms {
		if pass, ok := f.find(t.PasswordField, "password"); ok {
			with := map[string]string{pass.name: t.Password}
			if user, ok := f.username(t.UsernameField); ok {
				with[user.name] = t.Username
			}
			return step{form: f, values: f.filled(with, f.yes()), password: true, username: true}, true
		}
	}
	for _, f := range pg.forms {
		if user, ok := f.username(t.UsernameField); ok && !named {
			return step{form: f, values: f.filled(map[string]string{user.name: t.Username}, f.yes()), username: true}, true
		}
	}
	for _, f := range pg.forms {
		_, typing := f.find("", "text", "email", "tel", "number", "password")
		if b := f.yes(); !typing && len(f.buttons) > 0 && !negative(b) {
			return step{form: f, values: f.filled(nil, b)}, true
		}
	}
	return step{}, false
}

// username is the field for the user name.
func (f form) username(hint string) (field, bool) {
	if hint != "" {
		return f.find(hint)
	}
	for _, in := range f.fields {
		if in.name != "" && strings.Contains(in.complete, "username") {
			return in, true
		}
	}
	return f.find("", "email", "text")
}

func (b field) says(words ...string) bool {
	text := strings.ToLower(b.name + " " + b.value + " " + b.label)
	return slices.ContainsFunc(words, func(w string) bool { return strings.Contains(text, w) })
}

func negative(b field) bool {
	return b.says("cancel", "deny", "reject", "decline", "refuse", "abort", "register", "create", "forgot", "another")
}

// yes is the button that a person presses who wants to go on.
func (f form) yes() field {
	for _, b := range f.buttons {
		if b.says("allow", "accept", "approve", "grant", "agree", "authorize", "continue", "confirm", "yes", "sign in", "log in", "login") && !negative(b) {
			return b
		}
	}
	for _, b := range f.buttons {
		if !negative(b) {
			return b
		}
	}
	if len(f.buttons) > 0 {
		return f.buttons[0]
	}
	return field{}
}

// stuck says at which page a sign-in came to a halt.
func stuck(l landing) error {
	if l.page == nil {
		return fmt.Errorf("the sign-in ended %v", l)
	}
	seen := "no form"
	if len(l.page.forms) > 0 {
		list := make([]string, 0, len(l.page.forms))
		for _, f := range l.page.forms {
			list = append(list, f.String())
		}
		seen = "the forms: " + strings.Join(list, "; ")
	}
	if l.asked > 0 {
		return fmt.Errorf("after the password the sign-in is stuck %v, which has %s; are the user name and the password right?", l, seen)
	}
	return fmt.Errorf("the sign-in is stuck %v, which has %s", l, seen)
}

var errNoCode = errors.New("no authorization code came back")
