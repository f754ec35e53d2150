package harness

import (
	"context"

	"github.com/countersign-oidc/countersign/suites/attempt"
	"github.com/countersign-oidc/countersign/suites/plain"
)

// outside is what of an ordinary sign-in does not work outside of the browser
// that made it, at a shop whose pages are made by scripts. The zero value is a
// shop where everything does, and one that was not looked at.
type outside struct {
	// noPlain is true where a visitor without a browser cannot sign in,
	// noCookies where the sign-in is not in the cookies, and noPage where it is,
	// but a page fetched with them does not tell who is signed in.
	noPlain, noCookies, noPage bool
}

// notTriedError is why a check does not fit a shop. The check is skipped.
type notTriedError string

// Error is the reason.
func (e notTriedError) Error() string { return string(e) }

const (
	errNoPlain   notTriedError = "a visitor without a browser cannot sign in at this shop"
	errNoCookies notTriedError = "the shop keeps the sign-in out of its cookies"
	errNoPage    notTriedError = "without scripts the page of who_am_i does not tell who is signed in; an address that tells it as JSON would do"
)

// look finds out what of an ordinary sign-in works outside of its browser. What
// it cannot find out counts as working: each check tells of that itself.
func (s *Spec) look(ctx context.Context, b Visitor, in *attempt.SignIn) (o outside) {
	o.noPlain = true
	for range 2 {
		o.noPlain = o.noPlain && !s.signsInPlainly(ctx)
	}
	cookies := s.ShopCookies(in.Cookies)
	if s.replays(ctx, s.Replay, cookies, in) {
		answer, err := s.Fetch(ctx, s.WhoAmIPath(), nil, cookies...)
		o.noPage = err == nil && s.Says(answer).Subject != in.Subject
		return o
	}
	if s.replays(ctx, s.replayInBrowser, cookies, in) {
		return o
	}
	// A session that is tied to its browser is another matter: then there is
	// something to try.
	held, err := storedIn(ctx, b)
	o.noCookies = err == nil && (len(cookies) == 0 || held != "[]")
	return o
}

func (s *Spec) signsInPlainly(ctx context.Context) bool {
	u := s.Person(nil)
	who, err := s.Plainly(ctx, u)
	return err == nil && who.Subject == s.Subject(u)
}

func (s *Spec) replays(ctx context.Context, how func(context.Context, []attempt.Cookie) (attempt.Who, error), cookies []attempt.Cookie, in *attempt.SignIn) bool {
	who, err := how(ctx, cookies)
	return err == nil && who.Subject == in.Subject
}

// Plain is a visitor without a browser, if one can sign in at the shop.
func (s *Spec) Plain() (*plain.Visitor, error) {
	if s.harness.outside.noPlain {
		return nil, errNoPlain
	}
	return plain.New(), nil
}

// InCookies is an error where the sign-in is not in the shop's cookies.
func (s *Spec) InCookies() error {
	if s.harness.outside.noCookies {
		return errNoCookies
	}
	return nil
}

// Fetched is an error where what is fetched with the cookies of a customer does
// not show that it is for them.
func (s *Spec) Fetched() error {
	if s.harness.outside.noPage {
		return errNoPage
	}
	return s.InCookies()
}
