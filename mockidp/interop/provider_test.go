package interop

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/countersign-oidc/countersign/mockidp"
	"github.com/countersign-oidc/countersign/mockidp/identity"
	"github.com/countersign-oidc/countersign/mockidp/keys"
)

// The relying party's addresses. Nothing listens there: the browser stops
// where the provider sends it to them.
const (
	callback = "http://rp.test/callback?tenant=a b"
	bye      = "http://rp.test/bye"
	// secret has every character that the form encoding inside of HTTP Basic
	// is forgotten for.
	secret = "a+b c%25:/ü&="
)

// patience bounds a test's dealings with the provider.
const patience = 30 * time.Second

// ring saves each test the generation of an RSA key.
var ring = sync.OnceValue(keys.New)

func ada() identity.User {
	return identity.User{
		Username: "ada", Password: "correct horse", Subject: "sub|ada+1@example.test",
		Claims: map[string]any{
			"name": "Ada Lovelace", "given_name": "Ada", "family_name": "Lovelace", "locale": "en-GB",
			"email": "ada@example.test", "email_verified": true, "updated_at": 1700000000,
			"address": map[string]any{"locality": "London", "country": "GB"}, "groups": []string{"staff", "admins"},
		},
	}
}

func client(id string, method identity.AuthMethod) identity.Client {
	c := identity.Client{
		ID: id, AuthMethod: method, RedirectURIs: []string{callback}, PostLogoutRedirectURIs: []string{bye},
		GrantTypes: []identity.GrantType{identity.GrantCode, identity.GrantRefresh},
	}
	if method != identity.AuthNone && method != identity.AuthPrivateJWT {
		c.Secret = secret
	}
	return c
}

// newProvider is an issuer with Ada and the given clients on a server of its
// own.
func newProvider(t testing.TB, clients ...identity.Client) *mockidp.Provider {
	t.Helper()
	return newProviderOf(t, mockidp.Config{Clients: clients})
}

func newProviderOf(t testing.TB, c mockidp.Config) *mockidp.Provider {
	t.Helper()
	p, _ := start(t, c, mockidp.Options{})
	return p
}

// newTLSProvider is an issuer at an https address, and a client that trusts it.
func newTLSProvider(t testing.TB, clients ...identity.Client) (*mockidp.Provider, *http.Client) {
	t.Helper()
	p, server := start(t, mockidp.Config{Clients: clients}, mockidp.Options{TLS: true})
	_, agent := bounded(t)
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(server.CA()) {
		t.Fatalf("no certificate in %q", server.CA())
	}
	agent.Transport.(*http.Transport).TLSClientConfig = &tls.Config{RootCAs: pool}
	return p, agent
}

func start(t testing.TB, c mockidp.Config, o mockidp.Options) (*mockidp.Provider, *mockidp.Server) {
	t.Helper()
	server, err := mockidp.Start(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), patience)
		defer cancel()
		if err := server.Close(ctx); err != nil {
			t.Error(err)
		}
	})
	c.Users = append(c.Users, ada())
	if c.Keys == nil {
		c.Keys = ring()
	}
	p, err := server.NewProvider(c)
	if err != nil {
		t.Fatal(err)
	}
	return p, server
}

// bounded is a context for what a library does over the network. The
// connections that it opens are closed with the test.
func bounded(t testing.TB) (context.Context, *http.Client) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	t.Cleanup(cancel)
	transport := http.DefaultTransport.(*http.Transport).Clone()
	t.Cleanup(transport.CloseIdleConnections)
	return ctx, &http.Client{Transport: transport}
}
