// Package resilience is the suite of outages and odd answers of the provider,
// of crowds, and of what the shop shows of its inside meanwhile.
package resilience

import (
	"context"
	"slices"
	"time"

	"github.com/onsi/ginkgo/v2"

	"github.com/countersign-oidc/countersign/mockidp/fault"
	"github.com/countersign-oidc/countersign/mockidp/journal"
	"github.com/countersign-oidc/countersign/runner/environ"
	"github.com/countersign-oidc/countersign/suites/attempt"
	"github.com/countersign-oidc/countersign/suites/harness"
	"github.com/countersign-oidc/countersign/suites/judge"
)

// Specs registers the suite.
func Specs(h *harness.Harness) {
	ginkgo.Describe("resilience", func() {
		connections(h)
		unanswered(h)
		answers(h)
		oversized(h)
		redirects(h)
		certificates(h)
		crowds(h)
		afterwards(h)
	})
}

// short is the time that a shop gives the provider where a check waits for it
// to run out.
func short(brief bool) time.Duration {
	if brief {
		return 250 * time.Millisecond
	}
	return 500 * time.Millisecond
}

// ruling judges a sign-in with a fault beside one without.
type ruling func(bad, good attempt.SignIn) judge.Finding

// named are faults of the catalogue, as tries.
func named(ids ...fault.ID) []harness.Try {
	tries := make([]harness.Try, 0, len(ids))
	for _, id := range ids {
		spec, _ := fault.Named(id)
		tries = append(tries, harness.Try{Title: "A sign-in while " + spec.Title, Fault: id})
	}
	return tries
}

// answer is a fault that changes the answers of one endpoint, as a try.
func answer(id fault.ID, title string, e fault.ResponseEdit) harness.Try {
	return harness.Try{
		Title:   "A sign-in while " + title,
		Written: &fault.Spec{ID: id, Title: title, Response: &e},
	}
}

// weather tries a sign-in with each of the faults, and then one without. Each
// is in a browser that the shop does not know. Those of the keys come first:
// nobody asks for keys that are known.
func weather(rule ruling, tries ...harness.Try) harness.Body {
	return func(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
		u := s.Person(nil)
		var all []*attempt.SignIn
		for _, t := range keysFirst(tries) {
			t.User, t.NoPicture = u, len(all) > 0
			t.Everybody = t.Everybody || unscoped(t)
			bad, err := signInAnew(ctx, s, t, all)
			if err != nil {
				return judge.Finding{}, err
			}
			all = append(all, bad)
			if err := s.ForgetShop(ctx); err != nil {
				return judge.Finding{}, err
			}
		}
		good, err := s.SignIn(ctx, harness.Try{Title: "The sign-in afterwards", User: u, Control: true})
		if err != nil {
			return judge.Finding{}, err
		}
		return s.Against(good, rule, all...), nil
	}
}

// signInAnew is a sign-in for which the shop asks for keys again, if it could
// know them from an earlier one: the token names a key that nobody has.
func signInAnew(ctx context.Context, s *harness.Spec, t harness.Try, earlier []*attempt.SignIn) (*attempt.SignIn, error) {
	known := slices.ContainsFunc(earlier, func(a *attempt.SignIn) bool { return a.Who.SignedIn })
	if known && unscoped(t) {
		spec, _ := fault.Named(fault.IDTokenKidUnknown)
		ticket, err := s.Lane.Provider.Arm(spec, fault.Scope{User: t.User.Username}, fault.Always)
		if err != nil {
			return nil, err
		}
		defer ticket.Disarm()
	}
	return s.SignIn(ctx, t)
}

// unscoped reports whether a fault acts on requests that are nobody's.
func unscoped(t harness.Try) bool {
	spec := t.Written
	if spec == nil {
		if known, ok := fault.Named(t.Fault); ok {
			spec = &known
		}
	}
	return spec != nil && spec.Response != nil &&
		(spec.Response.Endpoint == journal.JWKS || spec.Response.Endpoint == journal.Discovery)
}

// hasty is a lane whose shop gives up on the provider soon.
func hasty(h *harness.Harness) environ.Setup {
	return environ.Setup{ProviderTimeout: short(h.Brief())}
}

// again is how often something is tried whose shop gives up so soon that a busy
// machine may be the reason.
const again = 3

// reaching is a sign-in whose fault takes effect: until then the shop may have
// given up on another request.
func reaching(ctx context.Context, s *harness.Spec, t harness.Try) (*attempt.SignIn, time.Duration, error) {
	for n := 1; ; n++ {
		began := time.Now()
		a, err := s.SignIn(ctx, t)
		if err != nil || a.Fired > 0 || n == again {
			return a, time.Since(began), err
		}
		if err := s.ForgetShop(ctx); err != nil {
			return nil, 0, err
		}
	}
}

// working is a sign-in that has to work. A shop that keeps the browser waiting
// for ever is not asked again.
func working(ctx context.Context, s *harness.Spec, t harness.Try) (*attempt.SignIn, error) {
	t.Control = true
	for n := 1; ; n++ {
		a, err := s.SignIn(ctx, t)
		if err != nil || a.Who.SignedIn || a.Page.Failed != "" || n == again {
			return a, err
		}
	}
}
