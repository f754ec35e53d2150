package controltest

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/countersign-oidc/countersign/mockidp"
	"github.com/countersign-oidc/countersign/mockidp/control"
	"github.com/countersign-oidc/countersign/mockidp/fault"
	"github.com/countersign-oidc/countersign/mockidp/keys"
	"github.com/countersign-oidc/countersign/mockidp/settings"
)

func rotation(_ *testing.T, s *subject) {
	h := s.issuer()
	b := s.shopper(h)
	count := func() int {
		_, _, text := b.fetch("GET", b.endpoint("jwks_uri"), nil)
		var set struct{ Keys []json.RawMessage }
		s.ok(json.Unmarshal([]byte(text), &set))
		return len(set.Keys)
	}
	before := count()
	s.ok(h.Rotate(s.Context(), keys.Overlap))
	overlapping := count()
	s.ok(h.Rotate(s.Context(), keys.Sudden))
	if after := count(); overlapping != 2*before || after != before {
		s.Errorf("%d keys, %d with an overlap, %d without", before, overlapping, after)
	}
	s.refused(h.Rotate(s.Context(), "slow"), 422, "/how", "none of the known values")
}

func clock(_ *testing.T, s *subject) {
	h := s.issuer()
	b := s.shopper(h)
	code := b.code()
	info, err := h.MoveClock(s.Context(), 90*time.Second)
	s.ok(err)
	if ahead := time.Until(info.Now); time.Duration(info.Moved) != 90*time.Second || ahead < 80*time.Second || ahead > 91*time.Second {
		s.Errorf("%+v", info)
	}
	if _, answer := b.swap(code); answer["error"] != "invalid_grant" {
		s.Errorf("a code of 90 seconds ago: %v", answer)
	}
	if info, err = h.MoveClock(s.Context(), -2*time.Minute); err != nil || time.Duration(info.Moved) != -30*time.Second {
		s.Errorf("back: %+v, %v", info, err)
	}
	_, err = h.MoveClock(s.Context(), 2*mockidp.MaxMove)
	s.refused(err, 422, "", "off")
}

func mint(_ *testing.T, s *subject) {
	h := s.issuer()
	at := time.Date(2026, 1, 31, 12, 0, 0, 0, time.UTC)
	raw, err := h.Mint(s.Context(), control.Order{
		Kind: "id_token", Client: "shop", User: "ada", Scopes: []string{"openid", "email"}, Nonce: "n", AuthTime: at, SID: "s", ACR: "1",
		AMR: []string{"pwd"}, AccessToken: "at", Code: "c", Lifetime: settings.Duration(-time.Hour),
		Edit: &fault.TokenEdit{SetClaims: map[string]json.RawMessage{"aud": json.RawMessage(`["x"]`)}},
	})
	s.ok(err)
	claims := s.claims(raw)
	exp, _ := claims["exp"].(float64)
	if claims["nonce"] != "n" || claims["auth_time"] != float64(at.Unix()) || claims["sub"] != "sub-ada" || claims["email"] != "ada@example.test" ||
		s.asJSON(claims["aud"]) != `["x"]` || claims["at_hash"] == nil || claims["c_hash"] == nil || claims["sid"] != "s" ||
		time.Until(time.Unix(int64(exp), 0)) > -59*time.Minute {
		s.Errorf("claims %v", claims)
	}
	access, err := h.Mint(s.Context(), control.Order{Kind: "access_token", Client: "shop", User: "ada"})
	s.ok(err)
	b := s.shopper(h)
	if status, _, text := b.fetch("GET", b.endpoint("userinfo_endpoint")+"?access_token=x", nil); status == 200 {
		s.Errorf("UserInfo takes any token: %s", text)
	}
	form := map[string][]string{"access_token": {access}}
	if status, _, text := b.fetch("POST", b.endpoint("userinfo_endpoint"), form); status != 200 || !strings.Contains(text, "sub-ada") {
		s.Errorf("UserInfo: %d %s", status, text)
	}
}

func refusedOrders(_ *testing.T, s *subject) {
	h := s.issuer()
	for _, tc := range []struct {
		order control.Order
		wrong []string
	}{
		{control.Order{}, []string{"/kind", "none of the known values", "/client", "empty"}},
		{control.Order{Kind: "id_token", Client: "x", User: "y"}, []string{"", `no client "x"`, "", `no user "y"`}},
		{control.Order{Kind: "id_token", Client: "shop", User: "ada", Edit: &fault.TokenEdit{Sign: "well"}}, []string{"/edit/sign", "none of the known values"}},
		{control.Order{Kind: "id_token", Client: "shop", User: "ada", Edit: &fault.TokenEdit{RemoveClaims: []string{"x"}}}, []string{"", "changes nothing"}},
	} {
		_, err := h.Mint(s.Context(), tc.order)
		s.refused(err, 422, tc.wrong...)
	}
}

func sessions(_ *testing.T, s *subject) {
	h := s.issuer()
	for range 2 {
		s.shopper(h).signIn()
	}
	for _, want := range []int{2, 0} {
		if n, err := h.EndSessions(s.Context(), "ada"); err != nil || n != want {
			s.Errorf("%d sessions ended, want %d: %v", n, want, err)
		}
	}
	for _, name := range []string{"eve", ""} {
		_, err := h.EndSessions(s.Context(), name)
		s.refused(err, 404, "no user")
	}
}

func logoutTokens(t *testing.T, s *subject) {
	h := s.issuer()
	got := make(chan string, 2)
	rp := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		got <- r.FormValue("logout_token") + r.FormValue("more")
		w.Header().Set("X-Shop", "yes")
		w.WriteHeader(http.StatusBadRequest)
		_, _ = w.Write([]byte("\xffno")) // the test reads it back
	}))
	t.Cleanup(rp.Close)
	client := shop()
	client.BackChannelLogoutURI = rp.URL
	s.ok(h.PutClient(s.Context(), client))
	answer, err := h.SendLogout(s.Context(), mockidp.LogoutNotice{Client: "shop", User: "ada", SID: "s"})
	s.ok(err)
	if answer.Status != 400 || string(answer.Body) != "\xffno" || answer.Header.Get("X-Shop") != "yes" || len(answer.Faults) != 0 {
		s.Errorf("answer %+v", answer)
	}
	if claims := s.claims(<-got); claims["sub"] != "sub-ada" || claims["sid"] != "s" {
		s.Errorf("logout token %v", claims)
	}
	answer, err = h.SendLogout(s.Context(), mockidp.LogoutNotice{
		Client: "shop", User: "ada", Edit: &fault.TokenEdit{Sign: "unsigned"},
		Delivery: &fault.RedirectEdit{Set: map[string]string{"more": "!"}},
	})
	s.ok(err)
	if raw := <-got; !strings.HasSuffix(raw, ".!") || s.asJSON(answer.Faults) != `["logout_token.notice.edited"]` {
		s.Errorf("spoilt token %s, answer %+v", raw, answer)
	}
}

func refusedLogoutTokens(_ *testing.T, s *subject) {
	h := s.issuer()
	_, err := h.SendLogout(s.Context(), mockidp.LogoutNotice{})
	s.refused(err, 422, "/client", "empty")
	_, err = h.SendLogout(s.Context(), mockidp.LogoutNotice{Client: "shop", Edit: &fault.TokenEdit{Sign: "well"}})
	s.refused(err, 422, "/edit/sign", "none of the known values")
	_, err = h.SendLogout(s.Context(), mockidp.LogoutNotice{Client: "shop", User: "ada"})
	s.refused(err, 502, "no backchannel_logout_uri")
}
