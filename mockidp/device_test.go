package mockidp

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/oauth2"

	"github.com/countersign-oidc/countersign/mockidp/identity"
	"github.com/countersign-oidc/countersign/mockidp/journal"
)

func television() identity.Client {
	return identity.Client{ID: "tv", Name: "Tele & Vision", GrantTypes: []identity.GrantType{identity.GrantDevice, identity.GrantRefresh}}
}

func deviceProvider(t testing.TB, now func() time.Time) *Provider {
	t.Helper()
	return newProvider(t, func(c *Config) {
		c.Clients = append(c.Clients, television())
		c.Users = append(c.Users, identity.User{Username: "eve", Password: "pw", SecondFactor: "123456"})
		c.Now = now
	})
}

// pairing is the answer of the device authorization endpoint.
type pairing struct{ device, user string }

func (b *browser) startDevice(edits ...string) pairing {
	b.t.Helper()
	r := b.post("/pair", edited(url.Values{"client_id": {"tv"}, "scope": {"openid profile offline_access"}}, edits...))
	device, _ := r.member(b.t, "device_code").(string)
	user, _ := r.member(b.t, "user_code").(string)
	if device == "" || user == "" {
		b.t.Fatalf("%d %s", r.StatusCode, r.Text)
	}
	return pairing{device, user}
}

func (b *browser) poll(p pairing) reply {
	b.t.Helper()
	return b.post("/swap", url.Values{
		"grant_type": {"urn:ietf:params:oauth:grant-type:device_code"}, "device_code": {p.device}, "client_id": {"tv"},
	})
}

// device posts a form of the device page.
func (b *browser) device(code string, fields ...string) reply {
	b.t.Helper()
	return b.post("/device", edited(url.Values{"user_code": {code}}, fields...))
}

func (b *browser) deviceSignIn(code string) reply {
	b.t.Helper()
	return b.device(code, "step", "sign-in", "username", "ada", "password", "correct horse")
}

func TestDeviceAuthorization(t *testing.T) {
	t.Parallel()
	p := deviceProvider(t, nil)
	b := newBrowser(t, p)
	r := b.post("/pair", url.Values{"client_id": {"tv"}, "scope": {"openid"}})
	code, _ := r.member(t, "user_code").(string)
	if !regexp.MustCompile(`^[BCDFGHJKLMNPQRSTVWXZ]{4}-[BCDFGHJKLMNPQRSTVWXZ]{4}$`).MatchString(code) {
		t.Errorf("user code %q", code)
	}
	page := p.Issuer() + "/device"
	for name, want := range map[string]any{
		"verification_uri": page, "verification_uri_complete": page + "?user_code=" + code, "expires_in": 600.0, "interval": 5.0,
	} {
		if got := r.member(t, name); got != want {
			t.Errorf("%s %v, want %v", name, got, want)
		}
	}
	e := lastEntry(p)
	if e.Kind != journal.DeviceAuthorization || e.Client != "tv" || e.ClientAuth != "none" {
		t.Errorf("journal %+v", e)
	}
	device, _ := r.member(t, "device_code").(string)
	if text := string(e.Redacted().Body); strings.Contains(text, code) || strings.Contains(text, device) || !strings.Contains(text, "expires_in") {
		t.Errorf("redacted body %s", text)
	}
	for name, tc := range map[string]struct {
		form   url.Values
		header []string
		status int
		code   string
	}{
		"nobody":            {url.Values{"scope": {"openid"}}, nil, 401, "invalid_client"},
		"not registered":    {url.Values{}, []string{"Authorization", basicHeader(basicClient())}, 400, "unauthorized_client"},
		"a secret too much": {url.Values{"client_id": {"tv"}, "client_secret": {"x"}}, nil, 401, "invalid_client"},
		"scope twice":       {url.Values{"client_id": {"tv"}, "scope": {"openid", "email"}}, nil, 400, "invalid_request"},
	} {
		if r := b.post("/pair", tc.form, tc.header...); r.StatusCode != tc.status || r.member(t, "error") != tc.code {
			t.Errorf("%s: %d %s", name, r.StatusCode, r.Text)
		}
	}
}

// TestDeviceWithOAuth2 goes through the flow with golang.org/x/oauth2 as the
// device, which polls by itself.
func TestDeviceWithOAuth2(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		answer string
		page   string
		code   string
	}{
		"allowed": {"allow", "device-done", ""},
		"denied":  {"deny", "device-denied", "access_denied"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			sharedRing().Warm()
			synctest.Test(t, func(t *testing.T) {
				p := newMemoryProvider(t, func(c *Config) { c.Clients = append(c.Clients, television()) })
				b := newMemoryBrowser(t, p)
				m := p.Metadata()
				tv := oauth2.Config{ClientID: "tv", Scopes: []string{"openid", "offline_access"}, Endpoint: oauth2.Endpoint{
					DeviceAuthURL: m.DeviceAuthorizationEndpoint, TokenURL: m.TokenEndpoint, AuthStyle: oauth2.AuthStyleInParams,
				}}
				ctx := context.WithValue(t.Context(), oauth2.HTTPClient, b.c)
				pending, err := tv.DeviceAuth(ctx)
				if err != nil {
					t.Fatal(err)
				}
				done := make(chan error, 1)
				var token *oauth2.Token
				go func() {
					var err error
					token, err = tv.DeviceAccessToken(ctx, pending)
					done <- err
				}()
				if _, err := p.Journal().Await(ctx, journal.Query{Kind: journal.Token}); err != nil {
					t.Fatal(err)
				}
				if first := lastEntry(p); first.Error != "authorization_pending" || first.Status != 400 {
					t.Errorf("the first poll: %d %q", first.Status, first.Error)
				}
				page := b.deviceSignIn(pending.UserCode)
				if !strings.Contains(page.Text, "Tele &amp; Vision") || !strings.Contains(page.Text, "<li>offline_access</li>") {
					t.Errorf("confirmation %s", page.Text)
				}
				if r := b.device(pending.UserCode, "step", "answer", "answer", tc.answer); r.StatusCode != 200 || lastEntry(p).Page != tc.page {
					t.Errorf("%d %s", r.StatusCode, lastEntry(p).Page)
				}
				err = <-done
				if tc.code == "" {
					if err != nil || token.RefreshToken == "" || token.Extra("id_token") == nil {
						t.Fatalf("%+v, %v", token, err)
					}
					if e := lastEntry(p); e.User != "ada" || e.Client != "tv" || len(e.Tokens) != 3 {
						t.Errorf("journal %+v", e)
					}
				} else if failure, ok := errors.AsType[*oauth2.RetrieveError](err); !ok || failure.ErrorCode != tc.code {
					t.Errorf("error %v, want %s", err, tc.code)
				}
			})
		})
	}
}

// TestDevicePolling holds what a device learns, poll by poll.
func TestDevicePolling(t *testing.T) {
	t.Parallel()
	clk := stoppedClock()
	p := deviceProvider(t, clk.now)
	b := newBrowser(t, p)
	d := b.startDevice()
	for i, step := range []struct {
		wait time.Duration
		want string
	}{
		{0, "authorization_pending"},
		{5 * time.Second, "authorization_pending"},
		{4 * time.Second, "slow_down"},
		{9 * time.Second, "slow_down"},
		{15 * time.Second, "authorization_pending"},
		{14 * time.Second, "slow_down"},
		{10 * time.Minute, "expired_token"},
		{10 * time.Minute, "invalid_grant"},
	} {
		clk.move(step.wait)
		if r := b.poll(d); r.StatusCode != http.StatusBadRequest || r.member(t, "error") != step.want {
			t.Errorf("poll %d: %d %s, want %s", i+1, r.StatusCode, r.Text, step.want)
		}
	}
	if r := b.device(d.user); r.StatusCode != http.StatusBadRequest || lastEntry(p).Page != "device" {
		t.Errorf("an expired code: %d", r.StatusCode)
	}
}

func TestDeviceCodeIsGoodOnce(t *testing.T) {
	t.Parallel()
	p := deviceProvider(t, nil)
	b := newBrowser(t, p)
	d := b.startDevice()
	stranger := television()
	stranger.ID = "radio"
	putClient(t, p, stranger)
	b.deviceSignIn(d.user)
	b.device(d.user, "step", "answer", "answer", "allow")
	foreign := url.Values{"grant_type": {string(identity.GrantDevice)}, "device_code": {d.device}, "client_id": {"radio"}}
	if r := b.post("/swap", foreign); r.member(t, "error") != "invalid_grant" {
		t.Errorf("another client: %s", r.Text)
	}
	r := b.poll(d)
	if r.StatusCode != http.StatusOK || r.member(t, "scope") != "openid profile offline_access" {
		t.Fatalf("%d %s", r.StatusCode, r.Text)
	}
	if again := b.poll(d); again.StatusCode != http.StatusBadRequest || again.member(t, "error") != "invalid_grant" {
		t.Errorf("again: %d %s", again.StatusCode, again.Text)
	}
	if r := b.device(d.user, "step", "answer", "answer", "deny"); r.StatusCode != http.StatusBadRequest {
		t.Errorf("answered again: %d", r.StatusCode)
	}
	refresh, _ := r.member(t, "refresh_token").(string)
	if r := b.post("/swap", refreshForm(refresh, "client_id", "tv")); r.StatusCode != http.StatusOK {
		t.Errorf("refresh: %d %s", r.StatusCode, r.Text)
	}
	for name, form := range map[string]url.Values{
		"none":    {"grant_type": {string(identity.GrantDevice)}, "client_id": {"tv"}},
		"unknown": {"grant_type": {string(identity.GrantDevice)}, "client_id": {"tv"}, "device_code": {"x"}},
	} {
		if r := b.post("/swap", form); r.StatusCode != http.StatusBadRequest || r.member(t, "error") != map[string]string{
			"none": "invalid_request", "unknown": "invalid_grant",
		}[name] {
			t.Errorf("%s: %d %s", name, r.StatusCode, r.Text)
		}
	}
}

// TestDevicePages goes through what people see.
func TestDevicePages(t *testing.T) {
	t.Parallel()
	ticket := regexp.MustCompile(`name="ticket" value="([^"]+)"`)
	factor := func(b *browser, code, otp string) reply {
		r := b.device(code, "step", "sign-in", "username", "eve", "password", "pw")
		m := ticket.FindStringSubmatch(r.Text)
		if m == nil {
			b.t.Fatalf("no ticket in %s", r.Text)
		}
		return b.device(code, "step", "second-factor", "ticket", m[1], "otp", otp)
	}
	for name, tc := range map[string]struct {
		visit  func(b *browser, code string) reply
		status int
		page   string
		says   string
	}{
		"empty": {func(b *browser, _ string) reply { return b.get("/device", nil) }, 200, "device", "Type the code"},
		"from a picture": {func(b *browser, code string) reply {
			return b.get("/device", url.Values{"user_code": {code}})
		}, 200, "device", `value="`},
		"no session": {func(b *browser, code string) reply { return b.device(code) }, 200, "device-sign-in", "Tele &amp; Vision"},
		"as typed": {func(b *browser, code string) reply {
			return b.device(" " + strings.ToLower(strings.Replace(code, "-", " ", 1)))
		}, 200, "device-sign-in", ""},
		"wrong code": {func(b *browser, _ string) reply { return b.device("BBBB-BBBB") }, 400, "device", "wrong or has expired"},
		"no code":    {func(b *browser, _ string) reply { return b.device("") }, 400, "device", "wrong or has expired"},
		"wrong login": {func(b *browser, code string) reply {
			return b.device(code, "step", "sign-in", "username", "ada", "password", "x")
		}, 401, "device-sign-in", "is wrong"},
		"signed in": {func(b *browser, code string) reply { return b.deviceSignIn(code) }, 200, "device-confirm", `id="user">ada`},
		"session": {func(b *browser, code string) reply {
			b.code()
			return b.device(code)
		}, 200, "device-confirm", `id="user">ada`},
		"another account": {func(b *browser, code string) reply {
			b.deviceSignIn(code)
			return b.device(code, "step", "answer", "answer", "switch")
		}, 200, "device-sign-in", ""},
		"answer without session": {func(b *browser, code string) reply {
			return b.device(code, "step", "answer", "answer", "allow")
		}, 200, "device-sign-in", ""},
		"no answer": {func(b *browser, code string) reply {
			b.deviceSignIn(code)
			return b.device(code, "step", "answer")
		}, 400, "error", "allow or deny"},
		"second factor": {func(b *browser, code string) reply { return factor(b, code, "123456") }, 200, "device-confirm", `id="user">eve`},
		"wrong second factor": {func(b *browser, code string) reply {
			return factor(b, code, "654321")
		}, 401, "device-factor", "security code is wrong"},
		"second factor alone": {func(b *browser, code string) reply {
			return b.device(code, "step", "second-factor", "otp", "123456")
		}, 400, "device-sign-in", "Sign in again"},
		"from another site": {func(b *browser, code string) reply {
			return b.post("/device", url.Values{"user_code": {code}}, "Sec-Fetch-Site", "cross-site")
		}, 403, "error", "another site"},
		"two codes": {func(b *browser, code string) reply {
			return b.post("/device", url.Values{"user_code": {code, code}})
		}, 400, "error", "more than once"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := deviceProvider(t, nil)
			b := newBrowser(t, p)
			d := b.startDevice()
			r := tc.visit(b, d.user)
			e := lastEntry(p)
			if r.StatusCode != tc.status || e.Page != tc.page || e.Kind != journal.Device || !strings.Contains(r.Text, tc.says) {
				t.Errorf("%d, page %q: %s", r.StatusCode, e.Page, r.Text)
			}
			if r.Header.Get("X-Frame-Options") != "DENY" || r.Header.Get("Content-Security-Policy") == "" {
				t.Errorf("headers %v", r.Header)
			}
			if got := b.poll(d).member(t, "error"); got != "authorization_pending" {
				t.Errorf("the device learns %v", got)
			}
		})
	}
}

// TestDeviceGuessesAreBounded holds that codes cannot be tried out (RFC 8628,
// section 5.1).
func TestDeviceGuessesAreBounded(t *testing.T) {
	t.Parallel()
	clk := stoppedClock()
	p := deviceProvider(t, clk.now)
	b := newBrowser(t, p)
	d := b.startDevice()
	wrong := 0
	for b.device("BBBB-BBBB").StatusCode == http.StatusBadRequest {
		if wrong++; wrong > 100 {
			t.Fatal("no bound")
		}
	}
	if wrong != 30 {
		t.Errorf("%d guesses", wrong)
	}
	if r := b.device(d.user); r.StatusCode != http.StatusTooManyRequests || r.Header.Get("Retry-After") != "60" || lastEntry(p).Error != "slow_down" {
		t.Errorf("the right code: %d %v", r.StatusCode, r.Header)
	}
	clk.move(time.Minute)
	if r := b.device(d.user); r.StatusCode != http.StatusOK {
		t.Errorf("a minute later: %d", r.StatusCode)
	}
}
