package console

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/countersign-oidc/countersign/mockidp/fault"
	"github.com/countersign-oidc/countersign/mockidp/identity"
	"github.com/countersign-oidc/countersign/mockidp/journal"
)

// told is the stories of the journal, oldest first: the exchanges, who and
// where, and the ending.
func (w *world) told() []string {
	var out []string
	for _, s := range stories(w.provider.Journal().Select(journal.Query{})) {
		var kinds []string
		for _, e := range s.entries {
			kinds = append(kinds, string(e.Kind))
		}
		text := strings.Join(kinds, "+")
		if s.signIn {
			e := s.end()
			text = fmt.Sprintf("%s: %s at %s, %s %s", text, s.user(), s.client(), e.Tone, e.Text)
		}
		out = append([]string{text}, out...)
	}
	return out
}

func (w *world) arm(id fault.ID, user string) {
	w.t.Helper()
	spec, ok := fault.Named(id)
	if !ok {
		w.t.Fatalf("no fault %s", id)
	}
	if _, err := w.provider.Arm(spec, fault.Scope{User: user}, fault.Always); err != nil {
		w.t.Fatal(err)
	}
}

// TestStories drives a provider and holds what a journal is read as.
func TestStories(t *testing.T) {
	for name, test := range map[string]struct {
		drive func(*world)
		want  []string
	}{
		"a whole sign-in": {func(w *world) {
			w.do(w.visitor, w.provider.Issuer()+"/.well-known/openid-configuration", nil)
			tokens := w.redeem(w.signIn(w.begin("a", nil), "ada", password))
			w.do(w.visitor, w.provider.Issuer()+"/keys", nil)
			w.userInfo(tokens["access_token"])
			tokens = w.token(url.Values{"grant_type": {"refresh_token"}, "refresh_token": {tokens["refresh_token"]}})
			w.do(w.visitor, w.provider.Issuer()+"/leave", url.Values{
				"id_token_hint": {tokens["id_token"]}, "post_logout_redirect_uri": {"http://shop.test/bye"}, "confirmed": {"yes"},
			})
		}, []string{
			"discovery", "authorize+sign_in+token+userinfo+token+end_session: ada at shop, pass signed in, and out again", "jwks",
		}},
		"two at once": {func(w *world) {
			a, b := w.begin("a", nil), w.begin("b", nil)
			codeB := w.signIn(b, "bob", password)
			codeA := w.signIn(a, "ada", password)
			w.redeem(codeA)
			w.redeem(codeB)
		}, []string{
			"authorize+sign_in+token: ada at shop, pass signed in, tokens issued", "authorize+sign_in+token: bob at shop, pass signed in, tokens issued",
		}},
		"the same state twice": {func(w *world) {
			w.redeem(w.signIn(w.begin("a", nil), "ada", password))
			w.redeem(w.signIn(w.begin("a", nil), "bob", password))
		}, []string{
			"authorize+sign_in+token: ada at shop, pass signed in, tokens issued", "authorize+sign_in+token: bob at shop, pass signed in, tokens issued",
		}},
		"wrong password":      {func(w *world) { w.signIn(w.begin("a", nil), "ada", "wrong") }, []string{"authorize+sign_in:  at shop, fail wrong password"}},
		"nobody types":        {func(w *world) { w.begin("a", nil) }, []string{"authorize:  at shop, skip the browser is at the page sign in"}},
		"no tokens fetched":   {func(w *world) { w.signIn(w.begin("a", nil), "ada", password) }, []string{"authorize+sign_in: ada at shop, skip the shop has not fetched tokens"}},
		"an unknown redirect": {func(w *world) { w.begin("a", url.Values{"redirect_uri": {"http://evil.test/"}}) }, []string{"authorize:  at shop, fail refused: the redirect_uri is not registered for this client"}},
		"an error sent back": {func(w *world) { w.begin("a", url.Values{"scope": {"profile"}, "response_type": {"token"}}) }, []string{
			"authorize:  at shop, fail the shop was told the error unsupported_response_type",
		}},
		"a code used twice": {func(w *world) {
			code := w.signIn(w.begin("a", nil), "ada", password)
			w.redeem(code)
			w.redeem(code)
		}, []string{"authorize+sign_in+token+token: ada at shop, fail the token request was refused: the code is used before"}},
		"a code that a fault spoilt": {func(w *world) {
			w.arm("authorize.code.unknown", "")
			w.redeem(w.signIn(w.begin("a", nil), "ada", password))
		}, []string{"authorize+sign_in+token: ada at shop, fail the token request was refused: the code is unknown, expired or revoked"}},
		"pages with tickets": {func(w *world) {
			w.must(w.provider.PutUser(identity.User{Username: "carl", Password: password, SecondFactor: "123456", AskConsent: true}))
			q := url.Values{"acr_values": {"2"}}
			w.signIn(w.begin("a", q), "carl", password)
		}, []string{"authorize+sign_in: carl at shop, skip the browser is at the page second factor"}},
		"expired token, refused": {func(w *world) {
			w.arm(fault.IDTokenExpPast, "ada")
			w.redeem(w.signIn(w.begin("a", nil), "ada", password))
		}, []string{"authorize+sign_in+token: ada at shop, warn tokens issued, with the fault"}},
		"expired token, taken": {func(w *world) {
			w.arm(fault.IDTokenExpPast, "ada")
			w.userInfo(w.redeem(w.signIn(w.begin("a", nil), "ada", password))["access_token"])
		}, []string{"authorize+sign_in+token+userinfo: ada at shop, warn the shop went on to UserInfo after the fault"}},
		"no answer": {func(w *world) {
			w.arm("token.body.truncated", "")
			w.redeem(w.signIn(w.begin("a", nil), "ada", password))
		}, []string{"authorize+sign_in+token: ada at shop, fail the answer with the tokens was cut off"}},
		"a pushed request": {func(w *world) {
			uri := w.pushed()
			w.redeem(w.signIn(w.begin("a", url.Values{"request_uri": {uri}}), "ada", password))
		}, []string{"par+authorize+sign_in+token: ada at shop, pass signed in, tokens issued"}},
		"a device that nobody helps": {func(w *world) {
			device := w.tokensAt("/pair", url.Values{"scope": {"openid"}})
			w.token(url.Values{"grant_type": {"urn:ietf:params:oauth:grant-type:device_code"}, "device_code": {device["device_code"]}})
		}, []string{"device_authorization+token:  at shop, skip nobody has typed the user code yet"}},
		"lost": {func(w *world) { w.do(w.visitor, w.provider.Issuer()+"/nowhere", nil) }, []string{"stray"}},
	} {
		t.Run(name, func(t *testing.T) {
			w := startWorld(t)
			test.drive(w)
			if got := w.told(); strings.Join(got, "\n") != strings.Join(test.want, "\n") {
				t.Errorf("stories:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(test.want, "\n"))
			}
		})
	}
}

// pushed is the request_uri of a request that was pushed.
func (w *world) pushed() string {
	w.t.Helper()
	return w.tokensAt("/push", url.Values{
		"response_type": {"code"}, "client_id": {"shop"}, "redirect_uri": {callback}, "scope": {"openid"}, "state": {"p"},
	})["request_uri"]
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}
