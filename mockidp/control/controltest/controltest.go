// Package controltest holds what every host of the management API has to do:
// that of this process and the client of another one.
package controltest

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/countersign-oidc/countersign/mockidp/control"
	"github.com/countersign-oidc/countersign/mockidp/fault"
	"github.com/countersign-oidc/countersign/mockidp/identity"
	"github.com/countersign-oidc/countersign/mockidp/keys"
	"github.com/countersign-oidc/countersign/mockidp/settings"
)

// Own is a fault that the hosts under test know beside the catalogue.
func Own() fault.Spec {
	return fault.Spec{
		ID: "own.email.number", Title: "an e-mail address that is a number",
		Token: &fault.TokenEdit{SetClaims: map[string]json.RawMessage{"email": json.RawMessage("42")}},
	}
}

// Run runs the suite. The host is of a server without issuers that knows Own.
func Run(t *testing.T, host control.Host) {
	t.Helper()
	for name, test := range map[string]func(*testing.T, *subject){
		"Issuers": issuers, "EvilIssuer": evilIssuer, "Users": users, "Clients": clients,
		"Faults": faults, "RefusedFaults": refusedFaults, "Reset": reset,
		"Journal": journalPages, "Await": awaits, "Follow": follows,
		"Keys": rotation, "Clock": clock, "Mint": mint, "RefusedOrders": refusedOrders,
		"Sessions": sessions, "LogoutTokens": logoutTokens, "RefusedLogoutTokens": refusedLogoutTokens,
		"Closed": closed,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, &subject{t, host})
		})
	}
}

// patience bounds every wait of the suite.
const patience = 10 * time.Second

// subject is the host under test.
type subject struct {
	*testing.T

	host control.Host
}

func (s *subject) ok(err error) {
	s.Helper()
	if err != nil {
		s.Fatal(err)
	}
}

// refused wants a problem of a status whose errors are these, each a pointer
// and a part of what is said about it.
func (s *subject) refused(err error, status int, wrong ...string) {
	s.Helper()
	p, ok := errors.AsType[*control.Problem](err)
	if !ok || p.Status != status || p.Title == "" || p.Detail == "" {
		s.Errorf("want a problem of status %d, got %T %v", status, err, err)
		return
	}
	if status != 422 {
		if len(wrong) == 1 && strings.Contains(p.Detail, wrong[0]) {
			return
		}
		s.Errorf("%q does not say %q", p.Detail, wrong)
		return
	}
	if len(p.Errors)*2 != len(wrong) {
		s.Errorf("want %q, got %q", wrong, p.Errors)
		return
	}
	for i, e := range p.Errors {
		if e.Pointer != wrong[2*i] || !strings.Contains(e.Detail, wrong[2*i+1]) {
			s.Errorf("want %s %q, got %s %q", wrong[2*i], wrong[2*i+1], e.Pointer, e.Detail)
		}
	}
}

// within is a context that ends.
func (s *subject) within(d time.Duration) context.Context {
	ctx, cancel := context.WithTimeout(s.Context(), d)
	s.Cleanup(cancel)
	return ctx
}

const callback = "http://shop.test/callback"

func ada() identity.User {
	return identity.User{Username: "ada", Password: "correct horse", Subject: "sub-ada", Claims: map[string]any{
		"email": "ada@example.test", "groups": []any{"a", "b"}, "big": json.Number("12345678901234567890"),
	}}
}

func shop() identity.Client {
	return identity.Client{
		ID: "shop", Secret: "a secret of the shop", RedirectURIs: []string{callback}, IDTokenAlg: keys.ES256,
		GrantTypes: []identity.GrantType{identity.GrantCode, identity.GrantRefresh},
	}
}

// issuer is a new issuer with one user and one client.
func (s *subject) issuer() control.Handle {
	s.Helper()
	h, err := s.host.NewIssuer(s.Context(), settings.Issuer{
		Users: []identity.User{ada()}, Clients: []identity.Client{shop()},
	})
	s.ok(err)
	return h
}

// asJSON is how values are compared that came over the wire and did not.
func (s *subject) asJSON(v any) string {
	s.Helper()
	text, err := json.Marshal(v)
	s.ok(err)
	return string(text)
}

func (s *subject) arm(h control.Handle, id fault.ID, user string, budget int) control.Ticket {
	s.Helper()
	a, err := settings.Arm(id, []fault.Spec{Own()}, user, budget)
	s.ok(err)
	ticket, err := h.Arm(s.Context(), a)
	s.ok(err)
	return ticket
}
