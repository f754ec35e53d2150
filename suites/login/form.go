package login

import (
	"context"
	"encoding/json"

	"github.com/countersign-oidc/countersign/mockidp/fault"
	"github.com/countersign-oidc/countersign/mockidp/identity"
	"github.com/countersign-oidc/countersign/runner/check"
	"github.com/countersign-oidc/countersign/runner/environ"
	"github.com/countersign-oidc/countersign/suites/catalog"
	"github.com/countersign-oidc/countersign/suites/harness"
	"github.com/countersign-oidc/countersign/suites/judge"
)

func formSpecs(h *harness.Harness) {
	posted := environ.Setup{FormPost: true}
	h.CheckWith(catalog.LoginFormPost, posted, formPost)
	h.CheckWith(catalog.LoginFormPostError, posted, formPostError)

	hybrid := environ.Setup{ResponseType: "code id_token"}
	h.CheckWith(catalog.LoginHybridToken, hybrid, firstTokenRefused(badFirstTokens()...))
	h.CheckWith(catalog.LoginHybridCodeHash, hybrid, firstTokenRefused(badHashes("c_hash")...))
	h.CheckWith(catalog.LoginHybridTwoTokens, hybrid, firstTokenRefused(otherSubjects()...))
	h.CheckWith(catalog.LoginHybridAccessHash, environ.Setup{ResponseType: "code id_token token"}, firstTokenRefused(badHashes("at_hash")...))

	h.CheckWith(catalog.LoginImplicitToken, environ.Setup{ResponseType: "id_token"}, firstTokenRefused(badFirstTokens()...))
}

// formPost signs in twice. A cookie without SameSite goes along with a form of
// another site for two minutes only, so for the second sign-in it is set again
// as what it is afterwards.
func formPost(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	u := s.Person(nil)
	soon, err := s.SignIn(ctx, harness.Try{Title: "A sign-in at once", User: u})
	if err != nil {
		return judge.Finding{}, err
	}
	if err := s.Browser.Clear(ctx); err != nil {
		return judge.Finding{}, err
	}
	request, f, err := atStart(ctx, s, "")
	if err != nil || f.Verdict != check.Pass {
		return f, err
	}
	cookies, err := s.Browser.Cookies(ctx)
	if err != nil {
		return judge.Finding{}, err
	}
	aged := s.ShopCookies(cookies)[:0]
	for _, c := range s.ShopCookies(cookies) {
		if c.SameSite == "" {
			c.SameSite = "Lax"
			aged = append(aged, c)
		}
	}
	s.Note("cookies without SameSite", "%d", len(aged))
	if err := s.Browser.SetCookies(ctx, aged); err != nil {
		return judge.Finding{}, err
	}
	late, err := s.SignIn(ctx, harness.Try{Title: "A sign-in as after two minutes", User: u, At: request})
	if err != nil {
		return judge.Finding{}, err
	}
	return judge.Worst(s.Case(soon, judge.SignedIn(*soon)), s.Case(late, judge.SignedIn(*late))), nil
}

func formPostError(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	u := s.Person(nil)
	names := []string{"access_denied", "login_required", "countersign_invented_this"}
	attempts := make([]*observed, len(names))
	for i, name := range names {
		var err error
		attempts[i], err = s.SignIn(ctx, harness.Try{
			Title: "A sign-in that is answered with " + name, User: u, NoPicture: true, Written: errorAnswer(name, nil),
		})
		if err != nil {
			return judge.Finding{}, err
		}
		if err := s.ForgetShop(ctx); err != nil {
			return judge.Finding{}, err
		}
	}
	control, err := s.SignIn(ctx, harness.Try{Title: "An ordinary sign-in", User: u, Control: true})
	if err != nil {
		return judge.Finding{}, err
	}
	var findings []judge.Finding
	for i, name := range names {
		findings = append(findings, s.Case(attempts[i], judge.HandledError(*attempts[i], *control, name)))
	}
	return judge.Worst(findings...), nil
}

// firstTokenRefused is a check of the ID token that comes through the browser:
// a fault changes the first token of a sign-in and none after it.
func firstTokenRefused(faults ...fault.Spec) harness.Body {
	return func(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
		u := s.Person(nil)
		return s.RefusedTries(ctx, control(u), tries(u, faults)...)
	}
}

func control(u identity.User) harness.Try {
	return harness.Try{Title: "The same sign-in without the fault", User: u, Control: true}
}

func tries(u identity.User, faults []fault.Spec) []harness.Try {
	list := make([]harness.Try, 0, len(faults))
	for _, f := range faults {
		list = append(list, harness.Try{Title: "Sign-in with " + f.Title, User: u, Written: &f, Once: true, NoPicture: true})
	}
	return list
}

// badFirstTokens are faults that no ID token may have.
func badFirstTokens() []fault.Spec {
	var list []fault.Spec
	for _, id := range []fault.ID{
		fault.IDTokenNonceOther, fault.IDTokenNonceMissing, fault.IDTokenAudOther, fault.IDTokenIssOther, fault.IDTokenExpPast,
		fault.IDTokenSignatureOtherKey, fault.IDTokenSignatureCorrupted, fault.IDTokenAlgNone,
	} {
		if spec, ok := fault.Named(id); ok {
			list = append(list, spec)
		}
	}
	return list
}

// badHashes are wrong values of a claim that is a hash, and none.
func badHashes(claim string) []fault.Spec {
	set := func(how, title, value string) fault.Spec {
		return fault.Spec{
			ID: fault.ID("id_token." + claim + "." + how), Title: "an ID token whose " + claim + " is " + title,
			Token: &fault.TokenEdit{SetClaims: map[string]json.RawMessage{claim: json.RawMessage(value)}},
		}
	}
	return []fault.Spec{
		set("other", "that of something else", `"77QmUPtjPfzWtF2AnpK9RQ"`), set("cut", "cut", `{"$cut":8}`),
		{
			ID: fault.ID("id_token." + claim + ".missing"), Title: "an ID token without " + claim,
			Token: &fault.TokenEdit{RemoveClaims: []string{claim}},
		},
	}
}

// otherSubjects are first ID tokens of somebody else.
func otherSubjects() []fault.Spec {
	first := func(how, title, value string) fault.Spec {
		return fault.Spec{
			ID: fault.ID("id_token.sub." + how), Title: "a first ID token of " + title,
			Token: &fault.TokenEdit{SetClaims: map[string]json.RawMessage{"sub": json.RawMessage(value)}},
		}
	}
	return []fault.Spec{first("appended", "another subject", `{"$append":"x"}`), first("folded", "the subject in capitals", `{"$upper":{"$own":"value"}}`)}
}
