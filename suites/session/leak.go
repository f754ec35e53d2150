package session

import (
	"context"
	"net/url"

	"github.com/countersign-oidc/countersign/suites/attempt"
	"github.com/countersign-oidc/countersign/suites/harness"
	"github.com/countersign-oidc/countersign/suites/judge"
)

// noTokens searches everything that the browser holds after a sign-in for what
// the provider issued.
func noTokens(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	a, err := s.SignIn(ctx, harness.Try{User: s.Person(nil)})
	if err != nil {
		return judge.Finding{}, err
	}
	if _, err := s.Visit(ctx, a, s.Lane.Shop.Account); err != nil {
		return judge.Finding{}, err
	}
	places := map[string]string{"the who-am-I answer": string(a.Who.Body)}
	if places["the source of the account page"], err = s.Browser.HTML(ctx); err != nil {
		return judge.Finding{}, err
	}
	if places["the browser's storage"], err = s.Stored(ctx); err != nil {
		return judge.Finding{}, err
	}
	for _, c := range s.ShopCookies(a.Cookies) {
		value, err := url.QueryUnescape(c.Value)
		if err != nil {
			value = c.Value
		}
		places["the cookie "+c.Name] = c.Value + " " + value
	}
	secrets := map[string]string{"client secret": s.Lane.Client.Secret}
	for _, kind := range []string{"id_token", "access_token", "refresh_token"} {
		for _, value := range a.Issued(kind) {
			secrets[kind] = value
		}
	}
	return judge.First(judge.Control(*a), judge.NoSecrets(places, secrets)), nil
}

func notCached(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	a, err := s.SignIn(ctx, harness.Try{User: s.Person(nil)})
	if err != nil {
		return judge.Finding{}, err
	}
	account, err := s.Visit(ctx, a, s.Lane.Shop.Account)
	if err != nil {
		return judge.Finding{}, err
	}
	var callback attempt.Request
	if found := a.Callbacks(); len(found) > 0 {
		callback = found[0]
	}
	return judge.First(judge.Control(*a), judge.NotCached("The account page", account.Status, account.Header),
		judge.NotCached("The answer to the sign-in redirect", callback.Status, callback.Header)), nil
}
