package keys

import (
	"context"
	"time"

	"github.com/countersign-oidc/countersign/mockidp/fault"
	"github.com/countersign-oidc/countersign/mockidp/identity"
	"github.com/countersign-oidc/countersign/mockidp/journal"
	"github.com/countersign-oidc/countersign/runner/check"
	"github.com/countersign-oidc/countersign/suites/catalog"
	"github.com/countersign-oidc/countersign/suites/harness"
	"github.com/countersign-oidc/countersign/suites/judge"
)

func floodSpecs(h *harness.Harness) {
	h.Check(catalog.KeysFloodUnknownKid, flood(unknownKid()))
	h.Check(catalog.KeysFloodBadSignature, flood(fault.Spec{
		ID: "id_token.flood.bad_signature", Title: "a token with the right kid and a wrong signature",
		Token: &fault.TokenEdit{Sign: fault.OtherKey},
	}))
	h.Check(catalog.KeysCooldown, cooldownKept)
	h.Check(catalog.KeysRush, rush)
}

const (
	// floodSize is how many bad tokens arrive, half of them one after the
	// other and half floodWidth at once, and floodBound how many requests for
	// the keys they may cost.
	floodSize  = 40
	floodWidth = 10
	floodBound = 10
	// rushSize people sign in at once after a rotation, which may cost
	// rushBound requests.
	rushSize  = 20
	rushBound = 5
)

// unknownKid is a token whose kid is another one each time.
func unknownKid() fault.Spec {
	return fault.Spec{
		ID: "id_token.flood.unknown_kid", Title: "a token of a key that nobody published, under a name of its own",
		Token: &fault.TokenEdit{Sign: fault.OtherKey, SetHeader: member("kid", `{"$string":{"$now_ms":"0s"}}`)},
	}
}

func people(s *harness.Spec, n int) []identity.User {
	out := make([]identity.User, n)
	for i := range out {
		out[i] = s.Person(nil)
	}
	return out
}

func flood(f fault.Spec) harness.Body {
	return func(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
		u := s.Person(nil)
		if f, err := before(ctx, s, u); err != nil || f.Verdict != check.Pass {
			return f, err
		}
		attackers := people(s, floodSize/2)
		one, err := s.Crowd(ctx, "Bad tokens one after the other", attackers, 1, &f)
		if err != nil {
			return judge.Finding{}, err
		}
		ten, err := s.Crowd(ctx, "Bad tokens at once", attackers, floodWidth, &f)
		if err != nil {
			return judge.Finding{}, err
		}
		after, _, err := timed(ctx, s, harness.Try{Title: "A good sign-in afterwards", User: u, Control: true})
		if err != nil {
			return judge.Finding{}, err
		}
		return judge.First(
			judge.AfterFlood(floodSize, one.Fired+ten.Fired, one.SignedIn+one.Others+ten.SignedIn+ten.Others, one.Fetches+ten.Fetches, floodBound),
			judge.SignedIn(*after),
		), nil
	}
}

// cooldownKept rotates the keys behind a flood that goes on.
func cooldownKept(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	u := s.Person(nil)
	if f, err := before(ctx, s, u); err != nil || f.Verdict != check.Pass {
		return f, err
	}
	bad := unknownKid()
	if _, err := s.Crowd(ctx, "Bad tokens before the rotation", people(s, floodWidth), floodWidth, &bad); err != nil {
		return judge.Finding{}, err
	}
	published := newKey()
	published.Token = nil
	if _, err := s.Lane.Provider.Arm(published, fault.Scope{}, fault.Always); err != nil {
		return judge.Finding{}, err
	}
	attacker := people(s, 1)
	for passed := time.Duration(0); passed <= cooldown; passed += floodPace {
		began := time.Now()
		if _, err := s.Crowd(ctx, "A bad token "+passed.String()+" after the rotation", attacker, 1, &bad); err != nil {
			return judge.Finding{}, err
		}
		// What a busy machine took has passed by the shop's clock already.
		s.Lane.Advance(max(0, floodPace-time.Since(began)))
	}
	rotated := fault.Spec{ID: "id_token.key.rotated", Title: "the provider signs with its new key", Token: newKey().Token}
	a, _, err := timed(ctx, s, harness.Try{Title: "A sign-in with the new key", User: u, Written: &rotated})
	if err != nil {
		return judge.Finding{}, err
	}
	return judge.First(judge.Reached(*a), judge.SignedIn(*a)), nil
}

// floodPace is how much time passes, by the shop's clock, between two tokens of
// an attacker who is in no hurry.
const floodPace = 5 * time.Second

// rush has the key set take a moment, so that all have to wait for it.
func rush(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	u := s.Person(nil)
	if f, err := before(ctx, s, u); err != nil || f.Verdict != check.Pass {
		return f, err
	}
	elapse(s)
	f := newKey()
	f.Response.Delay = "300ms"
	c, err := s.Crowd(ctx, "Sign-ins right after the rotation", people(s, rushSize), rushSize, &f)
	if err != nil {
		return judge.Finding{}, err
	}
	if c.SignedIn < rushSize {
		return judge.Fail("Of %d people who signed in right after the rotation only %d are signed in.", rushSize, c.SignedIn), nil
	}
	if c.Fetches == 0 {
		return judge.Skip("Not tried: the shop signed people in without asking for the provider's keys."), nil
	}
	return judge.FetchedAtMost("Twenty people who signed in at once", c.Fetches, rushBound), nil
}

// fetches are the requests for the keys so far.
func fetches(s *harness.Spec) int {
	return len(s.Lane.Provider.Journal().Select(journal.Query{Kind: journal.JWKS}))
}
