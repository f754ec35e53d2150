package resilience

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/countersign-oidc/countersign/mockidp/fault"
	"github.com/countersign-oidc/countersign/mockidp/journal"
	"github.com/countersign-oidc/countersign/runner/environ"
	"github.com/countersign-oidc/countersign/suites/attempt"
	"github.com/countersign-oidc/countersign/suites/catalog"
	"github.com/countersign-oidc/countersign/suites/harness"
	"github.com/countersign-oidc/countersign/suites/judge"
)

func afterwards(h *harness.Harness) {
	h.CheckWith(catalog.ResilienceRecovers, hasty(h), recovers)
	h.CheckWith(catalog.ResilienceBrowserGone, environ.Setup{}, browserGone)
	h.Check(catalog.ResilienceErrorsTellNothing, errorsTellNothing)
	h.Check(catalog.ResilienceSecretsKept, secretsKept)
	h.Check(catalog.ResilienceClockSkew, clockSkew)
	h.Check(catalog.ResilienceLargeTokens, largeTokens)
}

// recovers makes the provider fail in one way after the other, with an ordinary
// sign-in after each.
func recovers(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	u := s.Person(nil)
	if err := s.MakeKeys(ctx); err != nil {
		return judge.Finding{}, err
	}
	first, err := working(ctx, s, harness.Try{Title: "The sign-in before any outage", User: u})
	if err != nil {
		return judge.Finding{}, err
	}
	var findings []judge.Finding
	tries := named(
		"token.connection.reset_within", "token.status.429", "token.redirect.loop", "token.body.gzip_bomb",
		"userinfo.connection.dropped", "userinfo.status.429",
		"authorize.connection.dropped", "authorize.connection.not_http", "authorize.connection.reset",
	)
	if !s.Brief() {
		tries = append(tries, named("token.connection.silent", "userinfo.connection.silent")...)
	}
	for i, t := range tries {
		if err := s.ForgetShop(ctx); err != nil {
			return judge.Finding{}, err
		}
		t.User, t.NoPicture = u, i > 0
		t.Everybody = strings.HasPrefix(string(t.Fault), "authorize.")
		bad, _, err := reaching(ctx, s, t)
		if err != nil {
			return judge.Finding{}, err
		}
		// The same browser tries again, with what the shop left in it.
		after, err := working(ctx, s, harness.Try{Title: "The next sign-in, in the same browser", User: u})
		if err != nil {
			return judge.Finding{}, err
		}
		f := judge.Recovers(*first, *after, "an outage ("+bad.Fault.Title+")")
		if bad.Fired == 0 {
			f = judge.Reached(*bad)
		}
		findings = append(findings, s.Case(after, f))
	}
	return judge.Worst(findings...), nil
}

// browserGone has the browser give up on the callback while the provider takes
// its time, and come again.
func browserGone(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	u := s.Person(nil)
	v, callback, err := s.AtCallback(ctx, u)
	if err != nil {
		return judge.Finding{}, err
	}
	late := fault.Spec{
		ID: "token.delay.gone", Title: "the token endpoint takes 150 ms",
		Response: &fault.ResponseEdit{Endpoint: journal.Token, Delay: "150ms"},
	}
	ticket, err := s.Lane.Provider.Arm(late, fault.Scope{User: u.Username}, fault.Always)
	if err != nil {
		return judge.Finding{}, err
	}
	defer ticket.Disarm()
	mark := s.Lane.Provider.Journal().Mark()
	gone, cancel := context.WithCancel(ctx)
	left := make(chan error, 1)
	go func() {
		_, err := v.Navigate(gone, callback)
		left <- err
	}()
	if err := s.Until(ctx, func() bool { return ticket.Fired() > 0 }); err != nil {
		cancel()
		return judge.Finding{}, fmt.Errorf("the token request of the callback: %w", err)
	}
	cancel()
	<-left //nolint:errcheck // that the page did not come is the point
	ticket.Disarm()
	// The provider notes the request once it sees that nobody waits for it.
	err = s.Until(ctx, func() bool {
		return len(s.Lane.Provider.Journal().Select(journal.Query{After: mark, Kind: journal.Token})) > 0
	})
	if err != nil {
		return judge.Finding{}, fmt.Errorf("the token request of the callback in the journal: %w", err)
	}
	again, err := v.Navigate(ctx, callback)
	if err != nil {
		return judge.Finding{}, err
	}
	codes := map[string]int{}
	for _, e := range s.Lane.Provider.Journal().Select(journal.Query{After: mark, Kind: journal.Token}) {
		codes[e.Form.Get("code")]++
	}
	w, err := s.Who(ctx, v)
	if err != nil {
		return judge.Finding{}, err
	}
	good, err := s.SignIn(ctx, harness.Try{Title: "A sign-in afterwards, in another browser", User: u, Control: true})
	if err != nil {
		return judge.Finding{}, err
	}
	s.Note("The callback again", "status %d at %s; token requests by code %v", again.Status, again.URL, len(codes))
	usual := s.UsualRefusal(ctx, &attempt.SignIn{ShopOrigin: attempt.Origin(s.Lane.Shop.BaseURL), Page: again})
	return judge.First(judge.Interrupted(again, usual, w, s.Subject(u), codes), judge.Control(*good)), nil
}

// failing are sign-ins that end badly in many ways.
func failing() []harness.Try {
	body := `{"error":"invalid_grant","error_description":"` + htmlMarker + `"}`
	trace := "Traceback (most recent call last): " + htmlMarker
	page := "<!-- " + htmlMarker + " --><html><body>" + htmlMarker + "</body></html>"
	tries := named("token.connection.dropped", "token.connection.reset_within", "token.body.deep", "id_token.aud.other",
		"id_token.alg.none", "token.id_token.missing", "userinfo.sub.other", "authorize.error.access_denied", "authorize.state.other",
		"authorize.error_description.line_feed")
	for _, e := range []struct {
		id, title string
		edit      fault.ResponseEdit
	}{
		{"token.status.400_told", "the token endpoint refuses the code in words of its own", fault.ResponseEdit{Endpoint: journal.Token, Status: 400, Body: &body}},
		{"token.status.500_told", "the token endpoint answers 500 with a stack trace", fault.ResponseEdit{Endpoint: journal.Token, Status: 500, Body: &trace}},
		{"userinfo.status.500_told", "UserInfo answers 500 with a page", fault.ResponseEdit{Endpoint: journal.UserInfo, Status: 500, Body: &page}},
		{"jwks.status.500_told", "the key set answers 500 with a page", fault.ResponseEdit{Endpoint: journal.JWKS, Status: 500, Body: &page}},
	} {
		tries = append(tries, answer(fault.ID(e.id), e.title, e.edit))
	}
	return tries
}

// errorsTellNothing searches what the browser saw of each sign-in that failed.
func errorsTellNothing(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	u := s.Person(nil)
	var findings []judge.Finding
	for i, t := range keysFirst(failing()) {
		t.User, t.NoPicture, t.Everybody = u, i > 0, unscoped(t)
		a, err := s.SignIn(ctx, t)
		if err != nil {
			return judge.Finding{}, err
		}
		f := s.Leaks(a, htmlMarker)
		if a.Fired == 0 {
			f = judge.Reached(*a)
		}
		findings = append(findings, s.Case(a, f))
		if err := s.ForgetShop(ctx); err != nil {
			return judge.Finding{}, err
		}
	}
	good, err := s.SignIn(ctx, harness.Try{Title: "The sign-in afterwards", User: u, Control: true})
	if err != nil {
		return judge.Finding{}, err
	}
	return judge.Worst(append(findings, judge.Control(*good))...), nil
}

// secretsKept searches what the browser saw of a sign-in and a sign-out that
// work.
func secretsKept(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	in, err := s.SignIn(ctx, harness.Try{User: s.Person(nil)})
	if err != nil {
		return judge.Finding{}, err
	}
	findings := []judge.Finding{judge.Control(*in)}
	f := s.Leaks(in)
	findings = append(findings, s.Case(in, f))
	if s.Lane.Shop.SignOut.Visit != "" {
		out, err := s.SignOut(ctx, in, harness.Try{NoPicture: true})
		if err != nil {
			return judge.Finding{}, err
		}
		// The tokens of the sign-in are what a sign-out could show.
		both := *out
		both.Entries = append(both.Entries, in.Entries...)
		f := s.Leaks(&both)
		findings = append(findings, s.Case(out, f))
	}
	return judge.Worst(findings...), nil
}

// pageLoads are how often a page is opened with a large session.
const pageLoads = 5

// largeTokens signs in people with more and more groups, and the first again.
func largeTokens(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	var findings []judge.Finding
	for _, kib := range []int{1, 4, 8, 16, 64, 1} {
		u := s.Person(nil)
		a, err := s.SignIn(ctx, harness.Try{
			Title: fmt.Sprintf("A sign-in with an ID token of more than %d KiB", kib), User: u, NoPicture: true,
			Written: &fault.Spec{
				ID: fault.ID(fmt.Sprintf("id_token.groups.kib_%d", kib)), Title: fmt.Sprintf("the ID token has %d KiB of groups", kib),
				// A group takes 32 bytes, with its quotes and comma.
				Token: &fault.TokenEdit{SetClaims: map[string]json.RawMessage{
					"groups": json.RawMessage(fmt.Sprintf(`{"$repeat":{"value":["group-01234567890123456789012"],"times":%d}}`, kib*32)),
				}},
			},
		})
		if err != nil {
			return judge.Finding{}, err
		}
		stayed := 0
		for range pageLoads {
			w, err := s.Again(ctx, a)
			if err != nil {
				return judge.Finding{}, err
			}
			if w.SignedIn && w.Subject == s.Subject(u) {
				stayed++
			}
		}
		findings = append(findings, s.Case(a, judge.Holds(*a, stayed, pageLoads)))
		if err := s.Browser.Clear(ctx); err != nil {
			return judge.Finding{}, err
		}
	}
	return judge.Worst(findings...), nil
}

// skews are by how much the provider's clock is ahead of the shop's, and
// whether a sign-in has to work then.
var skews = []struct {
	ahead string
	must  judge.Must
}{
	{"30s", judge.MustWork},
	{"-30s", judge.MustWork},
	{"2m", judge.MayWork},
	{"-2m", judge.MayWork},
	{"10m", judge.MayWork},
	{"-10m", judge.MayWork},
	{"24h", judge.MayWork},
	{"-24h", judge.MustFail},
}

// clockSkew has the provider date its tokens by another clock. They live for
// ten minutes.
func clockSkew(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	u := s.Person(nil)
	var all []*attempt.SignIn
	for i, skew := range skews {
		ahead, err := time.ParseDuration(skew.ahead)
		if err != nil {
			return judge.Finding{}, err
		}
		at := func(d time.Duration) json.RawMessage { return json.RawMessage(fmt.Sprintf(`{"$now":%q}`, d)) }
		a, err := s.SignIn(ctx, harness.Try{
			Title: "A sign-in while the provider's clock is off by " + skew.ahead, User: u, NoPicture: i > 0,
			Written: &fault.Spec{
				ID: fault.ID("id_token.clock.off_by_" + strings.Trim(skew.ahead, "-")), Title: "the provider's clock is off by " + skew.ahead,
				Token: &fault.TokenEdit{SetClaims: map[string]json.RawMessage{
					"iat": at(ahead), "auth_time": at(ahead), "exp": at(ahead + 10*time.Minute),
				}},
			},
		})
		if err != nil {
			return judge.Finding{}, err
		}
		all = append(all, a)
		if err := s.ForgetShop(ctx); err != nil {
			return judge.Finding{}, err
		}
	}
	good, err := s.SignIn(ctx, harness.Try{Title: "The sign-in while both clocks agree", User: u, Control: true})
	if err != nil {
		return judge.Finding{}, err
	}
	findings := make([]judge.Finding, 0, len(all))
	for i, a := range all {
		findings = append(findings, s.Case(a, judge.Skewed(*a, *good, skews[i].must)))
	}
	return judge.Worst(findings...), nil
}
