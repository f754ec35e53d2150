package mockidp

import (
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/countersign-oidc/countersign/mockidp/identity"
	"github.com/countersign-oidc/countersign/mockidp/journal"
)

// asShop posts a token to an endpoint as the basic client.
func (b *browser) asShop(path, token string, edits ...string) reply {
	b.t.Helper()
	return b.post(path, edited(url.Values{"token": {token}}, edits...), "Authorization", basicHeader(basicClient()))
}

// TestIntrospection holds every member of the answer, to the second.
func TestIntrospection(t *testing.T) {
	t.Parallel()
	clock := stoppedClock()
	p := newProvider(t, func(c *Config) { c.Now = clock.now })
	b := newBrowser(t, p)
	start := clock.now()
	access, refresh := b.pair()
	clock.move(time.Minute)
	common := map[string]any{
		"active": true, "scope": "openid profile email offline_access", "client_id": "shop", "username": "ada",
		"sub": "sub-ada", "iss": p.Issuer(), "aud": p.Issuer(), "iat": float64(start.Unix()),
	}
	for _, tc := range []struct {
		token, kind string
		expires     time.Duration
	}{{access, "Bearer", time.Hour}, {refresh, "", 30 * 24 * time.Hour}} {
		var got map[string]any
		r := b.asShop("/inspect", tc.token)
		if err := json.Unmarshal([]byte(r.Text), &got); err != nil {
			t.Fatal(err)
		}
		common["exp"] = float64(start.Add(tc.expires).Unix())
		if delete(common, "token_type"); tc.kind != "" {
			common["token_type"] = tc.kind
		}
		if toJSON(t, got) != toJSON(t, common) {
			t.Errorf("got %s, want %s", toJSON(t, got), toJSON(t, common))
		}
		e := lastEntry(p)
		if e.Kind != journal.Introspection || e.Client != "shop" || e.User != "ada" || strings.Contains(toJSON(t, e.Redacted()), tc.token) {
			t.Errorf("journal %+v", e.Redacted())
		}
	}
	clock.move(time.Hour)
	if r := b.asShop("/inspect", access); r.Text != `{"active":false}` {
		t.Errorf("expired: %s", r.Text)
	}
}

// stopped is a clock that only tests move.
type stopped struct{ nanoseconds atomic.Int64 }

func stoppedClock() *stopped {
	c := new(stopped)
	c.nanoseconds.Store(time.Unix(1_800_000_000, 0).UnixNano())
	return c
}

func (c *stopped) now() time.Time { return time.Unix(0, c.nanoseconds.Load()) }

func (c *stopped) move(d time.Duration) { c.nanoseconds.Add(int64(d)) }

func TestIntrospectionOfWhatIsNotActive(t *testing.T) {
	t.Parallel()
	for name, find := range map[string]func(b *browser) string{
		"unknown": func(*browser) string { return "nobody's" },
		"a code":  func(b *browser) string { return b.code() },
		"rotated": func(b *browser) string {
			_, refresh := b.pair()
			b.swap(refreshForm(refresh))
			return refresh
		},
		"after a replay": func(b *browser) string {
			form := codeForm(b.code())
			access, _ := b.swap(form).member(b.t, "access_token").(string)
			b.swap(form)
			return access
		},
		"a refresh token of another client": func(b *browser) string {
			return b.ofApp("refresh_token")
		},
		"of an end-user who is gone": func(b *browser) string {
			access, _ := b.pair()
			b.p.directory.Replace(nil, []identity.Client{basicClient()})
			return access
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBrowser(t, newProvider(t, nil))
			if r := b.asShop("/inspect", find(b)); r.StatusCode != http.StatusOK || r.Text != `{"active":false}` {
				t.Errorf("%d %s", r.StatusCode, r.Text)
			}
		})
	}
}

// ofApp is a token of the public client.
func (b *browser) ofApp(kind string) string {
	b.t.Helper()
	code := b.signIn(authParams("client_id", "app")).redirect().Get("code")
	value, _ := b.post("/swap", codeForm(code, "client_id", "app")).member(b.t, kind).(string)
	if value == "" {
		b.t.Fatalf("no %s", kind)
	}
	return value
}

// TestIntrospectionByAResource holds that a client may ask about an access
// token that another brought it, and learns whose it is.
func TestIntrospectionByAResource(t *testing.T) {
	t.Parallel()
	b := newBrowser(t, newProvider(t, nil))
	r := b.asShop("/inspect", b.ofApp("access_token"))
	if r.member(t, "active") != true || r.member(t, "client_id") != "app" || r.member(t, "sub") != "sub-ada" {
		t.Errorf("%s", r.Text)
	}
}

func TestIntrospectionOfAMachine(t *testing.T) {
	t.Parallel()
	p := newProvider(t, nil)
	putClient(t, p, machine())
	b := newBrowser(t, p)
	header := []string{"Authorization", basicHeader(machine())}
	form := url.Values{"grant_type": {"client_credentials"}, "scope": {"email"}}
	access, _ := b.post("/swap", form, header...).member(t, "access_token").(string)
	r := b.post("/inspect", url.Values{"token": {access}}, header...)
	if r.member(t, "active") != true || r.member(t, "sub") != "machine" || r.member(t, "username") != nil || r.member(t, "scope") != "email" {
		t.Errorf("%s", r.Text)
	}
}

// TestTokenEndpointsAreStrict holds who may ask, and how.
func TestTokenEndpointsAreStrict(t *testing.T) {
	t.Parallel()
	basic := []string{"Authorization", basicHeader(basicClient())}
	app := url.Values{"token": {"x"}, "client_id": {"app"}}
	for name, tc := range map[string]struct {
		path   string
		form   url.Values
		header []string
		status int
		code   string
	}{
		"introspection: nobody":        {"/inspect", url.Values{"token": {"x"}}, nil, 401, "invalid_client"},
		"introspection: public client": {"/inspect", app, nil, 401, "invalid_client"},
		"introspection: wrong secret":  {"/inspect", url.Values{"token": {"x"}, "client_id": {"poster"}, "client_secret": {"x"}}, nil, 401, "invalid_client"},
		"introspection: no token":      {"/inspect", url.Values{}, basic, 400, "invalid_request"},
		"introspection: two tokens":    {"/inspect", url.Values{"token": {"x", "y"}}, basic, 400, "invalid_request"},
		"revocation: nobody":           {"/forget", url.Values{"token": {"x"}}, nil, 401, "invalid_client"},
		"revocation: wrong secret":     {"/forget", url.Values{"token": {"x"}, "client_id": {"poster"}, "client_secret": {"x"}}, nil, 401, "invalid_client"},
		"revocation: no token":         {"/forget", url.Values{}, basic, 400, "invalid_request"},
		"revocation: unknown token":    {"/forget", url.Values{"token": {"x"}}, basic, 200, ""},
		"revocation: public client":    {"/forget", app, nil, 200, ""},
		"revocation: a JWT of others":  {"/forget", url.Values{"token": {"eyJhbGciOiJub25lIn0.e30."}}, basic, 200, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newProvider(t, nil)
			b := newBrowser(t, p)
			r := b.post(tc.path, tc.form, tc.header...)
			if r.StatusCode != tc.status || lastEntry(p).Error != tc.code || r.Header.Get("Cache-Control") != "no-store" {
				t.Errorf("%d %s %v", r.StatusCode, r.Text, r.Header)
			}
			if (r.Header.Get("WWW-Authenticate") != "") != (tc.status == 401) {
				t.Errorf("WWW-Authenticate %q", r.Header.Get("WWW-Authenticate"))
			}
			if get := b.get(tc.path, tc.form); get.StatusCode != http.StatusMethodNotAllowed {
				t.Errorf("GET: %d", get.StatusCode)
			}
		})
	}
}

// TestRevocation holds what is useless afterwards, and what is not.
func TestRevocation(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		revoke          func(b *browser, access, refresh string) reply
		status          int
		code            string
		access, refresh bool // still good
	}{
		"access token": {func(b *browser, access, _ string) reply { return b.asShop("/forget", access) }, 200, "", false, true},
		"refresh token": {func(b *browser, _, refresh string) reply {
			return b.asShop("/forget", refresh)
		}, 200, "", false, false},
		"wrong hint": {func(b *browser, access, _ string) reply {
			return b.asShop("/forget", access, "token_type_hint", "refresh_token")
		}, 200, "", false, true},
		"invalid hint": {func(b *browser, access, _ string) reply {
			return b.asShop("/forget", access, "token_type_hint", "pancake")
		}, 200, "", false, true},
		"rotated refresh token": {func(b *browser, _, refresh string) reply {
			b.swap(refreshForm(refresh))
			return b.asShop("/forget", refresh)
		}, 200, "", false, false},
		"by another client": {func(b *browser, access, _ string) reply {
			return b.post("/forget", url.Values{"token": {access}, "client_id": {"app"}})
		}, 400, "invalid_grant", true, true},
		"ID token": {func(b *browser, _, refresh string) reply {
			id, _ := b.swap(codeForm(b.code())).member(b.t, "id_token").(string)
			return b.asShop("/forget", id)
		}, 400, "unsupported_token_type", true, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newProvider(t, nil)
			b := newBrowser(t, p)
			access, refresh := b.pair()
			r := tc.revoke(b, access, refresh)
			if r.StatusCode != tc.status || lastEntry(p).Error != tc.code || tc.status == 200 && r.Text != "" {
				t.Errorf("%d %s", r.StatusCode, r.Text)
			}
			if good := userinfo("Authorization", "Bearer "+access)(t, b).StatusCode == http.StatusOK; good != tc.access {
				t.Errorf("the access token is good: %v", good)
			}
			if good := b.swap(refreshForm(refresh)).StatusCode == http.StatusOK; good != tc.refresh {
				t.Errorf("the refresh token is good: %v", good)
			}
		})
	}
}

func TestTokenEndpointsAreAdvertised(t *testing.T) {
	t.Parallel()
	m := newProvider(t, nil).Metadata()
	if slices.Contains(m.IntrospectionAuthSupported, "none") || !slices.Contains(m.RevocationAuthSupported, "none") ||
		len(m.RevocationAuthSupported) != len(m.IntrospectionAuthSupported)+1 {
		t.Errorf("introspection %q, revocation %q", m.IntrospectionAuthSupported, m.RevocationAuthSupported)
	}
}
