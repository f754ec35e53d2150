package endpoint

import (
	"encoding/base64"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/countersign-oidc/countersign/mockidp/fault"
	"github.com/countersign-oidc/countersign/mockidp/identity"
	"github.com/countersign-oidc/countersign/mockidp/internal/state"
	"github.com/countersign-oidc/countersign/mockidp/journal"
	"github.com/countersign-oidc/countersign/mockidp/keys"
)

// FuzzBasic holds that what a client encodes comes out again, and that nothing
// else panics.
func FuzzBasic(f *testing.F) {
	f.Add("shop", "s:%+ é&", "Basic eDp5")
	f.Add("a", "", "basic  eDp5")
	f.Add(":", "%", "Bearer x")
	f.Fuzz(func(t *testing.T, id, secret, header string) {
		_, _, _ = parseBasic(header)
		if id == "" {
			return
		}
		text := url.QueryEscape(id) + ":" + url.QueryEscape(secret)
		gotID, gotSecret, err := parseBasic("bAsIc " + base64.StdEncoding.EncodeToString([]byte(text)))
		if err != nil || gotID != id || gotSecret != secret {
			t.Fatalf("%q %q: %q %q %v", id, secret, gotID, gotSecret, err)
		}
	})
}

// FuzzTokenForm holds that no form gets tokens without a code, and that every
// one gets an answer.
func FuzzTokenForm(f *testing.F) {
	f.Add("grant_type=authorization_code&code=x&client_id=app")
	f.Add("grant_type=refresh_token&refresh_token=x&client_id=app&scope=a%20b")
	f.Add("code=%zz;&&=")
	now := time.Now
	directory := NewDirectory("http://op.test", keys.New())
	directory.PutClient(identity.Client{ID: "app", GrantTypes: []identity.GrantType{identity.GrantCode, identity.GrantRefresh}})
	store := state.New(now, state.Lifetimes{Code: time.Minute, Token: time.Hour, Session: time.Hour})
	rt := &Router{Script: &fault.Script{}, Journal: journal.NewLog(16), Now: now, Logger: slog.New(slog.DiscardHandler), Closing: f.Context()}
	clients := &ClientAuth{Directory: directory, Store: store, Now: now}
	(&Token{Clients: clients, Directory: directory, Store: store, Mint: &Mint{}, Lifetime: time.Hour}).Mount(rt)
	f.Fuzz(func(t *testing.T, form string) {
		r := httptest.NewRequest(http.MethodPost, TokenPath, strings.NewReader(form))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		w := httptest.NewRecorder()
		rt.Serve(w, r, TokenPath)
		if w.Code < 400 || w.Code >= 500 || !strings.Contains(w.Body.String(), `"error"`) {
			t.Fatalf("%q: %d %s", form, w.Code, w.Body)
		}
	})
}

// FuzzHint holds that only tokens of the ring are hints.
func FuzzHint(f *testing.F) {
	ring := keys.New()
	key, err := ring.Signing(keys.ES256)
	if err != nil {
		f.Fatal(err)
	}
	good, err := key.Sign("JWT", []byte(`{"iss":"http://op.test","sub":"s","aud":["a","b"]}`))
	if err != nil {
		f.Fatal(err)
	}
	directory := NewDirectory("http://op.test", ring)
	if h, err := directory.readHint(good); err != nil || h.sub != "s" || len(h.clients) != 2 {
		f.Fatalf("%+v, %v", h, err)
	}
	f.Add(good)
	f.Add("eyJhbGciOiJub25lIn0.e30.")
	f.Add("..")
	f.Fuzz(func(t *testing.T, raw string) {
		if h, err := directory.readHint(raw); err == nil && h.sub != "s" {
			t.Fatalf("%q: %+v", raw, h)
		}
	})
}
