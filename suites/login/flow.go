package login

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/countersign-oidc/countersign/mockidp/fault"
	"github.com/countersign-oidc/countersign/mockidp/journal"
	"github.com/countersign-oidc/countersign/runner/check"
	"github.com/countersign-oidc/countersign/suites/attempt"
	"github.com/countersign-oidc/countersign/suites/catalog"
	"github.com/countersign-oidc/countersign/suites/harness"
	"github.com/countersign-oidc/countersign/suites/judge"
)

func flowSpecs(h *harness.Harness) {
	h.Check(catalog.LoginTwoTabs, twoTabs)
	h.Check(catalog.LoginParallel, parallel)
	h.Check(catalog.LoginLate, late)
	h.Check(catalog.LoginDataDropped, dataDropped)
	h.Check(catalog.LoginExtraParameters, extraParameters)
	h.Check(catalog.LoginCodeCharacters, codeCharacters)
	h.Check(catalog.LoginRestart, restart)
}

// twoTabs begins two sign-ins in one browser. The first to be finished asks
// for the password, the other finds the provider's session.
func twoTabs(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	pages := memberPages(s)
	var findings []judge.Finding
	for _, order := range [][]int{{0, 1}, {1, 0}} {
		if err := s.Browser.Clear(ctx); err != nil {
			return judge.Finding{}, err
		}
		u := s.Person(nil)
		requests := make([]string, len(pages))
		for i, path := range pages {
			request, f, err := atStart(ctx, s, path)
			if err != nil || f.Verdict != check.Pass {
				return f, err
			}
			requests[i] = request
		}
		var ends []attempt.SignIn
		for n, i := range order {
			title := []string{"The sign-in that is finished first, of ", "The sign-in that is finished second, of "}[n] + pages[i]
			a, err := s.SignIn(ctx, harness.Try{Title: title, User: u, At: requests[i], NoPicture: true})
			if err != nil {
				return judge.Finding{}, err
			}
			own, other := s.Lane.Shop.URL(pages[i]), s.Lane.Shop.URL(pages[1-i])
			findings = append(findings, s.Case(a, judge.OwnPage(*a, own, other)))
			ends = append(ends, *a)
		}
		findings = append(findings, judge.OneSignsIn(ends...))
	}
	return judge.Worst(findings...), nil
}

// together is how often one answer is delivered at the same moment.
const together = 4

// parallel delivers one answer several times while the token endpoint is slow,
// so that all of them are under way before the first is done.
func parallel(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	answer, err := s.Hold(ctx, harness.Try{Title: "A sign-in whose answer is kept for a while", User: s.Person(nil)})
	if err != nil {
		return judge.Finding{}, err
	}
	cookies, err := s.Browser.Cookies(ctx)
	if err != nil {
		return judge.Finding{}, err
	}
	slow := fault.Spec{
		ID: "token.body.late", Title: "The token endpoint is slow",
		Response: &fault.ResponseEdit{Endpoint: journal.Token, Delay: "500ms"},
	}
	if _, err := s.Lane.Provider.Arm(slow, fault.Scope{}, fault.Always); err != nil {
		return judge.Finding{}, err
	}
	// A shop may tie an answer to the user agent that it began with.
	var agent string
	for _, e := range s.Lane.Provider.Journal().Select(journal.Query{Kind: journal.Authorize}) {
		agent = e.Header.Get("User-Agent")
	}
	mark := s.Lane.Provider.Journal().Mark()
	answers, errs := make([]harness.Answer, together), make([]error, together)
	var all sync.WaitGroup
	for i := range together {
		all.Go(func() {
			answers[i], errs[i] = s.Send(ctx, harness.Request{
				Path: s.BelowShop(answer), Header: map[string]string{"User-Agent": agent}, Cookies: s.ShopCookies(cookies),
			})
		})
	}
	all.Wait()
	sessions := 0
	for i, a := range answers {
		if errs[i] != nil {
			return judge.Fail("One of several answers at the same moment gets no reply: %s.", errs[i]), nil //nolint:nilerr // no reply is what is judged
		}
		s.Note("status of an answer", "%d", a.Status)
		who, err := s.Replay(ctx, a.Cookies())
		if err != nil {
			return judge.Finding{}, err
		}
		if who.SignedIn {
			sessions++
		}
	}
	redeemed := s.Lane.Provider.Journal().Select(journal.Query{After: mark})
	redeemed = slices.DeleteFunc(redeemed, func(e journal.Entry) bool { return e.Kind != journal.Token })
	s.Note("token requests", "%d", len(redeemed))
	s.Note("sessions", "%d", sessions)
	return judge.RedeemedAtMostOnce(len(redeemed), sessions), nil
}

// tooLate is longer than any time that a shop gives for signing in.
const tooLate = 2 * time.Hour

func late(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	u := s.Person(nil)
	control, err := s.SignIn(ctx, harness.Try{Title: "A sign-in in time", User: u, Control: true})
	if err != nil {
		return judge.Finding{}, err
	}
	if err := s.Browser.Clear(ctx); err != nil {
		return judge.Finding{}, err
	}
	answer, err := s.Hold(ctx, harness.Try{Title: "A sign-in whose answer is kept for two hours", User: u})
	if err != nil {
		return judge.Finding{}, err
	}
	s.Lane.Advance(tooLate)
	a, err := s.Open(ctx, answer, harness.Try{Title: "The answer after two hours", User: u})
	if err != nil {
		return judge.Finding{}, err
	}
	return judge.First(judge.Control(*control), judge.NotRedeemed(*a), judge.NotCrashed(*a)), nil
}

// dataDropped has the provider answer an authorization request once more whose
// sign-in is over.
func dataDropped(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	u := s.Person(nil)
	var findings []judge.Finding
	for _, end := range []harness.Try{
		{Title: "A sign-in that succeeds", User: u, Control: true},
		{Title: "A sign-in that ends in an error", User: u, Written: errorAnswer("access_denied", nil), NoPicture: true},
		{Title: "A sign-in whose ID token is refused", User: u, Fault: fault.IDTokenAudOther, NoPicture: true},
	} {
		if err := s.ForgetShop(ctx); err != nil {
			return judge.Finding{}, err
		}
		a, err := s.SignIn(ctx, end)
		if err != nil {
			return judge.Finding{}, err
		}
		request, ok := s.AuthorizationURL(a)
		if !ok {
			return judge.Undecided("The browser was not seen at the authorization endpoint."), nil
		}
		again, err := s.SignIn(ctx, harness.Try{Title: end.Title + ", answered once more", User: u, At: request, NoPicture: true})
		if err != nil {
			return judge.Finding{}, err
		}
		findings = append(findings, s.Case(again, judge.NotRedeemed(*again)))
	}
	return judge.Worst(findings...), nil
}

func extraParameters(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	u := s.Person(nil)
	a, err := s.SignIn(ctx, harness.Try{
		Title: "A sign-in whose answer has more parameters", User: u,
		Written: &fault.Spec{
			ID: "authorize.params.more", Title: "Parameters that nobody asked for",
			Redirect: &fault.RedirectEdit{Endpoint: journal.Authorize, Set: map[string]string{
				"session_state": "x.y", "scope": "openid", "hd": "customers.example", "authuser": "0", "prompt": "none", "countersign": "1",
			}},
		},
	})
	if err != nil {
		return judge.Finding{}, err
	}
	return judge.First(judge.Reached(*a), judge.SignedIn(*a)), nil
}

func codeCharacters(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	u := s.Person(nil)
	var findings []judge.Finding
	for _, id := range []fault.ID{"authorize.code.odd", "authorize.code.long"} {
		a, err := s.SignIn(ctx, harness.Try{Title: "A sign-in with " + string(id), User: u, Fault: id})
		if err != nil {
			return judge.Finding{}, err
		}
		findings = append(findings, s.Case(a, judge.CodeUnchanged(*a)))
		if err := s.ForgetShop(ctx); err != nil {
			return judge.Finding{}, err
		}
	}
	return judge.Worst(findings...), nil
}

func restart(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	u := s.Person(nil)
	answer, err := s.Hold(ctx, harness.Try{Title: "A sign-in whose answer is kept for a while", User: u})
	if err != nil {
		return judge.Finding{}, err
	}
	if err := s.Lane.Restart(ctx); err != nil {
		return judge.Finding{}, err
	}
	a, err := s.Open(ctx, answer, harness.Try{Title: "The answer after the restart", User: u})
	if err != nil {
		return judge.Finding{}, err
	}
	fresh, err := s.SignIn(ctx, harness.Try{Title: "A new sign-in", User: u, Control: true})
	if err != nil {
		return judge.Finding{}, err
	}
	return judge.Restarted(*a, *fresh), nil
}
