package harness

import (
	"context"
	"encoding/json"
	"slices"

	"github.com/go-jose/go-jose/v4"

	"github.com/countersign-oidc/countersign/mockidp/fault"
	"github.com/countersign-oidc/countersign/mockidp/identity"
	"github.com/countersign-oidc/countersign/suites/attempt"
	"github.com/countersign-oidc/countersign/suites/judge"
)

// Registered changes how the provider knows the shop for one sign-in.
type Registered struct {
	// Title says what the ID token is then.
	Title string
	// Edit changes the client; nil leaves it as it is.
	Edit func(*identity.Client)
	// Token is a fault beside. Without one the token gets a claim as a mark, so
	// that its way can be followed.
	Token fault.TokenEdit
}

func (r Registered) fault() fault.Spec {
	edit := r.Token
	if edit.Sign == "" && edit.Form == "" && edit.SetHeader == nil {
		edit.SetClaims = map[string]json.RawMessage{"x_countersign": json.RawMessage(`"marked"`)}
	}
	return fault.Spec{ID: "id_token.as_registered", Title: r.Title, Token: &edit}
}

// RefusedAsRegistered tries a sign-in with each registration, puts the right
// one back and signs in once more.
func (s *Spec) RefusedAsRegistered(ctx context.Context, cases ...Registered) (judge.Finding, error) {
	u := s.Person(nil)
	tried := make([]*attempt.SignIn, 0, len(cases))
	for i, r := range cases {
		c := s.Lane.Client
		if c.Keys != nil {
			c.Keys = &jose.JSONWebKeySet{Keys: slices.Clone(c.Keys.Keys)}
		}
		if r.Edit != nil {
			r.Edit(&c)
		}
		if err := s.Lane.Provider.PutClient(c); err != nil {
			return judge.Finding{}, err
		}
		f := r.fault()
		a, err := s.SignIn(ctx, s.Variant(u, &f, i > 0))
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
	good, err := s.SignIn(ctx, Try{Title: "The same sign-in as registered", User: u, Control: true})
	if err != nil {
		return judge.Finding{}, err
	}
	return s.Against(good, judge.Refused, tried...), nil
}
