package mockidp

import (
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/countersign-oidc/countersign/mockidp/fault"
	"github.com/countersign-oidc/countersign/mockidp/journal"
	"github.com/countersign-oidc/countersign/mockidp/keys"
)

// expected says, for each fault of the catalogue, everything that changes for
// the relying party. A name that ends in "*" stands for all names that start
// so and are gone, because an answer was replaced whole; ANY is what depends
// on random values or on how long the honest answer is.
func expected() map[fault.ID][]string {
	all := make(map[fault.ID][]string)
	for _, place := range []map[fault.ID][]string{
		expectedDiscovery, expectedJWKS, expectedAuthorize, expectedToken, expectedIDToken,
		expectedUserInfo, expectedEndSession, expectedLogoutToken,
	} {
		maps.Copy(all, place)
	}
	return all
}

// TestCatalogue holds that a fault changes what it names, and nothing else.
func TestCatalogue(t *testing.T) {
	t.Parallel()
	honest := make(map[string]story)
	for _, alg := range []string{keys.RS256, keys.ES256} {
		honest[alg] = tellWith(t, nil, alg)
		if again := honest[alg].changes(tellWith(t, nil, alg)); len(again) > 0 {
			t.Fatalf("two honest sign-ins differ: %q", again)
		}
	}
	rows := expected()
	for id := range rows {
		if _, ok := fault.Named(id); !ok {
			t.Errorf("row for %s, which is not in the catalogue", id)
		}
	}
	for _, spec := range fault.All() {
		if spec.Response != nil && len(spec.Response.Waive) > 0 {
			continue // TestWaivedRules has a row for each.
		}
		t.Run(string(spec.ID), func(t *testing.T) {
			t.Parallel()
			alg := keys.RS256
			if spec.Token != nil && spec.Token.Signature == fault.DER {
				alg = keys.ES256
			}
			got := honest[alg].changes(tellWith(t, &spec, alg))
			want, ok := rows[spec.ID]
			if !ok {
				t.Fatalf("no row says what changes: %q", got)
			}
			for _, w := range want {
				n := len(got)
				got = slices.DeleteFunc(got, func(g string) bool { return covers(w, g) })
				if len(got) == n {
					t.Errorf("did not change as it should: %s", w)
				}
			}
			if len(got) > 0 {
				t.Errorf("changed besides: %q", got)
			}
		})
	}
}

func covers(want, got string) bool {
	if place, ok := strings.CutSuffix(want, "* gone"); ok {
		return strings.HasPrefix(got, place) && strings.HasSuffix(got, " gone")
	}
	if place, ok := strings.CutSuffix(want, "* new"); ok {
		return strings.HasPrefix(got, place) && strings.Contains(got, " new: ")
	}
	if start, end, ok := strings.Cut(want, "ANY -> "); ok {
		return strings.HasPrefix(got, start) && strings.HasSuffix(got, " -> "+end)
	}
	if start, ok := strings.CutSuffix(want, "ANY"); ok {
		return strings.HasPrefix(got, start)
	}
	return want == got
}

// tellWith tells the story on a fake clock and holds that the journal names
// the fault, as often as its ticket says.
func tellWith(t *testing.T, spec *fault.Spec, alg string) story {
	t.Helper()
	sharedRing().Warm()
	var told story
	synctest.Test(t, func(t *testing.T) {
		p := storyProvider(t, spec, alg)
		var ticket *fault.Ticket
		if spec != nil {
			var err error
			if ticket, err = p.Arm(*spec, fault.Scope{}, fault.Always); err != nil {
				t.Fatal(err)
			}
		}
		mark := p.Journal().Mark()
		if spec != nil {
			// What a fault lets pass first is told before the story.
			for range spec.Skip {
				tell(t, newMemoryBrowser(t, p))
			}
		}
		told = tell(t, newMemoryBrowser(t, p))
		named := 0
		for _, e := range p.Journal().Select(query(0)) {
			if spec == nil && len(e.Faults) > 0 {
				t.Errorf("entry %d names faults %q", e.Seq, e.Faults)
			}
			if spec != nil && slices.Equal(e.Faults, []string{string(spec.ID)}) {
				named++
			}
			for _, issued := range e.Tokens {
				changed := spec != nil && spec.Token != nil && issued.Kind == spec.Token.Kind() && e.Seq > mark
				if (issued.HonestClaims != nil) != changed || (issued.HonestHeader != nil) != changed {
					t.Errorf("%s: honest claims %s", issued.Kind, issued.HonestClaims)
				}
			}
		}
		if ticket != nil && (named == 0 || named != ticket.Fired()) {
			t.Errorf("named in %d entries, fired %d times", named, ticket.Fired())
		}
	})
	return told
}

// storyProvider is a provider that has seen what a fault needs to have been
// before.
func storyProvider(t *testing.T, spec *fault.Spec, alg string) *Provider {
	t.Helper()
	p := newMemoryProvider(t, func(c *Config) {
		c.Clients[0].BackChannelLogoutURI = "http://shop.test/backchannel"
		c.Clients[0].IDTokenAlg = alg
	})
	if spec == nil || spec.Token == nil || spec.Token.From == "" {
		return p
	}
	for _, who := range []struct{ user, password, client, secret string }{
		{"bob", "pw", "shop", basicClient().Secret}, {"ada", "correct horse", "app", ""}, {"ada", "correct horse", "shop", basicClient().Secret},
	} {
		b := newMemoryBrowser(t, p)
		page := b.get("/begin", authParams("client_id", who.client, "nonce", "no-0"))
		back := b.post(action(t, page.Text), url.Values{"username": {who.user}, "password": {who.password}})
		form := codeForm(back.redirect().Get("code"), "client_id", who.client, "client_secret", who.secret)
		if who.secret == "" {
			b.post("/swap", form)
		} else {
			form.Del("client_id")
			form.Del("client_secret")
			b.swap(form)
		}
	}
	b := newMemoryBrowser(t, p)
	newStory(t, p.Keys()).notice(b, time.Now(), basicClient())
	p.Journal().Append(journal.Entry{Kind: journal.UserInfo, User: "ada", Client: "shop", Tokens: []journal.Issued{{Kind: "userinfo", Value: "e30.e30.e30"}}})
	return p
}

func TestCatalogueIsWellFormed(t *testing.T) {
	t.Parallel()
	seen := make(map[fault.ID]bool)
	for _, s := range fault.All() {
		if err := s.Validate(); err != nil {
			t.Error(err)
		}
		if seen[s.ID] || s.Title == "" || len(s.Refs) == 0 {
			t.Errorf("%s: duplicate %v, title %q, %d refs", s.ID, seen[s.ID], s.Title, len(s.Refs))
		}
		for _, r := range s.Refs {
			if r.Spec == "" || r.Section == "" {
				t.Errorf("%s: reference %v", s.ID, fmt.Sprint(r))
			}
		}
		seen[s.ID] = true
	}
}
