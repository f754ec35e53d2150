package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net/url"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/countersign-oidc/countersign/fixtures/users"
	"github.com/countersign-oidc/countersign/mockidp"
	"github.com/countersign-oidc/countersign/mockidp/identity"
)

// closeTimeout bounds the end of a server.
const closeTimeout = 5 * time.Second

// idpFlags are the flags of idp.
type idpFlags struct {
	addr, host   string
	client       identity.Client
	method       string
	noSecret     bool
	logoutReturn []string
}

func (p program) newIDP() *cobra.Command {
	var f idpFlags
	c := &cobra.Command{
		Use: "idp", Short: "Serve the mock provider", Args: cobra.NoArgs,
		Long: `Serve the mock provider with one issuer and five people until interrupted, and
print the settings to type into a shop's provider form.`,
		RunE: func(c *cobra.Command, _ []string) error {
			client, err := f.build()
			if err != nil {
				return err
			}
			return p.serveIDP(c.Context(), f, client)
		},
	}
	fs := c.Flags()
	fs.StringVar(&f.addr, "addr", "127.0.0.1:9400", "address to listen on")
	fs.StringVar(&f.host, "host", "localhost", "host name in the issuer")
	fs.StringVar(&f.client.ID, "client-id", "shop", "client ID of the shop")
	fs.StringVar(&f.client.Secret, "client-secret", "", "client secret of the shop (default: a generated one)")
	fs.BoolVar(&f.noSecret, "public", false, "the shop has no client secret")
	fs.StringVar(&f.method, "token-endpoint-type", "basic", "how the shop authenticates: basic or post")
	fs.StringSliceVar(&f.client.RedirectURIs, "redirect-uri", []string{"http://127.0.0.1:9500/api/sf"}, "sign-in redirect of the shop")
	fs.StringSliceVar(&f.logoutReturn, "post-logout-redirect-uri", []string{"http://127.0.0.1:9500/api/sf/logout"}, "sign-out redirect of the shop")
	return c
}

// build makes the client, or says all that is wrong with it.
func (f idpFlags) build() (identity.Client, error) {
	c := f.client
	c.PostLogoutRedirectURIs = f.logoutReturn
	var problems []error
	switch {
	case f.noSecret && c.Secret != "":
		problems = append(problems, errors.New("--public and --client-secret exclude each other"))
	case f.noSecret:
		c.AuthMethod = identity.AuthNone
	case f.method == "basic":
		c.AuthMethod = identity.AuthBasic
	case f.method == "post":
		c.AuthMethod = identity.AuthPost
	default:
		problems = append(problems, fmt.Errorf("--token-endpoint-type %q: basic or post", f.method))
	}
	for _, uri := range append(append([]string{}, c.RedirectURIs...), c.PostLogoutRedirectURIs...) {
		if u, err := url.Parse(uri); err != nil || u.Scheme == "" || u.Host == "" || u.Fragment != "" {
			problems = append(problems, fmt.Errorf("redirect URI %q: an absolute URL without a fragment", uri))
		}
	}
	if !f.noSecret && c.Secret == "" {
		c.Secret = rand.Text()
	}
	return c, errors.Join(problems...)
}

func (p program) serveIDP(ctx context.Context, f idpFlags, client identity.Client) error {
	server, err := mockidp.Start(ctx, mockidp.Options{Addr: f.addr, Host: f.host})
	if err != nil {
		return listenError(f.addr, err)
	}
	provider, err := server.NewProvider(mockidp.Config{Path: "/", Clients: []identity.Client{client}, Users: users.All()})
	if err != nil {
		return errors.Join(err, server.Close(ctx))
	}
	fmt.Fprintln(p.stdout, "Mock provider. Type this into the shop's provider form:")
	settingsSheet(p.stdout, provider, client)
	fmt.Fprintf(p.stdout, "\nSign in as one of these, each with the password %q:\n", users.Password)
	for _, u := range users.All() {
		fmt.Fprintf(p.stdout, "  %-12s sub %s\n", u.Username, u.Sub())
	}
	<-ctx.Done()
	closing, cancel := context.WithTimeout(context.WithoutCancel(ctx), closeTimeout)
	defer cancel()
	return server.Close(closing)
}

// settingsSheet prints a provider form, field by field.
func settingsSheet(out io.Writer, provider *mockidp.Provider, c identity.Client) {
	m := provider.Metadata()
	kind := "basic"
	if c.Method() == identity.AuthPost {
		kind = "post"
	}
	secret := c.Secret
	if secret == "" {
		secret = "(leave empty: the client is public)"
	}
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	for _, row := range [][2]string{
		{"Issuer", provider.Issuer()},
		{"Client ID", c.ID},
		{"Client Secret", secret},
		{"JWKS URI", m.JWKSURI},
		{"Authorization Endpoint", m.AuthorizationEndpoint},
		{"Token Endpoint", m.TokenEndpoint},
		{"Token Endpoint Type", kind},
		{"Logout Endpoint", m.EndSessionEndpoint},
		{"User Info Endpoint", m.UserInfoEndpoint},
		{"Scope", "openid profile email address"},
		{"Sign-in redirect", strings.Join(c.RedirectURIs, ", ")},
		{"Sign-out redirect", strings.Join(c.PostLogoutRedirectURIs, ", ")},
	} {
		fmt.Fprintf(w, "  %s\t%s\n", row[0], row[1])
	}
	_ = w.Flush() // the terminal is gone: nobody is left to tell
}

// listenError says what to do about an address that cannot be had.
func listenError(addr string, err error) error {
	return fmt.Errorf("listen on %s: %w; choose another address with --addr, for example 127.0.0.1:0 for a free port", addr, err)
}
