// Package attack is the suite of attacks with a second actor.
package attack

import (
	"context"
	"net/url"

	"github.com/onsi/ginkgo/v2"

	"github.com/countersign-oidc/countersign/mockidp/identity"
	"github.com/countersign-oidc/countersign/suites/attempt"
	"github.com/countersign-oidc/countersign/suites/harness"
	"github.com/countersign-oidc/countersign/suites/judge"
)

type observed = attempt.SignIn

// Specs registers the suite.
func Specs(h *harness.Harness) {
	ginkgo.Describe("attack", func() {
		stateSpecs(h)
		codeSpecs(h)
		pageSpecs(h)
		issuerSpecs(h)
		mixUpSpecs(h)
		apartSpecs(h)
		tokenSpecs(h)
		reflectedSpecs(h)
		headerSpecs(h)
		requestSpecs(h)
	})
}

// change is what becomes of the parameters of an authorization response on
// its way to the shop.
type change struct {
	what string
	edit func(url.Values)
}

// set puts a value in place of a parameter's.
func set(name, value string) func(url.Values) {
	return func(q url.Values) { q.Set(name, value) }
}

// spelled rewrites the value of a parameter.
func spelled(name string, how func(string) string) func(url.Values) {
	return func(q url.Values) { q.Set(name, how(q.Get(name))) }
}

// changed is a URL after a change of its query.
func changed(address string, edit func(url.Values)) (string, error) {
	u, err := url.Parse(address)
	if err != nil {
		return "", err
	}
	q := u.Query()
	edit(q)
	u.RawQuery = q.Encode()
	return u.String(), nil
}

// query are the parameters of a URL.
func query(address string) url.Values {
	u, err := url.Parse(address)
	if err != nil {
		return url.Values{}
	}
	return u.Query()
}

// altered keeps the answer to a sign-in of this browser from the shop and
// delivers it once it is changed, for each change anew.
func altered(weigh func(a, control observed) judge.Finding, changes ...change) harness.Body {
	return func(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
		u := s.Person(nil)
		attempts := make([]*observed, 0, len(changes))
		for i, c := range changes {
			answer, err := s.Hold(ctx, harness.Try{Title: "A sign-in whose answer is held back", User: u})
			if err != nil {
				return judge.Finding{}, err
			}
			if answer, err = changed(answer, c.edit); err != nil {
				return judge.Finding{}, err
			}
			a, err := s.Open(ctx, answer, harness.Try{Title: "The answer " + c.what, User: u, NoPicture: i > 0})
			if err != nil {
				return judge.Finding{}, err
			}
			attempts = append(attempts, a)
			if err := s.ForgetShop(ctx); err != nil {
				return judge.Finding{}, err
			}
		}
		return weighed(ctx, s, u, weigh, attempts)
	}
}

// weighed judges each attempt by an ordinary sign-in that follows them.
func weighed(ctx context.Context, s *harness.Spec, u identity.User, weigh func(a, control observed) judge.Finding, attempts []*observed) (judge.Finding, error) {
	control, err := ordinary(ctx, s, u)
	if err != nil {
		return judge.Finding{}, err
	}
	return s.Against(control, weigh, attempts...), nil
}

// ordinary is the sign-in that must work, in a browser that the shop does not
// know.
func ordinary(ctx context.Context, s *harness.Spec, u identity.User) (*observed, error) {
	if err := s.Browser.Clear(ctx); err != nil {
		return nil, err
	}
	return s.SignIn(ctx, harness.Try{Title: "The same sign-in without an attack", User: u, Control: true})
}
