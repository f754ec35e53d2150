package session

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"

	"github.com/countersign-oidc/countersign/mockidp/identity"
	"github.com/countersign-oidc/countersign/suites/attempt"
	"github.com/countersign-oidc/countersign/suites/catalog"
	"github.com/countersign-oidc/countersign/suites/harness"
	"github.com/countersign-oidc/countersign/suites/judge"
	"github.com/countersign-oidc/countersign/suites/plain"
)

func sharedSpecs(h *harness.Harness) {
	h.Check(catalog.SessionStartNotCached, startNotCached)
	h.Check(catalog.SessionSharedCache, sharedCache)
	h.Check(catalog.SessionConcurrent, concurrent)
}

func startNotCached(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	begins := s.Lane.Shop.SignInAgain()
	if begins == "" {
		begins = s.Lane.Shop.SignIn.Visit
	}
	start, err := s.Fetch(ctx, begins, nil)
	if err != nil {
		return judge.Finding{}, err
	}
	end, err := delivered(ctx, s)
	if err != nil {
		return judge.Finding{}, err
	}
	s.Note("the answer that begins a sign-in", "status %d, Cache-Control %q", start.Status, start.Header.Get("Cache-Control"))
	s.Note("the answer that begins a session", "status %d, Cache-Control %q", end.Status, end.Header.Get("Cache-Control"))
	return judge.Worst(judge.CookieNotCached("The answer that begins a sign-in", start.Status, start.Header),
		judge.CookieNotCached("The answer that begins a session", end.Status, end.Header)), nil
}

// cache is a shared cache (RFC 9111) in front of a shop: it keeps every answer
// to GET that HTTP lets it keep without asking, by address alone.
type cache struct {
	mu   sync.Mutex
	kept map[string]kept
}

type kept struct {
	status int
	header http.Header
	body   []byte
}

// RoundTrip implements http.RoundTripper.
func (c *cache) RoundTrip(r *http.Request) (*http.Response, error) {
	key := r.URL.String()
	c.mu.Lock()
	old, ok := c.kept[key]
	c.mu.Unlock()
	if ok && r.Method == http.MethodGet {
		return old.response(r), nil
	}
	resp, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	body, err := io.ReadAll(resp.Body)
	if err = firstError(err, resp.Body.Close()); err != nil {
		return nil, err
	}
	now := kept{resp.StatusCode, resp.Header, body}
	if r.Method == http.MethodGet && storable(resp) {
		c.mu.Lock()
		c.kept[key] = now
		c.mu.Unlock()
	}
	return now.response(r), nil
}

func firstError(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

func (k kept) response(r *http.Request) *http.Response {
	return &http.Response{
		StatusCode: k.status, Header: k.header, Body: io.NopCloser(bytes.NewReader(k.body)), Request: r,
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
	}
}

// storable is RFC 9111, section 3, for a cache that goes by its own judgement
// where an answer says nothing (section 4.2.2), as many are set up to. An
// answer that varies by cookie is not for two people.
func storable(resp *http.Response) bool {
	control := strings.ToLower(strings.Join(resp.Header.Values("Cache-Control"), ","))
	for _, directive := range []string{"no-store", "private", "no-cache", "max-age=0"} {
		if strings.Contains(control, directive) {
			return false
		}
	}
	varies := strings.ToLower(strings.Join(resp.Header.Values("Vary"), ","))
	return resp.StatusCode == http.StatusOK && !strings.Contains(varies, "cookie") && !strings.Contains(varies, "*")
}

// sharedCache has two customers and a stranger ask through one cache.
func sharedCache(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	people := []identity.User{s.Person(nil), s.Person(nil)}
	cookies := make([][]attempt.Cookie, len(people), len(people)+1)
	for i, u := range people {
		if err := s.Browser.Clear(ctx); err != nil {
			return judge.Finding{}, err
		}
		a, err := s.SignIn(ctx, harness.Try{Title: fmt.Sprintf("Customer %d signs in", i+1), User: u, Control: true})
		if err != nil {
			return judge.Finding{}, err
		}
		if !a.Who.SignedIn {
			return judge.Control(*a), nil
		}
		cookies[i] = s.ShopCookies(a.Cookies)
	}
	cookies = append(cookies, nil) // the stranger
	via := &cache{kept: map[string]kept{}}
	var findings []judge.Finding
	for _, path := range []string{s.Lane.Shop.Account, s.WhoAmIPath()} {
		for i := range cookies {
			answer, err := s.Send(ctx, harness.Request{Path: path, Cookies: cookies[i], Via: via})
			if err != nil {
				return judge.Finding{}, err
			}
			who := "the stranger"
			if i < len(people) {
				who = fmt.Sprintf("customer %d", i+1)
			}
			s.Note(path+" for "+who, "status %d, %d bytes", answer.Status, len(answer.Body))
			direct, err := s.Send(ctx, harness.Request{Path: path, Cookies: cookies[i]})
			if err != nil {
				return judge.Finding{}, err
			}
			for j, u := range people {
				if j != i {
					findings = append(findings, judge.NotOf(path+" for "+who, string(answer.Body), string(direct.Body), u.Username, u.Subject))
				}
			}
		}
	}
	return judge.Worst(findings...), nil
}

// crowd is how many people sign in at the same moment.
const crowd = 50

// concurrent brings everybody to the provider's page before anybody goes on,
// so that all sign-ins are under way at once.
func concurrent(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	if _, err := s.Plain(); err != nil {
		return judge.Finding{}, err
	}
	people, visitors := make([]identity.User, crowd), make([]*plain.Visitor, crowd)
	for i := range people {
		people[i], visitors[i] = s.Person(nil), plain.New()
	}
	first, err := alone(ctx, s, plain.New(), s.Person(nil))
	if err != nil {
		return judge.Finding{}, err
	}
	if !first.SignedIn {
		return judge.Skip("The shop signs nobody in who runs no scripts."), nil
	}
	if err := everybody(func(i int) error { return toProvider(ctx, s, visitors[i]) }); err != nil {
		return judge.Fail("While fifty people begin a sign-in, one cannot: %s.", err), nil
	}
	found := make([]attempt.Who, crowd)
	err = everybody(func(i int) error {
		if _, err := s.Enter(ctx, visitors[i], people[i]); err != nil {
			return err
		}
		var err error
		found[i], err = s.Who(ctx, visitors[i])
		return err
	})
	if err != nil {
		return judge.Fail("While fifty people sign in, one cannot: %s.", err), nil
	}
	right := 0
	findings := make([]judge.Finding, 0, crowd)
	for i, who := range found {
		if who.SignedIn && who.Subject == s.Subject(people[i]) {
			right++
		}
		findings = append(findings, judge.SignedInAs("One of fifty who sign in at the same time", who, s.Subject(people[i])))
	}
	s.Note("signed in as themself", "%d of %d", right, crowd)
	return judge.Worst(findings...), nil
}

// everybody does something for each of the crowd at once.
func everybody(do func(i int) error) error {
	errs := make([]error, crowd)
	var all sync.WaitGroup
	for i := range crowd {
		all.Go(func() { errs[i] = do(i) })
	}
	all.Wait()
	return firstError(errs...)
}

func toProvider(ctx context.Context, s *harness.Spec, v *plain.Visitor) error {
	how := s.Lane.Shop.SignIn
	_, err := v.Navigate(ctx, s.Lane.Shop.URL(how.Visit))
	if err == nil && how.Click != "" {
		_, err = v.Click(ctx, how.Click)
	}
	return err
}

func alone(ctx context.Context, s *harness.Spec, v *plain.Visitor, u identity.User) (attempt.Who, error) {
	if err := toProvider(ctx, s, v); err != nil {
		return attempt.Who{}, err
	}
	if _, err := s.Enter(ctx, v, u); err != nil {
		return attempt.Who{}, err
	}
	return s.Who(ctx, v)
}
