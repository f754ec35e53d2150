package environ

import (
	"context"
	"slices"
	"time"

	"github.com/countersign-oidc/countersign/mockidp/identity"
	"github.com/countersign-oidc/countersign/runner/check"
	"github.com/countersign-oidc/countersign/runner/target"
)

// running is a shop that runs already, somewhere: it cannot be told anything,
// and its one issuer serves all lanes, one after the other.
type running struct{ described }

func (s running) client(setup Setup) (identity.Client, error) {
	if setup.Discover && !slices.Contains(s.config.Capabilities, check.Discovery) {
		return identity.Client{}, MissingError{Capability: check.Discovery}
	}
	if setup.several() {
		return identity.Client{}, MissingError{Capability: check.SeveralProviders}
	}
	if need := setup.response(); need != "" {
		return identity.Client{}, MissingError{Capability: need}
	}
	if setup.method() == s.method() {
		setup.Public, setup.Post, setup.Basic = false, false, false
	}
	if setup.special() {
		return identity.Client{}, MissingError{Capability: check.Settings, Detail: "it runs already"}
	}
	return s.registration(setup)
}

func (s running) start(context.Context, *Lane, Setup) error { return nil }

func (s running) describe(Setup) target.Description { return s.described.describe(s.base) }

func (s running) advance() func(time.Duration) { return nil }

func (s running) close(context.Context) error { return nil }
