package harness

import (
	"context"
	"fmt"
	"net/http"
	"strings"

	"github.com/countersign-oidc/countersign/mockidp"
	"github.com/countersign-oidc/countersign/mockidp/fault"
	"github.com/countersign-oidc/countersign/mockidp/journal"
)

// providers are those of the lane.
func (s *Spec) providers() []*mockidp.Provider {
	if s.Lane.Second == nil {
		return []*mockidp.Provider{s.Lane.Provider}
	}
	return []*mockidp.Provider{s.Lane.Provider, s.Lane.Second}
}

// shown is a fault that keeps an authorization response from the shop: the
// browser shows it and does not follow it.
func shown(kind journal.Kind) fault.Spec {
	return fault.Spec{
		ID: fault.ID(kind) + ".status.200", Title: "The authorization response is shown and not followed",
		Response: &fault.ResponseEdit{Endpoint: kind, Status: http.StatusOK},
	}
}

// Hold signs somebody in at a provider, whether it asks for the password or
// not, and keeps the authorization response from the shop. It returns its
// address. Of the try, title, user, path and browser count.
func (s *Spec) Hold(ctx context.Context, t Try) (string, error) {
	marks := map[*mockidp.Provider]uint64{}
	for _, p := range s.providers() {
		marks[p] = p.Journal().Mark()
		for _, kind := range []journal.Kind{journal.Authorize, journal.SignIn} {
			ticket, err := p.Arm(shown(kind), fault.Scope{}, fault.Always)
			if err != nil {
				return "", fmt.Errorf("hold an authorization response: %w", err)
			}
			defer ticket.Disarm()
		}
	}
	t.KeepPage, t.NoPicture = true, true
	a, err := s.SignIn(ctx, t)
	if err != nil {
		return "", err
	}
	for _, p := range s.providers() {
		for _, e := range p.Journal().Select(journal.Query{After: marks[p]}) {
			if strings.HasPrefix(e.Location, s.Lane.Shop.BaseURL+"/") {
				return e.Location, nil
			}
		}
	}
	return "", fmt.Errorf("no provider made an authorization response, and the browser rests at %s", a.Page.URL)
}
