package harness

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/countersign-oidc/countersign/mockidp"
	"github.com/countersign-oidc/countersign/mockidp/journal"
	"github.com/countersign-oidc/countersign/runner/check"
	"github.com/countersign-oidc/countersign/suites/attempt"
	"github.com/countersign-oidc/countersign/suites/judge"
)

// Leaks searches everything that a browser saw during an attempt, its pages,
// headers and addresses, for what it should not see. Markers are texts of the
// provider that no page should show.
func (s *Spec) Leaks(a *attempt.SignIn, markers ...string) judge.Finding {
	return judge.NoLeaks(append(s.seen(*a), sources(*a)...), s.secrets(*a), markers...)
}

// overhear searches what an attempt that signed nobody in left in the browser,
// whatever its check is about. A sign-in that works is the business of the
// checks that look at one: a leak there would show in all others, too.
//
// What an ordinary refusal leaks too is the business of the same checks.
func (s *Spec) overhear(ctx context.Context, a *attempt.SignIn) {
	secrets := s.secrets(*a)
	for _, code := range s.codes {
		if slices.ContainsFunc(a.Callbacks(), func(q attempt.Request) bool { return strings.Contains(q.URL, code.Value) }) {
			secrets = append(secrets, code) // issued to an attempt before, and delivered in this one
		}
	}
	s.codes = append(s.codes, slices.DeleteFunc(slices.Clone(secrets), func(x attempt.Secret) bool { return x.Name != secretCode })...)
	refused := !a.Who.SignedIn
	if a.Who.Status == 0 { // nobody asked
		refused = a.Page.Status >= http.StatusBadRequest && a.Page.Origin() == a.ShopOrigin && pathOf(a.Page.URL) == a.CallbackPath
	}
	if !refused || s.comparing == nil && s.leak.Verdict != "" {
		return
	}
	f := judge.Silent(*a, append(s.told(*a), sources(*a)...), secrets)
	switch {
	case f.Verdict != check.Fail:
	case s.comparing != nil:
		s.comparing.leak = leakKind(f)
	case s.ordinary(ctx).leak != leakKind(f):
		s.leak = f
	}
}

var particulars = regexp.MustCompile(`^.*but leaked\. |https?://\S+|:? ".*$`)

// leakKind is what leaked and into what, without the particulars.
func leakKind(f judge.Finding) string { return particulars.ReplaceAllString(f.Reason, "") }

// told are the headers of the shop's answers, but for where they lead to a
// provider, which made the secrets or is owed them, and the address of the
// page, which an answer of the provider's has at the sign-in redirect only.
func (s *Spec) told(a attempt.SignIn) []attempt.Place {
	var places []attempt.Place
	for _, q := range a.Record.Requests {
		if attempt.Origin(q.URL) != a.ShopOrigin {
			continue
		}
		for name, value := range q.Header {
			if name != "location" || !s.ofProvider(value) {
				places = append(places, inHeader(attempt.Place{Where: headerOf(q, name), Text: value, Shop: true, Address: true}, name)...)
			}
		}
	}
	opened := ""
	if len(a.Record.Requests) > 0 {
		opened = a.Record.Requests[0].URL
	}
	if a.Page.URL != opened && a.Page.Origin() == a.ShopOrigin && pathOf(a.Page.URL) != a.CallbackPath {
		places = append(places, attempt.Place{Where: "the address " + withoutQuery(a.Page.URL), Text: a.Page.URL, Shop: true, Address: true, Carries: []string{secretCode}})
	}
	return places
}

// ofProvider tells an address of one of the lane's providers.
func (s *Spec) ofProvider(address string) bool {
	return slices.ContainsFunc(s.providers(), func(p *mockidp.Provider) bool {
		return attempt.Origin(address) == attempt.Origin(p.Issuer())
	})
}

// sources is the source of the page where an attempt ended, if it is one of
// the shop's.
func sources(a attempt.SignIn) []attempt.Place {
	if a.Page.Origin() != a.ShopOrigin || a.Page.Failed != "" {
		return nil
	}
	return []attempt.Place{{Where: "the source of the page " + withoutQuery(a.Page.URL), Text: a.Page.Source, Shop: true, Page: true}}
}

// inHeader is a header as places to search: each cookie is one, and one that no
// script can read may have the code verifier of its own browser.
func inHeader(p attempt.Place, name string) []attempt.Place {
	if name != "set-cookie" {
		return []attempt.Place{p}
	}
	var places []attempt.Place
	for line := range strings.Lines(p.Text) {
		c := p
		c.Text = line
		if strings.Contains(strings.ToLower(line), "; httponly") {
			c.Carries = append(slices.Clone(p.Carries), secretVerifier)
		}
		places = append(places, c)
	}
	return places
}

func headerOf(q attempt.Request, name string) string {
	return fmt.Sprintf("the header %s of %s", name, withoutQuery(q.URL))
}

// The names of secrets in findings.
const (
	secretCode     = "authorization code"
	secretIDToken  = "ID token"
	secretVerifier = "code verifier"
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
			p := attempt.Place{Where: headerOf(q, name), Text: value, Shop: shop}
			switch {
			case !shop:
				p.Carries = []string{secretCode, secretIDToken}
			case name == "location" && strings.HasPrefix(value, endSession):
				p.Carries = []string{secretIDToken}
			}
			places = append(places, inHeader(p, name)...)
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
		add(secretVerifier, e.Form.Get("code_verifier"))
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
