package harness

import (
	"context"
	"fmt"

	"github.com/countersign-oidc/countersign/suites/attempt"
	"github.com/countersign-oidc/countersign/suites/browser"
)

// Local signs a customer in with a password of the shop's own and observes it.
// Of the try, title, browser and picture count. The subject that is expected
// afterwards is none.
func (s *Spec) Local(ctx context.Context, t Try, email, password string) (*attempt.SignIn, error) {
	b := t.Browser
	if b == nil {
		b = s.Browser
	}
	a := s.begin(t)
	a.Username, a.Subject = email, ""
	since := s.now(b)
	page := s.Lane.Shop.Customers.Local
	_, err := b.Navigate(ctx, s.Lane.Shop.URL(page.Visit))
	if err == nil {
		a.Page, err = b.Submit(ctx, browser.Field{Selector: page.Email, Text: email}, browser.Field{Selector: page.Password, Text: password})
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", t.Title, err)
	}
	s.collect(a, b, since)
	return a, s.observe(ctx, b, a, t)
}
