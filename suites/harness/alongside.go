package harness

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/countersign-oidc/countersign/mockidp/identity"
	"github.com/countersign-oidc/countersign/mockidp/journal"
	"github.com/countersign-oidc/countersign/runner/check"
	"github.com/countersign-oidc/countersign/suites/attempt"
	"github.com/countersign-oidc/countersign/suites/judge"
	"github.com/countersign-oidc/countersign/suites/plain"
)

const (
	// quietRounds are taken before anything goes on.
	quietRounds = 3
	// betweenRounds is how long a bystander rests.
	betweenRounds = 15 * time.Millisecond
	// watches are how often a matter is repeated whose bystander seems to have
	// waited: a machine that is busy with something else is not so each time.
	watches = 3
	// longMatter is how long a matter may last that is repeated.
	longMatter = 10 * time.Second
)

// Matter is something that goes on in a shop and is none of the business of
// its other customers. The zero value of each member but Act is the ordinary
// way.
type Matter struct {
	Act func(context.Context) error
	// Held is true for what keeps a request of the shop to the provider
	// waiting: a bystander has to get through before it is over. Otherwise it
	// is enough that rounds that begin meanwhile do not take long.
	Held bool
	// SignedIn is true for what keeps everybody from signing in: the bystander
	// is signed in before and only opens pages.
	SignedIn bool
	// Bound is how long a round may always take; zero is five seconds.
	Bound time.Duration
}

// Alongside lets another customer, in a profile of their own and as a person
// of their own, sign in and open their account again and again while something
// goes on.
func (s *Spec) Alongside(ctx context.Context, act func(context.Context) error) (attempt.Control, error) {
	return s.watch(ctx, Matter{Act: act})
}

// Lives watches what goes on from another customer's side and judges it. What
// seems to keep them waiting is repeated, a few times at most.
func (s *Spec) Lives(ctx context.Context, m Matter) (judge.Finding, error) {
	if m.Bound == 0 {
		m.Bound = 5 * time.Second
	}
	var f judge.Finding
	for range watches {
		c, err := s.watch(ctx, m)
		if errors.Is(err, errBefore) && f.Verdict == check.Fail {
			break // it lasts
		}
		if err != nil {
			return judge.Finding{}, err
		}
		if f = judge.Live(c, m.Bound); f.Verdict == check.Pass || c.Lasted > longMatter {
			break
		}
	}
	return f, nil
}

// errBefore is that the other customer cannot use the shop at all.
var errBefore = errors.New("another customer, before anything goes on")

// bystander is the other customer.
type bystander struct {
	spec    *Spec
	user    identity.User
	visitor *plain.Visitor
}

// turn is one round of a bystander.
type turn struct {
	began, ended time.Time
	err          error
}

func (s *Spec) watch(ctx context.Context, m Matter) (attempt.Control, error) {
	v, err := s.Plain()
	if err != nil {
		return attempt.Control{}, err
	}
	b := &bystander{spec: s, user: s.Person(nil), visitor: v}
	s.bystanders = append(s.bystanders, b.user.Username)
	var c attempt.Control
	for range quietRounds {
		t := b.round(ctx, m.SignedIn && len(c.Quiet) > 0)
		if t.err != nil {
			return c, fmt.Errorf("%w: %w", errBefore, t.err)
		}
		c.Quiet = append(c.Quiet, t.ended.Sub(t.began))
	}
	over := make(chan struct{})
	var turns []turn
	var rounds sync.WaitGroup
	mark, began := s.Lane.Provider.Journal().Mark(), time.Now()
	rounds.Go(func() { turns = b.rounds(ctx, m.SignedIn, over) })
	err = m.Act(ctx)
	ended := time.Now()
	close(over)
	rounds.Wait()
	if err != nil {
		return c, err
	}
	if m.Held {
		began = s.firstFault(mark, began)
	}
	c.Lasted = ended.Sub(began)
	for _, t := range turns {
		switch took := t.ended.Sub(t.began); {
		case t.err != nil:
			c.Failures = append(c.Failures, t.err.Error())
		case t.began.Before(began):
		default:
			c.Slowest = max(c.Slowest, took)
			if !m.Held || t.ended.Before(ended) {
				c.Rounds = append(c.Rounds, took)
			}
		}
	}
	s.Note("Another customer", "%d rounds in %s, the slowest %s; in quiet times %s",
		len(c.Rounds), c.Lasted.Round(time.Millisecond), c.Slowest.Round(time.Millisecond), slices.Max(c.Quiet).Round(time.Millisecond))
	return c, nil
}

// firstFault is when the first fault after a mark took effect, or a time when
// there was none.
func (s *Spec) firstFault(mark uint64, otherwise time.Time) time.Time {
	for _, e := range s.Lane.Provider.Journal().Select(journal.Query{After: mark}) {
		if len(e.Faults) > 0 {
			return e.At
		}
	}
	return otherwise
}

// rounds go on until it is over; two are made in any case. A customer takes a
// moment between them, so that watching does not keep the machine busy.
func (b *bystander) rounds(ctx context.Context, signedIn bool, over <-chan struct{}) []turn {
	var turns []turn
	for {
		t := b.round(ctx, signedIn)
		turns = append(turns, t)
		if t.err != nil {
			return turns
		}
		moment := time.NewTimer(betweenRounds)
		select {
		case <-over:
			if moment.Stop(); len(turns) >= 2 {
				return turns
			}
		case <-ctx.Done():
			moment.Stop()
			return turns
		case <-moment.C:
		}
	}
}

// round signs in, unless the bystander is to stay signed in, and opens the
// account.
func (b *bystander) round(ctx context.Context, signedIn bool) (t turn) {
	t.began = time.Now()
	defer func() { t.ended = time.Now() }()
	var ended attempt.Page
	if !signedIn {
		b.visitor = plain.New()
		if ended, t.err = b.spec.walk(ctx, b.visitor, Try{User: b.user}); t.err != nil {
			return t
		}
	}
	p, err := b.visitor.Navigate(ctx, b.spec.Lane.Shop.URL(b.spec.Lane.Shop.Account))
	if err != nil {
		t.err = err
		return t
	}
	w, err := b.spec.Who(ctx, b.visitor)
	switch {
	case err != nil:
		t.err = err
	case w.Subject != b.spec.Subject(b.user):
		t.err = fmt.Errorf("their account answered with status %d %s, and they are signed in as %q, after a sign-in that ended on %q with status %d %s",
			p.Status, p.Failed, w.Subject, ended.Title, ended.Status, ended.Failed)
	}
	return t
}
