package harness

import (
	"cmp"
	"context"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/countersign-oidc/countersign/mockidp/identity"
	"github.com/countersign-oidc/countersign/suites/attempt"
)

// fetchTimeout bounds one plain request to the shop, and maxBody its answer.
const (
	fetchTimeout = 15 * time.Second
	maxBody      = 1 << 20
)

// Begin starts a sign-in and stops at the provider's page.
func (s *Spec) Begin(ctx context.Context, b Visitor) (*attempt.SignIn, error) {
	return s.BeginAt(ctx, b, "")
}

// BeginAt is Begin at a page for signed-in customers; "" is the shop's own
// sign-in.
func (s *Spec) BeginAt(ctx context.Context, b Visitor, path string) (*attempt.SignIn, error) {
	a := s.begin(Try{Title: "The beginning of a sign-in"})
	since := s.now(b)
	p, err := s.setOut(ctx, b, path)
	if err != nil {
		return nil, fmt.Errorf("begin a sign-in: %w", err)
	}
	a.Page = p
	s.collect(a, b, since)
	a.Cookies, err = b.Cookies(ctx)
	return a, err
}

// Visit opens a path of the shop after an attempt, unless the browser still
// rests there.
func (s *Spec) Visit(ctx context.Context, a *attempt.SignIn, path string) (attempt.Page, error) {
	if !a.Left && a.Page.Status == http.StatusOK && a.Page.URL == s.Lane.Shop.URL(path) {
		return a.Page, nil
	}
	return s.Browser.Navigate(ctx, s.Lane.Shop.URL(path))
}

// Again asks who is signed in some time after an attempt.
func (s *Spec) Again(ctx context.Context, a *attempt.SignIn) (attempt.Who, error) {
	if !a.Left {
		if w, known, err := s.whoInPlace(ctx, s.Browser, a.Page); known || err != nil {
			return w, err
		}
	}
	a.Left = true
	return s.Who(ctx, s.Browser)
}

// Open opens an address, as a link in a mail or Back would, and observes it
// like a sign-in. Where it leads to a provider that asks for the password, the
// user of the try signs in, if there is one; not where the shop had an answer
// and sends the browser there anew. Of the try, title, user, fault, browser and
// picture count.
func (s *Spec) Open(ctx context.Context, address string, t Try) (*attempt.SignIn, error) {
	b := t.Browser
	if b == nil {
		b = s.Browser
	}
	a := s.begin(t)
	since := s.now(b)
	ticket, err := s.arm(a, t)
	if err != nil {
		return nil, err
	}
	a.Page, err = b.Navigate(ctx, address)
	if err == nil && t.User.Username != "" {
		a.Page, err = s.enterIfAsked(ctx, b, a.Page, t.User, since)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", a.Title, err)
	}
	if ticket != nil {
		ticket.Disarm()
		a.Fired = ticket.Fired()
	}
	s.collect(a, b, since)
	return a, s.observe(ctx, b, a, t)
}

// answered reports whether an authorization response came to the shop since a
// moment.
func (s *Spec) answered(b Visitor, since moment) bool {
	r := b.Record()
	r.Requests = r.Requests[min(since.requests, len(r.Requests)):]
	origin := attempt.Origin(s.Lane.Shop.BaseURL)
	return len(r.Visited(origin, s.Lane.Shop.Redirect))+len(r.Visited(origin, s.Lane.Shop.SecondRedirect)) > 0
}

// Intercept signs a stranger in at the provider in a browser of their own and
// keeps the authorization response from the shop. It returns its address.
func (s *Spec) Intercept(ctx context.Context, u identity.User) (string, error) {
	b, err := s.Stranger(ctx)
	if err != nil {
		return "", err
	}
	defer s.Release(b)
	return s.Hold(ctx, Try{Title: "A stranger signs in at the provider and keeps the answer", User: u, Browser: b})
}

// AuthorizationURL is the address at which the browser met the provider.
func (s *Spec) AuthorizationURL(a *attempt.SignIn) (string, bool) {
	endpoint, err := url.Parse(s.Lane.Provider.Metadata().AuthorizationEndpoint)
	if err != nil {
		return "", false
	}
	found := a.Record.Visited(attempt.Origin(endpoint.String()), endpoint.Path)
	if len(found) == 0 {
		return "", false
	}
	return found[0].URL, true
}

// ForgetShop removes the shop's cookies from the browser; the provider's
// session stays, so that the next sign-in needs no password.
func (s *Spec) ForgetShop(ctx context.Context) error {
	return s.Browser.Forget(ctx, s.shopHost())
}

// ForgetProvider removes the provider's cookies from the browser, so that the
// next sign-in asks for the password.
func (s *Spec) ForgetProvider(ctx context.Context) error {
	u, err := url.Parse(s.Lane.Provider.Issuer())
	if err != nil {
		return fmt.Errorf("issuer: %w", err)
	}
	return s.Browser.Forget(ctx, u.Hostname())
}

// shopHost is the host of the shop without its port: cookies know no ports.
func (s *Spec) shopHost() string {
	u, err := url.Parse(s.Lane.Shop.BaseURL)
	if err != nil {
		return ""
	}
	if host, _, err := net.SplitHostPort(u.Host); err == nil {
		return host
	}
	return u.Host
}

// ShopCookies are those of the cookies that belong to the shop.
func (s *Spec) ShopCookies(cookies []attempt.Cookie) []attempt.Cookie {
	var own []attempt.Cookie
	for _, c := range cookies {
		if c.Domain == s.shopHost() || c.Domain == "."+s.shopHost() {
			own = append(own, c)
		}
	}
	return own
}

// Answer is the answer to a plain request.
type Answer struct {
	Status   int
	Location string
	Header   http.Header
	Body     []byte
}

// Cookies are those that the answer sets.
func (a Answer) Cookies() []attempt.Cookie {
	var set []attempt.Cookie
	for _, c := range (&http.Response{Header: a.Header}).Cookies() {
		set = append(set, attempt.Cookie{Name: c.Name, Value: c.Value})
	}
	return set
}

// Fetch asks the shop for a path without a browser, and follows no redirect.
func (s *Spec) Fetch(ctx context.Context, path string, header map[string]string, cookies ...attempt.Cookie) (Answer, error) {
	return s.Ask(ctx, http.MethodGet, path, nil, header, cookies...)
}

// Ask is Fetch by any method, with a form unless it is nil.
func (s *Spec) Ask(ctx context.Context, method, path string, form url.Values, header map[string]string, cookies ...attempt.Cookie) (Answer, error) {
	return s.Send(ctx, Request{Method: method, Path: path, Form: form, Header: header, Cookies: cookies})
}

// Replay uses cookies elsewhere, as whoever copied them would, and asks who is
// signed in. It takes no browser where the shop tells by JSON.
func (s *Spec) Replay(ctx context.Context, cookies []attempt.Cookie) (attempt.Who, error) {
	if err := s.InCookies(); err != nil {
		return attempt.Who{}, err
	}
	if how := s.Lane.Shop.WhoAmI; how.JSON != "" {
		answer, err := s.Fetch(ctx, how.JSON, nil, cookies...)
		if err != nil {
			return attempt.Who{}, err
		}
		return s.who(answer.Status, answer.Body), nil
	}
	return s.replayInBrowser(ctx, cookies)
}

func (s *Spec) replayInBrowser(ctx context.Context, cookies []attempt.Cookie) (attempt.Who, error) {
	b, err := s.Stranger(ctx)
	if err != nil {
		return attempt.Who{}, err
	}
	defer s.Release(b)
	if err := b.SetCookies(ctx, s.ofShop(cookies)); err != nil {
		return attempt.Who{}, err
	}
	return s.Who(ctx, b)
}

// ofShop has cookies of an answer, which do not say so, be the shop's.
func (s *Spec) ofShop(cookies []attempt.Cookie) []attempt.Cookie {
	cookies = slices.Clone(cookies)
	for i, c := range cookies {
		cookies[i].Domain, cookies[i].Path = cmp.Or(c.Domain, s.shopHost()), cmp.Or(c.Path, "/")
	}
	return cookies
}

// SignOut signs out as a customer does and observes it. Of the try, title,
// user and fault count, and KeepPage, which presses the button of the page that
// the browser shows.
func (s *Spec) SignOut(ctx context.Context, in *attempt.SignIn, t Try) (*attempt.SignIn, error) {
	if t.Title == "" {
		t.Title = "The sign-out"
	}
	a := s.begin(t)
	a.Username, a.Subject = in.Username, in.Subject
	since := s.now(s.Browser)
	t.User.Username = in.Username
	ticket, err := s.arm(a, t)
	if err != nil {
		return nil, err
	}
	how := s.Lane.Shop.SignOut
	if !t.KeepPage || how.Click == "" {
		a.Page, err = s.Visit(ctx, in, how.Visit)
	}
	if err == nil && how.Click != "" {
		a.Page, err = s.Browser.Click(ctx, how.Click)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", t.Title, err)
	}
	if ticket != nil {
		ticket.Disarm()
		a.Fired = ticket.Fired()
	}
	s.collect(a, s.Browser, since)
	t.KeepPage = false
	return a, s.observe(ctx, s.Browser, a, t)
}

// WhoAmIPath is where the shop tells who is signed in.
func (s *Spec) WhoAmIPath() string {
	if s.Lane.Shop.WhoAmI.JSON != "" {
		return s.Lane.Shop.WhoAmI.JSON
	}
	return s.Lane.Shop.WhoAmI.Page
}

// Customer is the shop's own identifier of who was signed in; "" where it does
// not tell.
func (s *Spec) Customer(a *attempt.SignIn) string {
	return string(attempt.Lookup(a.Who.Body, s.Lane.Shop.WhoAmI.Identity))
}
