package mockidp

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/countersign-oidc/countersign/mockidp/fault"
)

// brokenRules are, for each fault that waives a rule, a request that breaks
// the rule and whether it was served.
func brokenRules() map[fault.ID]func(t *testing.T, b *browser) bool {
	const foreign = "http://elsewhere.test/"
	served := func(p probe) func(t *testing.T, b *browser) bool {
		return func(t *testing.T, b *browser) bool { return p(t, b).StatusCode == http.StatusOK }
	}
	twice := func(first, again func(b *browser) url.Values) func(t *testing.T, b *browser) bool {
		return func(_ *testing.T, b *browser) bool {
			form := first(b)
			if again != nil {
				form = again(b)
			}
			b.swap(form)
			return b.swap(form).StatusCode == http.StatusOK
		}
	}
	return map[fault.ID]func(t *testing.T, b *browser) bool{
		"token.pkce.not_enforced": served(swapWith("code_verifier", strings.Repeat("v", 43))),
		"token.redirect_uri.any":  served(swapWith("redirect_uri", callback+"?x=1")),
		"token.code.any_client":   served(codeOfAnotherClient),
		"token.code.reusable":     twice(func(b *browser) url.Values { return codeForm(b.code()) }, nil),
		"token.refresh_token.reusable": twice(func(b *browser) url.Values {
			_, refresh := b.pair()
			return refreshForm(refresh)
		}, nil),
		"token.client_secret.any": func(t *testing.T, b *browser) bool {
			c := basicClient()
			c.Secret = "wrong"
			return b.post("/swap", codeForm(b.code()), "Authorization", basicHeader(c)).StatusCode == http.StatusOK
		},
		"token.client_method.any": func(t *testing.T, b *browser) bool {
			return b.post("/swap", codeForm(b.code(), "client_id", "shop", "client_secret", basicClient().Secret)).StatusCode == http.StatusOK
		},
		"authorize.redirect_uri.any": func(t *testing.T, b *browser) bool {
			page := b.get("/begin", authParams("redirect_uri", foreign))
			if page.StatusCode != http.StatusOK {
				return false
			}
			form := url.Values{"username": {"ada"}, "password": {"correct horse"}}
			for _, hidden := range inputs.FindAllStringSubmatch(page.Text, -1) {
				form.Set(hidden[1], hidden[2])
			}
			return strings.HasPrefix(b.post(action(t, page.Text), form).Header.Get("Location"), foreign)
		},
		"token.code.invented": func(_ *testing.T, b *browser) bool {
			return b.swap(codeForm("invented")).StatusCode == http.StatusOK
		},
		"authorize.prompt.ignored": func(_ *testing.T, b *browser) bool {
			b.code()
			return b.get("/begin", authParams("prompt", "login")).redirect().Get("code") != ""
		},
		"end_session.redirect_uri.any": func(_ *testing.T, b *browser) bool {
			form := url.Values{"client_id": {"shop"}, "post_logout_redirect_uri": {foreign}, "confirmed": {"yes"}}
			return b.post("/leave", form).Header.Get("Location") == foreign
		},
	}
}

// TestWaivedRules holds that each fault of the catalogue that waives a rule
// opens it, that the journal says so, that the rule holds without the fault,
// and that the fault leaves an honest sign-in alone.
func TestWaivedRules(t *testing.T) {
	t.Parallel()
	rows := brokenRules()
	for _, spec := range fault.All() {
		if spec.Response == nil || len(spec.Response.Waive) == 0 {
			continue
		}
		t.Run(string(spec.ID), func(t *testing.T) {
			t.Parallel()
			breaks, ok := rows[spec.ID]
			if !ok {
				t.Fatal("no row says what breaks the rule")
			}
			p := newMemoryProvider(t, nil)
			if breaks(t, newMemoryBrowser(t, p)) {
				t.Fatal("served without the fault")
			}
			ticket := arm(t, p, spec.ID, fault.Scope{}, fault.Always)
			if r := newMemoryBrowser(t, p); r.swap(codeForm(r.code())).StatusCode != http.StatusOK || ticket.Fired() != 0 {
				t.Errorf("an honest sign-in: fired %d times", ticket.Fired())
			}
			mark := p.Journal().Mark()
			if !breaks(t, newMemoryBrowser(t, p)) {
				t.Error("not served with the fault")
			}
			named := 0
			for _, e := range p.Journal().Select(query(mark)) {
				if slices.Contains(e.Faults, string(spec.ID)) {
					named++
				}
			}
			if named == 0 || named != ticket.Fired() {
				t.Errorf("named in %d entries, fired %d times", named, ticket.Fired())
			}
		})
	}
	waived := make(map[fault.Rule]bool)
	for id := range rows {
		spec, ok := fault.Named(id)
		if !ok || spec.Response == nil {
			t.Errorf("row for %s, which waives nothing", id)
			continue
		}
		for _, r := range spec.Response.Waive {
			waived[r] = true
		}
	}
	for _, r := range fault.Rules() {
		if !waived[r] {
			t.Errorf("no fault of the catalogue waives %s", r)
		}
	}
}
