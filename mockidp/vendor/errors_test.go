package vendor_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/countersign-oidc/countersign/mockidp"
	"github.com/countersign-oidc/countersign/mockidp/journal"
	"github.com/countersign-oidc/countersign/mockidp/profile"
	"github.com/countersign-oidc/countersign/mockidp/protocol"
)

func mintedAccess() mockidp.Token {
	return mockidp.Token{Kind: "access_token", Client: "shop", User: "ada", Scopes: []string{"email"}}
}

// TestErrors makes every mistake that a fact is about, and holds the answer
// against the fact.
func TestErrors(t *testing.T) {
	for name, of := range facts(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := start(t, name)
			for _, f := range of.Facts {
				if c, ok := f.isError(); ok {
					t.Run(c, func(t *testing.T) { r.t = t; r.errorFact(name, c, f) })
				}
			}
		})
	}
}

func (r *running) errorFact(name, c string, f fact) {
	r.reset()
	r.user.Disabled, r.user.AskConsent = false, false
	if shows, ok := nothing()[f.ID]; ok {
		if !shows(r) {
			r.t.Errorf("the profile does not show this: %s", f.Payload)
		}
		return
	}
	a := r.meet(name, c)
	if f.Delivery != "redirect" && f.Delivery != "page-redirect" && f.Delivery != "none" && f.Status != 0 && a.StatusCode != f.Status {
		r.t.Errorf("status %d, want %d: %s", a.StatusCode, f.Status, plainText(a))
	}
	switch f.Delivery {
	case "redirect":
		r.redirected(a, f)
	case "json":
		r.inJSON(a, f)
	case "page-redirect":
		r.otherPage(a, f)
	case "header":
		r.matches(f, "WWW-Authenticate: "+a.Header.Get("WWW-Authenticate"))
	default:
		r.matches(f, plainText(a))
	}
}

// meet has the provider answer a mistake: by making it or, where no rule leads
// to it, by arming it.
func (r *running) meet(name, c string) answer {
	if own, ok := ownCases()[name+"."+c]; ok {
		c = own
	}
	words, has := r.profile.Errors[protocol.Case(c)]
	if has && words.At != "" {
		r.arm(profile.FaultID(words.At, protocol.Case(c)))
		return r.at(journal.Kind(words.At))
	}
	provoke, ok := provocations()[c]
	if !ok {
		r.t.Fatal("nothing leads to this mistake")
	}
	return provoke(r)
}

// ownCases are mistakes that go by another name than in the facts.
func ownCases() map[string]string {
	return map[string]string{
		"firebase.wrong_client_secret": "wrong_client_secret_direct",
		"firebase.bad_login":           "bad_login_direct",
		"firebase.user_disabled":       "user_disabled_direct",
		"firebase.invalid_code":        "invalid_code_direct",
		"keycloak.user_disabled":       "user_disabled_token",
		"keycloak.wrong_grant_type":    "unauthorized_flow",
		"google.invalid_request":       "invalid_request",
		"cognito.invalid_request":      "missing_response_type",
		"entra.id_token_not_enabled":   "unauthorized_flow",
		"entra.missing_parameter":      "missing_parameter",
	}
}

// at makes an ordinary request at an endpoint.
func (r *running) at(k journal.Kind) answer {
	switch k {
	case journal.Token:
		return r.exchange(r.code())
	case journal.Authorize:
		a := r.authorize()
		if a.find(r.t, "input") != nil {
			r.signIn()
			return r.authorize()
		}
		return a
	case journal.Direct:
		return r.password()
	case journal.SignIn:
		return r.signIn()
	case journal.EndSession:
		return r.get(r.sheet.LogoutEndpoint)
	case journal.Apps:
		return r.get(r.origin + "/apps")
	}
	return r.get(r.origin + strings.TrimSuffix(r.profile.Issuer, "/") + "/.well-known/openid-configuration")
}

func (r *running) redirected(a answer, f fact) {
	if to := a.Header.Get("Location"); !strings.HasPrefix(to, callback) || a.StatusCode/100 != 3 {
		r.t.Fatalf("no redirect to the shop: %d %q %s", a.StatusCode, to, a.Text)
	}
	r.members(f, func(name string) any {
		if v := a.params().Get(name); v != "" {
			return v
		}
		return nil
	})
	if a.params().Get("state") != "st-1" {
		r.t.Errorf("state is %q", a.params().Get("state"))
	}
}

func (r *running) inJSON(a answer, f fact) {
	if kind := a.Header.Get("Content-Type"); !strings.HasPrefix(kind, "application/json") {
		r.t.Errorf("Content-Type %q", kind)
	}
	if len(f.Payload) > 0 && f.Payload[0] == '"' {
		r.matches(f, a.Text)
		return
	}
	if _, ok := described()[f.ID]; ok {
		r.matches(f, a.Text)
		return
	}
	body := a.json(r.t)
	r.members(f, func(name string) any { return body[name] })
}

func (r *running) otherPage(a answer, f fact) {
	to := a.Header.Get("Location")
	if a.StatusCode != http.StatusFound || !strings.HasPrefix(to, r.origin) {
		r.t.Fatalf("%d, Location %q", a.StatusCode, to)
	}
	r.matches(f, strings.TrimPrefix(to, r.origin)+" "+plainText(r.get(to)))
}

// members holds each member of a payload against what is there.
func (r *running) members(f fact, got func(string) any) {
	r.t.Helper()
	if _, ok := described()[f.ID]; ok {
		r.matches(f, fmt.Sprint(got("error"), " ", got("error_description")))
		return
	}
	var want map[string]any
	if err := json.Unmarshal(f.Payload, &want); err != nil {
		r.matches(f, fmt.Sprint(got("error"), " ", got("error_description")))
		return
	}
	for name, value := range want {
		if !like(value, got(name)) {
			r.t.Errorf("%s is %v, want %v", name, got(name), value)
		}
	}
	if _, described := want["error_description"]; !described && got("error_description") != nil && r.profile.ErrorBody == nil {
		r.t.Errorf("error_description %v, want none", got("error_description"))
	}
}

// like compares a value with an example of it: texts by what they say, all
// else by equality; members that the example does not have do not count.
func like(want, got any) bool {
	switch w := want.(type) {
	case string:
		g, ok := got.(string)
		return ok && says(w).MatchString(g)
	case map[string]any:
		g, ok := got.(map[string]any)
		for name, value := range w {
			ok = ok && like(value, g[name])
		}
		return ok
	}
	return fmt.Sprint(want) == fmt.Sprint(got)
}

var holes = regexp.MustCompile(`\\\{[^{}]*\\\}|<[^<>]*>|…|\d\d\d\d-\d\d-\d\d \d\d:\d\d:\d\dZ`)

// says is a text in which what differs from case to case is left open. Of
// alternatives, "a or b", either will do.
func says(text string) *regexp.Regexp {
	var either []string
	for _, one := range strings.Split(text, " or ") {
		either = append(either, holes.ReplaceAllString(regexp.QuoteMeta(one), ".*"))
	}
	if len(either) > 2 || strings.Contains(text, " ") && !strings.HasPrefix(text, "invalid_") {
		either = []string{holes.ReplaceAllString(regexp.QuoteMeta(text), ".*")}
	}
	return regexp.MustCompile(`(?s)^(` + strings.Join(either, "|") + `).*$`)
}

// matches looks for what a payload says in a text. A payload that describes the
// answer says the parts that are listed for it.
func (r *running) matches(f fact, text string) {
	r.t.Helper()
	want, described := described()[f.ID]
	if !described {
		var said any
		if err := json.Unmarshal(f.Payload, &said); err != nil {
			r.t.Fatal(err)
		}
		if members, ok := said.(map[string]any); ok {
			for _, value := range members {
				want = append(want, fmt.Sprint(value))
			}
		} else {
			want = []string{fmt.Sprint(said)}
		}
	}
	for _, part := range want {
		pattern := strings.TrimSuffix(strings.TrimPrefix(says(part).String(), "(?s)^"), ".*$")
		if !regexp.MustCompile(`(?s)` + pattern).MatchString(text) {
			r.t.Errorf("%q\nis not in %q", part, text)
		}
	}
}

var markup = regexp.MustCompile(`(?s)<style>.*?</style>|<[^>]*>`)

// plainText is what people read of a page.
func plainText(a answer) string {
	text := markup.ReplaceAllString(a.Text, " ")
	return strings.Join(strings.Fields(strings.NewReplacer("&#39;", "'", "&#34;", `"`, "&amp;", "&", "&lt;", "<", "&gt;", ">").Replace(text)), " ")
}

func TestTablesNameFacts(t *testing.T) {
	var ids []string
	for _, of := range facts(t) {
		for _, f := range of.Facts {
			ids = append(ids, f.ID)
		}
	}
	named := slices.Concat(slices.Collect(maps.Keys(described())), slices.Collect(maps.Keys(nothing())))
	for _, id := range named {
		if !slices.Contains(ids, id) {
			t.Errorf("no fact is called %s", id)
		}
	}
}
