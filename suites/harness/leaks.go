package harness

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/countersign-oidc/countersign/mockidp/journal"
	"github.com/countersign-oidc/countersign/suites/attempt"
	"github.com/countersign-oidc/countersign/suites/judge"
)

// Leaks searches everything that a browser saw during an attempt, its pages,
// headers and addresses, for what it should not see. Call it while the browser
// still rests where the attempt ended: the source of that page is searched
// too. Markers are texts of the provider that no page should show.
func (s *Spec) Leaks(ctx context.Context, b Visitor, a *attempt.SignIn, markers ...string) (judge.Finding, error) {
	places := s.seen(*a)
	if !a.Left && a.Page.Origin() == a.ShopOrigin && a.Page.Failed == "" {
		source, err := b.HTML(ctx)
		if err != nil {
			return judge.Finding{}, fmt.Errorf("source of the page: %w", err)
		}
		places = append(places, attempt.Place{Where: "the source of the page " + a.Page.URL, Text: source, Shop: true, Page: true})
	}
	return judge.NoLeaks(places, s.secrets(*a), markers...), nil
}

// The names of secrets in findings.
const (
	secretCode    = "authorization code"
	secretIDToken = "ID token"
)

// seen are the addresses, headers and texts of an attempt, without the sources
// of its pages. The code belongs into the redirect to the shop, and the ID
// token as a hint into the one to the end session endpoint.
func (s *Spec) seen(a attempt.SignIn) []attempt.Place {
	endSession := s.Lane.Provider.Metadata().EndSessionEndpoint
	var places []attempt.Place
	for _, q := range a.Record.Requests {
		shop := attempt.Origin(q.URL) == a.ShopOrigin
		at := attempt.Place{Where: "an address, " + withoutQuery(q.URL), Text: q.URL, Shop: shop, Address: true}
		switch {
		case shop && pathOf(q.URL) == a.CallbackPath:
			at.Carries = []string{secretCode}
		case strings.HasPrefix(q.URL, endSession):
			at.Carries = []string{secretIDToken}
		}
		places = append(places, at)
		for name, value := range q.Header {
			p := attempt.Place{Where: fmt.Sprintf("the header %s of %s", name, withoutQuery(q.URL)), Text: value, Shop: shop}
			switch {
			case !shop:
				p.Carries = []string{secretCode, secretIDToken}
			case name == "location" && strings.HasPrefix(value, endSession):
				p.Carries = []string{secretIDToken}
			}
			places = append(places, p)
		}
	}
	if a.Page.Origin() == a.ShopOrigin {
		places = append(places, attempt.Place{Where: "the text of " + withoutQuery(a.Page.URL), Text: a.Page.Text, Shop: true, Page: true})
	}
	return places
}

// secrets are what shop and provider shared during an attempt.
func (s *Spec) secrets(a attempt.SignIn) []attempt.Secret {
	var all []attempt.Secret
	add := func(name, value string) {
		if secret := (attempt.Secret{Name: name, Value: value}); len(value) >= 8 && !slices.Contains(all, secret) {
			all = append(all, secret)
		}
	}
	add("client secret", s.Lane.Client.Secret)
	for _, e := range a.Entries {
		if u, err := url.Parse(e.Location); err == nil && e.Kind != journal.EndSession {
			add(secretCode, u.Query().Get("code"))
		}
		add(secretCode, e.Form.Get("code"))
		add("code verifier", e.Form.Get("code_verifier"))
		if e.Kind == journal.Token {
			add("header with the client's credentials", strings.TrimPrefix(e.Header.Get("Authorization"), "Basic "))
		}
		for _, t := range e.Tokens {
			name := strings.ReplaceAll(t.Kind, "_", " ")
			if t.Kind == "id_token" {
				name = secretIDToken
			}
			if t.Kind != "userinfo" && t.Kind != "logout_token" {
				add(name, t.Value)
			}
		}
	}
	return all
}

func withoutQuery(address string) string {
	bare, _, _ := strings.Cut(address, "?")
	return bare
}

func pathOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return u.Path
}
