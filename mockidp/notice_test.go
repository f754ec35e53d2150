package mockidp

import (
	"encoding/json"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/countersign-oidc/countersign/mockidp/fault"
	"github.com/countersign-oidc/countersign/mockidp/journal"
)

// TestBadLogoutTokens sends the tokens that OpenID Connect Back-Channel Logout
// 1.0, section 2.6, has relying parties refuse.
func TestBadLogoutTokens(t *testing.T) {
	t.Parallel()
	text := func(s string) map[string]json.RawMessage {
		name, value, _ := strings.Cut(s, "=")
		return map[string]json.RawMessage{name: json.RawMessage(value)}
	}
	for name, tc := range map[string]struct {
		edit fault.TokenEdit
		bad  func(header, claims map[string]any, signed string) bool
	}{
		"without events": {fault.TokenEdit{RemoveClaims: []string{"events"}}, func(_, c map[string]any, _ string) bool { return c["events"] == nil }},
		"another event": {fault.TokenEdit{SetClaims: text(`events={"http://x.test": {}}`)}, func(_, c map[string]any, _ string) bool {
			events, _ := c["events"].(map[string]any)
			return len(events) == 1 && events["http://x.test"] != nil
		}},
		"with a nonce":       {fault.TokenEdit{SetClaims: text(`nonce="n"`)}, func(_, c map[string]any, _ string) bool { return c["nonce"] == "n" }},
		"of nobody":          {fault.TokenEdit{RemoveClaims: []string{"sub", "sid"}}, func(_, c map[string]any, _ string) bool { return c["sub"] == nil && c["sid"] == nil }},
		"without exp":        {fault.TokenEdit{RemoveClaims: []string{"exp"}}, func(_, c map[string]any, _ string) bool { return c["exp"] == nil }},
		"for another client": {fault.TokenEdit{SetClaims: text(`aud="other"`)}, func(_, c map[string]any, _ string) bool { return c["aud"] == "other" }},
		"an ID token's typ":  {fault.TokenEdit{SetHeader: text(`typ="JWT"`)}, func(h, _ map[string]any, _ string) bool { return h["typ"] == "JWT" }},
		"of another key":     {fault.TokenEdit{Sign: fault.OtherKey}, func(_, _ map[string]any, signed string) bool { return signed == "rogue RS256" }},
		"unsigned":           {fault.TokenEdit{Sign: fault.Unsigned}, func(h, _ map[string]any, signed string) bool { return signed == "nobody" && h["alg"] == "none" }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := listen(t, ok)
			p := newNotified(t, l.URL)
			a, err := p.SendLogout(t.Context(), LogoutNotice{Client: "shop", User: "ada", SID: "s", Edit: &tc.edit})
			if err != nil || a.Status != 200 || !slices.Equal(a.Faults, []string{string(NoticeFault)}) {
				t.Fatalf("%+v, %v", a, err)
			}
			if _, err := p.SendLogout(t.Context(), LogoutNotice{Client: "shop", User: "ada", SID: "s"}); err != nil {
				t.Fatal(err)
			}
			for i, want := range []bool{true, false} {
				header, claims, signed := opened(t, p, l.forms()[i].Get("logout_token"))
				if tc.bad(header, claims, signed) != want {
					t.Errorf("notice %d: header %v, claims %v, signed by %s", i+1, header, claims, signed)
				}
			}
			told := p.Journal().Select(journal.Query{Kind: journal.BackChannelLogout})
			if len(told) != 2 || told[0].Tokens[0].HonestClaims == nil || len(told[1].Faults) > 0 || told[1].Tokens[0].HonestClaims != nil {
				t.Errorf("entries %+v", told)
			}
		})
	}
}

// TestNoticeDelivery sends a good token in the ways that section 2.5 does not
// know.
func TestNoticeDelivery(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		delivery fault.RedirectEdit
		request  string // TOKEN stands for the token
		kind     string
	}{
		"in the query":       {fault.RedirectEdit{Mode: "query"}, "POST /?client=shop&logout_token=TOKEN ", ""},
		"as JSON":            {fault.RedirectEdit{Mode: "json"}, `POST /?client=shop {"logout_token":"TOKEN"}`, "application/json"},
		"under another name": {fault.RedirectEdit{Rename: map[string]string{"logout_token": "token"}}, "POST /?client=shop token=TOKEN", "application/x-www-form-urlencoded"},
		"twice": {
			fault.RedirectEdit{Duplicate: map[string]string{"logout_token": "x"}},
			"POST /?client=shop logout_token=TOKEN&logout_token=x", "application/x-www-form-urlencoded",
		},
		"nothing": {fault.RedirectEdit{Remove: []string{"logout_token"}}, "POST /?client=shop ", "application/x-www-form-urlencoded"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := listen(t, ok)
			p := newNotified(t, l.URL)
			a, err := p.SendLogout(t.Context(), LogoutNotice{Client: "shop", User: "ada", Delivery: &tc.delivery})
			if err != nil || !slices.Equal(a.Faults, []string{string(NoticeFault)}) {
				t.Fatalf("%+v, %v", a, err)
			}
			entry := p.Journal().Select(journal.Query{Kind: journal.BackChannelLogout})[0]
			raw := l.lines()[0]
			if name == "nothing" {
				if len(entry.Tokens) > 0 {
					t.Errorf("the journal says that %+v was handed out", entry.Tokens)
				}
			} else {
				if len(entry.Tokens) != 1 {
					t.Fatalf("entry %+v", entry)
				}
				raw = strings.Replace(raw, entry.Tokens[0].Value, "TOKEN", 1)
			}
			if raw != tc.request || l.types()[0] != tc.kind {
				t.Errorf("request %q of type %q, want %q of type %q", raw, l.types()[0], tc.request, tc.kind)
			}
		})
	}
}

// TestSpoiltRequests holds that armed faults reach the requests that the
// provider has browsers make, and that they act once for each.
func TestSpoiltRequests(t *testing.T) {
	t.Parallel()
	b := newBrowser(t, newFramed(t, func(c *Config) { c.Clients[0].InitiateLoginURI = "http://shop.test/login" }))
	for kind, edit := range map[journal.Kind]fault.RedirectEdit{
		journal.FrontChannelLogout: {Set: map[string]string{"sid": "other"}, Times: 2},
		journal.InitiateLogin:      {Set: map[string]string{"iss": "http://evil.test"}},
	} {
		edit.Endpoint = kind
		if _, err := b.p.Arm(fault.Spec{ID: fault.ID("logout." + string(kind)), Redirect: &edit}, fault.Scope{Client: "shop"}, fault.Always); err != nil {
			t.Fatal(err)
		}
	}
	if r := b.get("/apps", url.Values{"client_id": {"shop"}}); r.redirect().Get("iss") != "http://evil.test" {
		t.Errorf("login started with %s", r.Header.Get("Location"))
	}
	hint, _ := b.visit()
	page := b.get("/leave", url.Values{"id_token_hint": {hint}})
	if got := frames(page.Text); len(got) != 3 || got[0] != got[1] || !strings.HasPrefix(got[0], "http://shop.test/out?iss=") ||
		!strings.HasSuffix(got[0], "&sid=other") || strings.Contains(got[2], "sid") {
		t.Errorf("frames %q", got)
	}
	for _, kind := range []journal.Kind{journal.FrontChannelLogout, journal.InitiateLogin} {
		e := b.p.Journal().Select(journal.Query{Kind: kind})[0]
		if !slices.Equal(e.Faults, []string{"logout." + string(kind)}) {
			t.Errorf("%s names %q", kind, e.Faults)
		}
	}
}
