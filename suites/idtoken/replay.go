package idtoken

import (
	"context"

	"github.com/countersign-oidc/countersign/mockidp/fault"
	"github.com/countersign-oidc/countersign/mockidp/journal"
	"github.com/countersign-oidc/countersign/suites/attempt"
	"github.com/countersign-oidc/countersign/suites/harness"
	"github.com/countersign-oidc/countersign/suites/judge"
)

// replayed sends the tokens of a first sign-in again: in the same browser, and
// in one that the shop has never seen. The access token comes along, so that
// at_hash fits and the nonce alone tells.
func replayed(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	u := s.Person(nil)
	first, err := s.SignIn(ctx, harness.Try{Title: "The sign-in whose token is kept", User: u, Control: true})
	if err != nil {
		return judge.Finding{}, err
	}
	if err := s.ForgetShop(ctx); err != nil {
		return judge.Finding{}, err
	}
	kept := first.Issued("access_token")
	if len(kept) == 0 {
		return judge.Control(*first), nil
	}
	again := fault.Spec{
		ID: "id_token.replayed", Title: "the tokens of an earlier sign-in of the same person",
		Token:    &fault.TokenEdit{From: fault.FromPrevious},
		Response: &fault.ResponseEdit{Endpoint: journal.Token, Set: set{"access_token": quote(kept[0])}.raw()},
	}
	same, err := s.SignIn(ctx, harness.Try{Title: "The token again, in the same browser", User: u, Written: &again})
	if err != nil {
		return judge.Finding{}, err
	}
	b, err := s.Stranger(ctx)
	if err != nil {
		return judge.Finding{}, err
	}
	defer s.Release(b)
	other, err := s.SignIn(ctx, harness.Try{Title: "The token again, in another browser", User: u, Written: &again, Browser: b})
	if err != nil {
		return judge.Finding{}, err
	}
	return judge.Worst(judge.Control(*first), s.Case(same, judge.Refused(*same, *first)), s.Case(other, judge.Refused(*other, *first))), nil
}

// nonceOfAnother sends nonces that the shop did make, for other sign-ins: an
// earlier one of the same browser, and one that is pending in another.
func nonceOfAnother(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	u := s.Person(nil)
	first, err := s.SignIn(ctx, harness.Try{Title: "The earlier sign-in", User: u, Control: true})
	if err != nil {
		return judge.Finding{}, err
	}
	earlier := nonceOf(first)
	if earlier == "" {
		return judge.NonceUnasked(), nil
	}
	b, err := s.Stranger(ctx)
	if err != nil {
		return judge.Finding{}, err
	}
	defer s.Release(b)
	begun, err := s.Begin(ctx, b)
	if err != nil {
		return judge.Finding{}, err
	}
	pending := nonceOf(begun)
	if pending == "" {
		return judge.NonceUnasked(), nil
	}
	if earlier == pending {
		return judge.Fail("Two sign-ins of different browsers were begun with the same nonce, which binds no token to either."), nil
	}
	if err := s.ForgetShop(ctx); err != nil {
		return judge.Finding{}, err
	}
	bad := make([]harness.Try, 0, 2)
	for _, c := range [][3]string{
		{"earlier", "the nonce of an earlier sign-in of this browser", earlier},
		{"pending", "the nonce of a sign-in that is pending in another browser", pending},
	} {
		f := with("nonce."+c[0], c[1], set{"nonce": quote(c[2])})
		bad = append(bad, harness.Try{Title: "Sign-in: " + c[1], User: u, Written: &f})
	}
	return s.RefusedTries(ctx, harness.Try{Title: "The same sign-in without the fault", User: u, Control: true}, bad...)
}

// nonceOf is the nonce that the shop asked for; "" if it asked for none.
func nonceOf(a *attempt.SignIn) string {
	for _, e := range a.Of(journal.Authorize) {
		if nonce := e.Query.Get("nonce"); nonce != "" {
			return nonce
		}
	}
	return ""
}

// nonceOther needs a sample of the shop's nonces, to know which case they are
// in.
func nonceOther(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	begun, err := s.Begin(ctx, s.Browser)
	if err != nil {
		return judge.Finding{}, err
	}
	sample := nonceOf(begun)
	if sample == "" {
		return judge.NonceUnasked(), nil
	}
	if err := s.ForgetShop(ctx); err != nil {
		return judge.Finding{}, err
	}
	return s.RefusedWritten(ctx, noncesLike(sample)...)
}
