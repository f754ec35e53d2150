package keys

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"time"

	"github.com/countersign-oidc/countersign/mockidp/fault"
	"github.com/countersign-oidc/countersign/suites/harness"
	"github.com/countersign-oidc/countersign/suites/judge"
)

// megabytes is a key set that nobody needs.
const megabytes = 20 << 20

// huge publishes a key of 16 384 bits with an exponent as large under the
// signing key's name, before it.
func huge(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	big := base64.RawURLEncoding.EncodeToString(bytes.Repeat([]byte{0xff}, 2048))
	key := `{"kty":"RSA","kid":{"$kid":"signing"},"alg":"RS256","use":"sig","n":"` + big + `","e":"` + big + `"}`
	f := keySet("key.huge", "a key of 16 384 bits with an exponent as large", fault.KeysEdit{First: []json.RawMessage{json.RawMessage(key)}})
	u := s.Person(nil)
	good, usual, err := timed(ctx, s, harness.Try{Title: "The same sign-in without the deviation", User: u, Control: true})
	if err != nil {
		return judge.Finding{}, err
	}
	if err := s.Fresh(ctx); err != nil {
		return judge.Finding{}, err
	}
	u = s.Person(nil)
	a, took, err := timed(ctx, s, s.Variant(u, &f, false))
	if err != nil {
		return judge.Finding{}, err
	}
	return judge.First(judge.Control(*good), judge.KeysAsked(*a), judge.WorksOrRefuses(*a), judge.Prompt(*a, took, usual)), nil
}

// kidShared has an RSA and an EC key of one name, and two RSA keys.
func kidShared(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	types := keySet("kid.same_reversed", "all keys under one kid, the EC key first", fault.KeysEdit{Set: member("kid", `"same"`), Reverse: true})
	types.Token = &fault.TokenEdit{SetHeader: member("kid", `"same"`)}
	first, _, err := try(ctx, s, &types, false)
	if err != nil {
		return judge.Finding{}, err
	}
	rogueFirst := named("jwks.kid.rogue_first")
	second, _, err := try(ctx, s, &rogueFirst, true)
	if err != nil {
		return judge.Finding{}, err
	}
	return judge.Worst(
		s.Case(first, judge.First(judge.KeysAsked(*first), judge.SignedIn(*first))),
		s.Case(second, judge.First(judge.KeysAsked(*second), judge.WorksOrRefuses(*second))),
	), nil
}

func many(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	f := keySet("keys.thousand", "a thousand keys before the good ones", fault.KeysEdit{Fill: 1000})
	a, took, err := timed(ctx, s, s.Variant(s.Person(nil), &f, false))
	if err != nil {
		return judge.Finding{}, err
	}
	s.Note("The sign-in took", "%s", took.Round(time.Millisecond))
	return judge.First(judge.KeysAsked(*a), judge.SignedIn(*a), judge.TookAtMost(took, 10*time.Second)), nil
}

// oversized pads the key set with white space, and with keys.
func oversized(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	padded := answers("body.padded", "a key set of twenty megabytes, most of it white space", fault.ResponseEdit{Pad: megabytes})
	filled := keySet("keys.fifty_thousand", "a key set of fifty thousand keys", fault.KeysEdit{Fill: 50_000})
	var findings []judge.Finding
	for i, f := range []fault.Spec{padded, filled} {
		if err := s.Fresh(ctx); err != nil {
			return judge.Finding{}, err
		}
		u := s.Person(nil)
		bad, took, err := timed(ctx, s, s.Variant(u, &f, i > 0))
		if err != nil {
			return judge.Finding{}, err
		}
		good, usual, err := timed(ctx, s, harness.Try{Title: "The same sign-in with a good key set", User: u, Control: true})
		if err != nil {
			return judge.Finding{}, err
		}
		findings = append(findings, s.Case(bad, judge.First(judge.RefusedUnread(*bad, *good), judge.Prompt(*bad, took, usual))))
	}
	return judge.Worst(findings...), nil
}

func privatePart(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	f := named("jwks.d.included")
	a, _, err := try(ctx, s, &f, false)
	if err != nil {
		return judge.Finding{}, err
	}
	good, err := control(ctx, s)
	if err != nil {
		return judge.Finding{}, err
	}
	return judge.First(judge.KeysAsked(*a), judge.WorksOrRefuses(*a), judge.Control(*good)), nil
}

// certificateOther has the key with the certificate of another one, and a
// token of each.
func certificateOther(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	mismatch := named("jwks.x5c.mismatch")
	byKey, _, err := try(ctx, s, &mismatch, false)
	if err != nil {
		return judge.Finding{}, err
	}
	mismatch.Token = &fault.TokenEdit{Sign: fault.OtherKey}
	byCertificate, _, err := try(ctx, s, &mismatch, true)
	if err != nil {
		return judge.Finding{}, err
	}
	return judge.First(judge.KeysAsked(*byKey), judge.KeysAsked(*byCertificate),
		judge.NotBoth(*byKey, *byCertificate, "a token of the key and one of its certificate, which is another's")), nil
}
