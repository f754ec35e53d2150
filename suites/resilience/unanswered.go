package resilience

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/countersign-oidc/countersign/mockidp/fault"
	"github.com/countersign-oidc/countersign/mockidp/journal"
	"github.com/countersign-oidc/countersign/runner/check"
	"github.com/countersign-oidc/countersign/runner/environ"
	"github.com/countersign-oidc/countersign/suites/attempt"
	"github.com/countersign-oidc/countersign/suites/catalog"
	"github.com/countersign-oidc/countersign/suites/harness"
	"github.com/countersign-oidc/countersign/suites/judge"
)

func unanswered(h *harness.Harness) {
	h.CheckWith(catalog.ResilienceTokenUnanswered, hasty(h), inTime(judge.Outage, named(silent("token")...)...))
	h.CheckWith(catalog.ResilienceKeysUnanswered, hasty(h), inTime(judge.Outage, named(silent("jwks")...)...))
	h.CheckWith(catalog.ResilienceUserInfoUnanswered, hasty(h), inTime(judge.Weathered, named(silent("userinfo")...)...))
	h.CheckWith(catalog.ResilienceOthersServed, hasty(h), othersServed)
	h.CheckWith(catalog.ResilienceManyWait, hasty(h), manyWait)
	h.CheckWith(catalog.ResilienceSlowProvider, environ.Setup{ProviderTimeout: 10 * time.Second}, slowProvider)
}

// silent are the ways in which an answer does not come, or not to its end.
func silent(place fault.ID) []fault.ID {
	var ids []fault.ID
	for _, how := range []fault.ID{"connection.silent", "connection.stalled_header", "connection.stalled", "body.slow"} {
		ids = append(ids, place+"."+how)
	}
	return ids
}

// longWait is how long a case may take before the others are left out: a shop
// with a timeout of half a minute is patient with each.
const longWait = 10 * time.Second

// inTime is weather with a clock: each case has to come to an end in time.
func inTime(rule ruling, tries ...harness.Try) harness.Body {
	return func(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
		if err := s.MakeKeys(ctx); err != nil {
			return judge.Finding{}, err
		}
		var took []time.Duration
		var bad []*attempt.SignIn
		u := s.Person(nil)
		if s.Brief() {
			tries = tries[:1]
		}
		for i, t := range tries {
			t.User, t.NoPicture, t.Everybody = u, i > 0, unscoped(t)
			a, d, err := reaching(ctx, s, t)
			if err != nil {
				return judge.Finding{}, err
			}
			bad, took = append(bad, a), append(took, d)
			if err := s.ForgetShop(ctx); err != nil {
				return judge.Finding{}, err
			}
			if f := judge.InTime(took[i], s.Lane.Shop.ProviderTimeout); a.Fired > 0 && f.Verdict == check.Fail {
				return s.Case(a, f), nil // the next ones would have to wait as long
			}
			if took[i] > longWait {
				leaveOut(s, len(tries)-i-1, took[i])
				break
			}
		}
		good, err := working(ctx, s, harness.Try{Title: "The sign-in afterwards", User: u})
		if err != nil {
			return judge.Finding{}, err
		}
		findings := make([]judge.Finding, 0, len(bad))
		for i, a := range bad {
			f := rule(*a, *good)
			if a.Fired > 0 {
				f = judge.First(judge.InTime(took[i], s.Lane.Shop.ProviderTimeout), f)
			}
			findings = append(findings, s.Case(a, f))
		}
		return judge.Worst(findings...), nil
	}
}

// leaveOut notes cases that are not tried for the time that one took.
func leaveOut(s *harness.Spec, n int, took time.Duration) {
	s.Note("Left out", "%d more ways of not answering, since the shop waits for %s each time", n, took.Round(time.Second))
}

// othersServed lets one customer wait for the provider while another one uses
// the shop. Nobody can sign in without keys, so there the other is signed in
// before, and the keys are new ones afterwards.
func othersServed(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	u := s.Person(nil)
	var findings []judge.Finding
	tries := append(named("token.connection.silent", "userinfo.connection.silent"), harness.Try{
		Title: "A sign-in with a new key while the key set never answers", Everybody: true,
		Written: &fault.Spec{
			ID: "jwks.connection.silent_rotated", Title: "the key set never answers when it has a new key",
			Token:    &fault.TokenEdit{Rotate: fault.RotateSudden},
			Response: &fault.ResponseEdit{Endpoint: journal.JWKS, Drop: true, End: fault.EndStall},
		},
	})
	if s.Brief() {
		tries = tries[:1]
	}
	for i, t := range tries {
		var took time.Duration
		unasked := false
		f, err := s.Lives(ctx, harness.Matter{Held: true, SignedIn: t.Everybody, Act: func(ctx context.Context) error {
			t.User, t.NoPicture = u, true
			a, d, err := reaching(ctx, s, t)
			if err != nil {
				return err
			}
			took = d
			if unasked = a.Fired == 0 && judge.Reached(*a).Verdict == check.Skip; a.Fired == 0 && !unasked {
				return fmt.Errorf("%s: the fault never took effect", t.Title)
			}
			return s.ForgetShop(ctx)
		}})
		if err != nil {
			return judge.Finding{}, err
		}
		if unasked {
			s.Note("Left out", "%s: the shop did not ask", t.Title)
			continue
		}
		findings = append(findings, f)
		if took > longWait && i+1 < len(tries) {
			leaveOut(s, len(tries)-i-1, took)
			break
		}
	}
	return judge.Worst(findings...), nil
}

// crowd is how many sign-ins wait for the provider at once.
const crowd = 50

// manyWait has many customers wait for the provider at once while another one
// uses the shop.
func manyWait(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	spec, _ := fault.Named("token.connection.silent")
	u := s.Person(nil)
	return s.Lives(ctx, harness.Matter{Held: true, Bound: 3 * short(false), Act: func(ctx context.Context) error {
		ticket, err := s.Lane.Provider.Arm(spec, fault.Scope{User: u.Username}, fault.Always)
		if err != nil {
			return err
		}
		defer ticket.Disarm()
		callbacks := make([]string, 0, crowd)
		var plain []harness.Visitor
		for range crowd {
			v, at, err := s.AtCallback(ctx, u)
			if err != nil {
				return err
			}
			plain, callbacks = append(plain, v), append(callbacks, at)
		}
		var all sync.WaitGroup
		failed := make(chan error, crowd)
		for i, v := range plain {
			all.Go(func() {
				if _, err := v.Navigate(ctx, callbacks[i]); err != nil {
					failed <- err
				}
			})
		}
		all.Wait()
		close(failed)
		if n := ticket.Fired(); n == 0 {
			return fmt.Errorf("the fault %s never took effect", spec.ID)
		}
		s.Note("Waited at once", "%d sign-ins, of which %d reached the provider", crowd, ticket.Fired())
		return <-failed
	}})
}

// slowProvider has the token endpoint take its time, as a provider under load
// does: three customers at once, so that the check takes as long as one.
func slowProvider(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	type outcome struct {
		finding judge.Finding
		err     error
	}
	delays := []time.Duration{2 * time.Second, 5 * time.Second, 8 * time.Second}
	if s.Brief() {
		delays = []time.Duration{600 * time.Millisecond}
	}
	outcomes := make([]outcome, len(delays))
	var all sync.WaitGroup
	for i, delay := range delays {
		u := s.Person(nil)
		spec := fault.Spec{
			ID: fault.ID("token.delay." + delay.String()), Title: "the token endpoint takes " + delay.String(),
			Response: &fault.ResponseEdit{Endpoint: journal.Token, Delay: delay.String()},
		}
		ticket, err := s.Lane.Provider.Arm(spec, fault.Scope{User: u.Username}, fault.Always)
		if err != nil {
			return judge.Finding{}, err
		}
		all.Go(func() {
			w, err := s.Plainly(ctx, u)
			f := judge.Pass("With a token endpoint that takes %s the sign-in works.", delay)
			switch {
			case ticket.Fired() == 0:
				f = judge.Undecided("The delay of %s never took effect.", delay)
			case w.Subject != s.Subject(u):
				f = judge.Fail("The shop gave up on a token endpoint that takes %s.", delay)
			}
			outcomes[i] = outcome{f, err}
		})
	}
	all.Wait()
	var findings []judge.Finding
	for i, o := range outcomes {
		if o.err != nil {
			return judge.Finding{}, o.err
		}
		s.Note("A delay of "+delays[i].String(), "%s", o.finding.Reason)
		findings = append(findings, o.finding)
	}
	return judge.Worst(findings...), nil
}
