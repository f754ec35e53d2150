package idtoken

import (
	"context"

	"github.com/countersign-oidc/countersign/runner/environ"
	"github.com/countersign-oidc/countersign/suites/attempt"
	"github.com/countersign-oidc/countersign/suites/harness"
	"github.com/countersign-oidc/countersign/suites/judge"
)

// signedBy has keys of its own, for those of another algorithm stay published.
func signedBy(alg string) environ.Setup { return environ.Setup{IDTokenAlg: alg, OwnKeys: true} }

// hashByAlgorithm signs in with each algorithm and, where that fails, without
// at_hash, which tells a shop that computes it wrongly from one that does not
// take the algorithm.
func hashByAlgorithm(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	var findings []judge.Finding
	for i, alg := range []string{"ES384", "PS512", "EdDSA"} {
		if i > 0 {
			if err := s.FreshWith(ctx, signedBy(alg)); err != nil {
				return judge.Finding{}, err
			}
		}
		u := s.Person(nil)
		hashed, err := s.SignIn(ctx, harness.Try{Title: "A sign-in with an ID token signed with " + alg, User: u, Control: true})
		if err != nil {
			return judge.Finding{}, err
		}
		bare := &attempt.SignIn{}
		if !hashed.Who.SignedIn {
			f := with("at_hash.missing", "an ID token without at_hash", nil, "at_hash")
			if bare, err = s.SignIn(ctx, s.Variant(u, &f, false)); err != nil {
				return judge.Finding{}, err
			}
			if !bare.Who.SignedIn {
				s.Note(alg, "not taken, with or without at_hash")
				continue
			}
		}
		findings = append(findings, s.Case(hashed, judge.Hashed(*hashed, *bare)))
	}
	if len(findings) == 0 {
		return judge.Skip("Not tried: the shop takes no ID token signed with ES384, PS512 or EdDSA."), nil
	}
	return judge.Worst(findings...), nil
}
