package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/countersign-oidc/countersign/cmd/internal/idp"
	"github.com/countersign-oidc/countersign/fixtures/shop"
	"github.com/countersign-oidc/countersign/fixtures/users"
	"github.com/countersign-oidc/countersign/mockidp"
	"github.com/countersign-oidc/countersign/mockidp/identity"
)

// shopFlags are the flags of shop: its address, its flaws and the fields of
// the provider form.
type shopFlags struct {
	addr   string
	base   string
	flaws  []string
	claims []string
	form   shop.Settings
}

func (p program) newShop() *cobra.Command {
	var f shopFlags
	c := &cobra.Command{
		Use: "shop", Short: "Serve the reference shop", Args: cobra.NoArgs,
		Long: `Serve the reference shop until interrupted. Without an issuer it brings the mock
provider along; with one, the flags are the fields of its provider form.`,
		RunE: func(c *cobra.Command, _ []string) error { return p.serveShop(c.Context(), f) },
	}
	fs := c.Flags()
	fs.StringVar(&f.addr, "addr", "127.0.0.1:9500", "address to listen on")
	fs.StringVar(&f.base, "base-url", "", "own origin as customers see it (default: http://ADDR)")
	fs.StringSliceVar(&f.flaws, "flaw", nil, "verification steps to take out")
	fs.StringVar(&f.form.ProviderName, "provider-name", "127.0.0.1", "provider form: provider name, the host name of the shop")
	fs.StringVar(&f.form.Issuer, "issuer", "", "provider form: issuer name")
	fs.StringVar(&f.form.ClientID, "client-id", "", "provider form: client ID")
	fs.StringVar(&f.form.ClientSecret, "client-secret", "", "provider form: client secret; empty for a public client")
	fs.BoolVar(&f.form.Discover, "discover", false, "provider form: take the endpoints that are not given from the issuer's metadata")
	fs.BoolVar(&f.form.ResponseIssuer, "response-issuer", false, "provider form: refuse authorization responses without iss")
	fs.StringVar(&f.form.JWKSURI, "jwks-uri", "", "provider form: JWKS URI")
	fs.StringVar(&f.form.AuthorizationEndpoint, "authorization-endpoint", "", "provider form: authorization endpoint")
	fs.StringVar(&f.form.TokenEndpoint, "token-endpoint", "", "provider form: token endpoint")
	fs.StringVar(&f.form.TokenEndpointType, "token-endpoint-type", "basic", "provider form: basic or post")
	fs.StringVar(&f.form.LogoutEndpoint, "logout-endpoint", "", "provider form: logout endpoint")
	fs.StringVar(&f.form.UserInfoEndpoint, "userinfo-endpoint", "", "provider form: UserInfo endpoint")
	fs.StringVar(&f.form.Scope, "scope", "openid profile email address", "provider form: scope")
	fs.StringVar(&f.form.Identifier, "identifier", "", "provider form: claim that identifies a customer (default sub)")
	fs.StringSliceVar(&f.claims, "identity-claim", nil, "provider form: claim:service:type:issuer")
	fs.DurationVar(&f.form.SessionLength, "session-length", 0, "provider form: session length (default 1h)")
	return c
}

func (p program) serveShop(ctx context.Context, f shopFlags) (err error) {
	if err := errors.Join(f.parse()); err != nil {
		return err
	}
	var lc net.ListenConfig
	l, err := lc.Listen(ctx, "tcp", f.addr)
	if err != nil {
		return idp.ListenError(f.addr, err)
	}
	defer func() {
		if cerr := l.Close(); cerr != nil && !errors.Is(cerr, net.ErrClosed) {
			err = errors.Join(err, cerr)
		}
	}()
	if f.base == "" {
		f.base = "http://" + l.Addr().String()
	}
	if f.form.Issuer == "" {
		stop, err := f.bringProvider(ctx)
		if err != nil {
			return err
		}
		defer stop()
		fmt.Fprintf(p.stdout, "Mock provider: %s\n  sign in as ada, subscriber, buyer, unverified or bare, with the password %q\n", f.form.Issuer, users.Password)
	}
	handler, err := shop.New(f.form, shop.Options{BaseURL: f.base, Flaws: f.parsed()})
	if err != nil {
		return err
	}
	fmt.Fprintf(p.stdout, "Reference shop: %s\n", f.base)
	if len(f.flaws) > 0 {
		fmt.Fprintf(p.stdout, "  with the flaws %s\n", strings.Join(f.flaws, ", "))
	}
	return serve(ctx, l, handler)
}

// parse reads what the flags cannot by themselves, all problems at once.
func (f *shopFlags) parse() error {
	problems := []error{checkFlaws(f.flaws)}
	for _, row := range f.claims {
		part := strings.Split(row, ":")
		if len(part) != 4 {
			problems = append(problems, fmt.Errorf("--identity-claim %q: claim:service:type:issuer", row))
			continue
		}
		f.form.IdentityClaims = append(f.form.IdentityClaims, shop.IdentityClaim{Claim: part[0], Service: part[1], Type: part[2], Issuer: part[3]})
	}
	return errors.Join(problems...)
}

func (f *shopFlags) parsed() []shop.Flaw {
	flaws := make([]shop.Flaw, 0, len(f.flaws))
	for _, name := range f.flaws {
		flaws = append(flaws, shop.Flaw(name)) // parse has checked it
	}
	return flaws
}

// bringProvider starts a provider for a shop that was given none.
func (f *shopFlags) bringProvider(ctx context.Context) (stop func(), err error) {
	server, err := mockidp.Start(ctx, mockidp.Options{Host: "localhost"})
	if err != nil {
		return nil, fmt.Errorf("mock provider: %w", err)
	}
	stop = func() { err = errors.Join(err, idp.Close(ctx, server.Close)) }
	client := identity.Client{
		ID: "shop", Secret: "countersign", RedirectURIs: []string{f.base + "/api/sf"}, PostLogoutRedirectURIs: []string{f.base + "/api/sf/logout"},
	}
	if f.form.TokenEndpointType == "post" {
		client.AuthMethod = identity.AuthPost
	}
	provider, err := server.NewProvider(mockidp.Config{Path: "/", Clients: []identity.Client{client}, Users: users.All()})
	if err != nil {
		stop()
		return nil, err
	}
	m := provider.Metadata()
	f.form.Issuer, f.form.ClientID, f.form.ClientSecret = provider.Issuer(), client.ID, client.Secret
	f.form.JWKSURI, f.form.AuthorizationEndpoint, f.form.TokenEndpoint = m.JWKSURI, m.AuthorizationEndpoint, m.TokenEndpoint
	f.form.LogoutEndpoint, f.form.UserInfoEndpoint = m.EndSessionEndpoint, m.UserInfoEndpoint
	return stop, nil
}

func serve(ctx context.Context, l net.Listener, h http.Handler) error {
	server := &http.Server{Handler: h, ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute}
	done := make(chan error, 1)
	go func() { done <- server.Serve(l) }()
	select {
	case err := <-done:
		return fmt.Errorf("serve: %w", err)
	case <-ctx.Done():
	}
	return idp.Close(ctx, server.Shutdown)
}
