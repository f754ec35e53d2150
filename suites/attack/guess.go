package attack

import (
	"context"
	"crypto/rand"
	"net/http"
	"net/url"
	"strings"

	"github.com/countersign-oidc/countersign/mockidp/journal"
	"github.com/countersign-oidc/countersign/runner/check"
	"github.com/countersign-oidc/countersign/suites/attempt"
	"github.com/countersign-oidc/countersign/suites/harness"
	"github.com/countersign-oidc/countersign/suites/judge"
)

// guesses are how many session IDs are tried, and as many states.
const guesses = 100

// near is a value that begins like another and then ends, or goes on
// differently.
func near(value string, i int) string {
	known := min(8+i%8, len(value)/2)
	if i%2 == 0 {
		return value[:known]
	}
	rest := len(value) - known
	return value[:known] + strings.Repeat(rand.Text(), rest)[:rest]
}

// guessing tries values that are almost those of a session and of a sign-in
// under way, as fast as they are answered, and then the right ones.
func guessing(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	in, err := s.SignIn(ctx, harness.Try{Title: "A customer signs in", User: s.Person(nil), Control: true})
	if err != nil {
		return judge.Finding{}, err
	}
	if f := judge.Control(*in); f.Verdict != check.Pass {
		return f, nil
	}
	g := judge.Guesses{Tried: 2 * guesses}
	for i := range guesses {
		answer, err := s.Fetch(ctx, s.WhoAmIPath(), nil, nearCookies(s.ShopCookies(in.Cookies), i)...)
		if err != nil {
			return judge.Finding{}, err
		}
		g.Limited += limited(answer)
		if s.Says(answer).SignedIn {
			g.Opened++
		}
	}
	v, address, err := s.AtCallback(ctx, s.Person(nil))
	if err != nil {
		return judge.Finding{}, err
	}
	cookies, err := v.Cookies(ctx)
	if err != nil {
		return judge.Finding{}, err
	}
	mark := s.Lane.Provider.Journal().Mark()
	for i := range guesses {
		guess, err := changed(address, func(q url.Values) { q.Set("state", near(q.Get("state"), i)) })
		if err != nil {
			return judge.Finding{}, err
		}
		answer, err := s.Fetch(ctx, s.BelowShop(guess), nil, s.ShopCookies(cookies)...)
		if err != nil {
			return judge.Finding{}, err
		}
		g.Limited += limited(answer)
	}
	g.Redeemed = len(s.Lane.Provider.Journal().Select(journal.Query{After: mark, Kind: journal.Token}))
	if _, err := v.Navigate(ctx, address); err != nil {
		return judge.Finding{}, err
	}
	if g.After, err = s.Who(ctx, v); err != nil {
		return judge.Finding{}, err
	}
	s.Note("guesses", "%d, of which %d were turned away", g.Tried, g.Limited)
	return judge.Hopeless(g, s.Lane.Shop.Policies[check.GuessLimit]), nil
}

func nearCookies(cookies []attempt.Cookie, i int) []attempt.Cookie {
	list := make([]attempt.Cookie, 0, len(cookies))
	for _, c := range cookies {
		list = append(list, attempt.Cookie{Name: c.Name, Value: near(c.Value, i)})
	}
	return list
}

func limited(a harness.Answer) int {
	if a.Status == http.StatusTooManyRequests {
		return 1
	}
	return 0
}
