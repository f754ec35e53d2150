package attack

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/countersign-oidc/countersign/mockidp"
	"github.com/countersign-oidc/countersign/mockidp/fault"
	"github.com/countersign-oidc/countersign/mockidp/journal"
	"github.com/countersign-oidc/countersign/mockidp/keys"
	"github.com/countersign-oidc/countersign/runner/environ"
	"github.com/countersign-oidc/countersign/suites/catalog"
	"github.com/countersign-oidc/countersign/suites/harness"
	"github.com/countersign-oidc/countersign/suites/judge"
)

func apartSpecs(h *harness.Harness) {
	second := environ.Setup{Second: true}
	h.CheckWith(catalog.AttackSameKeyID, second, sameKeyID)
	h.CheckWith(catalog.AttackProvidersApart, second, providersApart)
}

// signingAlg is that of the lane's clients.
const signingAlg = "RS256"

// sharedKeyID has the second provider publish and use its key under the key ID
// of the first one's, which it returns.
func sharedKeyID(s *harness.Spec) (first *keys.Key, err error) {
	if first, err = s.Lane.Provider.Keys().Signing(signingAlg); err != nil {
		return nil, err
	}
	second, err := s.Lane.Second.Keys().Signing(signingAlg)
	if err != nil {
		return nil, err
	}
	kid := quoted(first.ID)
	for _, f := range []fault.Spec{
		{
			ID: "jwks.kid.of_another", Title: "the second provider's key has the ID of the first one's",
			Response: &fault.ResponseEdit{Endpoint: journal.JWKS, Keys: &fault.KeysEdit{
				Where: map[string]json.RawMessage{"kid": quoted(second.ID)}, Set: map[string]json.RawMessage{"kid": kid},
			}},
		},
		{
			ID: "id_token.kid.of_another", Title: "the second provider's tokens name that ID",
			Token: &fault.TokenEdit{SetHeader: map[string]json.RawMessage{"kid": kid}},
		},
	} {
		if _, err := s.Lane.Second.Arm(f, fault.Scope{}, fault.Always); err != nil {
			return nil, err
		}
	}
	return first, nil
}

// sameKeyID signs in at the second provider, so that the shop knows its key,
// and then at the first one, whose token answer carries a token that the second
// one signed.
func sameKeyID(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	u := s.Person(nil)
	if err := s.Lane.Second.PutUser(u); err != nil {
		return judge.Finding{}, err
	}
	key, err := sharedKeyID(s)
	if err != nil {
		return judge.Finding{}, err
	}
	if _, err := s.SignIn(ctx, harness.Try{Title: "A sign-in at the second provider, whose key has the same ID", User: u, Visit: atSecond(s), NoPicture: true}); err != nil {
		return judge.Finding{}, err
	}
	if err := s.Browser.Clear(ctx); err != nil {
		return judge.Finding{}, err
	}
	begun, err := s.Begin(ctx, s.Browser)
	if err != nil {
		return judge.Finding{}, err
	}
	request, ok := s.AuthorizationURL(begun)
	if !ok {
		return judge.Undecided("The browser was not seen at the authorization endpoint."), nil
	}
	forged, err := s.Lane.Second.Mint(mockidp.Token{
		Kind: "id_token", Client: s.Lane.Client.ID, User: u.Username, Nonce: query(request).Get("nonce"),
		Edit: &fault.TokenEdit{
			SetHeader: map[string]json.RawMessage{"kid": quoted(key.ID)},
			SetClaims: map[string]json.RawMessage{"iss": quoted(s.Lane.Provider.Issuer())},
		},
	})
	if err != nil {
		return judge.Finding{}, fmt.Errorf("a token of the second provider: %w", err)
	}
	bad, err := s.Open(ctx, request, harness.Try{
		Title: "A sign-in with a token that the second provider signed", User: u,
		Written: &fault.Spec{
			ID: "token.id_token.of_another", Title: "an ID token that another provider signed with a key of the same ID",
			Response: &fault.ResponseEdit{Endpoint: journal.Token, Set: map[string]json.RawMessage{"id_token": quoted(forged)}},
		},
	})
	if err != nil {
		return judge.Finding{}, err
	}
	good, err := ordinary(ctx, s, u)
	if err != nil {
		return judge.Finding{}, err
	}
	return s.Case(bad, judge.Refused(*bad, *good)), nil
}

// providersApart signs the same person in at one provider and the other, whose
// keys have one ID and which know the shop by one client ID.
func providersApart(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	u := s.Person(nil)
	if err := s.Lane.Second.PutUser(u); err != nil {
		return judge.Finding{}, err
	}
	if _, err := sharedKeyID(s); err != nil {
		return judge.Finding{}, err
	}
	var findings []judge.Finding
	for _, c := range []struct{ where, visit string }{
		{"second", atSecond(s)}, {"first", ""}, {"second", atSecond(s)}, {"first", ""},
	} {
		a, err := s.SignIn(ctx, harness.Try{Title: "A sign-in at the " + c.where + " provider", User: u, Visit: c.visit, NoPicture: len(findings) > 0})
		if err != nil {
			return judge.Finding{}, err
		}
		findings = append(findings, s.Case(a, judge.At(*a, c.where == "second")))
		if err := s.Browser.Clear(ctx); err != nil {
			return judge.Finding{}, err
		}
	}
	return judge.Worst(findings...), nil
}
