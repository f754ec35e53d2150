package mockidp

import (
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"github.com/countersign-oidc/countersign/mockidp/identity"
)

// TestCodeFlow runs the flow with the relying-party library that most Go
// programs use, for each way of authentication and each algorithm.
func TestCodeFlow(t *testing.T) {
	t.Parallel()
	basicES := basicClient()
	basicES.ID, basicES.IDTokenAlg = "basic:es/256 +", "ES256"
	for name, tc := range map[string]struct {
		client identity.Client
		style  oauth2.AuthStyle
		alg    string
	}{
		"Basic and RS256":  {basicClient(), oauth2.AuthStyleInHeader, "RS256"},
		"Basic and ES256":  {basicES, oauth2.AuthStyleInHeader, "ES256"},
		"Post and ES256":   {postClient(), oauth2.AuthStyleInParams, "ES256"},
		"public and RS256": {publicClient(), oauth2.AuthStyleInParams, "RS256"},
		"autodetected":     {postClient(), oauth2.AuthStyleAutoDetect, "ES256"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newProvider(t, func(c *Config) { c.Clients = []identity.Client{tc.client} })
			b := newBrowser(t, p)
			ctx := oidc.ClientContext(t.Context(), b.c)
			rp, err := oidc.NewProvider(ctx, p.Issuer())
			if err != nil {
				t.Fatal(err)
			}
			endpoint := rp.Endpoint()
			endpoint.AuthStyle = tc.style
			conf := oauth2.Config{
				ClientID: tc.client.ID, ClientSecret: tc.client.Secret, RedirectURL: callback, Endpoint: endpoint,
				Scopes: []string{"openid", "email", "offline_access"},
			}
			authURL, err := url.Parse(conf.AuthCodeURL("st", oidc.Nonce("no"), oauth2.S256ChallengeOption(verifier)))
			if err != nil {
				t.Fatal(err)
			}
			back := b.signIn(authURL.Query()).redirect()
			if back.Get("state") != "st" || back.Get("iss") != p.Issuer() {
				t.Fatalf("authorization response %v", back)
			}
			tok, err := conf.Exchange(ctx, back.Get("code"), oauth2.VerifierOption(verifier))
			if err != nil {
				t.Fatal(err)
			}
			if left := time.Until(tok.Expiry); left < 59*time.Minute || left > time.Hour {
				t.Errorf("access token lives %v", left)
			}
			raw, _ := tok.Extra("id_token").(string)
			id, err := rp.VerifierContext(ctx, &oidc.Config{ClientID: tc.client.ID, SupportedSigningAlgs: []string{tc.alg}}).Verify(ctx, raw)
			if err != nil {
				t.Fatal(err)
			}
			if err := id.VerifyAccessToken(tok.AccessToken); err != nil {
				t.Error(err)
			}
			var claims map[string]any
			if err := id.Claims(&claims); err != nil {
				t.Fatal(err)
			}
			if id.Subject != "sub-ada" || id.Nonce != "no" || claims["email"] != "ada@example.test" || claims["tier"] != "gold" ||
				claims["name"] != nil || claims["aud"] != tc.client.ID || claims["sid"] == "" || claims["azp"] != nil {
				t.Errorf("claims %v", claims)
			}
			info, err := rp.UserInfo(ctx, oauth2.StaticTokenSource(tok))
			if err != nil || info.Subject != "sub-ada" || info.Email != "ada@example.test" {
				t.Errorf("userinfo %v, %v", info, err)
			}
			fresh, err := conf.TokenSource(ctx, &oauth2.Token{RefreshToken: tok.RefreshToken}).Token()
			if err != nil || fresh.RefreshToken == tok.RefreshToken || fresh.AccessToken == tok.AccessToken {
				t.Errorf("refresh: %v, %v", fresh, err)
			}
			if again := b.get("/begin", authURL.Query()); again.StatusCode != http.StatusFound {
				t.Errorf("second sign-in answered %d, want a redirect without a page", again.StatusCode)
			}
		})
	}
}
