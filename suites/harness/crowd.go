package harness

import (
	"context"
	"fmt"
	"sync"

	"github.com/countersign-oidc/countersign/mockidp/fault"
	"github.com/countersign-oidc/countersign/mockidp/identity"
	"github.com/countersign-oidc/countersign/mockidp/journal"
	"github.com/countersign-oidc/countersign/suites/attempt"
	"github.com/countersign-oidc/countersign/suites/plain"
)

// Crowd is what came of many sign-ins.
type Crowd struct {
	// SignedIn is how many of them ended with the right person signed in,
	// Others how many with somebody else.
	SignedIn, Others int
	// Fetches is how often the provider was asked for its keys meanwhile, and
	// Fired how many tokens the fault changed.
	Fetches, Fired int
}

// Crowd lets people sign in as visitors without a browser, as many of them at
// once as width says, with a fault that acts on all of them, or nil.
func (s *Spec) Crowd(ctx context.Context, title string, people []identity.User, width int, f *fault.Spec) (Crowd, error) {
	if _, err := s.Plain(); err != nil {
		return Crowd{}, err
	}
	var ticket *fault.Ticket
	if f != nil {
		t, err := s.Lane.Provider.Arm(*f, fault.Scope{}, fault.Always)
		if err != nil {
			return Crowd{}, fmt.Errorf("arm %s: %w", f.ID, err)
		}
		ticket = t
		defer t.Disarm()
	}
	mark := s.Lane.Provider.Journal().Mark()
	who := make([]attempt.Who, len(people))
	errs := make([]error, len(people))
	var all sync.WaitGroup
	places := make(chan struct{}, width)
	for i, u := range people {
		all.Go(func() {
			places <- struct{}{}
			defer func() { <-places }()
			v := plain.New()
			if _, errs[i] = s.walk(ctx, v, Try{User: u}); errs[i] == nil {
				who[i], errs[i] = s.Who(ctx, v)
			}
		})
	}
	all.Wait()
	var c Crowd
	for i, u := range people {
		switch {
		case errs[i] != nil:
			return c, fmt.Errorf("%s: %w", title, errs[i])
		case who[i].SignedIn && who[i].Subject == s.Subject(u):
			c.SignedIn++
		case who[i].SignedIn:
			c.Others++
		}
	}
	c.Fetches = len(s.Lane.Provider.Journal().Select(journal.Query{After: mark, Kind: journal.JWKS}))
	if ticket != nil {
		c.Fired = ticket.Fired()
	}
	s.Note(title, "%d sign-ins, %d at once: %d ended signed in, and the provider was asked for its keys %d times", len(people), width, c.SignedIn+c.Others, c.Fetches)
	return c, nil
}
