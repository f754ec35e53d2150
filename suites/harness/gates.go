package harness

import (
	"context"
	"fmt"
	"net/http"

	"github.com/countersign-oidc/countersign/mockidp"
	"github.com/countersign-oidc/countersign/runner/environ"
)

// Show puts the provider with another certificate behind a gate.
func (s *Spec) Show(ctx context.Context, g *environ.Gate, id mockidp.TLSIdentity) error {
	origin, err := s.harness.environ.Mirror(ctx, id)
	if err != nil {
		return err
	}
	return g.Lead(origin)
}

// ShowRenewed puts the provider with a new certificate that is good too behind
// all gates.
func (s *Spec) ShowRenewed(ctx context.Context) error {
	origin, err := s.harness.environ.AnotherMirror(ctx)
	if err != nil {
		return err
	}
	for _, g := range s.Lane.Gates {
		if err := g.Lead(origin); err != nil {
			return err
		}
	}
	return nil
}

// MakeKeys waits for the provider's keys, which are made when they are first
// needed: a shop that is told to be hasty would give up on that.
func (s *Spec) MakeKeys(ctx context.Context) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, s.Lane.Provider.Metadata().JWKSURI, http.NoBody)
	if err != nil {
		return fmt.Errorf("keys of the provider: %w", err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return fmt.Errorf("keys of the provider: %w", err)
	}
	return resp.Body.Close()
}
