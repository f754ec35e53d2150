package signature

import (
	"context"

	"github.com/countersign-oidc/countersign/mockidp/fault"
	"github.com/countersign-oidc/countersign/mockidp/identity"
	"github.com/countersign-oidc/countersign/runner/environ"
	"github.com/countersign-oidc/countersign/suites/catalog"
	"github.com/countersign-oidc/countersign/suites/harness"
	"github.com/countersign-oidc/countersign/suites/judge"
)

func curveSpecs(h *harness.Harness) {
	agreed := environ.Setup{IDTokenAlg: "ES256"}
	h.CheckWith(catalog.SignatureCurveAccepted, agreed, curveAccepted)
	h.CheckWith(catalog.SignatureCurveRange, agreed, refused(
		edit("signature.curve_zeros", "ID token whose r and s are zero", fault.TokenEdit{Signature: fault.Zeros}),
		edit("signature.curve_order", "ID token whose r and s are the order of the group", fault.TokenEdit{Signature: fault.GroupOrder}),
		edit("signature.curve_ones", "ID token whose r and s are all ones", fault.TokenEdit{Signature: fault.Ones}),
	))
	h.CheckWith(catalog.SignatureCurveForm, agreed, refused(
		named("id_token.signature.der"),
		edit("signature.curve_66", "ID token with a zero byte before r and before s", fault.TokenEdit{Signature: fault.ZeroPadded}),
		edit("signature.curve_128", "ID token whose r and s have 64 bytes each", fault.TokenEdit{Signature: fault.PaddedTwice}),
		edit("signature.curve_65", "ID token whose signature has a byte more", fault.TokenEdit{Signature: fault.Extended}),
		edit("signature.curve_63", "ID token whose r is without its leading zero", fault.TokenEdit{
			Sign: fault.LeadingZeroR, Signature: fault.CutFirst,
		}),
	))
	// A ring of its own, for the key on P-384 stays published.
	agreed.OwnKeys = true
	h.CheckWith(catalog.SignatureCurveOther, agreed, asRegistered(harness.Registered{
		Title: "an ID token signed by a key on P-384 that says ES256", Edit: signedWith("ES384"),
		// Its at_hash would be made with SHA-384, and be refused for that.
		Token: fault.TokenEdit{SetHeader: member("alg", `"ES256"`), RemoveClaims: []string{"at_hash"}},
	}))
	h.CheckWith(catalog.SignatureAlgorithmAgreed, agreed, asRegistered(
		harness.Registered{Title: "an ID token signed with RS256", Edit: signedWith("RS256")},
		harness.Registered{Title: "an ID token signed with ES384", Edit: signedWith("ES384")},
	))
}

func signedWith(alg string) func(*identity.Client) {
	return func(c *identity.Client) { c.IDTokenAlg = alg }
}

// asRegistered publishes the key on P-384 before the shop asks for the keys.
func asRegistered(cases ...harness.Registered) harness.Body {
	return func(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
		s.Lane.Provider.Keys().Use("ES384")
		return s.RefusedAsRegistered(ctx, cases...)
	}
}

func refused(faults ...fault.Spec) harness.Body {
	return func(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
		return s.RefusedWritten(ctx, faults...)
	}
}

func curveAccepted(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	plain, err := s.SignIn(ctx, harness.Try{Title: "A sign-in with an ID token signed with ES256", User: s.Person(nil), Control: true})
	if err != nil {
		return judge.Finding{}, err
	}
	if err := s.Browser.Clear(ctx); err != nil {
		return judge.Finding{}, err
	}
	zeros, err := s.WeighedWritten(ctx, judge.Accepted,
		edit("signature.zero_r", "ID token whose r begins with a zero byte", fault.TokenEdit{Sign: fault.LeadingZeroR}),
		edit("signature.zero_s", "ID token whose s begins with a zero byte", fault.TokenEdit{Sign: fault.LeadingZeroS}),
	)
	return judge.First(judge.SignedIn(*plain), zeros), err
}
