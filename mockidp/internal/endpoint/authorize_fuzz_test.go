package endpoint

import (
	"encoding/base64"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/countersign-oidc/countersign/mockidp/fault"
	"github.com/countersign-oidc/countersign/mockidp/identity"
	"github.com/countersign-oidc/countersign/mockidp/internal/state"
	"github.com/countersign-oidc/countersign/mockidp/journal"
	"github.com/countersign-oidc/countersign/mockidp/keys"
)

// newAuthorize is an authorization endpoint with one client for unsigned
// request objects and one that has a secret.
func newAuthorize(t testing.TB) (*Authorize, *Router) {
	t.Helper()
	pages, err := NewPages()
	if err != nil {
		t.Fatal(err)
	}
	now, ring := time.Now, keys.New()
	directory := NewDirectory("http://op.test", ring)
	uris := []string{"http://shop.test/back"}
	directory.PutClient(identity.Client{ID: "app", RedirectURIs: uris, RequestAlg: unsigned})
	directory.PutClient(identity.Client{ID: "shop", Secret: strings.Repeat("s", 32), RedirectURIs: uris})
	store := state.New(now, state.Lifetimes{Code: time.Minute, Token: time.Hour, Session: time.Hour})
	e := &Authorize{
		Site: Site{Issuer: "http://op.test"}, Now: now, Directory: directory, Store: store,
		Browser: &Browser{Store: store, CookiePath: "/"}, Mint: &Mint{}, Pages: pages, Lifetime: time.Hour,
	}
	rt := &Router{Script: &fault.Script{}, Journal: journal.NewLog(16), Now: now, Logger: slog.New(slog.DiscardHandler), Closing: t.Context()}
	e.Mount(rt)
	return e, rt
}

// FuzzRequestObject holds that what a request object says is taken as it is
// said, that nobody's signature is as good as the client's, and that nothing
// panics.
func FuzzRequestObject(f *testing.F) {
	f.Add(`{"alg":"none"}`, `{"client_id":"app","scope":"openid"}`, "")
	f.Add(`{"alg":"HS256"}`, `{"client_id":"shop","aud":"http://op.test"}`, "c2ln")
	f.Add(`{"alg":"none","typ":"JWT"}`, `{"client_id":"app","max_age":1,"claims":{"id_token":{}},"exp":1e99}`, "")
	f.Add(`{"alg":"RS256","jwk":{}}`, `{"client_id":["app"],"state":"\u0000"}`, "x")
	f.Add(`{}`, `[]`, "")
	e, _ := newAuthorize(f)
	app, _ := e.Directory.Client("app")
	shop, _ := e.Directory.Client("shop")
	f.Fuzz(func(t *testing.T, header, payload, signature string) {
		encode := base64.RawURLEncoding.EncodeToString
		raw := encode([]byte(header)) + "." + encode([]byte(payload)) + "." + signature
		if got, err := e.readObject(shop, raw); err == nil {
			t.Fatalf("%q was accepted as the shop's: %v", raw, got)
		}
		got, err := e.readObject(app, raw)
		if err != nil {
			return
		}
		var members map[string]any
		if err := json.Unmarshal([]byte(payload), &members); err != nil {
			t.Fatalf("%q was accepted: %v", payload, err)
		}
		if got.Get("client_id") != "app" || got.Has("request") || got.Has("request_uri") || got.Has("exp") {
			t.Fatalf("%q became %v", payload, got)
		}
		for name, v := range members {
			if text, ok := v.(string); ok && got.Has(name) && got.Get(name) != text {
				t.Fatalf("%s is %q, not %q", name, got.Get(name), text)
			}
		}
	})
}

// FuzzClaimsParameter holds that every claims parameter gets an answer: the
// sign-in page or an error by redirect.
func FuzzClaimsParameter(f *testing.F) {
	f.Add(`{"id_token":{"acr":{"essential":true,"values":["2"]},"sub":{"value":"x"}}}`)
	f.Add(`{"userinfo":{"email":null,"a":{"values":[1,{},null]}}}`)
	f.Add(`{"id_token":null}`)
	f.Add(`[`)
	_, rt := newAuthorize(f)
	challenge := strings.Repeat("c", 43)
	f.Fuzz(func(t *testing.T, claims string) {
		query := url.Values{
			"client_id": {"shop"}, "redirect_uri": {"http://shop.test/back"}, "response_type": {"code"}, "scope": {"openid"},
			"code_challenge": {challenge}, "code_challenge_method": {"S256"}, "claims": {claims},
		}
		w := httptest.NewRecorder()
		rt.Serve(w, httptest.NewRequest(http.MethodGet, AuthorizePath+"?"+query.Encode(), nil), AuthorizePath)
		at, err := url.Parse(w.Header().Get("Location"))
		if err != nil {
			t.Fatal(err)
		}
		shown := w.Code == http.StatusOK && strings.Contains(w.Body.String(), `id="sign-in"`)
		sent := w.Code == http.StatusFound && at.Query().Get("error") != ""
		if !shown && !sent {
			t.Fatalf("%q: %d %s", claims, w.Code, w.Body)
		}
		if shown && claims != "" && !json.Valid([]byte(claims)) {
			t.Fatalf("%q was accepted", claims)
		}
	})
}

// TestTextsAreWhole holds that no language leaves a text out.
func TestTextsAreWhole(t *testing.T) {
	t.Parallel()
	for _, language := range languages() {
		words := reflect.ValueOf(textsIn(language))
		for i := range words.NumField() {
			if words.Field(i).String() == "" {
				t.Errorf("%s: no %s", language, words.Type().Field(i).Name)
			}
		}
		if textsIn(language).Language != language {
			t.Errorf("%s stands for %s", language, textsIn(language).Language)
		}
	}
}
