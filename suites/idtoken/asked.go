package idtoken

import (
	"context"
	"fmt"

	"github.com/countersign-oidc/countersign/mockidp/fault"
	"github.com/countersign-oidc/countersign/mockidp/identity"
	"github.com/countersign-oidc/countersign/mockidp/journal"
	"github.com/countersign-oidc/countersign/runner/environ"
	"github.com/countersign-oidc/countersign/suites/catalog"
	"github.com/countersign-oidc/countersign/suites/harness"
	"github.com/countersign-oidc/countersign/suites/judge"
)

// askedSpecs are about what a shop asks for beyond the ordinary: a recent
// sign-in, a class of it, encryption.
func askedSpecs(h *harness.Harness) {
	h.CheckWith(catalog.IDTokenAuthTime, environ.Setup{MaxAge: 600}, func(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
		return s.RefusedWritten(ctx, authTimes()...)
	})
	h.CheckWith(catalog.IDTokenAuthClass, environ.Setup{ACR: "1"}, func(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
		return s.RefusedWritten(ctx, authClasses()...)
	})
	h.CheckWith(catalog.IDTokenEncrypted, environ.Setup{Encrypted: true}, encrypted)
	h.CheckWith(catalog.IDTokenEncryptedUnasked, environ.Setup{Assertion: identity.AuthPrivateJWT}, encryptedUnasked)
}

func authTimes() []fault.Spec {
	return append([]fault.Spec{with("auth_time.missing", "an ID token without auth_time", nil, "auth_time")},
		wrongTypes("auth_time", "an auth_time",
			[3]string{"hour_past", "a sign-in an hour ago", `{"$now":"-1h"}`},
			[3]string{"year_past", "a sign-in a year ago", `{"$now":"-8760h"}`},
			[3]string{"tomorrow", "a sign-in tomorrow", `{"$now":"24h"}`},
			[3]string{"text", "an auth_time that is a text", `{"$string":{"$now":"0s"}}`})...)
}

func authClasses() []fault.Spec {
	return []fault.Spec{
		with("acr.missing", "an ID token without acr", nil, "acr"),
		with("acr.lower", "the acr 0, which is lower", set{"acr": `"0"`}),
		with("acr.list", "the right acr in a list", set{"acr": `["1"]`}),
		with("acr.number", "the right acr as a number", set{"acr": "1"}),
		with("amr.text", "an amr that is a text and no list", set{"amr": `"pwd"`}),
	}
}

func encrypted(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	return s.RefusedAsRegistered(ctx,
		harness.Registered{Title: "a signed ID token that is not encrypted", Edit: func(c *identity.Client) { c.IDTokenKeyAlg, c.IDTokenEnc = "", "" }},
		harness.Registered{Title: "an unsigned ID token within an encrypted one", Token: fault.TokenEdit{Sign: fault.Unsigned}},
		harness.Registered{Title: "a badly signed ID token within an encrypted one", Token: fault.TokenEdit{Sign: fault.Corrupted}},
		harness.Registered{Title: "an ID token of a rogue key within an encrypted one", Token: fault.TokenEdit{Sign: fault.OtherKey}},
		harness.Registered{Title: "an encrypted ID token with another algorithm for the key", Edit: func(c *identity.Client) { c.IDTokenKeyAlg = "ECDH-ES+A128KW" }},
		harness.Registered{Title: "an encrypted ID token with another algorithm for the content", Edit: func(c *identity.Client) { c.IDTokenEnc = "A128CBC-HS256" }},
		harness.Registered{Title: "an ID token encrypted for somebody else", Token: fault.TokenEdit{Form: fault.Encrypted}},
	)
}

// encryptedUnasked has nothing registered but the key of the shop's client
// assertions, which the provider encrypts for.
func encryptedUnasked(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	forClientKey := func(alg string) func(*identity.Client) {
		return func(c *identity.Client) {
			key := c.Keys.Keys[0]
			key.Use, key.Algorithm = "enc", ""
			c.Keys.Keys = append(c.Keys.Keys, key)
			c.IDTokenAlg, c.IDTokenKeyAlg, c.IDTokenEnc = alg, "ECDH-ES", "A256GCM"
		}
	}
	// How the shop authenticates is not the question here.
	anyAssertion, err := s.Lane.Provider.Arm(fault.Spec{
		ID: "token.client_secret.any", Title: "every client assertion is good",
		Response: &fault.ResponseEdit{Endpoint: journal.Token, Waive: []fault.Rule{fault.RuleClientSecret}},
	}, fault.Scope{}, fault.Always)
	if err != nil {
		return judge.Finding{}, fmt.Errorf("arm token.client_secret.any: %w", err)
	}
	defer anyAssertion.Disarm()
	return s.RefusedAsRegistered(ctx,
		harness.Registered{Title: "an ID token encrypted for somebody else", Token: fault.TokenEdit{Form: fault.Encrypted}},
		harness.Registered{Title: "claims encrypted for somebody else, and not signed", Token: fault.TokenEdit{Form: fault.EncryptedClaim}},
		harness.Registered{Title: "an unsigned ID token encrypted for the key of the client's assertions", Edit: forClientKey("none")},
		harness.Registered{Title: "a signed ID token encrypted for the key of the client's assertions", Edit: forClientKey("")},
	)
}
