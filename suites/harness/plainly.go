package harness

import (
	"context"
	"fmt"

	"github.com/countersign-oidc/countersign/mockidp/fault"
	"github.com/countersign-oidc/countersign/mockidp/identity"
	"github.com/countersign-oidc/countersign/mockidp/journal"
	"github.com/countersign-oidc/countersign/suites/attempt"
)

// Plainly signs a person in without a browser and asks who is signed in. It may
// be called by several goroutines at once, which attempts may not.
func (s *Spec) Plainly(ctx context.Context, u identity.User) (attempt.Who, error) {
	v, err := s.Plain()
	if err != nil {
		return attempt.Who{}, err
	}
	if _, err := s.walk(ctx, v, Try{User: u}); err != nil {
		return attempt.Who{}, err
	}
	return s.Who(ctx, v)
}

// AtCallback is a visitor without a browser who signed in at the provider and
// has the authorization response, whose address it returns, still to follow.
func (s *Spec) AtCallback(ctx context.Context, u identity.User) (Visitor, string, error) {
	ticket, err := s.Lane.Provider.Arm(shownResponse(), fault.Scope{User: u.Username}, fault.Once)
	if err != nil {
		return nil, "", fmt.Errorf("keep the authorization response: %w", err)
	}
	defer ticket.Disarm()
	mark := s.Lane.Provider.Journal().Mark()
	v, err := s.Plain()
	if err != nil {
		return nil, "", err
	}
	p, err := s.walk(ctx, v, Try{User: u})
	if err != nil {
		return nil, "", err
	}
	for _, e := range s.Lane.Provider.Journal().Select(journal.Query{After: mark, User: u.Username, Kind: journal.SignIn}) {
		if e.Location != "" {
			return v, e.Location, nil
		}
	}
	return nil, "", fmt.Errorf("the provider made no authorization response, and the visitor rests at %s", p.URL)
}

// shownResponse keeps a browser from following the authorization response.
func shownResponse() fault.Spec {
	return fault.Spec{
		ID: "sign_in.status.200", Title: "The authorization response is shown and not followed",
		Response: &fault.ResponseEdit{Endpoint: journal.SignIn, Status: 200},
	}
}
