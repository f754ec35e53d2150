package mockidp

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"html"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	jose "github.com/go-jose/go-jose/v4"

	"github.com/countersign-oidc/countersign/mockidp/fault"
	"github.com/countersign-oidc/countersign/mockidp/identity"
	"github.com/countersign-oidc/countersign/mockidp/journal"
	"github.com/countersign-oidc/countersign/mockidp/keys"
)

const (
	// loadTimeout bounds a wave of sign-ins.
	loadTimeout = 2 * time.Minute
	// loadConns keeps the number of open files out of the question.
	loadConns = 64
)

// crowd is many end-users who sign in at once, each with a browser of their
// own, over a listener.
type crowd struct {
	provider  *Provider
	transport *http.Transport
}

func newCrowd(t *testing.T, users int) *crowd {
	t.Helper()
	p := newProvider(t, func(c *Config) {
		es := basicClient()
		es.ID, es.IDTokenAlg = "basic-es", keys.ES256
		c.Clients = append(c.Clients, es)
		for i := range users {
			c.Users = append(c.Users, identity.User{
				Username: crowdName(i), Password: "pw of " + crowdName(i), Subject: "sub of " + crowdName(i),
				Claims: map[string]any{"email": crowdName(i) + "@example.test"},
			})
		}
	})
	transport := &http.Transport{MaxConnsPerHost: loadConns, MaxIdleConnsPerHost: loadConns}
	t.Cleanup(transport.CloseIdleConnections)
	return &crowd{p, transport}
}

func crowdName(i int) string { return fmt.Sprintf("user-%04d", i) }

// all runs a sign-in for each number below n, all at once, and collects what
// went wrong.
func (c *crowd) all(t *testing.T, n int, signIn func(ctx context.Context, i int) error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), loadTimeout)
	defer cancel()
	var wg sync.WaitGroup
	begin, errs := make(chan struct{}), make([]error, n)
	for i := range n {
		wg.Go(func() {
			<-begin
			errs[i] = signIn(ctx, i)
		})
	}
	close(begin)
	wg.Wait()
	wrong := 0
	for i, err := range errs {
		if err == nil {
			continue
		}
		if wrong++; wrong <= 5 {
			t.Errorf("%s: %v", crowdName(i), err)
		}
	}
	if wrong > 0 {
		t.Fatalf("%d of %d sign-ins went wrong", wrong, n)
	}
}

// signIn takes a user the whole way, and returns the token response once its
// ID token and UserInfo are shown to be theirs.
func (c *crowd) signIn(ctx context.Context, user, clientID string) (map[string]any, error) {
	jar, err := cookiejar.New(nil)
	if err != nil {
		return nil, err
	}
	b := &http.Client{Jar: jar, Transport: c.transport, CheckRedirect: func(*http.Request, []*http.Request) error {
		return http.ErrUseLastResponse
	}}
	client, _ := c.provider.Client(clientID)
	begin := c.provider.Issuer() + "/begin?" + authParams(
		"client_id", clientID, "scope", "openid email", "state", "state of "+user, "nonce", "nonce of "+user).Encode()
	page, _, err := fetch(ctx, b, http.MethodGet, begin, nil)
	if err != nil {
		return nil, err
	}
	m := formAction.FindStringSubmatch(page)
	if m == nil {
		return nil, fmt.Errorf("no form in %q", page)
	}
	_, to, err := fetch(ctx, b, http.MethodPost, html.UnescapeString(m[1]), url.Values{"username": {user}, "password": {"pw of " + user}})
	if err != nil {
		return nil, err
	}
	if got := to.Get("state"); got != "state of "+user {
		return nil, fmt.Errorf("state %q", got)
	}
	text, _, err := fetch(ctx, b, http.MethodPost, c.provider.Issuer()+"/swap", codeForm(to.Get("code")), "Authorization", basicHeader(client))
	if err != nil {
		return nil, err
	}
	var answer map[string]any
	if err := json.Unmarshal([]byte(text), &answer); err != nil {
		return nil, err
	}
	access, _ := answer["access_token"].(string)
	info, _, err := fetch(ctx, b, http.MethodGet, c.provider.Issuer()+"/who", nil, "Authorization", "Bearer "+access)
	if err != nil {
		return nil, err
	}
	return answer, errors.Join(c.check(user, answer), c.same("UserInfo", user, []byte(info)))
}

// check verifies the ID token of a token response.
func (c *crowd) check(user string, answer map[string]any) error {
	raw, _ := answer["id_token"].(string)
	jws, err := jose.ParseSignedCompact(raw, []jose.SignatureAlgorithm{jose.RS256, jose.ES256})
	if err != nil {
		return fmt.Errorf("ID token %q: %w", raw, err)
	}
	known := c.provider.Keys().Known(jws.Signatures[0].Header.KeyID)
	if len(known) != 1 {
		return fmt.Errorf("%d keys of the ID token's kid", len(known))
	}
	payload, err := jws.Verify(known[0].Public())
	if err != nil {
		return fmt.Errorf("ID token: %w", err)
	}
	var claims struct{ Nonce string }
	if err := json.Unmarshal(payload, &claims); err != nil {
		return err
	}
	if claims.Nonce != "nonce of "+user {
		return fmt.Errorf("nonce %q", claims.Nonce)
	}
	return c.same("ID token", user, payload)
}

func (c *crowd) same(what, user string, claims []byte) error {
	var got struct{ Sub, Email string }
	if err := json.Unmarshal(claims, &got); err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	if got.Sub != "sub of "+user || got.Email != user+"@example.test" {
		return fmt.Errorf("%s of another: %+v", what, got)
	}
	return nil
}

// fetch is the body of an answer and the parameters of its redirect.
func fetch(ctx context.Context, b *http.Client, method, target string, form url.Values, header ...string) (string, url.Values, error) {
	req, err := http.NewRequestWithContext(ctx, method, target, strings.NewReader(form.Encode()))
	if err != nil {
		return "", nil, err
	}
	if method == http.MethodPost {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for i := 0; i < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	resp, err := b.Do(req)
	if err != nil {
		return "", nil, err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode >= 400 {
		return "", nil, fmt.Errorf("%s %s: status %d, %q: %w", method, req.URL.Path, resp.StatusCode, body, err)
	}
	return string(body), reply{Response: resp}.redirect(), nil
}

// TestThousandsOfSignInsAtOnce holds that sign-ins in parallel neither fail
// nor get into one another, while faults are armed, keys are added and the
// journal is read beside them. Under the race detector it shows that nothing
// is shared without a lock.
func TestThousandsOfSignInsAtOnce(t *testing.T) {
	if testing.Short() {
		t.Skip("2,000 sign-ins over a listener")
	}
	const users = 2000
	goroutines := runtime.NumGoroutine()
	t.Run("load", func(t *testing.T) {
		c := newCrowd(t, users)
		var beside sync.WaitGroup
		ended := make(chan struct{})
		stop := sync.OnceFunc(func() { close(ended); beside.Wait() })
		defer stop()
		beside.Go(func() { c.meddle(t, ended) })
		signIn := func(ctx context.Context, i int) error {
			client := "basic-es"
			if i%20 == 0 {
				client = "shop"
			}
			_, err := c.signIn(ctx, crowdName(i), client)
			return err
		}
		c.all(t, users, signIn)
		full := heapAlloc()
		c.all(t, users, signIn)
		stop()
		after := heapAlloc()
		t.Logf("heap after %d sign-ins %d KiB, after as many again %d KiB", users, full>>10, after>>10)
		// The stores have room for 4,096 and fill up in the second wave.
		if after > full+8<<20 {
			t.Errorf("heap grew from %d to %d bytes", full, after)
		}
		if n := len(c.provider.Journal().Select(journal.Query{})); n != journal.DefaultSize {
			t.Errorf("%d entries in the journal, want %d", n, journal.DefaultSize)
		}
		if mark := c.provider.Journal().Mark(); mark != 2*4*users {
			t.Errorf("%d exchanges in the journal, want %d", mark, 2*4*users)
		}
	})
	settle(t, goroutines)
}

// meddle uses what a test's control plane uses, for as long as others sign in.
func (c *crowd) meddle(t *testing.T, ended <-chan struct{}) {
	p := c.provider
	spec := fault.Spec{ID: "id_token.sub.other", Title: "another subject", Token: &fault.TokenEdit{
		SetClaims: map[string]json.RawMessage{"sub": json.RawMessage(`"nobody"`)},
	}}
	for i := 0; ; i++ {
		select {
		case <-ended:
			return
		default:
		}
		ticket, err := p.Arm(spec, fault.Scope{User: "somebody else"}, fault.Always)
		if err != nil {
			t.Error(err)
			return
		}
		if err := errors.Join(
			p.PutUser(identity.User{Username: fmt.Sprintf("late-%d", i%50), Password: "pw"}), p.PutClient(postClient()),
		); err != nil {
			t.Error(err)
		}
		p.Journal().Select(journal.Query{Kind: journal.Token, After: p.Journal().Mark() - min(p.Journal().Mark(), 20)})
		p.EndSessions("late-1")
		if _, err := p.Keys().JWKS(); err != nil {
			t.Error(err)
		}
		ticket.Disarm()
		if n := ticket.Fired(); n != 0 {
			t.Errorf("a fault of another user fired %d times", n)
		}
		runtime.Gosched()
	}
}

func heapAlloc() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// settle waits until there are as many goroutines as at the start: those of
// closed connections take a moment to end.
func settle(t *testing.T, start int) {
	t.Helper()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for deadline := time.Now().Add(5 * time.Second); runtime.NumGoroutine() > start; <-tick.C {
		if time.Now().After(deadline) {
			stacks := make([]byte, 64<<10)
			t.Fatalf("%d goroutines, %d at the start\n%s", runtime.NumGoroutine(), start, stacks[:runtime.Stack(stacks, true)])
		}
	}
}

// TestFaultsOfManyUsersAtOnce holds that in a crowd each user meets the fault
// that is armed for them, once, and nobody else's.
func TestFaultsOfManyUsersAtOnce(t *testing.T) {
	if testing.Short() {
		t.Skip("300 sign-ins over a listener")
	}
	const users = 300
	c := newCrowd(t, users)
	tickets := make([]*fault.Ticket, users)
	faultID := func(i int) fault.ID { return fault.ID(fmt.Sprintf("id_token.marker.%d", i)) }
	for i := range users {
		if i%10 == 9 {
			continue // signs in without a fault
		}
		var err error
		tickets[i], err = c.provider.Arm(fault.Spec{ID: faultID(i), Title: "a marker", Token: &fault.TokenEdit{
			SetClaims: map[string]json.RawMessage{"marker": json.RawMessage(fmt.Sprintf("%q", crowdName(i)))},
		}}, fault.Scope{User: crowdName(i)}, fault.Once)
		if err != nil {
			t.Fatal(err)
		}
	}
	c.all(t, 2*users, func(ctx context.Context, i int) error {
		answer, err := c.signIn(ctx, crowdName(i%users), "basic-es")
		if err != nil {
			return err
		}
		if m := marker(answer["id_token"].(string)); m != "" && m != crowdName(i%users) {
			return fmt.Errorf("the fault of %s", m)
		}
		return nil
	})
	for i, ticket := range tickets {
		entries := c.provider.Journal().Select(journal.Query{Kind: journal.Token, User: crowdName(i)})
		var acted []string
		for _, e := range entries {
			acted = append(acted, e.Faults...)
		}
		want := []string{string(faultID(i))}
		if ticket == nil {
			want = nil
		}
		if len(entries) != 2 || !slices.Equal(acted, want) || ticket != nil && ticket.Fired() != 1 {
			t.Errorf("%s: %d token requests with faults %v, want 2 with %v", crowdName(i), len(entries), acted, want)
		}
	}
}

// marker is what a fault left in a token, or "".
func marker(raw string) string {
	parts := strings.Split(raw, ".")
	payload, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil {
		return err.Error()
	}
	var claims struct{ Marker string }
	if err := json.Unmarshal(payload, &claims); err != nil {
		return err.Error()
	}
	return claims.Marker
}
