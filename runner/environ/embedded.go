package environ

import (
	"cmp"
	"context"
	"crypto/rand"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/countersign-oidc/countersign/fixtures/shop"
	"github.com/countersign-oidc/countersign/mockidp"
	"github.com/countersign-oidc/countersign/mockidp/identity"
	"github.com/countersign-oidc/countersign/mockidp/profile"
	"github.com/countersign-oidc/countersign/runner/check"
	"github.com/countersign-oidc/countersign/runner/target"
)

// embedded is the reference shop in this process, reserved before it starts:
// the provider must know its redirect URIs and it must know the issuer.
type embedded struct {
	roots    *x509.CertPool // who certifies the provider
	flaws    []shop.Flaw
	listener net.Listener
	server   *http.Server
	handler  replaceable
	form     shop.Settings
	options  shop.Options
	base     string
	clock    *clock
	// profile is what the provider imitates.
	profile profile.Profile
	// clientKey is the private JWK that the client authenticates with.
	clientKey string
	// decryptionKey is the private JWK that ID tokens are encrypted for.
	decryptionKey string
}

func (e *Environment) reserveEmbedded(ctx context.Context, more []string) (*embedded, error) {
	var flaws []shop.Flaw
	for _, name := range slices.Concat(e.options.Shop.FlawNames(), more) {
		f, err := shop.ParseFlaw(name)
		if err != nil {
			return nil, err
		}
		flaws = append(flaws, f)
	}
	roots, err := e.roots()
	if err != nil {
		return nil, err
	}
	var lc net.ListenConfig
	l, err := lc.Listen(ctx, "tcp", ShopHost+":0")
	if err != nil {
		return nil, fmt.Errorf("address of the shop: %w", err)
	}
	return &embedded{flaws: flaws, listener: l, base: "http://" + l.Addr().String(), clock: &clock{}, roots: roots, profile: e.options.Profile}, nil
}

const (
	redirectPath     = "/api/sf"
	postLogoutPath   = "/api/sf/logout"
	initiatePath     = "/sign-in/initiate"
	backChannelPath  = "/api/sf/backchannel-logout"
	frontChannelPath = "/api/sf/frontchannel-logout"
)

func (s *embedded) client(setup Setup) (identity.Client, error) {
	if err := s.missing(setup); err != nil {
		return identity.Client{}, err
	}
	c := identity.Client{
		ID: "shop-" + rand.Text()[:8], Secret: setup.Secret,
		RedirectURIs: []string{s.base + redirectPath}, PostLogoutRedirectURIs: []string{s.base + postLogoutPath},
		InitiateLoginURI: s.base + initiatePath,
	}
	switch {
	case setup.Public:
		c.AuthMethod = identity.AuthNone
	case setup.Secret == "":
		c.Secret = rand.Text()
	}
	if setup.ClientID != "" {
		c.ID = setup.ClientID
	}
	switch {
	case setup.Post:
		c.AuthMethod = identity.AuthPost
	case setup.Basic:
		c.AuthMethod = identity.AuthBasic
	}
	c.UserInfoAlg, c.IDTokenAlg = setup.userInfoAlg(), setup.IDTokenAlg
	if setup.BackChannel {
		c.BackChannelLogoutURI, c.BackChannelLogoutSession = s.base+backChannelPath, true
	}
	if setup.FrontChannel {
		c.FrontChannelLogoutURI, c.FrontChannelLogoutSession = s.base+frontChannelPath, true
	}
	if setup.ResponseType != "" {
		c.ResponseTypes = []string{setup.ResponseType}
		c.GrantTypes = []identity.GrantType{identity.GrantCode, identity.GrantImplicit}
	}
	var err error
	if s.clientKey, err = assert(&c, setup.Assertion); err != nil {
		return c, err
	}
	if setup.Refresh {
		c.GrantTypes = []identity.GrantType{identity.GrantCode, identity.GrantRefresh}
	}
	if setup.Encrypted {
		s.decryptionKey, err = encrypt(&c)
	}
	return c, err
}

func (s *embedded) start(ctx context.Context, l *Lane, setup Setup) error {
	form, err := s.providerForm(l.Provider, l.Client, setup)
	if err != nil {
		return err
	}
	if setup.AuthorizeQuery != "" {
		form.AuthorizationEndpoint = l.Provider.Metadata().AuthorizationEndpoint + setup.AuthorizeQuery
	}
	o := shop.Options{
		BaseURL: s.base, Now: s.clock.now, Flaws: s.flaws, RootCAs: s.roots, ProviderTimeout: providerTimeout(setup),
	}
	o.Accounts = setup.Accounts
	if l.Second != nil {
		other, err := s.providerForm(l.Second, l.SecondClient, setup)
		if err != nil {
			return err
		}
		o.More = []shop.Connection{{Name: secondName, Settings: other, OwnRedirect: setup.OwnRedirect}}
	}
	s.form, s.options = form, o
	if err := s.restart(ctx); err != nil {
		return err
	}
	s.server = &http.Server{Handler: &s.handler, ReadHeaderTimeout: 5 * time.Second}
	go func() { _ = s.server.Serve(s.listener) }() // ends with Close
	return nil
}

// restart puts a new shop in the place of the one before, which forgets
// everything but its settings.
func (s *embedded) restart(context.Context) error {
	h, err := shop.New(s.form, s.options)
	if err != nil {
		return fmt.Errorf("provider form of the shop: %w", err)
	}
	s.handler.current.Store(h)
	return nil
}

// replaceable is a handler that another one can take the place of.
type replaceable struct{ current atomic.Pointer[shop.Shop] }

// ServeHTTP implements http.Handler.
func (h *replaceable) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h.current.Load().ServeHTTP(w, r)
}

// providerTimeout is how long one request to the provider may take. A sign-in
// takes two of them at most.
func providerTimeout(setup Setup) time.Duration { return cmp.Or(setup.ProviderTimeout, 5*time.Second) }

// providerForm is what an operator fills in: the issuer that they mean and,
// unless the shop discovers them, the endpoints as its metadata has them.
func (s *embedded) providerForm(p *mockidp.Provider, c identity.Client, setup Setup) (shop.Settings, error) {
	sheet, err := p.Sheet(c.ID)
	if err != nil {
		return shop.Settings{}, err
	}
	form := shop.Settings{
		ProviderName: ShopHost, Issuer: sheet.Issuer, ClientID: c.ID, ClientSecret: c.Secret, TokenEndpointType: sheet.TokenEndpointType,
		Scope: sheet.Scope, Identifier: s.profile.Custom.ClaimName(setup.Identifier), SessionLength: setup.SessionLength,
		ResponseIssuer: setup.ResponseIssuer, LinkByEmail: setup.LinkByEmail, Discover: setup.Discover,
		UserInfoAlg: setup.userInfoAlg(), IDTokenAlg: setup.IDTokenAlg, StaffClaim: staffClaim, StaffValue: staffValue,
	}
	if !setup.Discover {
		form.JWKSURI, form.AuthorizationEndpoint, form.TokenEndpoint = sheet.JWKSURI, sheet.AuthorizationEndpoint, sheet.TokenEndpoint
		form.LogoutEndpoint, form.UserInfoEndpoint = sheet.LogoutEndpoint, sheet.UserInfoEndpoint
	}
	if setup.NoLogoutEndpoint {
		form.LogoutEndpoint = ""
	}
	form.MaxAge, form.ACRValues, form.DecryptionKey = setup.MaxAge, setup.ACR, s.decryptionKey
	form.Refresh = setup.Refresh
	if form.ResponseType = setup.ResponseType; setup.response() != "" {
		form.ResponseMode = shop.ResponseFormPost
	}
	if setup.Assertion != "" {
		form.TokenEndpointType, form.ClientKey = string(setup.Assertion), s.clientKey
	}
	for _, row := range setup.Claims {
		row.Claim = s.profile.Custom.ClaimName(row.Claim)
		form.IdentityClaims = append(form.IdentityClaims, shop.IdentityClaim(row))
	}
	return form, nil
}

func (s *embedded) describe(setup Setup) target.Description {
	length := setup.SessionLength
	if length == 0 {
		length = time.Hour
	}
	leeway := time.Minute
	d := target.Description{
		Name: "embedded shop", BaseURL: s.base, Redirect: redirectPath, PostLogoutRedirect: postLogoutPath,
		SignIn:  target.Action{Visit: "/account"},
		SignOut: target.Action{Visit: "/account", Click: "#sign-out"},
		WhoAmI: target.WhoAmI{
			JSON: "/api/me", Subject: "/subject", Claims: "/external_identity/token",
			Mapped: "/claims", Identity: "/identity/id",
			UserInfo: "/external_identity/userinfo", Name: "/profile/name", Email: "/profile/email",
		},
		Public: "/", Account: "/account", Deep: "/checkout?offer=grain&from=home",
		StartWithReturn: "/sign-in?return_to=", ReturnAfterSignOut: postLogoutPath + "?return_to=",
		Scopes: s.scopes(), SessionLength: length, ProviderTimeout: 2 * providerTimeout(setup),
		Capabilities: s.capabilities(), Lacks: s.lacks(),
		Policies: check.Policies{
			check.UnsignedOverTLS: check.Refuse, check.IDTokenAge: check.Accept, check.AccessTokenHash: check.Refuse,
			check.FrontChannelByCookie: check.Refuse,
			check.AnswerType:           check.Refuse,
		},
		Leeway:            &leeway,
		StartWithProvider: "/sign-in?provider=", InitiateLogin: initiatePath,
		BackChannelLogout: backChannelPath, FrontChannelLogout: frontChannelPath,
	}
	d.Customers = customers(setup)
	if setup.several() {
		d.SecondName, d.SecondRedirect = secondName, redirectPath
		if setup.OwnRedirect {
			d.SecondRedirect += "/" + secondName
		}
	}
	return d
}

func (s *embedded) advance() func(time.Duration) { return s.clock.advance }

func (s *embedded) close(context.Context) error {
	var err error
	if s.server != nil {
		err = s.server.Close()
	}
	if cerr := s.listener.Close(); cerr != nil && !errors.Is(cerr, net.ErrClosed) {
		err = errors.Join(err, cerr)
	}
	return err
}

// clock is the wall clock plus what a check moved it ahead.
type clock struct {
	mu    sync.Mutex
	ahead time.Duration
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return time.Now().Add(c.ahead)
}

func (c *clock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ahead += d
}
