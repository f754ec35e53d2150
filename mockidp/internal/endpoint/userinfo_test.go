package endpoint

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/countersign-oidc/countersign/mockidp/fault"
	"github.com/countersign-oidc/countersign/mockidp/identity"
	"github.com/countersign-oidc/countersign/mockidp/internal/state"
	"github.com/countersign-oidc/countersign/mockidp/journal"
	"github.com/countersign-oidc/countersign/mockidp/protocol"
)

// TestUserInfo holds what is released for which scopes and claims, and what is
// refused.
func TestUserInfo(t *testing.T) {
	t.Parallel()
	m, _ := minting(t)
	put(t, m.Directory, identity.User{Username: "ada", Subject: "sub-ada", Claims: map[string]any{
		"name": "Ada", "name#ja": "エイダ", "email": "ada@example.test", "email_verified": true, "phone_number": "1",
		"address": map[string]any{"locality": "London"}, "updated_at": 7, "tier": "gold",
	}})
	ada := state.Grant{User: "ada", Client: "shop"}
	m.Directory.PutClient(identity.Client{ID: "shop"})
	store := state.New(m.Now, state.Lifetimes{Code: time.Minute, Token: time.Hour, Session: time.Hour})
	rt := &Router{Script: &fault.Script{}, Journal: journal.NewLog(16), Now: m.Now, Logger: slog.New(slog.DiscardHandler), Closing: t.Context()}
	(&UserInfo{Directory: m.Directory, Store: store, Mint: m}).Mount(rt)
	asked := func(names ...string) map[string]*protocol.ClaimRequest {
		out := make(map[string]*protocol.ClaimRequest)
		for _, name := range names {
			out[name] = &protocol.ClaimRequest{Essential: true}
		}
		return out
	}
	for name, tc := range map[string]struct {
		grant  state.Grant
		scope  string
		status int
		body   string // or the error code
	}{
		"openid":  {ada, "openid", 200, `{"sub":"sub-ada","tier":"gold"}`},
		"profile": {ada, "openid profile", 200, `{"sub":"sub-ada","name":"Ada","name#ja":"エイダ","tier":"gold","updated_at":7}`},
		"email":   {ada, "openid email", 200, `{"sub":"sub-ada","email":"ada@example.test","email_verified":true,"tier":"gold"}`},
		"address and phone": {
			ada, "address openid phone", 200, `{"sub":"sub-ada","address":{"locality":"London"},"phone_number":"1","tier":"gold"}`,
		},
		"by name": {
			state.Grant{User: "ada", Client: "shop", Claims: protocol.ClaimsRequest{UserInfo: asked("phone_number", "gender", "sub")}},
			"openid", 200, `{"sub":"sub-ada","phone_number":"1","tier":"gold"}`,
		},
		"by name for the ID token": {
			state.Grant{User: "ada", Client: "shop", Claims: protocol.ClaimsRequest{IDToken: asked("phone_number")}},
			"openid", 200, `{"sub":"sub-ada","tier":"gold"}`,
		},
		"without openid":   {ada, "profile", 403, "insufficient_scope"},
		"without a user":   {state.Grant{User: "gone", Client: "shop"}, "openid", 401, "invalid_token"},
		"without a client": {state.Grant{User: "ada", Client: "gone"}, "openid", 401, "invalid_token"},
	} {
		r := httptest.NewRequest(http.MethodGet, UserInfoPath, nil)
		r.Header.Set("Authorization", "Bearer "+store.NewAccess(state.NewFamily(tc.grant), protocol.SplitScope(tc.scope)))
		w := httptest.NewRecorder()
		rt.Serve(w, r, UserInfoPath)
		if w.Code != tc.status || tc.status == 200 && w.Body.String() != tc.body {
			t.Errorf("%s: %d %s, want %d %s", name, w.Code, w.Body, tc.status, tc.body)
		}
		entries := rt.Journal.Select(journal.Query{})
		last := entries[len(entries)-1]
		if tc.status != 200 && (last.Error != tc.body || !strings.Contains(w.Header().Get("WWW-Authenticate"), `error="`+tc.body+`"`)) {
			t.Errorf("%s: error %q, header %v", name, last.Error, w.Header())
		}
		if last.Client != tc.grant.Client || last.User != tc.grant.User {
			t.Errorf("%s: journal %+v", name, last)
		}
	}
}
