package interop

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	jose "github.com/go-jose/go-jose/v4"
	"github.com/zitadel/oidc/v3/pkg/client/rp"
	"github.com/zitadel/oidc/v3/pkg/client/rs"
	zitadel "github.com/zitadel/oidc/v3/pkg/oidc"
	"golang.org/x/oauth2"
	"golang.org/x/oauth2/clientcredentials"

	"github.com/countersign-oidc/countersign/mockidp/identity"
	"github.com/countersign-oidc/countersign/mockidp/journal"
)

// connect allows a device as Ada.
func (b *browser) connect(uri string) {
	b.t.Helper()
	p := b.press(b.visit(uri), "continue", nil)
	p = b.press(p, "sign-in", map[string]string{"username": ada().Username, "password": ada().Password})
	if p = b.press(p, "allow", nil); !strings.Contains(p.body, `id="device-done"`) {
		b.t.Fatalf("status %d at %s\n%s", p.status, p.url, p.body)
	}
}

func television() identity.Client {
	return identity.Client{ID: "tv", GrantTypes: []identity.GrantType{identity.GrantDevice}}
}

// TestOAuth2Device is the device flow of x/oauth2, which waits the whole
// interval before it asks.
func TestOAuth2Device(t *testing.T) {
	t.Parallel()
	p := newProvider(t, television())
	rp := newCoreos(t, p, television())
	begun, err := rp.config.DeviceAuth(rp.ctx)
	if err != nil {
		t.Fatal(err)
	}
	newBrowser(t).connect(begun.VerificationURIComplete)
	token, err := rp.config.DeviceAccessToken(rp.ctx, begun)
	if err != nil {
		t.Fatal(err)
	}
	rp.verify(token)
}

// TestOAuth2ClientCredentials is a client that acts for itself.
func TestOAuth2ClientCredentials(t *testing.T) {
	t.Parallel()
	c := identity.Client{ID: "machine", Secret: secret, GrantTypes: []identity.GrantType{identity.GrantCredentials}}
	p := newProvider(t, c)
	ctx, _ := bounded(t)
	config := clientcredentials.Config{ClientID: c.ID, ClientSecret: c.Secret, TokenURL: p.Metadata().TokenEndpoint}
	token, err := config.Token(ctx)
	if err != nil || token.AccessToken == "" || token.Extra("id_token") != nil {
		t.Errorf("%+v, %v", token, err)
	}
	config.ClientSecret += "x"
	if _, err := config.Token(ctx); errorCode(err) != "invalid_client" {
		t.Errorf("wrong secret: %v", err)
	}
}

// TestZitadelDevice is the device flow of zitadel/oidc.
func TestZitadelDevice(t *testing.T) {
	t.Parallel()
	p := newProvider(t, television())
	ctx, agent := bounded(t)
	party, err := rp.NewRelyingPartyOIDC(ctx, p.Issuer(), "tv", "", "", nil, rp.WithHTTPClient(agent))
	if err != nil {
		t.Fatal(err)
	}
	begun, err := rp.DeviceAuthorization(ctx, []string{zitadel.ScopeOpenID, zitadel.ScopeEmail}, party, nil)
	if err != nil {
		t.Fatal(err)
	}
	newBrowser(t).connect(begun.VerificationURIComplete)
	tokens, err := rp.DeviceAccessToken(ctx, begun.DeviceCode, time.Second, party)
	if err != nil {
		t.Fatal(err)
	}
	claims, err := rp.VerifyTokens[*zitadel.IDTokenClaims](ctx, tokens.AccessToken, tokens.IDToken, party.IDTokenVerifier())
	if err != nil || claims.Subject != ada().Sub() {
		t.Errorf("%+v, %v", claims, err)
	}
}

// TestZitadelIntrospects asks whether a token is good. The provider tells the
// client that it was issued to, and a resource that it was brought to.
func TestZitadelIntrospects(t *testing.T) {
	t.Parallel()
	c, other := client("shop", identity.AuthBasic), client("other", identity.AuthBasic)
	p := newProvider(t, other)
	s := newZitadelSite(t, p, c)
	ctx, agent := bounded(t)
	access := s.signIn(t).tokens.AccessToken
	ask := func(as identity.Client, token string) *zitadel.IntrospectionResponse {
		server, err := rs.NewResourceServerClientCredentials(ctx, p.Issuer(), as.ID, as.Secret, rs.WithClient(agent))
		if err != nil {
			t.Fatal(err)
		}
		got, err := rs.Introspect[*zitadel.IntrospectionResponse](ctx, server, token)
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	if got := ask(c, access); !got.Active || got.Subject != ada().Sub() || got.ClientID != c.ID || got.Issuer != p.Issuer() {
		t.Errorf("introspection %+v", got)
	}
	if got := ask(other, access); !got.Active || got.ClientID != c.ID {
		t.Errorf("introspection by a resource: %+v", got)
	}
	if ask(c, "junk").Active {
		t.Error("junk is active")
	}
}

// TestZitadelRevokes uses a client of client_secret_post, because the library's
// revocation knows no other way.
func TestZitadelRevokes(t *testing.T) {
	t.Parallel()
	p := newProvider(t)
	s := newZitadelSite(t, p, client("shop", identity.AuthPost))
	ctx, _ := bounded(t)
	tokens := s.signIn(t).tokens
	info := func() error {
		_, err := rp.Userinfo[*zitadel.UserInfo](ctx, tokens.AccessToken, tokens.TokenType, ada().Sub(), s.party)
		return err
	}
	if err := info(); err != nil {
		t.Fatal(err)
	}
	if err := rp.RevokeToken(ctx, s.party, tokens.AccessToken, "access_token"); err != nil {
		t.Fatal(err)
	}
	if info() == nil {
		t.Error("UserInfo answers a revoked token")
	}
}

// TestZitadelAssertionHasNoID holds the reason for which the library cannot
// sign in with private_key_jwt: its assertions lack the jti that OpenID
// Connect Core 1.0, section 9, requires.
func TestZitadelAssertionHasNoID(t *testing.T) {
	t.Parallel()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	text := pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})
	c := client("shop", identity.AuthPrivateJWT)
	c.Keys = &jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: private.Public(), KeyID: "k", Algorithm: "ES256", Use: "sig"}}}
	p := newProvider(t)
	s := newZitadelSite(t, p, c, rp.WithJWTProfile(rp.SignerFromKeyAndKeyID(text, "k")), rp.WithAuthStyle(oauth2.AuthStyleInParams))
	b := newBrowser(t)
	at := b.press(b.visit(s.URL+"/login"), "sign-in", map[string]string{"username": ada().Username, "password": ada().Password})
	if at.status != http.StatusUnauthorized {
		t.Errorf("status %d", at.status)
	}
	entries := p.Journal().Select(journal.Query{Kind: journal.Token, Client: c.ID})
	if len(entries) != 1 || entries[0].Error != "invalid_client" || !strings.Contains(entries[0].ErrorDescription, "jti") {
		t.Errorf("token requests %+v", entries)
	}
}

// TestGoOIDCOverTLS trusts the CA of the provider and nothing else.
func TestGoOIDCOverTLS(t *testing.T) {
	t.Parallel()
	c := client("shop", identity.AuthBasic)
	p, trusting := newTLSProvider(t, c)
	rp := newCoreosWith(t, p, c, trusting)
	b := newBrowser(t)
	b.c.Transport = trusting.Transport
	rp.signIn(b)
	ctx, agent := bounded(t)
	if _, err := oidc.NewProvider(oidc.ClientContext(ctx, agent), p.Issuer()); err == nil || !strings.Contains(err.Error(), "certificate") {
		t.Errorf("without the CA: %v", err)
	}
}
