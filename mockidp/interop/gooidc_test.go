package interop

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"github.com/countersign-oidc/countersign/mockidp"
	"github.com/countersign-oidc/countersign/mockidp/identity"
	"github.com/countersign-oidc/countersign/mockidp/journal"
	"github.com/countersign-oidc/countersign/mockidp/keys"
)

// coreos is a relying party made of go-oidc and x/oauth2.
type coreos struct {
	t        testing.TB
	ctx      context.Context
	op       *oidc.Provider
	verifier *oidc.IDTokenVerifier
	config   oauth2.Config
}

func newCoreos(t testing.TB, p *mockidp.Provider, c identity.Client) *coreos {
	t.Helper()
	_, agent := bounded(t)
	return newCoreosWith(t, p, c, agent)
}

func newCoreosWith(t testing.TB, p *mockidp.Provider, c identity.Client, agent *http.Client) *coreos {
	t.Helper()
	ctx, _ := bounded(t)
	ctx = oidc.ClientContext(ctx, agent)
	op, err := oidc.NewProvider(ctx, p.Issuer())
	if err != nil {
		t.Fatal(err)
	}
	return &coreos{
		t: t, ctx: ctx, op: op, verifier: op.Verifier(&oidc.Config{ClientID: c.ID}),
		config: oauth2.Config{
			ClientID: c.ID, ClientSecret: c.Secret, Endpoint: op.Endpoint(), RedirectURL: callback,
			Scopes: []string{oidc.ScopeOpenID, "profile", "email", oidc.ScopeOfflineAccess},
		},
	}
}

// signIn is a whole sign-in with PKCE and the verified ID token.
func (rp *coreos) signIn(b *browser) (*oauth2.Token, *oidc.IDToken) {
	rp.t.Helper()
	state, nonce, verifier := "state of "+rp.config.ClientID, oauth2.GenerateVerifier(), oauth2.GenerateVerifier()
	at := b.signIn(rp.config.AuthCodeURL(state, oidc.Nonce(nonce), oauth2.S256ChallengeOption(verifier)))
	answer := at.Query()
	if answer.Get("state") != state || answer.Get("tenant") != "a b" {
		rp.t.Fatalf("authorization response %s", at)
	}
	token, err := rp.config.Exchange(rp.ctx, answer.Get("code"), oauth2.VerifierOption(verifier))
	if err != nil {
		rp.t.Fatal(err)
	}
	id := rp.verify(token)
	if id.Nonce != nonce {
		rp.t.Errorf("nonce %q, want %q", id.Nonce, nonce)
	}
	return token, id
}

func (rp *coreos) verify(token *oauth2.Token) *oidc.IDToken {
	rp.t.Helper()
	raw, _ := token.Extra("id_token").(string)
	id, err := rp.verifier.Verify(rp.ctx, raw)
	if err != nil {
		rp.t.Fatal(err)
	}
	if id.Subject != ada().Sub() {
		rp.t.Errorf("sub %q", id.Subject)
	}
	if err := id.VerifyAccessToken(token.AccessToken); err != nil {
		rp.t.Error(err)
	}
	return id
}

// TestGoOIDC is a sign-in, UserInfo, refresh and sign-out for each way of
// authenticating. x/oauth2 finds out by itself which one the provider wants.
func TestGoOIDC(t *testing.T) {
	t.Parallel()
	for _, c := range []identity.Client{
		client("basic", identity.AuthBasic), client("post", identity.AuthPost), client("public", identity.AuthNone),
	} {
		t.Run(c.ID, func(t *testing.T) {
			t.Parallel()
			p, b := newProvider(t, c), newBrowser(t)
			rp := newCoreos(t, p, c)
			token, id := rp.signIn(b)
			var claims struct {
				Name  string `json:"name"`
				Email string `json:"email"`
				SID   string `json:"sid"`
			}
			if err := id.Claims(&claims); err != nil || claims.Name != "Ada Lovelace" || claims.SID == "" {
				t.Errorf("claims %+v, %v", claims, err)
			}
			if left := time.Until(token.Expiry); left < 50*time.Minute || left > time.Hour {
				t.Errorf("the access token is good for %v", left)
			}
			info, err := rp.op.UserInfo(rp.ctx, oauth2.StaticTokenSource(token))
			if err != nil || info.Subject != ada().Sub() || info.Email != "ada@example.test" || !info.EmailVerified {
				t.Errorf("UserInfo %+v, %v", info, err)
			}
			used := p.Journal().Select(journal.Query{Kind: journal.Token, User: "ada"})
			if len(used) != 1 || used[0].ClientAuth != string(c.Method()) {
				t.Errorf("token requests %+v", used)
			}
			rp.refresh(token)
			rp.signOut(p, b, token)
		})
	}
}

// refresh renews a token, and tries the spent one once more.
func (rp *coreos) refresh(token *oauth2.Token) {
	rp.t.Helper()
	old := &oauth2.Token{RefreshToken: token.RefreshToken, Expiry: time.Now().Add(-time.Minute)}
	renewed, err := rp.config.TokenSource(rp.ctx, old).Token()
	if err != nil {
		rp.t.Fatal(err)
	}
	if renewed.AccessToken == token.AccessToken || renewed.RefreshToken == token.RefreshToken {
		rp.t.Error("the refresh returned what it was given")
	}
	if id := rp.verify(renewed); id.Nonce != "" {
		rp.t.Errorf("nonce %q in a refreshed ID token", id.Nonce)
	}
	if _, err := rp.config.TokenSource(rp.ctx, old).Token(); errorCode(err) != "invalid_grant" {
		rp.t.Errorf("spent refresh token: %v", err)
	}
	_, err = rp.op.UserInfo(rp.ctx, oauth2.StaticTokenSource(renewed))
	if err == nil {
		rp.t.Error("the replay left the family's access token good")
	}
}

// signOut ends the session, after which nobody is signed in at the provider.
func (rp *coreos) signOut(p *mockidp.Provider, b *browser, token *oauth2.Token) {
	rp.t.Helper()
	var meta struct {
		EndSession string `json:"end_session_endpoint"`
	}
	if err := rp.op.Claims(&meta); err != nil {
		rp.t.Fatal(err)
	}
	silent := rp.config.AuthCodeURL("s", oauth2.SetAuthURLParam("prompt", "none"), oauth2.S256ChallengeOption(oauth2.GenerateVerifier()))
	if at := b.visit(silent).url; at.Query().Get("code") == "" {
		rp.t.Errorf("no session before the sign-out: %s", at)
	}
	raw, _ := token.Extra("id_token").(string)
	at := b.visit(meta.EndSession + "?" + url.Values{
		"id_token_hint": {raw}, "post_logout_redirect_uri": {bye}, "state": {"out"},
	}.Encode()).url
	if at.String() != bye+"?state=out" {
		rp.t.Errorf("signed out to %s", at)
	}
	if at := b.visit(silent).url; at.Query().Get("error") != "login_required" {
		rp.t.Errorf("after the sign-out: %s", at)
	}
	if n := len(p.Journal().Select(journal.Query{Kind: journal.Stray})); n > 0 {
		rp.t.Errorf("%d requests to paths that the provider does not serve", n)
	}
}

// errorCode is the protocol error in an answer of the token endpoint, or "".
func errorCode(err error) string {
	var wrong *oauth2.RetrieveError
	if errors.As(err, &wrong) {
		return wrong.ErrorCode
	}
	return ""
}

// TestGoOIDCFollowsARotation holds that go-oidc's key set meets the new key by
// its kid, and still verifies a token of the key before it.
func TestGoOIDCFollowsARotation(t *testing.T) {
	t.Parallel()
	c := client("shop", identity.AuthBasic)
	p := newProviderOf(t, mockidp.Config{Clients: []identity.Client{c}, Keys: keys.New()})
	rp := newCoreos(t, p, c)
	fetched := func() int { return len(p.Journal().Select(journal.Query{Kind: journal.JWKS})) }
	before, _ := rp.signIn(newBrowser(t))
	rp.signIn(newBrowser(t))
	if n := fetched(); n != 1 {
		t.Errorf("keys were fetched %d times for two sign-ins, want 1", n)
	}
	if err := p.Keys().Rotate(keys.Overlap); err != nil {
		t.Fatal(err)
	}
	rp.signIn(newBrowser(t))
	if n := fetched(); n != 2 {
		t.Errorf("keys were fetched %d times after a rotation, want 2", n)
	}
	rp.verify(before)
	p.Keys().Retire()
	fresh := newCoreos(t, p, c)
	if _, err := fresh.verifier.Verify(fresh.ctx, before.Extra("id_token").(string)); err == nil {
		t.Error("a token of a retired key verifies")
	}
}

// TestGoOIDCRefuses holds that x/oauth2 understands what the provider refused.
func TestGoOIDCRefuses(t *testing.T) {
	t.Parallel()
	c := client("shop", identity.AuthBasic)
	p := newProvider(t, c)
	rp := newCoreos(t, p, c)
	rp.config.Endpoint.AuthStyle = oauth2.AuthStyleInHeader
	verifier := oauth2.GenerateVerifier()
	code := func() string {
		return newBrowser(t).signIn(rp.config.AuthCodeURL("s", oauth2.S256ChallengeOption(verifier))).Query().Get("code")
	}
	used := code()
	if _, err := rp.config.Exchange(rp.ctx, used, oauth2.VerifierOption(verifier)); err != nil {
		t.Fatal(err)
	}
	for name, exchange := range map[string]func() error{
		"a code twice": func() error {
			_, err := rp.config.Exchange(rp.ctx, used, oauth2.VerifierOption(verifier))
			return err
		},
		"another verifier": func() error {
			_, err := rp.config.Exchange(rp.ctx, code(), oauth2.VerifierOption(oauth2.GenerateVerifier()))
			return err
		},
		"no verifier": func() error { _, err := rp.config.Exchange(rp.ctx, code()); return err },
		"another redirect_uri": func() error {
			_, err := rp.config.Exchange(rp.ctx, code(), oauth2.VerifierOption(verifier),
				oauth2.SetAuthURLParam("redirect_uri", bye))
			return err
		},
	} {
		if err := exchange(); errorCode(err) != "invalid_grant" {
			t.Errorf("%s: %v", name, err)
		}
	}
	wrong := rp.config
	wrong.ClientSecret += "x"
	_, err := wrong.Exchange(rp.ctx, code(), oauth2.VerifierOption(verifier))
	if errorCode(err) != "invalid_client" {
		t.Errorf("wrong secret: %v", err)
	}
	if _, err := rp.op.UserInfo(rp.ctx, oauth2.StaticTokenSource(&oauth2.Token{AccessToken: "junk"})); err == nil {
		t.Error("UserInfo answers junk")
	}
}
