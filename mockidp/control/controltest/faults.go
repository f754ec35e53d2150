package controltest

import (
	"encoding/json"
	"slices"
	"testing"

	"github.com/countersign-oidc/countersign/mockidp/control"
	"github.com/countersign-oidc/countersign/mockidp/fault"
	"github.com/countersign-oidc/countersign/mockidp/settings"
)

func faults(_ *testing.T, s *subject) {
	all, err := s.host.Faults(s.Context())
	s.ok(err)
	if got, want := s.asJSON(all), s.asJSON(append([]fault.Spec{Own()}, fault.All()...)); got != want {
		s.Errorf("%d faults, want the %d of the catalogue behind the own one", len(all), len(fault.All()))
	}
	h := s.issuer()
	once := s.arm(h, "token.status.500", "ada", 1)
	own := s.arm(h, "own.email.number", "", 0)
	written, err := settings.ArmSpec(fault.Spec{
		ID: "mine.nonce.added", Token: &fault.TokenEdit{SetClaims: map[string]json.RawMessage{"added": json.RawMessage(`{"$now":"0s"}`)}},
	})
	s.ok(err)
	written.Client = "shop"
	added, err := h.Arm(s.Context(), written)
	s.ok(err)
	b := s.shopper(h)
	if status, _ := b.swap(b.code()); status != 500 {
		s.Errorf("token endpoint: %d", status)
	}
	if claims := b.signIn(); claims["email"] != 42.0 || claims["added"] == nil {
		s.Errorf("claims %v", claims)
	}
	s.ok(h.Disarm(s.Context(), own.ID))
	s.ok(h.Disarm(s.Context(), own.ID))
	if claims := b.signIn(); claims["email"] != "ada@example.test" {
		s.Errorf("claims %v after disarming", claims)
	}
	// The answer with status 500 had a token that the other two spoilt first.
	want := []control.Ticket{
		{ID: 1, Fault: once.Fault, User: "ada", Budget: 1, Fired: 1},
		{ID: 2, Fault: Own(), Fired: 2},
		{ID: 3, Fault: added.Fault, Client: "shop", Fired: 3, Armed: true},
	}
	tickets, err := h.Tickets(s.Context())
	s.ok(err)
	if got, want := s.asJSON(tickets), s.asJSON(want); got != want {
		s.Errorf("armed %s, want %s", got, want)
	}
	one, err := h.Ticket(s.Context(), added.ID)
	s.ok(err)
	if s.asJSON(one) != s.asJSON(want[2]) {
		s.Errorf("armed %+v, want %+v", one, want[2])
	}
	page, err := h.Journal(s.Context(), control.Query{})
	s.ok(err)
	acted := page.Entries[len(page.Entries)-1].Faults
	if !slices.Equal(acted, []string{"mine.nonce.added"}) {
		s.Errorf("the journal has %q", acted)
	}
}

func refusedFaults(_ *testing.T, s *subject) {
	h := s.issuer()
	for _, tc := range []struct {
		armed settings.Armed
		wrong []string
	}{
		{settings.Armed{Fault: json.RawMessage(`"jwks.status.504"`)}, []string{"/fault", `did you mean "jwks.status.503"?`}},
		{settings.Armed{Fault: json.RawMessage(`"jwks.status.503"`), User: "eve", Client: "x"}, []string{"/user", "no user", "/client", "no client"}},
		{settings.Armed{Fault: json.RawMessage(`{"id":"a.b"}`)}, []string{"/fault", "no edits"}},
		{settings.Armed{Fault: json.RawMessage(`7`)}, []string{"/fault", "expected string or object"}},
		{settings.Armed{Fault: json.RawMessage(`"jwks.status.503"`), Budget: -1}, []string{"/budget", "less than 1"}},
	} {
		_, err := h.Arm(s.Context(), tc.armed)
		s.refused(err, 422, tc.wrong...)
	}
	for _, id := range []int{0, -1, 7} {
		_, err := h.Ticket(s.Context(), id)
		s.refused(err, 404, "no armed fault")
		s.refused(h.Disarm(s.Context(), id), 404, "no armed fault")
	}
	if all, err := h.Tickets(s.Context()); err != nil || len(all) != 0 {
		s.Errorf("armed %+v, %v", all, err)
	}
}
