// Package environ assembles what a check runs against: a provider issuer and a
// shop that no other check touches. It tears down whatever it started.
package environ

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/countersign-oidc/countersign/mockidp"
	"github.com/countersign-oidc/countersign/mockidp/identity"
	"github.com/countersign-oidc/countersign/mockidp/journal"
	"github.com/countersign-oidc/countersign/mockidp/keys"
	"github.com/countersign-oidc/countersign/mockidp/profile"
	"github.com/countersign-oidc/countersign/runner/check"
	"github.com/countersign-oidc/countersign/runner/config"
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
	// ClientID is the client ID; empty is a generated one.
	ClientID string
	// Assertion authenticates at the token endpoint with private_key_jwt or
	// client_secret_jwt.
	Assertion identity.AuthMethod
	// MaxAge, in seconds, and ACR are what the shop asks for with max_age and
	// acr_values.
	MaxAge int
	ACR    string
	// Refresh has the shop ask for a refresh token, and use it.
	Refresh bool
	// Encrypted has ID tokens encrypted for the shop with ECDH-ES and A256GCM.
	Encrypted bool
	// Post authenticates at the token endpoint with client_secret_post, Basic
	// with client_secret_basic, which is usual at most providers.
	Post, Basic bool
	// Identifier is the claim that identifies a customer; empty is "sub".
	Identifier string
	// Claims are the configured identity claims.
	Claims []Claim
	// SessionLength is that of the shop; zero leaves the form's field empty.
	SessionLength time.Duration
	// AuthorizeQuery is a query that the authorization endpoint has by itself.
	AuthorizeQuery string
	// OwnKeys gives the provider keys that no other lane has, for a check that
	// replaces them. The one provider of a shop that runs already keeps its own.
	OwnKeys bool
	// ResponseIssuer has the shop's form say that the provider sends iss in
	// its authorization responses (RFC 9207).
	ResponseIssuer bool
	// Second adds an honest provider that the shop knows too, and Evil an evil
	// one with these mixes in its place; see Lane.Second.
	Second bool
	Evil   []mockidp.Mix
	// OwnRedirect has the second provider answer at a redirect URI of its own.
	OwnRedirect bool
	// SignedUserInfo registers the client for UserInfo as a JWT with RS256, and
	// has the shop expect it.
	SignedUserInfo bool
	// IDTokenAlg registers the client for ID tokens signed with that algorithm,
	// and has the shop expect it; empty is RS256.
	IDTokenAlg string
	// Accounts are customers whom the shop knows beforehand, and LinkByEmail
	// has it link those without a password to whoever comes by the provider with
	// their verified e-mail address.
	Accounts    []Account
	LinkByEmail bool
	// BackChannel and FrontChannel register the shop's addresses for logout
	// notices, so that every sign-out at the provider is told to it. A shop that
	// runs already or is a program has them in its description.
	BackChannel, FrontChannel bool
	// NoLogoutEndpoint leaves the provider's logout endpoint out of the form.
	NoLogoutEndpoint bool
	// Gates give the shop's back channel addresses of its own; see Lane.Gates.
	Gates Gates
	// FormPost has the shop take answers by a form, and ResponseType ask for
	// more than a code, which then comes by a form too.
	FormPost     bool
	ResponseType string
	// Flaws are taken out of the embedded shop in this lane, beside those that
	// it has in all.
	Flaws []string
	// SharedClock has the provider's clock move with the shop's.
	SharedClock bool
	// Discover has the shop take the endpoints from the issuer's metadata,
	// where it can also do without.
	Discover bool
	// ProviderTimeout bounds the shop's requests to the provider; zero is 5 s.
	// A shop that cannot be told keeps its own.
	ProviderTimeout time.Duration
}

// method is the client authentication that a check asks for; "" is the shop's
// own.
func (s Setup) method() identity.AuthMethod {
	switch {
	case s.Public:
		return identity.AuthNone
	case s.Post:
		return identity.AuthPost
	case s.Basic:
		return identity.AuthBasic
	default:
		return ""
	}
}

// Claim is an identity claim of the provider form.
type Claim struct{ Claim, Service, Type, Issuer string }

// special reports whether a check wants anything beyond the ordinary.
func (s Setup) special() bool {
	if s.Gates != "" {
		return true
	}
	return s.Public || s.Secret != "" || s.Post || s.Basic || s.Identifier != "" || len(s.Claims) > 0 || s.SessionLength != 0 ||
		s.AuthorizeQuery != "" || s.ClientID != "" || s.Assertion != "" || s.asks() || s.ResponseIssuer || s.several() ||
		s.wantsCustomers() || s.SignedUserInfo || s.IDTokenAlg != "" || s.NoLogoutEndpoint || s.response() != ""
}

// several reports whether a check wants a second provider.
func (s Setup) several() bool { return s.Second || len(s.Evil) > 0 || s.OwnRedirect }

// asks reports whether a check wants the shop to ask more of the provider.
func (s Setup) asks() bool { return s.MaxAge > 0 || s.ACR != "" || s.Encrypted || s.Refresh }

// response is the capability that another answer than a code in the query
// needs; "" where none is wanted.
func (s Setup) response() check.Capability {
	switch {
	case s.ResponseType == "id_token":
		return check.Implicit
	case s.ResponseType != "":
		return check.Hybrid
	case s.FormPost:
		return check.FormPost
	}
	return ""
}

// Options say what to assemble.
type Options struct {
	// Shop is the shop of every lane; the zero value is the embedded one.
	Shop config.Shop
	// Provider is where the provider has to be for a shop that runs already.
	Provider config.Provider
	// Profile is what the provider of the lanes imitates; second and evil ones
	// imitate nobody.
	Profile profile.Profile
	// Environment is what a started shop gets beside its own variables, as
	// "NAME=value".
	Environment []string
	// Dir is a folder for marks of what was started; empty keeps none.
	Dir    string
	Logger *slog.Logger
}

// Environment is a running provider host with the lanes on it.
type Environment struct {
	options Options
	server  *mockidp.Server
	ring    *keys.Ring
	// otherRing has the keys of second providers, made when one is used.
	otherRing *keys.Ring
	// only is the issuer of a shop that runs already.
	only *mockidp.Provider

	mu      sync.Mutex
	mirrors map[mockidp.TLSIdentity]string // origins
}

// Start starts the provider host. The keys are made meanwhile.
func Start(ctx context.Context, o Options) (*Environment, error) {
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	where, path, err := place(o)
	if err != nil {
		return nil, err
	}
	where.Logger = o.Logger
	server, err := mockidp.Start(ctx, where)
	if err != nil {
		return nil, fmt.Errorf("provider: %w", err)
	}
	ring := mockidp.NewKeys(o.Profile)
	ring.Warm()
	e := &Environment{options: o, server: server, ring: ring, otherRing: keys.New(), mirrors: map[mockidp.TLSIdentity]string{}}
	if o.Shop.Kind() == config.KindURL {
		e.only, err = server.NewProvider(mockidp.Config{Path: path, Keys: ring})
		if err == nil && e.only.Issuer() != strings.TrimSuffix(o.Provider.Issuer, "/") {
			err = fmt.Errorf("the provider would be %s, but the shop's settings say %s: make provider.listen and provider.issuer agree", e.only.Issuer(), o.Provider.Issuer)
		}
		if err != nil {
			return nil, errors.Join(fmt.Errorf("issuer of the shop: %w", err), server.Close(ctx))
		}
	}
	return e, nil
}

// place is where the provider listens, and the path of its issuer.
func place(o Options) (mockidp.Options, string, error) {
	if o.Shop.Kind() != config.KindURL {
		return mockidp.Options{Host: ProviderHost}, "", nil
	}
	u, err := url.Parse(o.Provider.Issuer)
	if err != nil {
		return mockidp.Options{}, "", fmt.Errorf("provider.issuer: %w", err)
	}
	path := strings.TrimSuffix(u.Path, "/")
	if path == "" {
		path = "/"
	}
	return mockidp.Options{Addr: o.Provider.Listen, Host: u.Hostname()}, path, nil
}

// Close stops the provider host.
func (e *Environment) Close(ctx context.Context) error { return e.server.Close(ctx) }

// Lane is one issuer and one shop that no other check touches.
type Lane struct {
	Provider *mockidp.Provider
	Client   identity.Client
	Shop     target.Description
	// Second is the other provider that the shop knows, as SecondName, and
	// SecondClient how it knows the shop: by the same client ID and another
	// secret. It is nil unless the setup has one.
	Second       *mockidp.Provider
	SecondClient identity.Client
	// Gates are the addresses of the token, JWKS and UserInfo endpoints, in a
	// lane with gates.
	Gates map[journal.Kind]*Gate
	// Advance moves the shop's clock ahead; nil without the capability.
	Advance func(time.Duration)
	// Restart stops the shop and starts it anew, at the same address and with
	// the same settings; nil without the capability.
	Restart func(context.Context) error
	// Ended tells of the end of the shop's program, once it has ended by itself
	// and the shop does not answer; nil for a shop that is no program of the run's.
	Ended func(context.Context) (Ending, bool)

	stop func(context.Context) error
}

func (l *Lane) closeGates() error {
	var err error
	for _, g := range l.Gates {
		err = errors.Join(err, g.close())
	}
	return err
}

// Close ends the lane.
func (l *Lane) Close(ctx context.Context) error { return l.stop(ctx) }

// MissingError says that the target cannot do what a check needs.
type MissingError struct {
	Capability check.Capability
	// Detail says what in particular is missing; it may be empty.
	Detail string
}

// Error names the capability.
func (e MissingError) Error() string {
	text := "the target has no capability " + string(e.Capability)
	if e.Detail != "" {
		text += " (" + e.Detail + ")"
	}
	return text
}

func (e *Environment) reserve(ctx context.Context, s Setup) (party, error) {
	switch e.options.Shop.Kind() {
	case config.KindProcess:
		return e.reserveProcess(ctx)
	case config.KindURL:
		base := strings.TrimSuffix(e.options.Shop.BaseURL, "/")
		return running{described{config: e.options.Shop, base: base, fill: values{"base_url": base}.fill}}, nil
	default:
		return e.reserveEmbedded(ctx, s.Flaws)
	}
}

// Open assembles a lane. Its error is a MissingError where the shop cannot be
// set up as the check wants it.
func (e *Environment) Open(ctx context.Context, s Setup) (_ *Lane, err error) {
	shop, err := e.reserve(ctx, s)
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, shop.close(context.WithoutCancel(ctx)))
		}
	}()
	client, err := shop.client(s)
	if err != nil {
		return nil, err
	}
	lane := &Lane{Client: client, Shop: shop.describe(s), Advance: shop.advance(), Gates: map[journal.Kind]*Gate{}}
	if program, ok := shop.(*process); ok {
		lane.Ended = program.ending
	}
	own := mockidp.Config{Clients: []identity.Client{client}, Keys: e.ring, Profile: e.options.Profile}
	if s.OwnKeys {
		own.Keys = mockidp.NewKeys(own.Profile)
	}
	if moving, ok := shop.(*embedded); ok && s.SharedClock {
		own.Now = moving.clock.now
	}
	if s.Gates != "" {
		own.Path = gatedPath()
		if own.Metadata, err = e.openGates(ctx, lane, s.Gates, own.Path); err != nil {
			return nil, errors.Join(err, lane.closeGates())
		}
	}
	provider, end, err := e.provider(own)
	if err != nil {
		return nil, errors.Join(err, lane.closeGates())
	}
	lane.Provider = provider
	if s.several() {
		if err := e.addSecond(lane, s); err != nil {
			end()
			return nil, errors.Join(err, lane.closeGates())
		}
	}
	lane.stop = func(ctx context.Context) error {
		end()
		if lane.Second != nil {
			lane.Second.Close()
		}
		return errors.Join(shop.close(ctx), lane.closeGates())
	}
	if err := shop.start(ctx, lane, s); err != nil {
		return nil, errors.Join(err, lane.stop(context.WithoutCancel(ctx)))
	}
	if again, ok := shop.(restarter); ok {
		lane.Restart = again.restart
	}
	return lane, nil
}

// provider is an issuer of the lane's own or, for a shop that runs already,
// the one that the shop knows, taken back to its beginnings.
func (e *Environment) provider(c mockidp.Config) (_ *mockidp.Provider, end func(), _ error) {
	if e.only != nil {
		e.only.Reset()
		if err := e.only.PutClient(c.Clients[0]); err != nil {
			return nil, nil, fmt.Errorf("client of the shop: %w", err)
		}
		return e.only, e.only.Reset, nil
	}
	p, err := e.server.NewProvider(c)
	if err != nil {
		return nil, nil, fmt.Errorf("issuer of the lane: %w", err)
	}
	return p, p.Close, nil
}
