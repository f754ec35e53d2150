package mockidp

import (
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/countersign-oidc/countersign/mockidp/fault"
	"github.com/countersign-oidc/countersign/mockidp/identity"
	"github.com/countersign-oidc/countersign/mockidp/journal"
)

func named(t testing.TB, id fault.ID) fault.Spec {
	t.Helper()
	spec, ok := fault.Named(id)
	if !ok {
		t.Fatalf("no fault %s", id)
	}
	return spec
}

// TestMoveClock holds that what was issued expires by the moved clock, that
// Reset moves it back, and that it can be moved only so far.
func TestMoveClock(t *testing.T) {
	t.Parallel()
	p := newProvider(t, nil)
	b := newBrowser(t, p)
	code := b.code()
	for _, by := range []time.Duration{2 * time.Minute, -30 * time.Second} {
		if err := p.MoveClock(by); err != nil {
			t.Fatal(err)
		}
	}
	now, moved := p.Clock()
	if moved != 90*time.Second || time.Until(now) < 80*time.Second {
		t.Errorf("moved by %v to %v", moved, now)
	}
	if r := b.swap(codeForm(code)); r.member(t, "error") != "invalid_grant" {
		t.Errorf("a code of 90 s ago: %d %s", r.StatusCode, r.Text)
	}
	for _, by := range []time.Duration{MaxMove, -2 * MaxMove, 1<<63 - 1, -1 << 63} {
		if err := p.MoveClock(by); err == nil {
			t.Errorf("moved by %v more", by)
		}
	}
	p.Reset()
	if _, moved := p.Clock(); moved != 0 {
		t.Errorf("after Reset: moved by %v", moved)
	}
}

// TestRemove holds that nothing that was issued for a user or to a client who
// is gone is of any use.
func TestRemove(t *testing.T) {
	t.Parallel()
	p := newProvider(t, nil)
	b := newBrowser(t, p)
	who := func(access any) int {
		return b.do(request(t, "GET", p.Issuer()+"/who", nil, "Authorization", "Bearer "+access.(string))).StatusCode
	}
	access := b.swap(codeForm(b.code())).member(t, "access_token")
	code := b.code()
	if status := who(access); status != 200 {
		t.Fatalf("UserInfo says %d", status)
	}
	if !p.RemoveUser("ada") || p.RemoveUser("ada") || p.RemoveUser("nobody") {
		t.Error("RemoveUser does not tell whether there was one")
	}
	if r := b.swap(codeForm(code)); who(access) != 401 || r.member(t, "error") != "invalid_grant" {
		t.Errorf("UserInfo says %d, the token endpoint %s", who(access), r.Text)
	}
	if r := b.get("/begin", authParams("prompt", "none")); r.redirect().Get("error") != "login_required" {
		t.Errorf("the session is still there: %v", r.redirect())
	}
	putUser(t, p, identity.User{Username: "eve", Password: "p", Subject: "sub-ada"})
	putUser(t, p, ada2())
	if len(p.Users()) != 3 {
		t.Errorf("users %+v", p.Users())
	}
	if !p.RemoveClient("shop") || p.RemoveClient("shop") {
		t.Error("RemoveClient does not tell whether there was one")
	}
	if r := b.get("/begin", authParams()); r.StatusCode != 400 || len(p.Clients()) != 2 {
		t.Errorf("%d %s, clients %+v", r.StatusCode, r.Text, p.Clients())
	}
}

func ada2() identity.User {
	u := ada()
	u.Subject = "sub-ada-2"
	return u
}

// TestTickets holds that armed faults are found again with what they did, and
// that those of the configuration are armed again by Reset.
func TestTickets(t *testing.T) {
	t.Parallel()
	standing := fault.Arming{Spec: named(t, fault.UserInfoStatus500), Scope: fault.Scope{User: "bob"}}
	p := newProvider(t, func(c *Config) { c.Faults = []fault.Arming{standing} })
	b := newBrowser(t, p)
	once := arm(t, p, fault.TokenStatus500, fault.Scope{Client: "shop"}, fault.Once)
	off := arm(t, p, fault.JWKSStatus503, fault.Scope{}, fault.Always)
	off.Disarm()
	b.swap(codeForm(b.code()))
	type row struct {
		id    int
		spec  fault.ID
		fired int
		armed bool
	}
	rows := func() (out []row) {
		for _, k := range p.Tickets() {
			out = append(out, row{k.ID(), k.Arming().Spec.ID, k.Fired(), k.Armed()})
		}
		return out
	}
	want := []row{{1, fault.UserInfoStatus500, 0, true}, {2, fault.TokenStatus500, 1, false}, {3, fault.JWKSStatus503, 0, false}}
	if got := rows(); !slices.Equal(got, want) || once.Fired() != 1 {
		t.Errorf("%v, want %v", got, want)
	}
	p.Reset()
	if got, want := rows(), []row{{4, fault.UserInfoStatus500, 0, true}}; !slices.Equal(got, want) {
		t.Errorf("after Reset %v, want %v", got, want)
	}
	for range 300 {
		arm(t, p, fault.JWKSStatus503, fault.Scope{}, fault.Always).Disarm()
	}
	if got := rows(); len(got) != 257 || got[0].id != 4 || got[1].id != 49 {
		t.Errorf("%d tickets, first %v", len(got), got[:2])
	}
	bad := testConfig()
	bad.Faults = []fault.Arming{{Spec: fault.Spec{ID: "x.y"}, Budget: -1}}
	if err := bad.Validate(); err == nil {
		t.Error("a configuration with a bad fault is good")
	}
}

// TestObserve holds that each exchange is told of once, with what the journal
// has and whose it is.
func TestObserve(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	var seen []Observation
	s, err := Start(t.Context(), Options{Observe: func(o Observation) {
		mu.Lock()
		defer mu.Unlock()
		seen = append(seen, o)
	}})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close(t.Context())
	p, err := s.NewProvider(testConfig())
	if err != nil {
		t.Fatal(err)
	}
	b := newBrowser(t, p)
	arm(t, p, fault.TokenStatus500, fault.Scope{}, fault.Once)
	b.swap(codeForm(b.code()))
	b.do(request(t, "GET", s.URL()+"/nowhere", nil))
	mu.Lock()
	defer mu.Unlock()
	var kinds []journal.Kind
	for i, o := range seen {
		kinds = append(kinds, o.Entry.Kind)
		if (o.Issuer == p.Issuer()) != (i < 3) || time.Since(o.Began) > time.Minute || o.Took < 0 {
			t.Errorf("%+v", o)
		}
	}
	if want := []journal.Kind{journal.Authorize, journal.SignIn, journal.Token, journal.Stray}; !slices.Equal(kinds, want) {
		t.Errorf("saw %q, want %q", kinds, want)
	}
	if e := seen[2].Entry; e.Status != 500 || !slices.Equal(e.Faults, []string{string(fault.TokenStatus500)}) {
		t.Errorf("the token request %+v", e)
	}
}
