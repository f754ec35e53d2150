package harness

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/countersign-oidc/countersign/mockidp/fault"
	"github.com/countersign-oidc/countersign/mockidp/identity"
	"github.com/countersign-oidc/countersign/mockidp/journal"
	"github.com/countersign-oidc/countersign/mockidp/profile"
	"github.com/countersign-oidc/countersign/suites/attempt"
	"github.com/countersign-oidc/countersign/suites/browser"
)

// Try says how to try a sign-in. The zero value of each member is the ordinary
// way.
type Try struct {
	Title string
	User  identity.User
	// Visit is the path to open; empty is the shop's own sign-in.
	Visit string
	// At is a whole address to open in place of a path of the shop.
	At string
	// Fault is armed for this person's sign-in only, or, with Everybody, for
	// each exchange of the lane.
	Fault     fault.ID
	Everybody bool
	// Once has the fault change one exchange only, the first that it can.
	Once bool
	// AtSecond arms the fault at the lane's second provider.
	AtSecond bool
	// Written is a fault that is not in the catalogue.
	Written *fault.Spec
	// Cancel presses Cancel on the provider's page.
	Cancel bool
	// Browser is another profile than the check's own.
	Browser Visitor
	// KeepPage does not ask who is signed in afterwards, so that the page stays
	// as it is.
	KeepPage bool
	// NoPicture takes no screenshot: for one of many spellings. Control is for
	// a sign-in that must work: it takes one only if it does not.
	NoPicture, Control bool
}

// SignIn tries a sign-in and observes it. A sign-in that the shop or the
// provider refuses is an observation; an error means that it could not be
// tried.
func (s *Spec) SignIn(ctx context.Context, t Try) (*attempt.SignIn, error) {
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
	if a.Page, err = s.walk(ctx, b, t); err != nil {
		var waits bool
		if a.Page, waits = waitsForShop(a, b, err); !waits {
			return nil, fmt.Errorf("%s: %w", a.Title, err)
		}
		if s.unanswered = append(s.unanswered, a.Title); len(s.unanswered) == patience {
			return nil, errUnanswered
		}
	}
	if ticket != nil {
		ticket.Disarm()
		a.Fired = ticket.Fired()
	}
	s.collect(a, b, since)
	return a, s.observe(ctx, b, a, t)
}

// patience is how many sign-ins without an answer decide a check: the time for
// more is not there.
const patience = 2

var errUnanswered = errors.New("the shop kept the browser waiting until it gave up")

// waitsForShop tells a shop that does not answer, which is an observation, from
// an attempt that could not be made: the browser was still waiting for it.
func waitsForShop(a *attempt.SignIn, b Visitor, err error) (attempt.Page, bool) {
	late, ok := errors.AsType[attempt.UnansweredError](err)
	requests := b.Record().Requests
	if !ok || len(requests) == 0 {
		return attempt.Page{}, false
	}
	last := requests[len(requests)-1]
	return attempt.Page{URL: last.URL, Failed: late.Error()},
		last.Document && last.Status == 0 && last.Failed == "" && attempt.Origin(last.URL) == a.ShopOrigin
}

// moment is how far journals and browser had recorded at a point in time.
type moment struct {
	mark, second uint64
	requests     int
}

func (s *Spec) now(b Visitor) moment {
	m := moment{mark: s.Lane.Provider.Journal().Mark(), requests: len(b.Record().Requests)}
	if s.Lane.Second != nil {
		m.second = s.Lane.Second.Journal().Mark()
	}
	return m
}

// collect adds what the providers and the browser have recorded since.
func (s *Spec) collect(a *attempt.SignIn, b Visitor, since moment) {
	a.Entries = slices.DeleteFunc(s.Lane.Provider.Journal().Select(journal.Query{After: since.mark}), func(e journal.Entry) bool {
		return slices.Contains(s.bystanders, e.User)
	})
	if s.Lane.Second != nil {
		a.Other = s.Lane.Second.Journal().Select(journal.Query{After: since.second})
	}
	a.Record = b.Record()
	a.Record.Requests = a.Record.Requests[min(since.requests, len(a.Record.Requests)):]
}

func (s *Spec) begin(t Try) *attempt.SignIn {
	a := &attempt.SignIn{
		Title: t.Title, Began: time.Now(), Username: t.User.Username, Subject: s.Subject(t.User),
		ShopOrigin: attempt.Origin(s.Lane.Shop.BaseURL), CallbackPath: s.Lane.Shop.Redirect,
		ProviderOrigin: attempt.Origin(s.Lane.Provider.Issuer()),
	}
	if a.Title == "" {
		a.Title = "The sign-in"
	}
	s.signIns = append(s.signIns, a)
	return a
}

func (s *Spec) arm(a *attempt.SignIn, t Try) (*fault.Ticket, error) {
	a.Fault = t.Written
	if t.Fault != "" {
		spec, ok := fault.Named(t.Fault)
		if !ok {
			return nil, fmt.Errorf("no fault is named %q", t.Fault)
		}
		a.Fault = &spec
	}
	if a.Fault == nil {
		return nil, nil //nolint:nilnil // no fault, no ticket
	}
	scope := fault.Scope{User: t.User.Username}
	if t.Everybody {
		scope = fault.Scope{}
	}
	provider := s.Lane.Provider
	if t.AtSecond {
		provider = s.Lane.Second
	}
	budget := fault.Always
	if t.Once {
		budget = fault.Once
	}
	ticket, err := provider.Arm(*a.Fault, scope, budget)
	if err != nil {
		return nil, fmt.Errorf("arm %s: %w", a.Fault.ID, err)
	}
	return ticket, nil
}

// walk goes the customer's way: the shop's page, the provider's, and back.
func (s *Spec) walk(ctx context.Context, b Visitor, t Try) (attempt.Page, error) {
	since := s.now(b)
	for _, p := range s.providers() {
		p.LetIn(t.User.Username) // once: not if the shop begins another one then
	}
	var p attempt.Page
	var err error
	if t.At != "" {
		p, err = b.Navigate(ctx, t.At)
	} else {
		p, err = s.setOut(ctx, b, t.Visit)
	}
	if err != nil {
		return p, err
	}
	if t.Cancel && s.atProvider(p) {
		return b.Click(ctx, "#cancel")
	}
	return s.enterIfAsked(ctx, b, p, t.User, since)
}

// enterIfAsked signs somebody in at the provider if the browser is at its
// sign-in page, and not because the shop had an answer since a moment and sends
// the browser there anew.
func (s *Spec) enterIfAsked(ctx context.Context, b Visitor, p attempt.Page, u identity.User, since moment) (attempt.Page, error) {
	if !s.atProvider(p) || s.answered(b, since) {
		return p, nil
	}
	if asked, err := s.AsksToSignIn(ctx, b, p); err != nil || !asked {
		return p, err
	}
	return s.Enter(ctx, b, u)
}

// setOut opens a path of the shop, "" for that of its own sign-in, and presses
// there what begins one. A page for customers may lead to that page first.
func (s *Spec) setOut(ctx context.Context, b Visitor, path string) (attempt.Page, error) {
	shop := s.Lane.Shop
	address := shop.URL(cmp.Or(path, shop.SignIn.Visit))
	p, err := b.Navigate(ctx, address)
	led := !samePage(p.URL, address) && samePage(p.URL, shop.URL(shop.SignIn.Visit))
	if err != nil || shop.SignIn.Click == "" || path != "" && !led {
		return p, err
	}
	return b.Click(ctx, shop.SignIn.Click)
}

// samePage compares addresses without their queries.
func samePage(a, b string) bool {
	a, _, _ = strings.Cut(a, "?")
	b, _, _ = strings.Cut(b, "?")
	return a == b
}

// AsksToSignIn reports whether the page that the browser shows is the first of
// the provider's sign-in.
func (s *Spec) AsksToSignIn(ctx context.Context, b Visitor, p attempt.Page) (bool, error) {
	login := s.login(p.URL)
	if p.AsksPassword || !login.IdentifierFirst || !s.atProvider(p) {
		return p.AsksPassword, nil
	}
	_, found, err := b.Text(ctx, login.Selectors().Identifier)
	return found, err
}

// login is the sign-in page of the provider at an address.
func (s *Spec) login(address string) profile.Login {
	if s.Lane.Second != nil && strings.HasPrefix(address, s.Lane.Second.Issuer()) {
		return profile.Login{}
	}
	return s.Lane.Provider.Profile().Login
}

// Enter fills in the provider's sign-in page, or pages, that the browser shows.
func (s *Spec) Enter(ctx context.Context, b Visitor, u identity.User) (attempt.Page, error) {
	login := s.Lane.Provider.Profile().Login
	if !login.Standard() {
		if _, standard, err := b.Text(ctx, "#username"); err != nil || standard {
			login = profile.Login{} // the page of a second provider, which imitates nobody
		}
	}
	fields := login.Selectors()
	name := browser.Field{Selector: fields.Identifier, Text: u.Username}
	password := browser.Field{Selector: fields.Password, Text: u.Password}
	if !login.IdentifierFirst {
		return b.Submit(ctx, name, password)
	}
	if p, err := b.Submit(ctx, name); err != nil || !p.AsksPassword {
		return p, err
	}
	return b.Submit(ctx, password)
}

// Agree presses the button of the provider's consent page, which the browser
// shows.
func (s *Spec) Agree(ctx context.Context, b Visitor) (attempt.Page, error) {
	button := "#allow"
	if accept := s.Lane.Provider.Profile().Login.Accept; accept.Name != "" {
		button = fmt.Sprintf("[name=%q]", accept.Name)
	}
	return b.Click(ctx, button)
}

func (s *Spec) atProvider(p attempt.Page) bool {
	return p.Origin() == attempt.Origin(s.Lane.Provider.Issuer())
}

// observe asks what came of an attempt. The page stays as it is while the
// picture of it is taken, so that both show the end of the sign-in.
func (s *Spec) observe(ctx context.Context, b Visitor, a *attempt.SignIn, t Try) error {
	defer s.overhear(ctx, a) // which is not part of how long it took
	defer func() { a.Ended = time.Now() }()
	picture := func() error { return nil }
	if !t.NoPicture && !t.Control && !a.Page.Blank() {
		picture = takePicture(ctx, b, a)
	}
	var whoErr, cookieErr error
	known := t.KeepPage
	if !known {
		a.Who, known, whoErr = s.whoInPlace(ctx, b, a.Page)
		a.Cookies, cookieErr = b.Cookies(ctx)
	}
	if t.Control && !(known && a.Who.SignedIn) && !a.Page.Blank() {
		picture = takePicture(ctx, b, a)
	}
	err := errors.Join(picture(), whoErr, cookieErr)
	if err == nil && !known {
		a.Left = true
		a.Who, err = s.Who(ctx, b)
	}
	a.Usual = s.UsualRefusal(ctx, a)
	return err
}

// takePicture starts a screenshot and returns how to wait for it.
func takePicture(ctx context.Context, b Visitor, a *attempt.SignIn) func() error {
	done := make(chan error, 1)
	go func() {
		var err error
		a.Screenshot, err = b.Screenshot(ctx)
		done <- err
	}()
	return func() error { return <-done }
}
