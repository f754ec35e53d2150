package controltest

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/countersign-oidc/countersign/mockidp"
	"github.com/countersign-oidc/countersign/mockidp/control"
	"github.com/countersign-oidc/countersign/mockidp/identity"
	"github.com/countersign-oidc/countersign/mockidp/settings"
)

func issuers(_ *testing.T, s *subject) {
	s.ok(s.host.Ready(s.Context()))
	for path, id := range map[string]string{"/acme/v2": "acme:v2", "/": "root", "/root": ":root", "/acme": "acme"} {
		h, err := s.host.NewIssuer(s.Context(), settings.Issuer{Path: path})
		s.ok(err)
		info, err := h.Info(s.Context())
		s.ok(err)
		if info.ID != id || info.Path != path || !strings.HasSuffix(info.Issuer, strings.TrimSuffix(path, "/")) || info.Moved != 0 || info.Now.IsZero() {
			s.Errorf("%s: %+v", path, info)
		}
		found, err := s.host.Issuer(s.Context(), id)
		s.ok(err)
		if same, err := found.Info(s.Context()); err != nil || same.Issuer != info.Issuer {
			s.Errorf("%s: found %+v, %v", id, same, err)
		}
		_, err = s.host.NewIssuer(s.Context(), settings.Issuer{Path: path})
		s.refused(err, 409, "another issuer has the path")
	}
	all, err := s.host.Issuers(s.Context())
	s.ok(err)
	var paths []string
	for _, i := range all {
		paths = append(paths, i.Path)
	}
	if !slices.IsSorted(paths) || !slices.Contains(paths, "/acme/v2") || !slices.Contains(paths, "/") {
		s.Errorf("paths %q", paths)
	}
	for _, id := range []string{"", ".", "..", "a/../acme", "a?b", "nobody"} {
		_, err := s.host.Issuer(s.Context(), id)
		s.refused(err, 404, "no issuer")
	}
	_, err = s.host.NewIssuer(s.Context(), settings.Issuer{
		Path: "/acme/keys", Lifetimes: settings.Lifetimes{Code: 1},
		Users: []identity.User{ada(), {Username: "ada", Password: "x"}, {Username: "x"}},
	})
	s.refused(err, 422, "/users/2/password", "empty")
	_, err = s.host.NewIssuer(s.Context(), settings.Issuer{
		Path: "/acme/keys", Users: []identity.User{ada(), {Username: "ada", Password: "x"}}, Metadata: json.RawMessage(`{}`),
	})
	s.refused(err, 422, "", "ends like an endpoint", "/users/1/username", "another user has the name")
}

func evilIssuer(_ *testing.T, s *subject) {
	honest := s.issuer()
	info, err := honest.Info(s.Context())
	s.ok(err)
	evil, err := s.host.NewIssuer(s.Context(), settings.Issuer{
		Evil: &settings.Evil{Honest: info.Path, Mixes: []mockidp.Mix{mockidp.MixTokenEndpoint}},
	})
	s.ok(err)
	armed := func() (n int) {
		all, err := evil.Tickets(s.Context())
		s.ok(err)
		for _, t := range all {
			if t.Armed {
				n++
			}
		}
		return n
	}
	if at := s.shopper(evil).endpoint("token_endpoint"); !strings.HasPrefix(at, info.Issuer+"/") || armed() != 1 {
		s.Errorf("token endpoint %s, %d faults", at, armed())
	}
	s.ok(evil.Reset(s.Context()))
	if armed() != 1 {
		s.Error("no longer evil after Reset")
	}
	_, err = s.host.NewIssuer(s.Context(), settings.Issuer{
		Evil: &settings.Evil{Honest: "/nobody", Mixes: []mockidp.Mix{mockidp.MixTokenEndpoint}},
	})
	s.refused(err, 422, "/evil/honest", "no honest issuer")
}

func users(_ *testing.T, s *subject) {
	h := s.issuer()
	eve := identity.User{
		Username: "eve", Password: "pw", SecondFactor: "1", AskConsent: true,
		Claims: map[string]any{"n": json.Number("0.10"), "b": false, "o": map[string]any{"x": []any{nil, "y"}}},
	}
	s.ok(h.PutUser(s.Context(), eve))
	changed := ada()
	changed.Claims["email"] = "new@example.test"
	s.ok(h.PutUser(s.Context(), changed))
	all, err := h.Users(s.Context())
	s.ok(err)
	if got, want := s.asJSON(all), s.asJSON([]identity.User{changed, eve}); got != want {
		s.Errorf("users %s, want %s", got, want)
	}
	if claims := s.shopper(h).signIn(); claims["email"] != "new@example.test" || claims["big"] != 12345678901234567890.0 {
		s.Errorf("claims %v", claims)
	}
	s.refused(h.PutUser(s.Context(), identity.User{}), 422, "/username", "empty", "/password", "empty")
	s.refused(h.PutUser(s.Context(), identity.User{
		Username: "bob", Password: "p", Subject: "sub-ada",
		Claims: map[string]any{"iss": "x", "nonce": 1},
	}), 422, "", `"iss"`, "", `"nonce"`, "/sub", "another user")
	s.refused(h.RemoveUser(s.Context(), "adda"), 404, `did you mean "ada"?`)
	s.refused(h.RemoveUser(s.Context(), ""), 404, "no user")
	s.ok(h.RemoveUser(s.Context(), "eve"))
	if all, err = h.Users(s.Context()); err != nil || len(all) != 1 {
		s.Errorf("after removal %+v, %v", all, err)
	}
}

func clients(_ *testing.T, s *subject) {
	h := s.issuer()
	age := int64(0)
	app := identity.Client{
		ID: "an app/..", Name: "App", RedirectURIs: []string{"com.example.app:/cb"}, DefaultMaxAge: &age, RequirePKCE: true,
		Scope: "orders", ThinIDToken: true,
	}
	s.ok(h.PutClient(s.Context(), app))
	changed := shop()
	changed.Name = "The shop"
	s.ok(h.PutClient(s.Context(), changed))
	all, err := h.Clients(s.Context())
	s.ok(err)
	if got, want := s.asJSON(all), s.asJSON([]identity.Client{app, changed}); got != want {
		s.Errorf("clients %s, want %s", got, want)
	}
	s.refused(h.PutClient(s.Context(), identity.Client{Secret: "x"}), 422, "/client_id", "empty")
	s.refused(h.PutClient(s.Context(), identity.Client{ID: "x", AuthMethod: identity.AuthPost, RedirectURIs: []string{"/cb"}}), 422,
		"", "client_secret_post", "", `redirect URI "/cb" is not absolute`)
	s.refused(h.RemoveClient(s.Context(), "shopp"), 404, `did you mean "shop"?`)
	s.refused(h.RemoveClient(s.Context(), ""), 404, "no client")
	s.ok(h.RemoveClient(s.Context(), app.ID))
	if all, err = h.Clients(s.Context()); err != nil || len(all) != 1 {
		s.Errorf("after removal %+v, %v", all, err)
	}
}

func reset(_ *testing.T, s *subject) {
	h, err := s.host.NewIssuer(s.Context(), settings.Issuer{
		Users: []identity.User{ada()}, Clients: []identity.Client{shop()},
		Faults: []settings.Armed{{Fault: json.RawMessage(`"own.email.number"`), User: "ada", Budget: 1}},
	})
	s.ok(err)
	b := s.shopper(h)
	if claims := b.signIn(); claims["email"] != 42.0 {
		s.Errorf("claims %v", claims)
	}
	s.ok(h.PutUser(s.Context(), identity.User{Username: "eve", Password: "p"}))
	s.ok(h.RemoveClient(s.Context(), "shop"))
	s.arm(h, "jwks.status.503", "", 0)
	_, err = h.MoveClock(s.Context(), 1e9)
	s.ok(err)
	s.ok(h.Reset(s.Context()))
	people, err := h.Users(s.Context())
	s.ok(err)
	tickets, err := h.Tickets(s.Context())
	s.ok(err)
	page, err := h.Journal(s.Context(), control.Query{})
	s.ok(err)
	info, err := h.Info(s.Context())
	s.ok(err)
	if len(people) != 1 || len(tickets) != 1 || tickets[0].Fault.ID != "own.email.number" || len(page.Entries) != 0 || info.Moved != 0 {
		s.Errorf("%+v %+v %+v %+v", people, tickets, page, info)
	}
	for i, want := range []any{42.0, "ada@example.test"} {
		if claims := b.signIn(); claims["email"] != want {
			s.Errorf("sign-in %d after Reset: %v", i, claims)
		}
	}
}

func closed(_ *testing.T, s *subject) {
	h := s.issuer()
	b := s.shopper(h)
	info, err := h.Info(s.Context())
	s.ok(err)
	s.ok(h.Close(s.Context()))
	_, err = s.host.Issuer(s.Context(), info.ID)
	s.refused(err, 404, "no issuer")
	if status, _, _ := b.fetch("GET", info.Issuer+"/.well-known/openid-configuration", nil); status != 404 {
		s.Errorf("still served with status %d", status)
	}
}
