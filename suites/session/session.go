// Package session is the suite of the shop's own session: how long it lasts,
// what carries it and what it gives away.
package session

import (
	"context"
	"fmt"
	"time"

	"github.com/onsi/ginkgo/v2"

	"github.com/countersign-oidc/countersign/runner/check"
	"github.com/countersign-oidc/countersign/runner/environ"
	"github.com/countersign-oidc/countersign/suites/attempt"
	"github.com/countersign-oidc/countersign/suites/catalog"
	"github.com/countersign-oidc/countersign/suites/harness"
	"github.com/countersign-oidc/countersign/suites/judge"
)

// Specs registers the suite.
func Specs(h *harness.Harness) {
	ginkgo.Describe("session", func() {
		expirySpecs(h)
		h.Check(catalog.SessionCookieHTTPOnly, cookieRule("HttpOnly", judge.HTTPOnly))
		h.Check(catalog.SessionCookieSameSite, cookieRule("SameSite Lax or Strict", judge.SameSite))
		h.Check(catalog.SessionCookieSecure, cookieRule("Secure", judge.Secure))
		h.Check(catalog.SessionRotated, rotated)
		h.Check(catalog.SessionOldEnded, oldEnded)
		h.Check(catalog.SessionIDUnpredictable, idUnpredictable)
		h.Check(catalog.SessionNoTokens, noTokens)
		h.Check(catalog.SessionNotCached, notCached)
		cookieSpecs(h)
		guardSpecs(h)
		sharedSpecs(h)
	})
}

const configured = 10 * time.Minute

func expirySpecs(h *harness.Harness) {
	tenMinutes := environ.Setup{SessionLength: configured}
	h.CheckWith(catalog.SessionLengthConfigured, tenMinutes, ends(configured-30*time.Second, configured+30*time.Second))
	h.Check(catalog.SessionDefaultHour, ends(59*time.Minute, 61*time.Minute))
	h.CheckWith(catalog.SessionNotExtended, tenMinutes, ends(6*time.Minute, 11*time.Minute))
	h.CheckWith(catalog.SessionEndsOnServer, tenMinutes, endsOnServer)
	h.CheckWith(catalog.SessionAfterExpiry, environ.Setup{SessionLength: configured, SharedClock: true}, afterExpiry)
}

// ends is a check that a session is there after one time and gone after
// another. Asking who is signed in is the activity in between.
func ends(before, after time.Duration) harness.Body {
	return func(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
		a, err := s.SignIn(ctx, harness.Try{User: s.Person(nil)})
		if err != nil {
			return judge.Finding{}, err
		}
		s.Lane.Advance(before)
		early, err := s.Again(ctx, a)
		if err != nil {
			return judge.Finding{}, err
		}
		s.Lane.Advance(after - before)
		late, err := s.Again(ctx, a)
		if err != nil {
			return judge.Finding{}, err
		}
		s.Note(fmt.Sprintf("signed in after %s", before), "%t", early.SignedIn)
		s.Note(fmt.Sprintf("signed in after %s", after), "%t", late.SignedIn)
		return judge.First(judge.Control(*a), judge.Ended(early, late, before, after)), nil
	}
}

// endsOnServer replays the cookies in another browser: one that does not know
// when they were to end.
func endsOnServer(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	a, err := s.SignIn(ctx, harness.Try{User: s.Person(nil)})
	if err != nil {
		return judge.Finding{}, err
	}
	copied := s.ShopCookies(a.Cookies)
	before, err := s.Replay(ctx, copied)
	if err != nil {
		return judge.Finding{}, err
	}
	s.Lane.Advance(configured + 30*time.Second)
	after, err := s.Replay(ctx, copied)
	if err != nil {
		return judge.Finding{}, err
	}
	if !before.SignedIn {
		return judge.Undecided("The copied cookies do not sign in even before the session's end."), nil
	}
	return judge.First(judge.Control(*a), judge.Ended(before, after, 0, configured+30*time.Second)), nil
}

// afterExpiry opens a page for signed-in customers in the browser whose
// session ended, and a public one in another with the same cookies: the first
// visit may well end what is left of the session.
func afterExpiry(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	u := s.Person(nil)
	first, err := s.SignIn(ctx, harness.Try{User: u, Control: true})
	if err != nil {
		return judge.Finding{}, err
	}
	other, err := s.Stranger(ctx)
	if err != nil {
		return judge.Finding{}, err
	}
	defer s.Release(other)
	if err := other.SetCookies(ctx, s.ShopCookies(first.Cookies)); err != nil {
		return judge.Finding{}, err
	}
	s.Lane.Advance(configured + 30*time.Second)
	public, err := s.SignIn(ctx, harness.Try{
		Title: "The visit of a public page after the session's end", User: u, Visit: s.Lane.Shop.Public, Browser: other,
	})
	if err != nil {
		return judge.Finding{}, err
	}
	again, err := s.SignIn(ctx, harness.Try{
		Title: "The visit of a page for signed-in customers after the session's end", User: u, Visit: s.Lane.Shop.Deep,
	})
	if err != nil {
		return judge.Finding{}, err
	}
	return judge.First(judge.Control(*first), judge.Anonymous(*public), judge.ShowsPage(*public),
		judge.NotCrashed(*again), judge.SignedIn(*again), judge.RestsAt(*again, s.Lane.Shop.URL(s.Lane.Shop.Deep))), nil
}

func cookieRule(what string, keeps func(attempt.Cookie) check.Verdict) harness.Body {
	return func(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
		o, f, err := signInCookies(ctx, s)
		if err != nil || f.Verdict != check.Pass {
			return f, err
		}
		for _, c := range o.cookies {
			s.Note("cookie "+c.Name, "HttpOnly %t, Secure %t, SameSite %q, domain %s, path %s", c.HTTPOnly, c.Secure, c.SameSite, c.Domain, c.Path)
		}
		if o.together {
			return judge.PartsRule(o.cookies, what, keeps), nil
		}
		return judge.CookieRule(o.cookies, what, keeps), nil
	}
}
