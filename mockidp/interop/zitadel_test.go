package interop

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/zitadel/oidc/v3/pkg/client/rp"
	httphelper "github.com/zitadel/oidc/v3/pkg/http"
	"github.com/zitadel/oidc/v3/pkg/oidc"
	"golang.org/x/oauth2"

	"github.com/countersign-oidc/countersign/mockidp"
	"github.com/countersign-oidc/countersign/mockidp/identity"
	"github.com/countersign-oidc/countersign/mockidp/journal"
)

// zitadelSite is a web site whose sign-in is zitadel/oidc's own handlers: they
// keep the state and the verifier in cookies.
type zitadelSite struct {
	*httptest.Server
	party rp.RelyingParty
	// signedIn has room for the sign-ins of a test.
	signedIn chan zitadelSignIn
}

type zitadelSignIn struct {
	tokens *oidc.Tokens[*oidc.IDTokenClaims]
	info   *oidc.UserInfo
	state  string
}

// newZitadelSite registers the site as a client with the provider.
func newZitadelSite(t testing.TB, p *mockidp.Provider, c identity.Client, options ...rp.Option) *zitadelSite {
	t.Helper()
	mux := http.NewServeMux()
	s := &zitadelSite{Server: httptest.NewServer(mux), signedIn: make(chan zitadelSignIn, 4)}
	t.Cleanup(s.Close)
	c.RedirectURIs, c.PostLogoutRedirectURIs = []string{s.URL + "/callback"}, []string{s.URL + "/bye"}
	if err := p.PutClient(c); err != nil {
		t.Fatal(err)
	}

	cookies := httphelper.NewCookieHandler([]byte("0123456789abcdef0123456789abcdef"), nil, httphelper.WithUnsecure())
	ctx, agent := bounded(t)
	options = append([]rp.Option{
		rp.WithHTTPClient(agent), rp.WithCookieHandler(cookies), rp.WithPKCEFromDiscovery(cookies), rp.WithSigningAlgsFromDiscovery(),
	}, options...)
	scopes := []string{oidc.ScopeOpenID, oidc.ScopeProfile, oidc.ScopeEmail, oidc.ScopeAddress, oidc.ScopeOfflineAccess}
	party, err := rp.NewRelyingPartyOIDC(ctx, p.Issuer(), c.ID, c.Secret, c.RedirectURIs[0], scopes, options...)
	if err != nil {
		t.Fatal(err)
	}
	s.party = party
	mux.Handle("GET /login", rp.AuthURLHandler(oauth2.GenerateVerifier, party))
	mux.Handle("GET /callback", rp.CodeExchangeHandler(rp.UserinfoCallback(
		func(w http.ResponseWriter, _ *http.Request, tokens *oidc.Tokens[*oidc.IDTokenClaims], state string, _ rp.RelyingParty, info *oidc.UserInfo) {
			s.signedIn <- zitadelSignIn{tokens, info, state}
			w.WriteHeader(http.StatusNoContent)
		}), party))
	return s
}

// signIn signs Ada in at the site.
func (s *zitadelSite) signIn(t testing.TB) zitadelSignIn {
	t.Helper()
	b := newBrowser(t)
	at := b.press(b.visit(s.URL+"/login"), "sign-in", map[string]string{"username": ada().Username, "password": ada().Password})
	if at.status != http.StatusNoContent {
		t.Fatalf("status %d at %s\n%s", at.status, at.url, at.body)
	}
	return <-s.signedIn
}

// TestZitadel is a sign-in with PKCE through the library's handlers, for each
// way of authenticating.
func TestZitadel(t *testing.T) {
	t.Parallel()
	for _, c := range []identity.Client{
		client("basic", identity.AuthBasic), client("post", identity.AuthPost), client("public", identity.AuthNone),
	} {
		t.Run(c.ID, func(t *testing.T) {
			t.Parallel()
			p := newProvider(t)
			s := newZitadelSite(t, p, c)
			if !s.party.IsPKCE() {
				t.Error("the library does not find PKCE in the metadata")
			}
			got := s.signIn(t)
			claims := got.tokens.IDTokenClaims
			if claims.Subject != ada().Sub() || claims.GetIssuer() != p.Issuer() || claims.AuthTime.AsTime().IsZero() || claims.Email != "ada@example.test" {
				t.Errorf("ID token claims %+v", claims)
			}
			// The library reads locale, updated_at and address into types
			// of its own.
			info := got.info
			if info.Subject != ada().Sub() || info.Locale.String() != "en-GB" || info.UpdatedAt.AsTime().Unix() != 1700000000 ||
				info.Address == nil || info.Address.Locality != "London" || !bool(info.EmailVerified) {
				t.Errorf("UserInfo %+v", info)
			}
			entry := p.Journal().Select(journal.Query{Kind: journal.Token, User: "ada"})
			if len(entry) != 1 || entry[0].ClientAuth != string(c.Method()) || entry[0].Form.Get("code_verifier") == "" {
				t.Errorf("token requests %+v", entry)
			}
		})
	}
}

// TestZitadelRefreshesAndSignsOut uses a client of client_secret_post, because
// the library's refresh knows no other way.
func TestZitadelRefreshesAndSignsOut(t *testing.T) {
	t.Parallel()
	p := newProvider(t)
	s := newZitadelSite(t, p, client("shop", identity.AuthPost))
	ctx, _ := bounded(t)
	first := s.signIn(t).tokens
	second, err := rp.RefreshTokens[*oidc.IDTokenClaims](ctx, s.party, first.RefreshToken, "", "")
	if err != nil {
		t.Fatal(err)
	}
	if second.AccessToken == first.AccessToken || second.RefreshToken == first.RefreshToken || second.IDTokenClaims.Subject != ada().Sub() {
		t.Errorf("refreshed to %+v", second)
	}
	info, err := rp.Userinfo[*oidc.UserInfo](ctx, second.AccessToken, second.TokenType, ada().Sub(), s.party)
	if err != nil || info.Name != "Ada Lovelace" {
		t.Errorf("UserInfo %+v, %v", info, err)
	}
	if _, err := rp.RefreshTokens[*oidc.IDTokenClaims](ctx, s.party, first.RefreshToken, "", ""); zitadelCode(err) != "invalid_grant" {
		t.Errorf("spent refresh token: %v", err)
	}
	to, err := rp.EndSession(ctx, s.party, second.IDToken, s.URL+"/bye", "out", "", nil)
	if err != nil || to.String() != s.URL+"/bye?state=out" {
		t.Errorf("signed out to %v, %v", to, err)
	}
	if _, err := rp.EndSession(ctx, s.party, second.IDToken, "http://elsewhere.test/", "", "", nil); err == nil {
		t.Error("signed out to an address that is not registered")
	}
}

// TestZitadelVerifies shows that the library's checks run on what
// the provider sends: it verifies the ID token against a key set and options.
func TestZitadelVerifies(t *testing.T) {
	t.Parallel()
	p := newProvider(t)
	c := client("shop", identity.AuthBasic)
	s := newZitadelSite(t, p, c)
	ctx, agent := bounded(t)
	raw := s.signIn(t).tokens.IDToken
	set := rp.NewRemoteKeySet(agent, p.Metadata().JWKSURI)
	for name, verifier := range map[string]*rp.IDTokenVerifier{
		"another issuer": rp.NewIDTokenVerifier("http://op.test", c.ID, set),
		"another client": rp.NewIDTokenVerifier(p.Issuer(), "another", set),
		"another nonce": rp.NewIDTokenVerifier(p.Issuer(), c.ID, set, rp.WithNonce(func(context.Context) string {
			return "n"
		})),
	} {
		if _, err := rp.VerifyIDToken[*oidc.IDTokenClaims](ctx, raw, verifier); err == nil {
			t.Errorf("%s: verified", name)
		}
	}
	if _, err := rp.VerifyIDToken[*oidc.IDTokenClaims](ctx, raw, rp.NewIDTokenVerifier(p.Issuer(), c.ID, set)); err != nil {
		t.Error(err)
	}
}

// zitadelCode is the protocol error that the library read, or "".
func zitadelCode(err error) string {
	var wrong *oidc.Error
	if errors.As(err, &wrong) {
		return string(wrong.ErrorType)
	}
	return ""
}
