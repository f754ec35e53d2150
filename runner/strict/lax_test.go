package strict

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	jose "github.com/go-jose/go-jose/v4"

	"github.com/countersign-oidc/countersign/runner/check"
)

// lax is a small provider of the kind that tests are written against: it
// grants whatever it is asked for.
func lax(t *testing.T) string {
	key, err := strangerKey()
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	s := httptest.NewServer(mux)
	t.Cleanup(s.Close)
	reply := func(w http.ResponseWriter, v any) {
		w.Header().Set("Content-Type", "application/json")
		if err := json.NewEncoder(w).Encode(v); err != nil {
			t.Error(err)
		}
	}
	mux.HandleFunc("/.well-known/openid-configuration", func(w http.ResponseWriter, _ *http.Request) {
		reply(w, map[string]any{
			"issuer": s.URL, "authorization_endpoint": s.URL + "/authorize", "token_endpoint": s.URL + "/token",
			"userinfo_endpoint": s.URL + "/userinfo", "end_session_endpoint": s.URL + "/logout", "jwks_uri": s.URL + "/jwks",
			"response_types_supported": []string{"code"}, "subject_types_supported": []string{"public"},
			"id_token_signing_alg_values_supported": []string{"RS256"}, "scopes_supported": []string{"openid", "offline_access"},
		})
	})
	mux.HandleFunc("/jwks", func(w http.ResponseWriter, _ *http.Request) {
		reply(w, jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: &key.PublicKey, Algorithm: "RS256", Use: "sig"}}})
	})
	mux.HandleFunc("/authorize", func(w http.ResponseWriter, r *http.Request) {
		to := r.FormValue("redirect_uri") + "?code=" + url.QueryEscape(r.FormValue("nonce")) + "&state=" + url.QueryEscape(r.FormValue("state"))
		http.Redirect(w, r, to, http.StatusFound)
	})
	mux.HandleFunc("/token", func(w http.ResponseWriter, r *http.Request) {
		id, err := forge(map[string]any{
			"iss": s.URL, "sub": "somebody", "aud": "shop", "nonce": r.FormValue("code"),
			"iat": time.Now().Unix(), "exp": time.Now().Add(time.Hour).Unix(),
		})
		if err != nil {
			t.Error(err)
		}
		reply(w, map[string]any{
			"access_token": "token", "token_type": "Bearer", "refresh_token": "refresh", "id_token": id,
			"expires_in": (10 * time.Minute).Nanoseconds(),
		})
	})
	mux.HandleFunc("/userinfo", func(w http.ResponseWriter, _ *http.Request) {
		reply(w, map[string]any{"email": "somebody@example.test"})
	})
	mux.HandleFunc("/logout", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, r.FormValue("post_logout_redirect_uri"), http.StatusFound)
	})
	return s.URL
}

// TestLaxProvider shows the suite what mock providers usually are.
func TestLaxProvider(t *testing.T) {
	t.Parallel()
	target := Target{
		Issuer: lax(t), Username: "somebody", Password: "secret", PostLogoutRedirectURI: bye,
		Client: Client{ID: "shop", Secret: "s", RedirectURI: callback}, Second: Client{ID: "second", Secret: "t", RedirectURI: callback},
	}
	c := new(clock)
	results := judge(t, target, Options{Wait: c.wait})
	failed := with(results, check.Fail, check.Warn)
	for want := range strings.FieldsSeq(`authorize-client-unknown redirect-foreign redirect-path-suffix redirect-port
		token-secret-wrong token-secret-missing token-client-unknown token-get code-unknown code-replayed code-other-client
		code-redirect-differs pkce-verifier-missing pkce-verifier-wrong refresh-unknown refresh-access-token
		logout-foreign logout-path logout-state userinfo-sub userinfo-token-junk userinfo-token-missing tokens-expires-in
		tokens-no-store tokens-guessing discovery-iss-parameter prompt-none-signed-out prompt-login`) {
		if !slices.Contains(failed, want) {
			t.Errorf("%s did not fail", want)
		}
	}
	// It is honest in this, and the checks must not say otherwise.
	passed := with(results, check.Pass)
	for want := range strings.FieldsSeq(`discovery-served discovery-issuer keys-public idtoken-signature idtoken-iss idtoken-aud
		idtoken-exp idtoken-sub tokens-type`) {
		if !slices.Contains(passed, want) {
			t.Errorf("%s did not pass", want)
		}
	}
	if len(failed) < 60 {
		t.Errorf("%d checks failed: %v", len(failed), failed)
	}
}

// TestDownIsNoRefusal holds that a provider that answers nothing passes
// nothing.
func TestDownIsNoRefusal(t *testing.T) {
	t.Parallel()
	m := newMock(t)
	down := m.options
	n := 0
	down.Transport = roundTripper(func(r *http.Request) (*http.Response, error) {
		if n++; n > 2 {
			return nil, http.ErrHandlerTimeout
		}
		return http.DefaultTransport.RoundTrip(r)
	})
	for _, r := range judge(t, m.target, down) {
		if r.Verdict != check.Error && r.ID != "provider.discovery-served" && r.Verdict != check.Skip {
			t.Errorf("%s  %s: %s", r.Verdict, r.ID, r.Reason)
		}
	}
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// TestAllRefusedIsNoPass holds that refusing everything proves nothing.
func TestAllRefusedIsNoPass(t *testing.T) {
	t.Parallel()
	m := newMock(t)
	b := &bend{t: t, m: m, issued: map[string]bool{}, ask: asking("/swap", func(_ *bend, q *asked) { q.form.Set("code", "invented") })}
	o := m.options
	o.Transport = b
	o.Checks = []check.ID{"provider.code-unknown", "provider.token-secret-wrong", "provider.pkce-verifier-wrong", "provider.code-replayed"}
	for _, r := range judge(t, m.target, o) {
		if r.Verdict != check.Error {
			t.Errorf("%s  %s: %s", r.Verdict, r.ID, r.Reason)
		}
	}
}

// TestOffLoopbackNeedsConsent holds that nobody else's provider is touched,
// not even where a discovery document names one.
func TestOffLoopbackNeedsConsent(t *testing.T) {
	t.Parallel()
	m := newMock(t)
	target := m.target
	target.Issuer = "https://op.example"
	if _, err := Run(t.Context(), target, Options{}); err == nil || !strings.Contains(err.Error(), "consent") {
		t.Errorf("error %v", err)
	}
	b := &bend{t: t, m: m, issued: map[string]bool{}, answer: patched(wellKnownEnd, `{"token_endpoint": "https://op.example/token"}`)}
	b.ask = func(_ *bend, q *asked) {
		if q.URL.Host == "op.example" {
			t.Errorf("a request to %s", q.URL)
		}
	}
	o := m.options
	o.Transport, o.Checks = b, []check.ID{"provider.code-unknown"}
	if r := judge(t, m.target, o)[0]; r.Verdict != check.Error || !strings.Contains(r.Reason, "not on loopback") {
		t.Errorf("%s: %s", r.Verdict, r.Reason)
	}
}

// TestReportsTellNoSecrets holds that what would let somebody in stays out.
func TestReportsTellNoSecrets(t *testing.T) {
	t.Parallel()
	m := newMock(t)
	b := &bend{t: t, m: m, issued: map[string]bool{}}
	o := m.options
	o.Transport = b
	raw, err := json.Marshal(judge(t, m.target, o))
	if err != nil {
		t.Fatal(err)
	}
	secrets := []string{m.target.Password, url.QueryEscape(m.target.Password), m.target.Second.Secret, url.QueryEscape(m.target.Client.Secret), "s:%+ ", "countersign_session="}
	for token := range b.issued {
		secrets = append(secrets, token)
	}
	if len(secrets) < 100 {
		t.Errorf("only %d secrets were seen", len(secrets))
	}
	for _, secret := range secrets {
		if strings.Contains(string(raw), secret) {
			t.Errorf("%q is in the results", secret)
		}
	}
}
