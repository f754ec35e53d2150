package strict

import (
	"context"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/countersign-oidc/countersign/mockidp"
	"github.com/countersign-oidc/countersign/mockidp/identity"
	"github.com/countersign-oidc/countersign/mockidp/keys"
	"github.com/countersign-oidc/countersign/runner/check"
)

const (
	callback = "https://rp.example/callback"
	bye      = "https://rp.example/bye"
)

// sharedRing saves each provider the generation of an RSA key.
var sharedRing = sync.OnceValue(keys.New)

// clock is the provider's: a check that waits moves it.
type clock struct {
	mu     sync.Mutex
	offset time.Duration
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return time.Now().Add(c.offset)
}

func (c *clock) wait(_ context.Context, d time.Duration) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.offset += d
	return nil
}

// mock is a mock provider and what it takes to judge it.
type mock struct {
	*mockidp.Provider
	target  Target
	options Options
}

func newMock(t testing.TB) *mock {
	t.Helper()
	s, err := mockidp.Start(t.Context(), mockidp.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(context.WithoutCancel(t.Context())); err != nil {
			t.Error(err)
		}
	})
	both := []identity.GrantType{identity.GrantCode, identity.GrantRefresh}
	client := identity.Client{
		ID: "shop", Secret: "s:%+ é&ü", RedirectURIs: []string{callback}, PostLogoutRedirectURIs: []string{bye}, GrantTypes: both,
	}
	second, public := client, client
	second.ID, second.Secret, second.AuthMethod = "second", "second secret", identity.AuthPost
	public.ID, public.Secret = "app", ""
	c := new(clock)
	p, err := s.NewProvider(mockidp.Config{
		Keys: sharedRing(), Now: c.now,
		Users:   []identity.User{{Username: "ada", Password: "correct horse", Subject: "sub-ada"}, {Username: "bob", Password: "correct horse"}},
		Clients: []identity.Client{client, second, public},
	})
	if err != nil {
		t.Fatal(err)
	}
	return &mock{p, Target{
		Issuer: p.Issuer(), Username: "ada", Password: "correct horse", PostLogoutRedirectURI: bye,
		Client: Client{ID: "shop", Secret: client.Secret, RedirectURI: callback},
		Second: Client{ID: "second", Secret: second.Secret, Method: Post, RedirectURI: callback},
		Public: Client{ID: "app", RedirectURI: callback},
	}, Options{Wait: c.wait}}
}

func judge(t testing.TB, target Target, o Options) []check.Result {
	t.Helper()
	results, err := Run(t.Context(), target, o)
	if err != nil {
		t.Fatal(err)
	}
	return results
}

// with are the IDs of one of some verdicts, without the common beginning.
func with(results []check.Result, verdicts ...check.Verdict) []string {
	var out []string
	for _, r := range results {
		if slices.Contains(verdicts, r.Verdict) {
			out = append(out, strings.TrimPrefix(string(r.ID), "provider."))
		}
	}
	slices.Sort(out)
	return out
}
