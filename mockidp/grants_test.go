package mockidp

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/countersign-oidc/countersign/mockidp/fault"
	"github.com/countersign-oidc/countersign/mockidp/identity"
	"github.com/countersign-oidc/countersign/mockidp/journal"
)

func refreshForm(token string, edits ...string) url.Values {
	return edited(url.Values{"grant_type": {"refresh_token"}, "refresh_token": {token}}, edits...)
}

// tokens redeems a fresh code for an access and a refresh token.
func (b *browser) pair(edits ...string) (access, refresh string) {
	b.t.Helper()
	r := b.swap(codeForm(b.code(edits...)))
	access, _ = r.member(b.t, "access_token").(string)
	refresh, _ = r.member(b.t, "refresh_token").(string)
	return access, refresh
}

// TestTokenRulesCanBeWaived holds that each waiver opens what the rule closes,
// that the journal says so, and that without it the rule holds.
func TestTokenRulesCanBeWaived(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		rule  fault.Rule
		probe probe
	}{
		"other verifier":        {fault.RulePKCE, swapWith("code_verifier", strings.Repeat("v", 43))},
		"no verifier":           {fault.RulePKCE, swapWith("code_verifier", "")},
		"malformed verifier":    {fault.RulePKCE, swapWith("code_verifier", "short")},
		"verifier from nowhere": {fault.RulePKCE, verifierFromNowhere},
		"other redirect_uri":    {fault.RuleRedirectURI, swapWith("redirect_uri", callback+"?x=1")},
		"no redirect_uri":       {fault.RuleRedirectURI, swapWith("redirect_uri", "")},
		"code of another":       {fault.RuleCodeClient, codeOfAnotherClient},
		"code again": {fault.RuleCodeReuse, func(_ *testing.T, b *browser) reply {
			form := codeForm(b.code())
			b.swap(form)
			return b.swap(form)
		}},
		"refresh token again": {fault.RuleRefreshReuse, func(_ *testing.T, b *browser) reply {
			_, refresh := b.pair()
			b.swap(refreshForm(refresh))
			return b.swap(refreshForm(refresh))
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newProvider(t, nil)
			b := newBrowser(t, p)
			if r := tc.probe(t, b); r.StatusCode != http.StatusBadRequest || r.member(t, "error") != "invalid_grant" {
				t.Fatalf("without the fault: %d %s", r.StatusCode, r.Text)
			}
			other := fault.Scope{User: "bob"}
			spec := waive(t, p, journal.Token, tc.rule).Arming().Spec
			p.script.Reset()
			if _, err := p.Arm(spec, other, fault.Always); err != nil {
				t.Fatal(err)
			}
			if r := tc.probe(t, b); r.StatusCode != http.StatusBadRequest {
				t.Errorf("armed for another user: %d", r.StatusCode)
			}
			ticket, err := p.Arm(spec, fault.Scope{User: "ada"}, fault.Always)
			if err != nil {
				t.Fatal(err)
			}
			r := tc.probe(t, b)
			if r.StatusCode != http.StatusOK || r.member(t, "id_token") == nil {
				t.Fatalf("with the fault: %d %s", r.StatusCode, r.Text)
			}
			if faults := lastEntry(p).Faults; !slices.Equal(faults, []string{string(spec.ID)}) || ticket.Fired() != 1 {
				t.Errorf("journal names %q, fired %d times", faults, ticket.Fired())
			}
		})
	}
}

// TestWaivedReuseRevokesNothing tells reuse that is let pass from reuse that
// is merely answered.
func TestWaivedReuseRevokesNothing(t *testing.T) {
	t.Parallel()
	p := newProvider(t, nil)
	b := newBrowser(t, p)
	waive(t, p, journal.Token, fault.RuleCodeReuse, fault.RuleRefreshReuse)
	form := codeForm(b.code())
	first, _ := b.swap(form).member(t, "access_token").(string)
	r := b.swap(form)
	second, _ := r.member(t, "access_token").(string)
	refresh, _ := r.member(t, "refresh_token").(string)
	b.swap(refreshForm(refresh))
	third, _ := b.swap(refreshForm(refresh)).member(t, "access_token").(string)
	if first == second || second == third {
		t.Error("the tokens are not fresh")
	}
	for i, access := range []string{first, second, third} {
		if r := userinfo("Authorization", "Bearer "+access)(t, b); r.StatusCode != http.StatusOK {
			t.Errorf("token %d: %d %s", i+1, r.StatusCode, r.Text)
		}
	}
}

func TestRefresh(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		probe  probe
		status int
		code   any
	}{
		"rotated": {func(t *testing.T, b *browser) reply {
			_, refresh := b.pair()
			next, _ := b.swap(refreshForm(refresh)).member(t, "refresh_token").(string)
			if next == refresh {
				t.Error("the refresh token is the same")
			}
			return b.swap(refreshForm(next))
		}, 200, nil},
		"reuse revokes what came of it": {func(t *testing.T, b *browser) reply {
			_, refresh := b.pair()
			next, _ := b.swap(refreshForm(refresh)).member(t, "refresh_token").(string)
			b.swap(refreshForm(refresh))
			return b.swap(refreshForm(next))
		}, 400, "invalid_grant"},
		"narrower": {func(t *testing.T, b *browser) reply {
			_, refresh := b.pair()
			r := b.swap(refreshForm(refresh, "scope", "openid email"))
			if r.member(t, "scope") != "openid email" {
				t.Errorf("granted %v", r.member(t, "scope"))
			}
			return r
		}, 200, nil},
		"wide again": {func(t *testing.T, b *browser) reply {
			_, refresh := b.pair()
			next, _ := b.swap(refreshForm(refresh, "scope", "openid")).member(t, "refresh_token").(string)
			r := b.swap(refreshForm(next))
			if r.member(t, "scope") != "openid profile email offline_access" {
				t.Errorf("granted %v", r.member(t, "scope"))
			}
			return r
		}, 200, nil},
		"wider": {func(_ *testing.T, b *browser) reply {
			_, refresh := b.pair("scope", "openid offline_access")
			return b.swap(refreshForm(refresh, "scope", "openid email"))
		}, 400, "invalid_scope"},
		"none": {func(_ *testing.T, b *browser) reply { return b.swap(refreshForm("")) }, 400, "invalid_request"},
		"by another client": {func(_ *testing.T, b *browser) reply {
			_, refresh := b.pair()
			return b.post("/swap", refreshForm(refresh, "client_id", "app"))
		}, 400, "invalid_grant"},
		"end-user gone": {func(_ *testing.T, b *browser) reply {
			_, refresh := b.pair()
			b.p.directory.Replace(nil, []identity.Client{basicClient()})
			return b.swap(refreshForm(refresh))
		}, 400, "invalid_grant"},
		"no longer registered for it": {func(_ *testing.T, b *browser) reply {
			_, refresh := b.pair()
			c := basicClient()
			c.GrantTypes = nil
			putClient(t, b.p, c)
			return b.swap(refreshForm(refresh))
		}, 400, "unauthorized_client"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBrowser(t, newProvider(t, nil))
			if r := tc.probe(t, b); r.StatusCode != tc.status || r.member(t, "error") != tc.code {
				t.Errorf("%d %s", r.StatusCode, r.Text)
			}
		})
	}
}

func machine() identity.Client {
	return identity.Client{ID: "machine", Secret: "m", Scope: "orders:read orders:write", GrantTypes: []identity.GrantType{identity.GrantCredentials}}
}

func TestClientCredentials(t *testing.T) {
	t.Parallel()
	public := identity.Client{ID: "cli", GrantTypes: machine().GrantTypes}
	for name, tc := range map[string]struct {
		client identity.Client
		scope  string
		status int
		code   any
	}{
		"no scope":        {machine(), "", 200, nil},
		"scopes":          {machine(), "profile email", 200, nil},
		"openid":          {machine(), "openid", 400, "invalid_scope"},
		"offline_access":  {machine(), "email offline_access", 400, "invalid_scope"},
		"unknown scope":   {machine(), "email admin", 400, "invalid_scope"},
		"its own scopes":  {machine(), "orders:read orders:write", 200, nil},
		"public client":   {public, "", 400, "unauthorized_client"},
		"code client":     {basicClient(), "", 400, "unauthorized_client"},
		"wrong secret":    {identity.Client{ID: "machine", Secret: "n"}, "", 401, "invalid_client"},
		"unknown machine": {identity.Client{ID: "else", Secret: "n"}, "", 401, "invalid_client"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newProvider(t, nil)
			putClient(t, p, machine())
			// Not one that could be registered.
			p.directory.PutClient(public)
			b := newBrowser(t, p)
			form := edited(url.Values{"grant_type": {"client_credentials"}}, "scope", tc.scope)
			var header []string
			if tc.client.Secret == "" {
				form.Set("client_id", tc.client.ID)
			} else {
				header = []string{"Authorization", basicHeader(tc.client)}
			}
			r := b.post("/swap", form, header...)
			if r.StatusCode != tc.status || r.member(t, "error") != tc.code {
				t.Fatalf("%d %s", r.StatusCode, r.Text)
			}
			if tc.code != nil {
				return
			}
			if r.member(t, "id_token") != nil || r.member(t, "refresh_token") != nil || r.member(t, "token_type") != "Bearer" {
				t.Errorf("answer %s", r.Text)
			}
			if scope, _ := r.member(t, "scope").(string); scope != tc.scope {
				t.Errorf("scope %q", scope)
			}
			if e := lastEntry(p); len(e.Tokens) != 1 || e.Tokens[0].Kind != "access_token" || e.User != "" || e.Client != "machine" {
				t.Errorf("journal %+v", e)
			}
			access, _ := r.member(t, "access_token").(string)
			info := userinfo("Authorization", "Bearer "+access)(t, b)
			if info.StatusCode != http.StatusForbidden || info.member(t, "error") != "insufficient_scope" ||
				!strings.Contains(info.Header.Get("WWW-Authenticate"), `error="insufficient_scope"`) {
				t.Errorf("userinfo %d %s %v", info.StatusCode, info.Text, info.Header)
			}
		})
	}
}

func TestCodeNeedsItsGrantType(t *testing.T) {
	t.Parallel()
	p := newProvider(t, nil)
	b := newBrowser(t, p)
	code := b.code()
	c := basicClient()
	c.GrantTypes = []identity.GrantType{identity.GrantRefresh}
	putClient(t, p, c)
	if r := b.swap(codeForm(code)); r.StatusCode != http.StatusBadRequest || r.member(t, "error") != "unauthorized_client" {
		t.Errorf("%d %s", r.StatusCode, r.Text)
	}
}
