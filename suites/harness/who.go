package harness

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"

	"github.com/countersign-oidc/countersign/suites/attempt"
	"github.com/countersign-oidc/countersign/suites/judge"
)

// whoInPlace asks the shop who is signed in without leaving its page. It does
// not know when the browser is elsewhere, or when the answer could be another
// page that a redirect led to.
func (s *Spec) whoInPlace(ctx context.Context, b Visitor, p attempt.Page) (_ attempt.Who, known bool, _ error) {
	how := s.Lane.Shop.WhoAmI
	if how.JSON == "" || p.Origin() != attempt.Origin(s.Lane.Shop.BaseURL) || p.Status == 0 {
		return attempt.Who{}, false, nil
	}
	status, body, err := b.Fetch(ctx, s.Lane.Shop.URL(how.JSON))
	switch {
	case err != nil: // the page's policy forbids it, for example
		return attempt.Who{}, false, context.Cause(ctx)
	case status == http.StatusUnauthorized:
		return attempt.Who{Status: status}, true, nil
	case status == http.StatusOK && attempt.Lookup(body, how.Subject) != nil:
		return s.who(status, body), true, nil
	}
	return attempt.Who{}, false, nil
}

// Who asks the shop, in a browser, who is signed in.
func (s *Spec) Who(ctx context.Context, b Visitor) (attempt.Who, error) {
	how := s.Lane.Shop.WhoAmI
	if how.JSON == "" {
		return s.whoFromPage(ctx, b)
	}
	p, err := b.Navigate(ctx, s.Lane.Shop.URL(how.JSON))
	if err != nil {
		return attempt.Who{}, fmt.Errorf("who is signed in: %w", err)
	}
	body, found, err := b.Text(ctx, "pre")
	if err == nil && !found {
		body, _, err = b.Text(ctx, "body")
	}
	if err != nil {
		return attempt.Who{}, fmt.Errorf("who is signed in: %w", err)
	}
	if p.Origin() != attempt.Origin(s.Lane.Shop.BaseURL) {
		return attempt.Who{Status: p.Status}, nil
	}
	return s.who(p.Status, []byte(body)), nil
}

// who reads a who-am-I answer of the shop.
func (s *Spec) who(status int, body []byte) attempt.Who {
	w := attempt.Who{Status: status}
	if json.Valid(body) {
		w.Body = body
	}
	if status == http.StatusOK {
		w.SignedIn = true
		// A subject that is no string is none, which the judge tells apart.
		_ = json.Unmarshal(attempt.Lookup(w.Body, s.Lane.Shop.WhoAmI.Subject), &w.Subject)
	}
	return w
}

// whoFromPage reads the page for signed-in customers. An element without text is
// that of somebody without a subject, unless the shop shows it to everybody.
func (s *Spec) whoFromPage(ctx context.Context, b Visitor) (attempt.Who, error) {
	p, text, found, err := s.shownSubject(ctx, b)
	if err != nil {
		return attempt.Who{}, err
	}
	return s.shown(p.Status, text, found), nil
}

func (s *Spec) shown(status int, text string, found bool) attempt.Who {
	return attempt.Who{Status: status, Subject: text, SignedIn: text != "" || found && !s.harness.shownToAll}
}

// shownSubject is what the page that tells who is signed in has as the subject,
// if it is a page of the shop.
func (s *Spec) shownSubject(ctx context.Context, b Visitor) (p attempt.Page, text string, found bool, err error) {
	how := s.Lane.Shop.WhoAmI
	if p, err = b.Navigate(ctx, s.Lane.Shop.URL(how.Page)); err != nil {
		return p, "", false, fmt.Errorf("who is signed in: %w", err)
	}
	if p.Origin() != attempt.Origin(s.Lane.Shop.BaseURL) || p.Status != http.StatusOK {
		return p, "", false, nil
	}
	if text, found, err = b.Text(ctx, how.Subject); err != nil {
		return p, "", false, fmt.Errorf("who is signed in: %w", err)
	}
	return p, text, found, nil
}

// toldApart finds out how that page looks to somebody who is not signed in. It
// is no use if it names a subject to them.
func (s *Spec) toldApart(ctx context.Context, b Visitor) (judge.Finding, error) {
	how := s.Lane.Shop.WhoAmI
	if how.JSON != "" {
		return judge.Pass("The shop tells by JSON."), nil
	}
	_, text, found, err := s.shownSubject(ctx, b)
	if err != nil {
		return judge.Finding{}, err
	}
	if s.harness.shownToAll = found; text != "" {
		return judge.Undecided("%s of %s is %q although nobody is signed in: who_am_i needs an element that only customers see.", how.Subject, how.Page, text), nil
	}
	return judge.Pass("The page tells customers from visitors."), nil
}
