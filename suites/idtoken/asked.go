package idtoken

import (
	"context"
	"fmt"
	"slices"

	"github.com/go-jose/go-jose/v4"

	"github.com/countersign-oidc/countersign/mockidp/fault"
	"github.com/countersign-oidc/countersign/mockidp/identity"
	"github.com/countersign-oidc/countersign/mockidp/journal"
	"github.com/countersign-oidc/countersign/runner/environ"
	"github.com/countersign-oidc/countersign/suites/attempt"
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

// registered changes how the provider knows the shop for one sign-in. The
// fault leaves a mark in the token, so that its way can be followed.
type registered struct {
	title string
	edit  func(*identity.Client)
	token fault.TokenEdit
}

func (r registered) fault(id fault.ID) fault.Spec {
	edit := r.token
	if edit.Sign == "" && edit.Form == "" {
		edit.SetClaims = set{"x_countersign": `"marked"`}.raw()
	}
	return fault.Spec{ID: id, Title: r.title, Token: &edit}
}

// asRegistered tries each registration, puts the right one back and signs in
// once more.
func asRegistered(ctx context.Context, s *harness.Spec, cases ...registered) (judge.Finding, error) {
	u := s.Person(nil)
	var tried []*attempt.SignIn
	for _, r := range cases {
		c := s.Lane.Client
		if c.Keys != nil {
			c.Keys = &jose.JSONWebKeySet{Keys: slices.Clone(c.Keys.Keys)}
		}
		if r.edit != nil {
			r.edit(&c)
		}
		if err := s.Lane.Provider.PutClient(c); err != nil {
			return judge.Finding{}, err
		}
		f := r.fault("id_token.encryption.other")
		a, err := s.SignIn(ctx, harness.Try{Title: "Sign-in: " + r.title, User: u, Written: &f, NoPicture: len(tried) > 0})
		if err != nil {
			return judge.Finding{}, err
		}
		tried = append(tried, a)
		if err := s.ForgetShop(ctx); err != nil {
			return judge.Finding{}, err
		}
	}
	if err := s.Lane.Provider.PutClient(s.Lane.Client); err != nil {
		return judge.Finding{}, err
	}
	good, err := s.SignIn(ctx, harness.Try{Title: "The same sign-in as registered", User: u, Control: true})
	if err != nil {
		return judge.Finding{}, err
	}
	return s.Against(good, judge.Refused, tried...), nil
}

func encrypted(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	return asRegistered(ctx, s,
		registered{title: "a signed ID token that is not encrypted", edit: func(c *identity.Client) { c.IDTokenKeyAlg, c.IDTokenEnc = "", "" }},
		registered{title: "an unsigned ID token within an encrypted one", token: fault.TokenEdit{Sign: fault.Unsigned}},
		registered{title: "a badly signed ID token within an encrypted one", token: fault.TokenEdit{Sign: fault.Corrupted}},
		registered{title: "an ID token of a rogue key within an encrypted one", token: fault.TokenEdit{Sign: fault.OtherKey}},
		registered{title: "an encrypted ID token with another algorithm for the key", edit: func(c *identity.Client) { c.IDTokenKeyAlg = "ECDH-ES+A128KW" }},
		registered{title: "an encrypted ID token with another algorithm for the content", edit: func(c *identity.Client) { c.IDTokenEnc = "A128CBC-HS256" }},
		registered{title: "an ID token encrypted for somebody else", token: fault.TokenEdit{Form: fault.Encrypted}},
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
	return asRegistered(ctx, s,
		registered{title: "an ID token encrypted for somebody else", token: fault.TokenEdit{Form: fault.Encrypted}},
		registered{title: "claims encrypted for somebody else, and not signed", token: fault.TokenEdit{Form: fault.EncryptedClaim}},
		registered{title: "an unsigned ID token encrypted for the key of the client's assertions", edit: forClientKey("none")},
		registered{title: "a signed ID token encrypted for the key of the client's assertions", edit: forClientKey("")},
	)
}
