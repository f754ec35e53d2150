package mockidp

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/countersign-oidc/countersign/mockidp/fault"
	"github.com/countersign-oidc/countersign/mockidp/journal"
)

func TestBudgets(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		budget fault.Budget
		fires  int
	}{"once": {fault.Once, 1}, "three times": {3, 3}, "always": {fault.Always, 5}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newMemoryProvider(t, nil)
			b := newMemoryBrowser(t, p)
			ticket := arm(t, p, fault.JWKSStatus503, fault.Scope{}, tc.budget)
			failed := 0
			for range 5 {
				if b.get("/keys", nil).StatusCode == http.StatusServiceUnavailable {
					failed++
				}
			}
			if failed != tc.fires || ticket.Fired() != tc.fires {
				t.Errorf("%d answers failed, fired %d, want %d", failed, ticket.Fired(), tc.fires)
			}
			ticket.Disarm()
			if r := b.get("/keys", nil); r.StatusCode != http.StatusOK {
				t.Errorf("disarmed: %d", r.StatusCode)
			}
		})
	}
}

// TestOnceFiresOnce lets many exchanges race for a budget of one.
func TestOnceFiresOnce(t *testing.T) {
	t.Parallel()
	p := newMemoryProvider(t, nil)
	ticket := arm(t, p, fault.JWKSStatus503, fault.Scope{}, fault.Once)
	var failed sync.Map
	var wg sync.WaitGroup
	for i := range 50 {
		wg.Go(func() {
			if newMemoryBrowser(t, p).get("/keys", nil).StatusCode != http.StatusOK {
				failed.Store(i, true)
			}
		})
	}
	wg.Wait()
	n := 0
	failed.Range(func(any, any) bool { n++; return true })
	if n != 1 || ticket.Fired() != 1 {
		t.Errorf("%d answers failed, fired %d, want 1", n, ticket.Fired())
	}
}

// TestUnchangedExchangeDoesNotFire holds that a fault without effect keeps its
// budget.
func TestUnchangedExchangeDoesNotFire(t *testing.T) {
	t.Parallel()
	p := newMemoryProvider(t, nil)
	b := newMemoryBrowser(t, p)
	nonce := arm(t, p, fault.IDTokenNonceOther, fault.Scope{}, fault.Once)
	state := arm(t, p, fault.AuthorizeStateOther, fault.Scope{}, fault.Once)
	tokens := arm(t, p, fault.TokenIDTokenMissing, fault.Scope{}, fault.Once)
	b.swap(codeForm(b.code("nonce", "", "state", ""), "code", "invented"))
	b.swap(codeForm(b.code("nonce", "", "state", ""), "redirect_uri", "http://other.test"))
	for _, ticket := range []*fault.Ticket{nonce, state, tokens} {
		if ticket.Fired() != 0 {
			t.Errorf("%s fired", ticket.Arming().Spec.ID)
		}
	}
	for _, e := range p.Journal().Select(query(0)) {
		if len(e.Faults) > 0 {
			t.Errorf("entry %d names %q", e.Seq, e.Faults)
		}
	}
}

func TestScope(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		id    fault.ID
		scope fault.Scope
		fires int
	}{
		"the user's token":        {fault.IDTokenAudOther, fault.Scope{User: "ada"}, 1},
		"another user's token":    {fault.IDTokenAudOther, fault.Scope{User: "bob"}, 0},
		"the client's token":      {fault.TokenStatus500, fault.Scope{Client: "shop"}, 1},
		"another client's token":  {fault.TokenStatus500, fault.Scope{Client: "app"}, 0},
		"user and client":         {fault.TokenStatus500, fault.Scope{User: "ada", Client: "shop"}, 1},
		"user and another client": {fault.TokenStatus500, fault.Scope{User: "ada", Client: "app"}, 0},
		"redirect of the user":    {fault.AuthorizeStateOther, fault.Scope{User: "ada"}, 1},
		"redirect of another":     {fault.AuthorizeStateOther, fault.Scope{User: "bob"}, 0},
		"userinfo of the user":    {fault.UserInfoSubOther, fault.Scope{User: "ada"}, 1},
		"sign-out of the user":    {fault.EndSessionStatus500, fault.Scope{User: "ada"}, 1},
		"keys have no user":       {fault.JWKSStatus503, fault.Scope{User: "ada"}, 0},
		"discovery has no user":   {fault.DiscoveryStatus503, fault.Scope{User: "ada"}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			sharedRing().Warm()
			p := newMemoryProvider(t, nil)
			ticket := arm(t, p, tc.id, tc.scope, fault.Always)
			tell(t, newMemoryBrowser(t, p))
			if ticket.Fired() != tc.fires {
				t.Errorf("fired %d times, want %d", ticket.Fired(), tc.fires)
			}
		})
	}
}

func TestTokenEdits(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		edit fault.TokenEdit
		want map[string]string // changes of the story
	}{
		"value of the wrong type": {fault.TokenEdit{SetClaims: raw("exp", `"soon"`, "sub", `7`)}, nil},
		"claim of a claim":        {fault.TokenEdit{SetClaims: raw("sub", `{"$claim":"aud"}`)}, map[string]string{"id_token.sub": `"shop"`}},
		"header":                  {fault.TokenEdit{SetHeader: raw("jku", `"https://evil.test/"`), RemoveHeader: []string{"typ"}}, map[string]string{"id_token.header.jku": `"https://evil.test/"`}},
		"duplicate":               {fault.TokenEdit{DuplicateClaims: raw("sub", `"second"`)}, map[string]string{"id_token.sub": `"sub-ada" then "second"`}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newMemoryProvider(t, nil)
			if _, err := p.Arm(fault.Spec{ID: "id_token.own.edit", Token: &tc.edit}, fault.Scope{}, fault.Always); err != nil {
				t.Fatal(err)
			}
			b := newMemoryBrowser(t, p)
			b.swap(codeForm(b.code()))
			e, err := p.Journal().Await(t.Context(), journal.Query{Kind: journal.Token, Fault: "id_token.own.edit"})
			if err != nil {
				t.Fatal(err)
			}
			issued := e.Tokens[slices.IndexFunc(e.Tokens, func(i journal.Issued) bool { return i.Kind == "id_token" })]
			var s map[string]string
			if tc.want != nil {
				s = idToken(t, p.Keys(), e.At, issued.Value, e.Tokens[0].Value)
			}
			for name, want := range tc.want {
				if s[name] != want {
					t.Errorf("%s is %s, want %s", name, s[name], want)
				}
			}
			var honest map[string]any
			if err := json.Unmarshal(issued.HonestClaims, &honest); err != nil || honest["sub"] != "sub-ada" {
				t.Errorf("honest claims %s: %v", issued.HonestClaims, err)
			}
		})
	}
}

func raw(pairs ...string) map[string]json.RawMessage {
	out := make(map[string]json.RawMessage)
	for i := 0; i < len(pairs); i += 2 {
		out[pairs[i]] = json.RawMessage(pairs[i+1])
	}
	return out
}

// TestDelivery holds how the wire looks under each edit of it.
func TestDelivery(t *testing.T) {
	t.Parallel()
	html := "<p>hello"
	for name, tc := range map[string]struct {
		edit    fault.ResponseEdit
		check   func(r reply) bool
		seconds float64
		sent    bool
	}{
		"delay": {fault.ResponseEdit{Delay: "30s"}, func(r reply) bool { return r.StatusCode == 200 && r.Err == nil }, 30, true},
		"drop":  {fault.ResponseEdit{Drop: true}, func(r reply) bool { return r.Response == nil && r.Err != nil }, 0, false},
		"drip": {fault.ResponseEdit{Body: &html, Drip: "2s"}, func(r reply) bool {
			return r.Text == html && r.Err == nil
		}, 14, true},
		"truncate": {fault.ResponseEdit{Body: &html, Truncate: 3}, func(r reply) bool {
			return r.Text == "<p>" && r.Err != nil
		}, 0, false},
		"pad":                   {fault.ResponseEdit{Pad: 100_000}, func(r reply) bool { return len(r.Text) > 100_000 && r.Err == nil }, 0, true},
		"header":                {fault.ResponseEdit{Header: map[string]string{"X-Own": "1", "Cache-Control": ""}}, func(r reply) bool { return r.Header.Get("X-Own") == "1" && r.Header.Get("Cache-Control") == "" }, 0, true},
		"status without a body": {fault.ResponseEdit{Status: 204}, func(r reply) bool { return r.StatusCode == 204 }, 0, true},
	} {
		t.Run(name, func(t *testing.T) {
			sharedRing().Warm()
			synctest.Test(t, func(t *testing.T) {
				p := newMemoryProvider(t, nil)
				tc.edit.Endpoint = journal.Discovery
				ticket, err := p.Arm(fault.Spec{ID: "discovery.own.edit", Response: &tc.edit}, fault.Scope{}, fault.Once)
				if err != nil {
					t.Fatal(err)
				}
				start := time.Now()
				r := newMemoryBrowser(t, p).exchange(http.MethodGet, p.Issuer()+"/.well-known/openid-configuration", nil)
				if !tc.check(r) {
					t.Errorf("answer %+v", r)
				}
				if took := time.Since(start).Seconds(); took != tc.seconds {
					t.Errorf("took %v s, want %v", took, tc.seconds)
				}
				entries := p.Journal().Select(query(0))
				if len(entries) != 1 || entries[0].Sent != tc.sent || ticket.Fired() != 1 {
					t.Errorf("fired %d, journal %+v", ticket.Fired(), entries)
				}
			})
		})
	}
}

// TestDeliveryOverTheNetwork holds that a cut is one on a real connection.
func TestDeliveryOverTheNetwork(t *testing.T) {
	t.Parallel()
	p := newProvider(t, nil)
	b := newBrowser(t, p)
	target := p.Issuer() + "/.well-known/openid-configuration"
	for name, edit := range map[string]fault.ResponseEdit{"drop": {Drop: true}, "truncate": {Truncate: 10}, "large": {Pad: 5 << 20, Truncate: 4 << 20}} {
		edit.Endpoint = journal.Discovery
		ticket, err := p.Arm(fault.Spec{ID: "discovery.own.edit", Response: &edit}, fault.Scope{}, fault.Always)
		if err != nil {
			t.Fatal(err)
		}
		r := b.exchange(http.MethodGet, target, nil)
		if r.Err == nil || len(r.Text) != edit.Truncate {
			t.Errorf("%s: %d bytes, error %v", name, len(r.Text), r.Err)
		}
		ticket.Disarm()
	}
}

// TestEndsOverTheNetwork holds what the other side of a real connection sees
// of an answer that ends too early, is not HTTP or is compressed.
func TestEndsOverTheNetwork(t *testing.T) {
	t.Parallel()
	notHTTP, handmade := "220 mail.example\r\n", "HTTP/1.1 200 OK\r\nX-Raw: 1\r\nContent-Length: 2\r\n\r\nok"
	for name, tc := range map[string]struct {
		edit  fault.ResponseEdit
		check func(r reply) bool
	}{
		"reset":        {fault.ResponseEdit{Drop: true, End: fault.EndReset}, func(r reply) bool { return errors.Is(r.Err, syscall.ECONNRESET) }},
		"reset within": {fault.ResponseEdit{Truncate: 10, End: fault.EndReset}, func(r reply) bool { return r.Err != nil && len(r.Text) <= 10 }},
		"not HTTP":     {fault.ResponseEdit{Raw: &notHTTP}, func(r reply) bool { return r.Response == nil && strings.Contains(r.Err.Error(), "malformed") }},
		"raw HTTP":     {fault.ResponseEdit{Raw: &handmade}, func(r reply) bool { return r.Err == nil && r.Header.Get("X-Raw") == "1" && r.Text == "ok" }},
		"gzip":         {fault.ResponseEdit{Encoding: "gzip"}, func(r reply) bool { return r.Err == nil && r.Uncompressed && json.Valid([]byte(r.Text)) }},
		"chunked": {fault.ResponseEdit{Chunked: true}, func(r reply) bool {
			return r.Err == nil && slices.Equal(r.TransferEncoding, []string{"chunked"}) && json.Valid([]byte(r.Text))
		}},
		"too long":  {fault.ResponseEdit{Length: 10}, func(r reply) bool { return errors.Is(r.Err, io.ErrUnexpectedEOF) }},
		"too short": {fault.ResponseEdit{Length: -10}, func(r reply) bool { return r.Err == nil && !json.Valid([]byte(r.Text)) }},
		"no type":   {fault.ResponseEdit{Header: map[string]string{"Content-Type": ""}}, func(r reply) bool { return r.Err == nil && r.Header["Content-Type"] == nil }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newProvider(t, nil)
			tc.edit.Endpoint = journal.Discovery
			if _, err := p.Arm(fault.Spec{ID: "discovery.own.edit", Response: &tc.edit}, fault.Scope{}, fault.Always); err != nil {
				t.Fatal(err)
			}
			r := newBrowser(t, p).exchange(http.MethodGet, p.Issuer()+"/.well-known/openid-configuration", nil)
			if !tc.check(r) {
				t.Errorf("saw %+v", r)
			}
		})
	}
}

// TestStallEnds holds that an answer that stalls ends with its reader.
func TestStallEnds(t *testing.T) {
	t.Parallel()
	p := newProvider(t, nil)
	edit := fault.ResponseEdit{Endpoint: journal.Discovery, Truncate: 5, End: fault.EndStall}
	if _, err := p.Arm(fault.Spec{ID: "discovery.own.stall", Response: &edit}, fault.Scope{}, fault.Always); err != nil {
		t.Fatal(err)
	}
	ctx, hangUp := context.WithCancel(t.Context())
	defer hangUp()
	resp, err := newBrowser(t, p).c.Do(request(t, http.MethodGet, p.Issuer()+"/.well-known/openid-configuration", nil).WithContext(ctx))
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	head := make([]byte, 5)
	if _, err := io.ReadFull(resp.Body, head); err != nil {
		t.Fatal(err)
	}
	hangUp()
	if _, err := io.ReadAll(resp.Body); !errors.Is(err, context.Canceled) {
		t.Errorf("behind the stall: %v", err)
	}
	if e := lastEntry(p); e.Sent || !slices.Equal(e.Faults, []string{"discovery.own.stall"}) {
		t.Errorf("journal: %+v", e)
	}
}

func TestDelayEnds(t *testing.T) {
	t.Parallel()
	slow := fault.Spec{ID: "discovery.own.delay", Response: &fault.ResponseEdit{Endpoint: journal.Discovery, Delay: "10m"}}
	for name, end := range map[string]func(p *Provider, hangUp context.CancelFunc){
		"when the client goes away":  func(_ *Provider, hangUp context.CancelFunc) { hangUp() },
		"when the provider closes":   func(p *Provider, _ context.CancelFunc) { p.Close() },
		"when the server is closing": func(p *Provider, _ context.CancelFunc) { p.server.close() },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newProvider(t, nil)
			ticket, err := p.Arm(slow, fault.Scope{}, fault.Always)
			if err != nil {
				t.Fatal(err)
			}
			ctx, hangUp := context.WithCancel(t.Context())
			defer hangUp()
			b := newBrowser(t, p)
			done := make(chan error, 1)
			go func() {
				resp, err := b.c.Do(request(t, http.MethodGet, p.Issuer()+"/.well-known/openid-configuration", nil).WithContext(ctx))
				if err == nil {
					err = resp.Body.Close()
				}
				done <- err
			}()
			until(t, func() bool { return ticket.Fired() == 1 })
			end(p, hangUp)
			if err := <-done; err == nil {
				t.Error("answered")
			}
			e, err := p.Journal().Await(t.Context(), journal.Query{Kind: journal.Discovery})
			if err != nil || e.Sent || !slices.Equal(e.Faults, []string{"discovery.own.delay"}) {
				t.Errorf("%v, %+v", err, e)
			}
		})
	}
}

// until waits for a condition.
func until(t *testing.T, ok func() bool) {
	t.Helper()
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for !ok() {
		select {
		case <-tick.C:
		case <-t.Context().Done():
			t.Fatal("the condition did not come about")
		}
	}
}

func TestArmListsAllProblems(t *testing.T) {
	t.Parallel()
	p := newMemoryProvider(t, nil)
	_, err := p.Arm(fault.Spec{
		ID:       "Nonsense",
		Token:    &fault.TokenEdit{SetClaims: raw("exp", `{"$now":"soon"}`, "x", `{"$nwo":"1h"}`), Sign: "somehow"},
		Response: &fault.ResponseEdit{Endpoint: "nowhere", Status: 99, Delay: "5", Merge: json.RawMessage("{")},
		Redirect: &fault.RedirectEdit{Endpoint: journal.Token},
	}, fault.Scope{}, fault.Always)
	if err == nil {
		t.Fatal("armed")
	}
	for _, part := range []string{
		"place.part.how", "set_claims.exp", "$nwo", "somehow", "nowhere", "99", "response.delay", "response.merge",
		"redirect.endpoint", "redirect: no edits",
	} {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("no %q in: %v", part, err)
		}
	}
	if _, err := p.Arm(fault.Spec{ID: "a.b"}, fault.Scope{}, fault.Always); err == nil {
		t.Error("a fault without edits was armed")
	}
	if errors.Unwrap(err) == nil {
		t.Error("the problems are not wrapped")
	}
}

// TestSeamsOfOneExchange holds that a fault with several edits spends one of
// its budget on an exchange and makes all of them.
func TestSeamsOfOneExchange(t *testing.T) {
	t.Parallel()
	p := newMemoryProvider(t, nil)
	ticket, err := p.Arm(fault.Spec{
		ID:       "token.own.edits",
		Token:    &fault.TokenEdit{RemoveClaims: []string{"iat"}},
		Response: &fault.ResponseEdit{Endpoint: journal.Token, Status: 400},
	}, fault.Scope{}, fault.Once)
	if err != nil {
		t.Fatal(err)
	}
	b := newMemoryBrowser(t, p)
	r := b.swap(codeForm(b.code()))
	e := p.Journal().Select(journal.Query{Kind: journal.Token})[0]
	if r.StatusCode != 400 || e.Tokens[2].HonestClaims == nil || ticket.Fired() != 1 || len(e.Faults) != 1 {
		t.Errorf("status %d, fired %d, entry %+v", r.StatusCode, ticket.Fired(), e)
	}
	if r := b.swap(codeForm(b.code())); r.StatusCode != http.StatusOK {
		t.Errorf("the next exchange answered %d", r.StatusCode)
	}
}

// TestMergeLeavesErrorsAlone holds that a patch of what an endpoint serves
// does not count an honest error as spoilt.
func TestMergeLeavesErrorsAlone(t *testing.T) {
	t.Parallel()
	p := newMemoryProvider(t, nil)
	ticket := arm(t, p, fault.UserInfoSubOther, fault.Scope{}, fault.Always)
	b := newMemoryBrowser(t, p)
	if r := userinfo("Authorization", "Bearer junk")(t, b); r.member(t, "sub") != nil || ticket.Fired() != 0 {
		t.Errorf("%s, fired %d", r.Text, ticket.Fired())
	}
}
