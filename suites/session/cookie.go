package session

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/countersign-oidc/countersign/mockidp/journal"
	"github.com/countersign-oidc/countersign/runner/check"
	"github.com/countersign-oidc/countersign/suites/attempt"
	"github.com/countersign-oidc/countersign/suites/catalog"
	"github.com/countersign-oidc/countersign/suites/harness"
	"github.com/countersign-oidc/countersign/suites/judge"
)

func cookieSpecs(h *harness.Harness) {
	h.Check(catalog.SessionSignInCookieHTTPOnly, pendingRule("HttpOnly", judge.HTTPOnly))
	h.Check(catalog.SessionSignInCookieSameSite, pendingRule("SameSite Lax or Strict", judge.SameSite))
	h.Check(catalog.SessionSignInCookieSecure, pendingRule("Secure", judge.Secure))
	h.Check(catalog.SessionCookieHostOnly, hostOnly)
	h.Check(catalog.SessionTampered, tampered)
	h.Check(catalog.SessionCookieTwice, twice)
	h.Check(catalog.SessionCookieChunks, chunks)
	h.Check(catalog.SessionLargeClaims, largeClaims)
	h.Check(catalog.SessionIDHidden, idHidden)
}

// pendingRule is about each cookie that the shop gave on the way to the
// provider.
func pendingRule(what string, keeps func(attempt.Cookie) check.Verdict) harness.Body {
	return func(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
		a, err := s.Begin(ctx, s.Browser)
		if err != nil {
			return judge.Finding{}, err
		}
		cookies := s.ShopCookies(a.Cookies)
		for _, c := range cookies {
			s.Note("cookie "+c.Name, "HttpOnly %t, Secure %t, SameSite %q, domain %s, path %s", c.HTTPOnly, c.Secure, c.SameSite, c.Domain, c.Path)
		}
		if len(cookies) == 0 {
			return judge.Skip("The shop sets no cookie on the way to the provider."), nil
		}
		return judge.PendingCookieRule(cookies, what, keeps), nil
	}
}

// delivered walks a sign-in and delivers its answer without the browser, so
// that the header fields of the shop's answer can be read.
func delivered(ctx context.Context, s *harness.Spec) (harness.Answer, error) {
	address, err := s.Hold(ctx, harness.Try{Title: "A sign-in whose answer is delivered without a browser", User: s.Person(nil)})
	if err != nil {
		return harness.Answer{}, err
	}
	cookies, err := s.Browser.Cookies(ctx)
	if err != nil {
		return harness.Answer{}, err
	}
	return s.Send(ctx, harness.Request{Path: s.BelowShop(address), Cookies: s.ShopCookies(cookies)})
}

func hostOnly(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	if err := s.InCookies(); err != nil {
		return judge.Finding{}, err
	}
	answer, err := delivered(ctx, s)
	if err != nil {
		return judge.Finding{}, err
	}
	set := (&http.Response{Header: answer.Header}).Cookies()
	for _, c := range set {
		s.Note("cookie "+c.Name, "domain %q, path %q", c.Domain, c.Path)
	}
	return judge.HostOnly(set), nil
}

// asWhom asks who is signed in with just these cookies.
func asWhom(ctx context.Context, s *harness.Spec, cookies ...attempt.Cookie) (harness.Answer, error) {
	return s.Send(ctx, harness.Request{Path: s.WhoAmIPath(), Cookies: cookies})
}

func tampered(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	begun, err := s.Begin(ctx, s.Browser)
	if err != nil {
		return judge.Finding{}, err
	}
	o, f, err := signInCookies(ctx, s)
	if err != nil || f.Verdict != check.Pass {
		return f, err
	}
	session := o.session()
	middle := len(session.Value) / 2
	changed := byte('A')
	if session.Value[middle] == changed {
		changed = 'B'
	}
	variants := []struct{ what, value string }{
		{"without its last character", session.Value[:len(session.Value)-1]},
		{"cut in half", session.Value[:middle]},
		{"changed in the middle", session.Value[:middle] + string(changed) + session.Value[middle+1:]},
		{"twice in one", session.Value + session.Value},
		{"with one character more", session.Value + "A"},
		{"empty", ""},
		{"of one character", "x"},
		{"of 3,000 characters", strings.Repeat("x", 3000)},
		{"of escapes", "%00%ff%0d%0a"},
	}
	for _, c := range s.ShopCookies(begun.Cookies) {
		if c.Name != session.Name {
			variants = append(variants, struct{ what, value string }{"with the value of " + c.Name + " of a sign-in under way", c.Value})
		}
	}
	var findings []judge.Finding
	for _, v := range variants {
		answer, err := asWhom(ctx, s, o.with(attempt.Cookie{Name: session.Name, Value: v.value})...)
		if err != nil {
			return judge.Finding{}, err
		}
		findings = append(findings, nobody(s, "A session cookie "+v.what, answer))
	}
	return judge.Worst(findings...), nil
}

// nobody notes and decides one answer about who is signed in.
func nobody(s *harness.Spec, what string, answer harness.Answer) judge.Finding {
	who := s.Says(answer)
	s.Note(what, "status %d, signed in %t", answer.Status, who.SignedIn)
	return judge.Nobody(what, who)
}

func twice(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	o, f, err := signInCookies(ctx, s)
	if err != nil || f.Verdict != check.Pass {
		return f, err
	}
	own := o.session()
	planted := attempt.Cookie{Name: own.Name, Value: strings.Repeat("B", len(own.Value))}
	many := []attempt.Cookie{own}
	for i := range 60 {
		many = append(many, attempt.Cookie{Name: "countersign_" + strings.Repeat("x", i+1), Value: strings.Repeat("y", 40)})
	}
	before, err := asWhom(ctx, s, o.cookies...)
	if err != nil {
		return judge.Finding{}, err
	}
	subject := s.Says(before).Subject
	var findings []judge.Finding
	for _, v := range []struct {
		what    string
		cookies []attempt.Cookie
	}{
		{"A planted session cookie before the customer's", []attempt.Cookie{planted, own}},
		{"A planted session cookie behind the customer's", []attempt.Cookie{own, planted}},
		{"Sixty more cookies", many},
		{"A cookie of 6,000 characters", []attempt.Cookie{own, {Name: "countersign_long", Value: strings.Repeat("x", 6000)}}},
	} {
		answer, err := asWhom(ctx, s, o.with(v.cookies...)...)
		if err != nil {
			return judge.Finding{}, err
		}
		who := s.Says(answer)
		s.Note(v.what, "status %d, signed in %t", answer.Status, who.SignedIn)
		findings = append(findings, judge.Themself(v.what, who, subject))
	}
	after, err := asWhom(ctx, s, o.cookies...)
	if err != nil {
		return judge.Finding{}, err
	}
	if !s.Says(after).SignedIn {
		findings = append(findings, judge.Fail("After that the customer's own cookie does not sign in any more (status %d).", after.Status))
	}
	return judge.Worst(findings...), nil
}

// quick is the time within which an answer comes that costs no effort.
const quick = 5 * time.Second

func chunks(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	o, f, err := signInCookies(ctx, s)
	if err != nil || f.Verdict != check.Pass {
		return f, err
	}
	own := o.session()
	named := func(pairs ...string) []attempt.Cookie {
		var list []attempt.Cookie
		for i := 0; i+1 < len(pairs); i += 2 {
			list = append(list, attempt.Cookie{Name: own.Name + pairs[i], Value: pairs[i+1]})
		}
		return list
	}
	var findings []judge.Finding
	for _, v := range []struct {
		what    string
		cookies []attempt.Cookie
	}{
		{"A count of -1", named("_chunks", "-1", ".chunks", "-1", "_count", "-1")},
		{"A count of a thousand millions", named("_chunks", "1000000000", ".chunks", "1000000000", "_count", "1000000000")},
		{"A count that is no number", named("_chunks", "x", ".chunks", "", "_count", "1e9")},
		{"Parts without a beginning", named("_1", own.Value, ".1", own.Value, "-1", own.Value)},
		{"Parts in another order", named("_1", own.Value[:len(own.Value)/2], "_0", own.Value[len(own.Value)/2:], ".1", own.Value[:len(own.Value)/2], ".0", own.Value[len(own.Value)/2:])},
	} {
		began := time.Now()
		answer, err := asWhom(ctx, s, v.cookies...)
		if err != nil {
			return judge.Finding{}, err
		}
		took := time.Since(began)
		findings = append(findings, judge.First(judge.Within(v.what, took, quick), nobody(s, v.what, answer)))
	}
	return judge.Worst(findings...), nil
}

// largeClaims grows and shrinks what a session has to hold.
func largeClaims(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	var findings []judge.Finding
	for _, size := range []int{2000, 4000, 8000, 16_000, 0} {
		u := s.Person(map[string]any{"nickname": strings.Repeat("n", size)})
		if size == 0 {
			u = s.Person(nil)
		}
		a, err := s.SignIn(ctx, harness.Try{Title: sized(size), User: u, NoPicture: true, Visit: s.Lane.Shop.SignInAgain()})
		if err != nil {
			return judge.Finding{}, err
		}
		f := judge.SignedIn(*a)
		for range 3 {
			if f.Verdict != check.Pass {
				break
			}
			p, err := s.Browser.Navigate(ctx, s.Lane.Shop.URL(s.Lane.Shop.Account))
			if err != nil {
				return judge.Finding{}, err
			}
			a.Left = true
			who, err := s.Again(ctx, a)
			if err != nil {
				return judge.Finding{}, err
			}
			f = judge.First(judge.AtShop(*a, p), judge.StillSignedIn("another visit of the account", *a, who))
		}
		findings = append(findings, s.Case(a, f))
		if err := s.ForgetProvider(ctx); err != nil {
			return judge.Finding{}, err
		}
		if s.Lane.Shop.StartWithReturn == "" {
			if err := s.ForgetShop(ctx); err != nil {
				return judge.Finding{}, err
			}
		}
	}
	return judge.Worst(findings...), nil
}

func sized(n int) string {
	if n == 0 {
		return "A person with few claims"
	}
	return fmt.Sprintf("A person with a claim of %d characters", n)
}

// idHidden visits a public page first, where a shop may begin a session, so
// that the ID before the sign-in is looked for too.
func idHidden(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	if _, err := s.Browser.Navigate(ctx, s.Lane.Shop.URL(s.Lane.Shop.Public)); err != nil {
		return judge.Finding{}, err
	}
	begun, err := s.Begin(ctx, s.Browser)
	if err != nil {
		return judge.Finding{}, err
	}
	o, f, err := signInCookies(ctx, s)
	if err != nil || f.Verdict != check.Pass {
		return f, err
	}
	secrets := map[string]string{}
	for _, session := range o.cookies {
		secrets["session cookie "+session.Name] = session.Value
		for _, c := range s.ShopCookies(begun.Cookies) {
			if c.Name == session.Name {
				secrets["session cookie "+c.Name+" from before the sign-in"] = c.Value
			}
		}
	}
	for _, e := range s.Lane.Provider.Journal().Select(journal.Query{}) {
		for _, t := range e.Tokens {
			secrets[t.Kind] = t.Value
		}
	}
	places := map[string]string{}
	for _, q := range s.Browser.Record().Requests {
		at := attempt.Origin(q.URL)
		places["an address of "+at] += " " + q.URL
	}
	return judge.NoSecrets(places, secrets), nil
}
