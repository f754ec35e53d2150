package mockidp_test

import (
	"context"
	"encoding/json"
	"errors"
	"html"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"github.com/countersign-oidc/countersign/mockidp"
	"github.com/countersign-oidc/countersign/mockidp/fault"
	"github.com/countersign-oidc/countersign/mockidp/identity"
	"github.com/countersign-oidc/countersign/mockidp/journal"
)

// The code of docs/replace-your-provider.md. TestGuide holds the two together.

func startProvider(t *testing.T, callback string) *mockidp.Provider {
	t.Helper()
	server, err := mockidp.Start(t.Context(), mockidp.Options{Host: "localhost"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		if err := server.Close(ctx); err != nil {
			t.Error(err)
		}
	})
	provider, err := server.NewProvider(mockidp.Config{
		Clients: []identity.Client{{ID: "shop", Secret: "s3cret", RedirectURIs: []string{callback}}},
		Users: []identity.User{{
			Username: "ada", Password: "pw", Subject: "248289761001",
			Claims: map[string]any{"email": "ada@customers.example", "email_verified": true, "tier": "gold"},
		}},
	})
	if err != nil {
		t.Fatal(err)
	}
	return provider
}

var formAction = regexp.MustCompile(`action="([^"]+)"`)

// signIn opens a page of the application that asks for a sign-in, and fills in
// the provider's form.
func signIn(t *testing.T, browser *http.Client, page string) (status int, body string) {
	t.Helper()
	resp, err := browser.Get(page)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	form, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	action := formAction.FindSubmatch(form)
	if action == nil {
		t.Fatalf("no sign-in page: %d %s", resp.StatusCode, form)
	}
	fields := url.Values{"username": {"ada"}, "password": {"pw"}}
	answer, err := browser.PostForm(html.UnescapeString(string(action[1])), fields)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer.StatusCode, string(text)
}

func newBrowser(t *testing.T) *http.Client {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	transport := &http.Transport{}
	t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Jar: jar, Transport: transport, Timeout: 10 * time.Second}
}

func TestCustomerSignsIn(t *testing.T) {
	app := startApp(t)
	app.provider = startProvider(t, app.URL+"/callback")

	status, body := signIn(t, newBrowser(t), app.URL+"/account")
	if status != http.StatusOK || body != "Welcome 248289761001, gold" {
		t.Errorf("%d %s", status, body)
	}
}

func TestTokenForAnotherClientIsRefused(t *testing.T) {
	app := startApp(t)
	app.provider = startProvider(t, app.URL+"/callback")
	spec, _ := fault.Named(fault.IDTokenAudOther)
	ticket, err := app.provider.Arm(spec, fault.Scope{User: "ada"}, fault.Once)
	if err != nil {
		t.Fatal(err)
	}

	if status, body := signIn(t, newBrowser(t), app.URL+"/account"); status != http.StatusUnauthorized {
		t.Errorf("%d %s", status, body)
	}
	if ticket.Fired() != 1 {
		t.Fatal("the token never reached the application: the test shows nothing")
	}
	// The same sign-in without the fault works, so the refusal was for the token.
	if status, body := signIn(t, newBrowser(t), app.URL+"/account"); status != http.StatusOK {
		t.Errorf("%d %s", status, body)
	}
}

func TestKeysAreFetchedOnce(t *testing.T) {
	app := startApp(t)
	app.provider = startProvider(t, app.URL+"/callback")
	log := app.provider.Journal()
	mark := log.Mark()

	signIn(t, newBrowser(t), app.URL+"/account")
	signIn(t, newBrowser(t), app.URL+"/account")
	if fetched := log.Select(journal.Query{Kind: journal.JWKS, After: mark}); len(fetched) != 1 {
		t.Errorf("%d requests for the keys", len(fetched))
	}
}

func TestAPIRefusesExpiredTokens(t *testing.T) {
	provider := startProvider(t, "http://shop.test/callback")
	order := mockidp.Token{Kind: "id_token", Client: "shop", User: "ada", Lifetime: -time.Hour}
	raw, err := provider.Mint(order)
	if err != nil {
		t.Fatal(err)
	}
	found, err := oidc.NewProvider(t.Context(), provider.Issuer())
	if err != nil {
		t.Fatal(err)
	}
	_, err = found.Verifier(&oidc.Config{ClientID: "shop"}).Verify(t.Context(), raw)
	if _, expired := errors.AsType[*oidc.TokenExpiredError](err); !expired {
		t.Errorf("got %v", err)
	}
}

// The application under test: what stands for the reader's own.
type application struct {
	*httptest.Server
	provider *mockidp.Provider

	found    *oidc.Provider
	verifier *oidc.IDTokenVerifier
}

func startApp(t *testing.T) *application {
	t.Helper()
	a := &application{}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /account", a.account)
	mux.HandleFunc("GET /callback", a.callback)
	a.Server = httptest.NewServer(mux)
	t.Cleanup(a.Close)
	return a
}

func (a *application) config(ctx context.Context) (*oauth2.Config, error) {
	if a.found == nil {
		found, err := oidc.NewProvider(context.WithoutCancel(ctx), a.provider.Issuer())
		if err != nil {
			return nil, err
		}
		a.found, a.verifier = found, found.Verifier(&oidc.Config{ClientID: "shop"})
	}
	return &oauth2.Config{
		ClientID: "shop", ClientSecret: "s3cret", Endpoint: a.found.Endpoint(),
		RedirectURL: a.URL + "/callback", Scopes: []string{"openid", "email"},
	}, nil
}

func (a *application) account(w http.ResponseWriter, r *http.Request) {
	c, err := a.config(r.Context())
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
		return
	}
	verifier := oauth2.GenerateVerifier()
	http.SetCookie(w, &http.Cookie{Name: "pending", Value: verifier, HttpOnly: true, SameSite: http.SameSiteLaxMode})
	http.Redirect(w, r, c.AuthCodeURL(verifier[:16], oauth2.S256ChallengeOption(verifier)), http.StatusFound)
}

func (a *application) callback(w http.ResponseWriter, r *http.Request) {
	pending, err := r.Cookie("pending")
	if err != nil || r.FormValue("state") != pending.Value[:16] {
		http.Error(w, "another browser", http.StatusBadRequest)
		return
	}
	c, err := a.config(r.Context())
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
		return
	}
	tokens, err := c.Exchange(r.Context(), r.FormValue("code"), oauth2.VerifierOption(pending.Value))
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
		return
	}
	raw, _ := tokens.Extra("id_token").(string)
	token, err := a.verifier.Verify(r.Context(), raw)
	if err != nil {
		http.Error(w, err.Error(), http.StatusUnauthorized)
		return
	}
	var claims struct{ Tier json.RawMessage }
	if err := token.Claims(&claims); err != nil {
		http.Error(w, err.Error(), http.StatusUnauthorized)
		return
	}
	io.WriteString(w, "Welcome "+token.Subject+", "+strings.Trim(string(claims.Tier), `"`))
}

var goBlock = regexp.MustCompile("(?ms)^```go\\n(.*?)^```$")

// TestGuide finds each block of Go of the guide in this file, where it is
// compiled and run.
func TestGuide(t *testing.T) {
	guide, err := os.ReadFile("../docs/replace-your-provider.md")
	if err != nil {
		t.Fatal(err)
	}
	code, err := os.ReadFile("guide_test.go")
	if err != nil {
		t.Fatal(err)
	}
	blocks := goBlock.FindAllStringSubmatch(string(guide), -1)
	if len(blocks) < 5 {
		t.Errorf("%d blocks of Go", len(blocks))
	}
	for _, m := range blocks {
		if !strings.Contains(string(code), m[1]) {
			t.Errorf("not in guide_test.go:\n%s", m[1])
		}
	}
}
