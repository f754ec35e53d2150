package keys

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/countersign-oidc/countersign/mockidp/fault"
	"github.com/countersign-oidc/countersign/mockidp/identity"
	"github.com/countersign-oidc/countersign/runner/check"
	"github.com/countersign-oidc/countersign/runner/environ"
	"github.com/countersign-oidc/countersign/suites/attempt"
	"github.com/countersign-oidc/countersign/suites/catalog"
	"github.com/countersign-oidc/countersign/suites/harness"
	"github.com/countersign-oidc/countersign/suites/judge"
)

func rotationSpecs(h *harness.Harness) {
	h.Check(catalog.KeysRotated, rotated)
	h.CheckWith(catalog.KeysRotatedBeforeSigning, environ.Setup{OwnKeys: true}, rotatedBeforeSigning)
	h.Check(catalog.KeysSameKid, sameKid)
	h.Check(catalog.KeysBothPublished, bothPublished)
	h.Check(catalog.KeysRemoved, removed)
	h.Check(catalog.KeysRemovedInTime, removedInTime)
}

// cooldown is what a shop may let pass between two requests for the keys: the
// clock is moved by it where that can be done.
const cooldown = 5 * time.Minute

func elapse(s *harness.Spec) {
	if s.Lane.Advance != nil {
		s.Lane.Advance(cooldown)
	}
}

// timed is a sign-in in a browser that the shop does not know, and how long it
// took.
func timed(ctx context.Context, s *harness.Spec, t harness.Try) (*attempt.SignIn, time.Duration, error) {
	if err := s.ForgetShop(ctx); err != nil {
		return nil, 0, err
	}
	began := time.Now()
	a, err := s.SignIn(ctx, t)
	return a, time.Since(began), err
}

// before is the ordinary sign-in after which the shop has the keys.
func before(ctx context.Context, s *harness.Spec, u identity.User) (judge.Finding, error) {
	a, _, err := timed(ctx, s, harness.Try{Title: "A sign-in before", User: u, Control: true})
	if err != nil {
		return judge.Finding{}, err
	}
	return judge.Control(*a), nil
}

// newKey is a rotation: the provider signs with another key, the rogue one of
// other checks, and publishes it beside the one before.
func newKey() fault.Spec {
	f := keySet("key.rotated", "the provider's new key beside the one before", fault.KeysEdit{Last: list(`{"$jwk":"rogue"}`)})
	f.Token = &fault.TokenEdit{Sign: fault.OtherKey, SetHeader: member("kid", `{"$kid":"rogue"}`)}
	return f
}

func list(entries ...string) []json.RawMessage {
	out := make([]json.RawMessage, len(entries))
	for i, e := range entries {
		out[i] = json.RawMessage(e)
	}
	return out
}

func rotated(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	u := s.Person(nil)
	if f, err := before(ctx, s, u); err != nil || f.Verdict != check.Pass {
		return f, err
	}
	elapse(s)
	f := newKey()
	a, _, err := timed(ctx, s, s.Variant(u, &f, false))
	if err != nil {
		return judge.Finding{}, err
	}
	return judge.First(judge.SignedIn(*a), judge.KeysAsked(*a), judge.FetchedAtMost("The first sign-in after the rotation", judge.KeysFetched(*a), 2)), nil
}

// rotatedBeforeSigning has the provider make new keys when it signs.
func rotatedBeforeSigning(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	u := s.Person(nil)
	if f, err := before(ctx, s, u); err != nil || f.Verdict != check.Pass {
		return f, err
	}
	elapse(s)
	a, _, err := timed(ctx, s, harness.Try{
		Title: "A sign-in right before whose token the keys change", User: u,
		Written: &fault.Spec{
			ID: "id_token.key.rotated", Title: "the provider makes new keys and signs with them",
			Token: &fault.TokenEdit{Rotate: fault.RotateOverlap},
		},
	})
	if err != nil {
		return judge.Finding{}, err
	}
	return judge.First(judge.Reached(*a), judge.SignedIn(*a)), nil
}

func sameKid(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	u := s.Person(nil)
	if f, err := before(ctx, s, u); err != nil || f.Verdict != check.Pass {
		return f, err
	}
	elapse(s)
	replaced := named("jwks.kid.rogue_only")
	replaced.Token = &fault.TokenEdit{Sign: fault.OtherKey}
	a, _, err := timed(ctx, s, s.Variant(u, &replaced, false))
	if err == nil && !a.Who.SignedIn && s.Lane.Advance != nil {
		s.Note("Right after the rotation", "the sign-in was refused; the shop's clock is moved by a day")
		s.Lane.Advance(24*time.Hour + time.Minute)
		replaced.Token.SetClaims = member("exp", `{"$now":"72h"}`)
		a, _, err = timed(ctx, s, s.Variant(u, &replaced, false))
	}
	if err != nil {
		return judge.Finding{}, err
	}
	replaced.Token = nil
	old, _, err := timed(ctx, s, harness.Try{
		Title: "A sign-in whose token the replaced key signed", User: u, Written: &replaced, Everybody: true, NoPicture: true,
	})
	if err != nil {
		return judge.Finding{}, err
	}
	return judge.First(judge.SignedIn(*a), judge.KeysAsked(*a), judge.OldKeyRefused(*old)), nil
}

// bothPublished has two people, whose tokens are signed with one key each.
func bothPublished(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	publish := keySet("key.second", "a second key of the provider", fault.KeysEdit{Last: list(`{"$jwk":"rogue"}`)})
	if _, err := s.Lane.Provider.Arm(publish, fault.Scope{}, fault.Always); err != nil {
		return judge.Finding{}, err
	}
	second := fault.Spec{ID: "id_token.key.second", Title: "a token of the second key", Token: newKey().Token}
	people := []identity.User{s.Person(nil), s.Person(nil)}
	var findings []judge.Finding
	fetched := 0
	for i := range 6 {
		t := harness.Try{Title: fmt.Sprintf("Sign-in %d, with the first key", i+1), User: people[i%2], Control: true}
		if i%2 == 1 {
			t.Title, t.Written = fmt.Sprintf("Sign-in %d, with the second key", i+1), &second
		}
		if err := s.Browser.Clear(ctx); err != nil {
			return judge.Finding{}, err
		}
		a, err := s.SignIn(ctx, t)
		if err != nil {
			return judge.Finding{}, err
		}
		fetched += judge.KeysFetched(*a)
		findings = append(findings, s.Case(a, judge.SignedIn(*a)))
	}
	if fetched == 0 {
		findings = append(findings, judge.Skip("Not tried: the shop signed people in without asking for the provider's keys."))
	}
	findings = append(findings, judge.FetchedAtMost("Six sign-ins", fetched, 2))
	return judge.First(findings...), nil
}

// removed takes the key back and has a token of an unknown key make the shop
// look again.
func removed(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	u := s.Person(nil)
	if f, err := before(ctx, s, u); err != nil || f.Verdict != check.Pass {
		return f, err
	}
	elapse(s)
	gone := newKey()
	gone.Response.Keys.Where, gone.Response.Keys.Drop = signing(), true
	a, _, err := timed(ctx, s, s.Variant(u, &gone, true))
	if err != nil {
		return judge.Finding{}, err
	}
	if f := judge.Refetched(*a); f.Verdict != check.Pass {
		return f, nil
	}
	gone.Token = nil
	old, _, err := timed(ctx, s, harness.Try{Title: "A sign-in whose token the key signed that was taken back", User: u, Written: &gone, Everybody: true})
	if err != nil {
		return judge.Finding{}, err
	}
	return judge.OldKeyRefused(*old), nil
}

// removedInTime moves the clock hour by hour, at most a day, until a token of
// the key that was taken back is refused.
func removedInTime(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	u := s.Person(nil)
	if f, err := before(ctx, s, u); err != nil || f.Verdict != check.Pass {
		return f, err
	}
	gone := named("jwks.key.removed")
	gone.Token = &fault.TokenEdit{SetClaims: member("exp", `{"$now":"72h"}`)}
	passed := time.Duration(0)
	for _, step := range []time.Duration{time.Hour + time.Minute, 5 * time.Hour, 18 * time.Hour} {
		s.Lane.Advance(step)
		passed += step
		a, _, err := timed(ctx, s, harness.Try{
			Title: fmt.Sprintf("A sign-in %s after the key was taken back, whose token it signed", passed), User: u, Written: &gone,
			Everybody: true, NoPicture: true,
		})
		if err != nil {
			return judge.Finding{}, err
		}
		if f := judge.OldKeyRefused(*a); f.Verdict != check.Fail {
			s.Note("The old key was good for", "less than %s", passed)
			return f, nil
		}
	}
	s.Note("The old key was good for", "more than %s", passed)
	return judge.Fail("A token of a key that the provider took back %s ago still signs the customer in.", passed), nil
}
