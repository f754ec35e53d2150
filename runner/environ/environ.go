// Package environ assembles what a check runs against: a provider issuer and a
// shop that no other check touches. It tears down whatever it started.
package environ

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/countersign-oidc/countersign/mockidp"
	"github.com/countersign-oidc/countersign/mockidp/identity"
	"github.com/countersign-oidc/countersign/mockidp/keys"
	"github.com/countersign-oidc/countersign/runner/check"
	"github.com/countersign-oidc/countersign/runner/target"
)

// ProviderHost is the host name of the provider in URLs, and ShopHost that of
// an embedded shop. They differ on purpose: to a browser localhost and
// 127.0.0.1 are different sites, as a shop and its provider are in production.
const (
	ProviderHost = "localhost"
	ShopHost     = "127.0.0.1"
)

// Setup is what a check wants of its lane beyond the ordinary. Each member
// that is set needs a capability of the shop.
type Setup struct {
	// Public makes the client one without a secret.
	Public bool
	// Secret is the client secret; empty is a generated one.
	Secret string
	// Post authenticates at the token endpoint with client_secret_post.
	Post bool
	// Identifier is the claim that identifies a customer; empty is "sub".
	Identifier string
	// Claims are the configured identity claims.
	Claims []Claim
	// SessionLength is that of the shop; zero leaves the form's field empty.
	SessionLength time.Duration
	// AuthorizeQuery is a query that the authorization endpoint has by itself.
	AuthorizeQuery string
}

// Claim is an identity claim of the provider form.
type Claim struct{ Claim, Service, Type, Issuer string }

// Options say what to assemble.
type Options struct {
	// Flaws are taken out of the embedded shop.
	Flaws  []string
	Logger *slog.Logger
}

// Environment is a running provider host with the lanes on it.
type Environment struct {
	options Options
	server  *mockidp.Server
	ring    *keys.Ring
}

// Start starts the provider host. The keys are made meanwhile.
func Start(ctx context.Context, o Options) (*Environment, error) {
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	server, err := mockidp.Start(ctx, mockidp.Options{Host: ProviderHost, Logger: o.Logger})
	if err != nil {
		return nil, fmt.Errorf("provider: %w", err)
	}
	ring := keys.New()
	ring.Warm()
	return &Environment{options: o, server: server, ring: ring}, nil
}

// Close stops the provider host.
func (e *Environment) Close(ctx context.Context) error { return e.server.Close(ctx) }

// Lane is one issuer and one shop that no other check touches.
type Lane struct {
	Provider *mockidp.Provider
	Client   identity.Client
	Shop     target.Description
	// Advance moves the shop's clock ahead; nil without the capability.
	Advance func(time.Duration)

	stop func(context.Context) error
}

// Close ends the lane.
func (l *Lane) Close(ctx context.Context) error {
	l.Provider.Close()
	return l.stop(ctx)
}

// MissingError says that the target cannot do what a check needs.
type MissingError struct{ Capability check.Capability }

// Error names the capability.
func (e MissingError) Error() string { return "the target has no capability " + string(e.Capability) }

// Open assembles a lane with the embedded shop.
func (e *Environment) Open(ctx context.Context, s Setup) (_ *Lane, err error) {
	shop, err := e.reserve(ctx)
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, shop.close(ctx))
		}
	}()
	client := shop.client(s)
	provider, err := e.server.NewProvider(mockidp.Config{Clients: []identity.Client{client}, Keys: e.ring})
	if err != nil {
		return nil, fmt.Errorf("issuer of the lane: %w", err)
	}
	if err := shop.start(provider, client, s); err != nil {
		provider.Close()
		return nil, err
	}
	return &Lane{
		Provider: provider, Client: client, Shop: shop.describe(s),
		Advance: shop.clock.advance, stop: shop.close,
	}, nil
}
