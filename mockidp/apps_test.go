package mockidp

import (
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/countersign-oidc/countersign/mockidp/journal"
)

func newApps(t *testing.T) *browser {
	t.Helper()
	return newBrowser(t, newProvider(t, func(c *Config) {
		c.Clients[0].Name, c.Clients[0].InitiateLoginURI = "The <Shop>", "http://shop.test/login?from=op"
	}))
}

func TestAppsPage(t *testing.T) {
	t.Parallel()
	b := newApps(t)
	r := b.get("/apps", nil)
	if r.StatusCode != http.StatusOK || !strings.Contains(r.Text, "Nobody is signed in.") {
		t.Errorf("%d %s", r.StatusCode, r.Text)
	}
	b.code()
	r = b.get("/apps", url.Values{"target_link_uri": {"http://shop.test/a?b"}})
	link := regexp.MustCompile(`<a href="([^"]+)" data-client="([^"]+)">([^<]+)</a>`)
	var got []string
	for _, m := range link.FindAllStringSubmatch(r.Text, -1) {
		got = append(got, m[2]+" "+m[3])
		if want := b.p.Issuer() + "/apps?client_id=" + m[2] + "&amp;target_link_uri=http%3A%2F%2Fshop.test%2Fa%3Fb"; m[1] != want {
			t.Errorf("link %s, want %s", m[1], want)
		}
	}
	if want := []string{"app app", "poster poster", "shop The &lt;Shop&gt;"}; !slices.Equal(got, want) {
		t.Errorf("links %q, want %q", got, want)
	}
	if !strings.Contains(r.Text, "signed in as <strong>ada</strong>") || b.last().Kind != journal.Apps || b.last().User != "ada" || b.last().Page != "apps" {
		t.Errorf("entry %+v, page %s", b.last(), r.Text)
	}
}

// TestInitiateLogin holds what the relying party gets, by either method, and
// what the journal says of it.
func TestInitiateLogin(t *testing.T) {
	t.Parallel()
	b := newApps(t)
	target := "http://shop.test/a?b=c&d"
	if r := b.get("/apps", url.Values{"client_id": {"shop"}}); r.Header.Get("Location") != "http://shop.test/login?from=op&iss="+url.QueryEscape(b.p.Issuer()) {
		t.Errorf("without a session: %d %s", r.StatusCode, r.Header.Get("Location"))
	}
	b.code()
	mark := b.p.Journal().Mark()
	r := b.get("/apps", url.Values{"client_id": {"shop"}, "target_link_uri": {target}})
	got := r.redirect()
	if r.StatusCode != http.StatusFound || got.Get("iss") != b.p.Issuer() || got.Get("login_hint") != "ada" || got.Get("target_link_uri") != target || got.Get("from") != "op" {
		t.Errorf("%d %s", r.StatusCode, r.Header.Get("Location"))
	}
	told := b.p.Journal().Select(query(mark))
	if len(told) != 2 || told[0].Kind != journal.InitiateLogin || told[1].Kind != journal.Apps {
		t.Fatalf("entries %+v", told)
	}
	if e := told[0]; e.Path != "http://shop.test/login?from=op" || e.Method != http.MethodGet || e.Client != "shop" || e.User != "ada" ||
		e.Query.Get("target_link_uri") != target || e.Location != r.Header.Get("Location") || !e.Sent {
		t.Errorf("entry %+v", e)
	}

	r = b.get("/apps", url.Values{"client_id": {"shop"}, "method": {"post"}})
	for _, part := range []string{
		`<form method="post" action="http://shop.test/login?from=op">`, `name="iss" value="` + b.p.Issuer() + `"`, `name="login_hint" value="ada"`,
	} {
		if !strings.Contains(r.Text, part) {
			t.Errorf("page without %s: %s", part, r.Text)
		}
	}
	script := digestOf(between(t, r.Text, "<script>", "</script>"))
	if csp := r.Header.Get("Content-Security-Policy"); strings.Count(csp, "script-src") != 1 || !strings.Contains(csp, "script-src '"+script+"'") {
		t.Errorf("policy %q has not %s", csp, script)
	}
	e := b.p.Journal().Select(journal.Query{Kind: journal.InitiateLogin})[2]
	if e.Method != http.MethodPost || e.Form.Get("login_hint") != "ada" || len(e.Query) != 0 || e.Location != "http://shop.test/login?from=op" {
		t.Errorf("entry %+v", e)
	}
}

func TestInitiateLoginRefusals(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		query url.Values
		code  string
		text  string
	}{
		"no initiate_login_uri": {url.Values{"client_id": {"app"}}, "missing_initiate_login_uri", "Register its initiate_login_uri"},
		"unknown client":        {url.Values{"client_id": {"nobody"}}, "invalid_request", "not registered"},
		"two clients":           {url.Values{"client_id": {"shop", "app"}}, "invalid_request", "more than once"},
		"another method":        {url.Values{"client_id": {"shop"}, "method": {"put"}}, "invalid_request", "get or post"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newApps(t)
			r := b.get("/apps", tc.query)
			if r.StatusCode != http.StatusBadRequest || b.last().Error != tc.code || !strings.Contains(r.Text, tc.text) || !strings.Contains(r.Text, tc.code) {
				t.Errorf("%d, error %q: %s", r.StatusCode, b.last().Error, r.Text)
			}
			if started := b.p.Journal().Select(journal.Query{Kind: journal.InitiateLogin}); len(started) > 0 {
				t.Errorf("started %+v", started)
			}
		})
	}
}
