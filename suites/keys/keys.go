// Package keys is the suite of the provider's keys: rotation, faults of the key set.
package keys

import (
	"context"
	"encoding/json"
	"net/http"

	"github.com/onsi/ginkgo/v2"

	"github.com/countersign-oidc/countersign/mockidp/fault"
	"github.com/countersign-oidc/countersign/mockidp/identity"
	"github.com/countersign-oidc/countersign/mockidp/journal"
	"github.com/countersign-oidc/countersign/suites/attempt"
	"github.com/countersign-oidc/countersign/suites/catalog"
	"github.com/countersign-oidc/countersign/suites/harness"
	"github.com/countersign-oidc/countersign/suites/judge"
)

// Specs registers the suite.
func Specs(h *harness.Harness) {
	ginkgo.Describe("keys", func() {
		h.Check(catalog.KeysUseOther, refusesKeys("jwks.use.enc", "jwks.key_ops.encrypt"))
		h.Check(catalog.KeysAlgorithmOther, refusesKeys("jwks.alg.other", "jwks.alg.hs256"))
		h.Check(catalog.KeysSmall, refusesKeys("jwks.key.small"))
		h.Check(catalog.KeysExponentOne, refusesSets(exponentOne()))
		h.Check(catalog.KeysHuge, huge)
		rotationSpecs(h)
		floodSpecs(h)
		h.Check(catalog.KeysOddEntries, acceptsSets(oddEntries()...))
		h.Check(catalog.KeysKidShared, kidShared)
		h.Check(catalog.KeysMany, many)
		h.Check(catalog.KeysOversized, oversized)
		h.Check(catalog.KeysPrivatePart, privatePart)
		h.Check(catalog.KeysOptionalMembers, acceptsSets(named("jwks.alg.missing"), named("jwks.use.missing"), lacking("alg", "use")))
		h.Check(catalog.KeysCertificateOther, certificateOther)
		h.Check(catalog.KeysSetBroken, refusesAndRecovers(brokenSets()...))
		cacheSpecs(h)
	})
}

// named is a fault of the catalogue. One that is not there is refused when it
// is armed, for it changes nothing.
func named(id fault.ID) fault.Spec {
	f, _ := fault.Named(id)
	return f
}

func member(name, value string) map[string]json.RawMessage {
	return map[string]json.RawMessage{name: json.RawMessage(value)}
}

// signing are the keys that sign, among those of a key set.
func signing() map[string]json.RawMessage { return member("alg", `"RS256"`) }

// keySet is a fault of the key set, with an ID below jwks.
func keySet(id, title string, e fault.KeysEdit) fault.Spec {
	return fault.Spec{
		ID: fault.ID("jwks." + id), Title: title, Response: &fault.ResponseEdit{Endpoint: journal.JWKS, Keys: &e},
	}
}

// answers is a fault of the whole answer of the JWKS URI.
func answers(id, title string, e fault.ResponseEdit) fault.Spec {
	e.Endpoint = journal.JWKS
	return fault.Spec{ID: fault.ID("jwks." + id), Title: title, Response: &e}
}

func body(text string) *string { return &text }

func lacking(names ...string) fault.Spec {
	return keySet("members.missing", "keys without alg and use", fault.KeysEdit{Remove: names})
}

// exponentOne is the signing key with the exponent 1, and a signature that
// anybody can make for it.
func exponentOne() fault.Spec {
	f := keySet("e.one_forged", "a key with the exponent 1, and a signature that anybody can make for it",
		fault.KeysEdit{Where: signing(), Set: member("e", `"AQ"`)})
	f.Token = &fault.TokenEdit{Sign: fault.UnitExponent}
	return f
}

func brokenSets() []fault.Spec {
	return []fault.Spec{
		named("jwks.keys.empty"), named("jwks.keys.missing"), named("jwks.keys.object"), named("jwks.keys.null"),
		answers("body.object", "an empty object in place of the key set", fault.ResponseEdit{Body: body("{}")}),
		answers("body.list", "an empty list in place of the key set", fault.ResponseEdit{Body: body("[]")}),
		answers("body.html", "a page in place of the key set", fault.ResponseEdit{
			Body: body("<!doctype html><title>Maintenance</title>"), Header: map[string]string{"Content-Type": "text/html"},
		}),
		answers("status.204", "no content in place of the key set", fault.ResponseEdit{Status: http.StatusNoContent}),
		named("jwks.body.cut"), named("jwks.key.removed"),
	}
}

// oddEntries are entries before and behind the good key. None has its kid.
func oddEntries() []fault.Spec {
	var out []fault.Spec
	for _, odd := range []struct{ id, title, entry string }{
		{"kty_unknown", "a key of an unknown type", `{"kty":"XYZ","kid":"odd","x":"AA"}`},
		{"kty_akp", "a key of the type AKP", `{"kty":"AKP","kid":"odd","alg":"ML-DSA-44","pub":"AAAA"}`},
		{"kty_missing", "a key without a type", `{"kid":"odd","use":"sig"}`},
		{"kty_number", "a key whose type is a number", `{"kty":7,"kid":"odd"}`},
		{"crv_unknown", "a key on an unknown curve", `{"kty":"EC","crv":"P-999","kid":"odd","x":"AA","y":"AA"}`},
		{"off_curve", "a point that is not on its curve", `{"kty":"EC","crv":"P-256","kid":"odd","x":"AQ","y":"AQ"}`},
		{"n_bad", "an RSA key whose modulus is not base64url", `{"kty":"RSA","kid":"odd","use":"sig","alg":"RS256","n":"***","e":"AQAB"}`},
		{"n_missing", "an RSA key without a modulus", `{"kty":"RSA","kid":"odd","use":"sig","alg":"RS256","e":"AQAB"}`},
		{"x5c_bad", "a key with a certificate that is none", `{"$merge":[{"$jwk":"rogue"},{"kid":"odd","x5c":["AAAA"]}]}`},
		{"null", "null", `null`},
		{"text", "a text", `"key"`},
		{"number", "a number", `7`},
		{"list", "a list", `[]`},
	} {
		entry := []json.RawMessage{json.RawMessage(odd.entry)}
		out = append(out,
			keySet("odd."+odd.id+"_first", odd.title+" before the good keys", fault.KeysEdit{First: entry}),
			keySet("odd."+odd.id+"_last", odd.title+" behind the good keys", fault.KeysEdit{Last: entry}),
		)
	}
	return out
}

// try is a sign-in at a shop that has fetched nothing yet, with a fault.
func try(ctx context.Context, s *harness.Spec, f *fault.Spec, noPicture bool) (*attempt.SignIn, identity.User, error) {
	if err := s.Fresh(ctx); err != nil {
		return nil, identity.User{}, err
	}
	u := s.Person(nil)
	a, err := s.SignIn(ctx, s.Variant(u, f, noPicture))
	return a, u, err
}

func refusesKeys(ids ...fault.ID) harness.Body {
	faults := make([]fault.Spec, len(ids))
	for i, id := range ids {
		faults[i] = named(id)
	}
	return refusesSets(faults...)
}

// refusesSets tries each key set with a shop of its own, and a good one with
// another.
func refusesSets(faults ...fault.Spec) harness.Body {
	return func(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
		tried := make([]*attempt.SignIn, len(faults))
		for i := range faults {
			bad, _, err := try(ctx, s, &faults[i], i > 0)
			if err != nil {
				return judge.Finding{}, err
			}
			tried[i] = bad
		}
		good, err := control(ctx, s)
		if err != nil {
			return judge.Finding{}, err
		}
		return s.Against(good, judge.RefusedKeys, tried...), nil
	}
}

// refusesAndRecovers is refusesSets for key sets that every shop has to get
// over.
func refusesAndRecovers(faults ...fault.Spec) harness.Body {
	return func(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
		tried := make([]*attempt.SignIn, len(faults))
		after := make([]*attempt.SignIn, len(faults))
		for i := range faults {
			bad, u, err := try(ctx, s, &faults[i], i > 0)
			if err != nil {
				return judge.Finding{}, err
			}
			tried[i] = bad
			if err := s.ForgetShop(ctx); err != nil {
				return judge.Finding{}, err
			}
			if after[i], err = recovered(ctx, s, u); err != nil {
				return judge.Finding{}, err
			}
		}
		good, err := control(ctx, s)
		if err != nil {
			return judge.Finding{}, err
		}
		var findings []judge.Finding
		for i, bad := range tried {
			findings = append(findings, s.Case(bad, judge.First(judge.RefusedKeys(*bad, *good), judge.SignedIn(*after[i]))))
		}
		return judge.Worst(findings...), nil
	}
}

// control is a sign-in with a good key set at a shop that has fetched nothing.
func control(ctx context.Context, s *harness.Spec) (*attempt.SignIn, error) {
	if err := s.Fresh(ctx); err != nil {
		return nil, err
	}
	return s.SignIn(ctx, harness.Try{Title: "The same sign-in with a good key set", User: s.Person(nil), Control: true})
}

// acceptsSets tries each key set with a shop of its own, which has to sign in.
func acceptsSets(faults ...fault.Spec) harness.Body {
	return func(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
		var findings []judge.Finding
		for i := range faults {
			a, _, err := try(ctx, s, &faults[i], i > 0)
			if err != nil {
				return judge.Finding{}, err
			}
			findings = append(findings, s.Case(a, judge.First(judge.KeysAsked(*a), judge.SignedIn(*a))))
		}
		return judge.Worst(findings...), nil
	}
}

// recovered is the sign-in once the key set is good. A shop that waits before
// it asks again gets the time, where its clock can be moved.
func recovered(ctx context.Context, s *harness.Spec, u identity.User) (*attempt.SignIn, error) {
	elapse(s)
	return s.SignIn(ctx, harness.Try{Title: "The same sign-in once the key set is good", User: u, Control: true})
}
