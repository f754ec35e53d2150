package harness

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"maps"

	"github.com/countersign-oidc/countersign/mockidp/identity"
	"github.com/countersign-oidc/countersign/runner/check"
	"github.com/countersign-oidc/countersign/runner/environ"
	"github.com/countersign-oidc/countersign/suites/attempt"
	"github.com/countersign-oidc/countersign/suites/judge"
)

// Spec is one check being tried: its lane, its browser profile and what was
// observed so far.
type Spec struct {
	Lane    *environ.Lane
	Browser Visitor

	check   check.Check
	setup   environ.Setup
	trial   string
	cases   map[*attempt.SignIn]judge.Finding
	closers []func()
	left    bool            // the lane is closed
	ended   *environ.Ending // of the shop, before that
	harness *Harness
	signIns []*attempt.SignIn
	facts   []check.Fact
	trace   *tracer
	// bystanders are whose requests are not part of what is tried.
	bystanders []string
	comparing  *refusal         // the ordinary refusal that is being tried, if one is
	unanswered []string         // the sign-ins that the shop left without an answer
	refused    error            // of people whom the provider would not know
	codes      []attempt.Secret // that were issued so far
	leak       judge.Finding    // the first, of what no attempt should show
}

// try opens the lane and the browser profile, runs the body and closes both,
// whatever happens.
func (s *Spec) try(ctx context.Context, setup environ.Setup, body Body) (f judge.Finding, err error) {
	if f := s.signsIn(ctx); f.Verdict != check.Pass {
		return f, nil
	}
	lane, err := s.harness.environ.Open(ctx, setup)
	if missing, ok := errors.AsType[environ.MissingError](err); ok {
		return judge.Skip("Not tried: %s.", missing), nil
	}
	if err != nil {
		return judge.Finding{}, err
	}
	s.Lane, s.setup = lane, setup
	defer func() {
		err = errors.Join(err, s.leaveLane(ctx))
		if s.ended != nil {
			s.Note("last words of the shop's program", "%s", s.ended.Printed)
			f, err = judge.Fail("While this was tried the shop's program ended (%s).", s.ended.Status), nil
		}
	}()
	for _, need := range s.check.Needs {
		if !lane.Shop.Has(need) {
			return judge.Skip("Not tried: %s.", environ.MissingError{Capability: need, Detail: lane.Shop.Lacks[need]}), nil
		}
	}
	s.trace.watch(lane)
	s.Browser, err = s.take(ctx)
	if err != nil {
		return judge.Finding{}, err
	}
	defer s.Release(s.Browser)
	defer s.close()
	defer s.trace.end(s)
	f, err = body(ctx, s)
	if errors.Is(err, errUnanswered) {
		f, err = judge.Unanswered(s.unanswered), nil
	}
	if s.leak.Verdict != "" && f.Verdict != check.Fail {
		f = s.leak
	}
	return f, errors.Join(err, s.refused)
}

// beside is the same check in a lane of its own, without anything that the
// check has set up or observed. Its leaveLane closes the lane.
func (s *Spec) beside(ctx context.Context, setup environ.Setup) (*Spec, error) {
	lane, err := s.harness.environ.Open(ctx, setup)
	if err != nil {
		return nil, err
	}
	return &Spec{Lane: lane, check: s.check, harness: s.harness, trial: s.trial}, nil
}

func (s *Spec) leaveLane(ctx context.Context) error {
	if s.left {
		return nil
	}
	s.left = true
	if s.ended == nil && s.Lane.Ended != nil {
		if e, ok := s.Lane.Ended(context.WithoutCancel(ctx)); ok {
			s.ended = &e
		}
	}
	return s.Lane.Close(context.WithoutCancel(ctx))
}

// Fresh puts a new lane in the place of the one that was used, set up in the
// same way, and clears the browser: a shop that has fetched nothing yet, for
// the next of several cases. People have to be made known to it again.
func (s *Spec) Fresh(ctx context.Context) error { return s.FreshWith(ctx, s.setup) }

// FreshWith is Fresh with a shop that is set up in another way.
func (s *Spec) FreshWith(ctx context.Context, setup environ.Setup) error {
	if err := s.leaveLane(ctx); err != nil {
		return err
	}
	lane, err := s.harness.environ.Open(ctx, setup)
	if err != nil {
		return fmt.Errorf("another shop for the next case: %w", err)
	}
	s.Lane, s.left = lane, false
	s.trace.watch(lane)
	return s.Browser.Clear(ctx)
}

func (s *Spec) close() {
	for _, c := range s.closers {
		c()
	}
}

// Case records what one of several variants came to, which the evidence then
// shows beside it.
func (s *Spec) Case(a *attempt.SignIn, f judge.Finding) judge.Finding {
	if s.cases == nil {
		s.cases = map[*attempt.SignIn]judge.Finding{}
	}
	f.Reason = redactText(f.Reason)
	s.cases[a] = f
	return f
}

// Each judges several variants one by one. The worst decides.
func (s *Spec) Each(variants []*attempt.SignIn, rule func(attempt.SignIn) judge.Finding) judge.Finding {
	findings := make([]judge.Finding, 0, len(variants))
	for _, a := range variants {
		findings = append(findings, s.Case(a, rule(*a)))
	}
	return judge.Worst(findings...)
}

// Against is [Spec.Each] with a rule that compares each variant with the one
// attempt that is as it should be.
func (s *Spec) Against(good *attempt.SignIn, rule func(bad, good attempt.SignIn) judge.Finding, variants ...*attempt.SignIn) judge.Finding {
	return s.Each(variants, func(a attempt.SignIn) judge.Finding { return rule(a, *good) })
}

// Stranger is a second browser profile, of another person. Release takes it
// back.
func (s *Spec) Stranger(ctx context.Context) (Visitor, error) {
	return s.take(ctx)
}

func (s *Spec) take(ctx context.Context) (Visitor, error) {
	v, err := s.harness.clean.take(ctx)
	if err != nil || s.trace == nil {
		return v, err
	}
	return s.trace.follow(v), nil
}

// Release takes back the profile of a stranger.
func (s *Spec) Release(b Visitor) {
	if f, ok := b.(*followed); ok {
		f.leave()
		b = f.Visitor
	}
	s.harness.clean.put(b)
}

// Person makes a person whom no other check knows. The provider knows them
// from now on, and lets them in without a password once for each sign-in that is
// tried: a shop that begins another one instead of refusing an answer would be
// signed in to by that.
func (s *Spec) Person(claims map[string]any) identity.User {
	name, imitated := "ada-"+rand.Text()[:6], s.Lane.Provider.Profile()
	u := identity.User{
		Username: name, Password: rand.Text()[:12], Subject: imitated.SubjectOf("sub-" + name),
		Claims:           map[string]any{"name": "Ada Lovelace", "email": name + "@customers.example", "email_verified": true},
		AskPasswordAfter: 1,
	}
	maps.Copy(u.Claims, s.harness.plan.Shop.User.Claims)
	maps.Copy(u.Claims, claims)
	s.Know(u)
	return u
}

// Remembered is a person whom the provider lets in without a password for as
// long as its session with their browser lasts, for what is about that session.
func (s *Spec) Remembered(u identity.User) identity.User {
	u.AskPasswordAfter = 0
	s.Know(u)
	return u
}

// Subject is the "sub" that the provider gives the shop for a person.
func (s *Spec) Subject(u identity.User) string { return s.Lane.Provider.Subject(s.Lane.Client.ID, u) }

// Know makes the provider know a person as they are now. A person whom the
// provider refuses makes the verdict an error.
func (s *Spec) Know(u identity.User) { s.refused = errors.Join(s.refused, s.Lane.Provider.PutUser(u)) }

// Note records an observation that the verdict rests on.
func (s *Spec) Note(name, format string, args ...any) {
	s.facts = append(s.facts, check.Fact{Name: name, Value: redactText(fmt.Sprintf(format, args...))})
}

// Brief is [Harness.Brief].
func (s *Spec) Brief() bool { return s.harness.Brief() }
