package mockidp

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// probe is one request that a permissive provider would grant.
type probe func(t *testing.T, b *browser) reply

// refusal is what a strict provider answers. An authorization error comes by
// redirect when Redirect is set and on a page otherwise.
type refusal struct {
	status   int
	code     string
	redirect bool
}

func (want refusal) check(t *testing.T, b *browser, r reply) {
	t.Helper()
	if r.StatusCode != want.status {
		t.Fatalf("status %d, want %d; body %s", r.StatusCode, want.status, r.Text)
	}
	entries := b.p.Journal().Select(query(0))
	last := entries[len(entries)-1]
	if last.Error != want.code {
		t.Errorf("error %q (%s), want %q", last.Error, last.ErrorDescription, want.code)
	}
	if !want.redirect {
		if r.Header.Get("Location") != "" {
			t.Errorf("redirected to %s", r.Header.Get("Location"))
		}
		return
	}
	back := r.redirect()
	if !strings.HasPrefix(r.Header.Get("Location"), callback) || back.Get("error") != want.code || back.Has("code") ||
		back.Get("state") != "st-1" || back.Get("iss") != b.p.Issuer() {
		t.Errorf("redirect %s", r.Header.Get("Location"))
	}
}

func begin(edits ...string) probe {
	return func(_ *testing.T, b *browser) reply { return b.get("/begin", authParams(edits...)) }
}

func twice(name string) probe {
	return func(_ *testing.T, b *browser) reply {
		v := authParams()
		v.Add(name, "other")
		return b.get("/begin", v)
	}
}

// swapWith redeems a fresh code with a changed form.
func swapWith(edits ...string) probe {
	return func(_ *testing.T, b *browser) reply { return b.swap(codeForm(b.code(), edits...)) }
}

func userinfo(header ...string) probe {
	return func(t *testing.T, b *browser) reply {
		return b.do(request(t, http.MethodGet, b.p.Issuer()+"/who", nil, header...))
	}
}

// TestStrictness asks for what other mock providers grant though they must
// not.
func TestStrictness(t *testing.T) {
	t.Parallel()
	redirected := func(code string) refusal { return refusal{http.StatusFound, code, true} }
	page := func(code string) refusal { return refusal{http.StatusBadRequest, code, false} }
	body := func(code string) refusal { return refusal{http.StatusBadRequest, code, false} }
	denied := func(code string) refusal { return refusal{http.StatusUnauthorized, code, false} }
	otherVerifier := strings.Repeat("v", 43)
	wrongSecret := basicClient()
	wrongSecret.Secret = "wrong"

	for name, tc := range map[string]struct {
		probe probe
		want  refusal
	}{
		"authorize: unknown client":             {begin("client_id", "nobody"), page("invalid_client")},
		"authorize: no client":                  {begin("client_id", ""), page("invalid_request")},
		"authorize: no redirect_uri":            {begin("redirect_uri", ""), page("invalid_request")},
		"authorize: unregistered redirect_uri":  {begin("redirect_uri", callback+"/more"), page("invalid_request")},
		"authorize: redirect_uri in other case": {begin("redirect_uri", strings.ToUpper(callback)), page("invalid_request")},
		"authorize: redirect_uri twice":         {twice("redirect_uri"), page("invalid_request")},
		"authorize: nonce twice":                {twice("nonce"), redirected("invalid_request")},
		"authorize: response_type token":        {begin("response_type", "token"), redirected("unsupported_response_type")},
		"authorize: response_type code id_token": {
			begin("response_type", "code id_token"), redirected("unauthorized_client"),
		},
		"authorize: no response_type":          {begin("response_type", ""), redirected("invalid_request")},
		"authorize: response_mode web_message": {begin("response_mode", "web_message"), redirected("invalid_request")},
		"authorize: no openid":                 {begin("scope", "profile"), redirected("invalid_scope")},
		"authorize: PKCE plain":                {begin("code_challenge_method", "plain"), redirected("invalid_request")},
		"authorize: PKCE plain by default":     {begin("code_challenge_method", ""), redirected("invalid_request")},
		"authorize: malformed challenge":       {begin("code_challenge", "short"), redirected("invalid_request")},
		"authorize: public client without challenge": {
			begin("client_id", "app", "code_challenge", "", "code_challenge_method", ""), redirected("invalid_request"),
		},
		"authorize: request object":               {begin("request", "e30.e30."), redirected("invalid_request_object")},
		"authorize: request_uri":                  {begin("request_uri", "https://x.test/r"), redirected("request_uri_not_supported")},
		"authorize: prompt none without session":  {begin("prompt", "none"), redirected("login_required")},
		"authorize: prompt none and login":        {begin("prompt", "none login"), redirected("invalid_request")},
		"authorize: max_age that is not a number": {begin("max_age", "soon"), redirected("invalid_request")},
		"authorize: id_token_hint of nobody":      {begin("id_token_hint", "a.b.c"), redirected("invalid_request")},

		"token: wrong client secret": {func(_ *testing.T, b *browser) reply {
			return b.post("/swap", codeForm(b.code()), "Authorization", basicHeader(wrongSecret))
		}, denied("invalid_client")},
		"token: unknown client": {func(_ *testing.T, b *browser) reply {
			return b.post("/swap", codeForm(b.code(), "client_id", "nobody", "client_secret", "x"))
		}, denied("invalid_client")},
		"token: no client": {func(_ *testing.T, b *browser) reply { return b.post("/swap", codeForm(b.code())) }, denied("invalid_client")},
		"token: another method than registered": {func(_ *testing.T, b *browser) reply {
			return b.post("/swap", codeForm(b.code(), "client_id", "shop", "client_secret", basicClient().Secret))
		}, denied("invalid_client")},
		"token: two methods at once":                   {swapWith("client_secret", basicClient().Secret), body("invalid_request")},
		"token: client_id beside another Basic client": {swapWith("client_id", "app"), body("invalid_request")},
		"token: secret of the public client": {func(_ *testing.T, b *browser) reply {
			return b.post("/swap", codeForm(b.code(), "client_id", "app", "client_secret", "x"))
		}, denied("invalid_client")},
		"token: secret in the query": {func(_ *testing.T, b *browser) reply {
			return b.post("/swap?client_id=shop&client_secret="+url.QueryEscape(basicClient().Secret), codeForm(b.code()))
		}, denied("invalid_client")},
		"token: never-issued code":       {swapWith("code", "invented"), body("invalid_grant")},
		"token: no code":                 {swapWith("code", ""), body("invalid_request")},
		"token: verifier omitted":        {swapWith("code_verifier", ""), body("invalid_grant")},
		"token: other verifier":          {swapWith("code_verifier", otherVerifier), body("invalid_grant")},
		"token: short verifier":          {swapWith("code_verifier", "short"), body("invalid_grant")},
		"token: redirect_uri differs":    {swapWith("redirect_uri", callback+"?x=1"), body("invalid_grant")},
		"token: redirect_uri omitted":    {swapWith("redirect_uri", ""), body("invalid_grant")},
		"token: unknown grant type":      {swapWith("grant_type", "password"), body("unsupported_grant_type")},
		"token: no grant type":           {swapWith("grant_type", ""), body("invalid_request")},
		"token: bogus refresh token":     {swapWith("grant_type", "refresh_token", "refresh_token", "bogus"), body("invalid_grant")},
		"token: verifier from nowhere":   {verifierFromNowhere, body("invalid_grant")},
		"token: code of another client":  {codeOfAnotherClient, body("invalid_grant")},
		"token: code replay":             {codeReplay, body("invalid_grant")},
		"token: access token as refresh": {accessAsRefresh, body("invalid_grant")},
		"token: code twice in the form": {func(_ *testing.T, b *browser) reply {
			form := codeForm(b.code())
			form.Add("code", "other")
			return b.swap(form)
		}, body("invalid_request")},
		"token: JSON body": {func(t *testing.T, b *browser) reply {
			return b.post("/swap", codeForm("x"), "Content-Type", "application/json")
		}, body("invalid_request")},
		"token: body of 65 KiB": {func(_ *testing.T, b *browser) reply {
			return b.swap(codeForm("x", "pad", strings.Repeat("x", 65<<10)))
		}, refusal{http.StatusRequestEntityTooLarge, "invalid_request", false}},

		"userinfo: junk bearer": {userinfo("Authorization", "Bearer junk"), denied("invalid_token")},
		"userinfo: no token":    {userinfo(), denied("")},
		"userinfo: Basic":       {userinfo("Authorization", "Basic eDp5"), denied("")},
		"userinfo: two tokens": {func(_ *testing.T, b *browser) reply {
			return b.post("/who", url.Values{"access_token": {"x"}}, "Authorization", "Bearer y")
		}, body("invalid_request")},
		"userinfo: in the query": {userinfoInQuery, denied("")},

		"logout: to a foreign host": {func(_ *testing.T, b *browser) reply {
			return b.get("/leave", url.Values{"client_id": {"shop"}, "post_logout_redirect_uri": {"http://evil.test/"}})
		}, page("invalid_request")},
		"logout: to nobody's address": {func(_ *testing.T, b *browser) reply {
			return b.get("/leave", url.Values{"post_logout_redirect_uri": {"http://shop.test/bye"}})
		}, page("invalid_request")},
		"logout: hint of another issuer with the same keys": {func(t *testing.T, b *browser) reply {
			other := newBrowser(t, newProvider(t, func(c *Config) { c.Path = "/other" }))
			hint, _ := other.swap(codeForm(other.code())).member(t, "id_token").(string)
			return b.get("/leave", url.Values{"id_token_hint": {hint}})
		}, page("invalid_request")},
		"logout: hint that is no token": {func(_ *testing.T, b *browser) reply {
			return b.get("/leave", url.Values{"id_token_hint": {"x"}})
		}, page("invalid_request")},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBrowser(t, newProvider(t, nil))
			r := tc.probe(t, b)
			tc.want.check(t, b, r)
			if r.StatusCode == http.StatusUnauthorized && r.Header.Get("WWW-Authenticate") == "" {
				t.Error("401 without WWW-Authenticate")
			}
		})
	}
}

func verifierFromNowhere(_ *testing.T, b *browser) reply {
	return b.swap(codeForm(b.code("code_challenge", "", "code_challenge_method", "")))
}

func codeOfAnotherClient(_ *testing.T, b *browser) reply {
	return b.post("/swap", codeForm(b.code(), "client_id", "app"))
}

func accessAsRefresh(t *testing.T, b *browser) reply {
	access, _ := b.swap(codeForm(b.code())).member(t, "access_token").(string)
	return b.swap(url.Values{"grant_type": {"refresh_token"}, "refresh_token": {access}})
}

func codeReplay(t *testing.T, b *browser) reply {
	form := codeForm(b.code())
	access, _ := b.swap(form).member(t, "access_token").(string)
	if r := userinfo("Authorization", "Bearer "+access)(t, b); r.StatusCode != http.StatusOK {
		t.Fatalf("userinfo before the replay: %d", r.StatusCode)
	}
	b.swap(form)
	if r := userinfo("Authorization", "Bearer "+access)(t, b); r.StatusCode != http.StatusUnauthorized {
		t.Errorf("userinfo after the replay: %d, want 401", r.StatusCode)
	}
	// The probe's answer has to be the last in the journal.
	return b.swap(form)
}

func userinfoInQuery(t *testing.T, b *browser) reply {
	access, _ := b.swap(codeForm(b.code())).member(t, "access_token").(string)
	return b.get("/who", url.Values{"access_token": {access}})
}

// TestHonestAnswers holds what other mock providers answer wrongly though
// they grant the request.
func TestHonestAnswers(t *testing.T) {
	t.Parallel()
	b := newBrowser(t, newProvider(t, nil))
	back := b.signIn(authParams()).redirect()
	if back.Get("iss") != b.p.Issuer() || back.Get("state") != "st-1" {
		t.Errorf("authorization response %v", back)
	}
	r := b.swap(codeForm(back.Get("code")))
	var got struct {
		TokenType string      `json:"token_type"`
		ExpiresIn json.Number `json:"expires_in"`
		Scope     string      `json:"scope"`
		Access    string      `json:"access_token"`
	}
	if err := json.Unmarshal([]byte(r.Text), &got); err != nil {
		t.Fatal(err)
	}
	if got.TokenType != "Bearer" || got.ExpiresIn != "3600" || got.Scope != "openid profile email offline_access" {
		t.Errorf("token response %+v", got)
	}
	if r.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("token response headers %v", r.Header)
	}
	if info := userinfo("Authorization", "bearer "+got.Access)(t, b); info.member(t, "sub") != "sub-ada" {
		t.Errorf("userinfo %s", info.Text)
	}
	if info := b.post("/who", url.Values{"access_token": {got.Access}}); info.member(t, "sub") != "sub-ada" {
		t.Errorf("userinfo by form %s", info.Text)
	}
	// Without openid in front: its place in the list means nothing.
	if id := b.swap(codeForm(b.code("scope", "email openid"))).member(t, "id_token"); id == nil {
		t.Error("no id_token for scope \"email openid\"")
	}
}
