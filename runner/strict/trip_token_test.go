package strict

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"

	"github.com/countersign-oidc/countersign/mockidp/fault"
	"github.com/countersign-oidc/countersign/mockidp/journal"
)

func swapping(change func(b *bend, q *asked)) func(*bend, *asked) { return asking("/swap", change) }

// onRefresh breaks the tokens of refresh requests only.
func onRefresh(s *fault.Spec) func(*bend, *asked) {
	return swapping(func(b *bend, q *asked) {
		if q.form.Get("grant_type") == "refresh_token" && b.issued[q.form.Get("refresh_token")] {
			b.arm(*s, fault.Once)
		}
	})
}

func tokenTrips() map[string]trip {
	return map[string]trip{
		"verifier forgotten": {
			fault: waive(journal.Token, fault.RulePKCE),
			trips: "pkce-verifier-missing pkce-verifier-empty pkce-verifier-wrong pkce-verifier-is-challenge pkce-verifier-short pkce-verifier-from-nowhere",
		},
		"verifier from nowhere": {ask: swapping(func(_ *bend, q *asked) { q.form.Del("code_verifier") }), alone: true, trips: "pkce-verifier-from-nowhere"},
		"public client refused": {ask: swapping(func(_ *bend, q *asked) {
			if q.form.Get("client_id") == "app" {
				q.form.Del("code")
			}
		}), trips: "pkce-public-client"},
		"any secret": {fault: waive(journal.Token, fault.RuleClientSecret), trips: "token-secret-wrong token-challenge"},
		"any method": {fault: waive(journal.Token, fault.RuleClientMethod), trips: "token-method-unregistered"},
		"no secret": {ask: swapping(func(b *bend, q *asked) {
			if q.form.Get("client_id") == "shop" && !q.form.Has("client_secret") && q.Header.Get("Authorization") == "" {
				b.honestAuth(q)
			}
		}), trips: "token-secret-missing token-secret-empty refresh-secret-missing"},
		"any client at token": {ask: swapping(func(b *bend, q *asked) {
			if b.basicID(q) == "countersign-never-registered" {
				b.honestAuth(q)
			}
		}), trips: "token-client-unknown"},
		"no client at token": {ask: swapping(func(b *bend, q *asked) {
			if q.Header.Get("Authorization") == "" && !q.form.Has("client_id") && q.form.Has("code") {
				b.honestAuth(q)
			}
		}), trips: "token-client-missing token-secret-in-query"},
		"two methods": {ask: swapping(func(b *bend, q *asked) {
			if q.Header.Get("Authorization") != "" {
				b.honestAuthIf(q)
			}
		}), trips: "token-methods-both"},
		"secret in the query": {ask: swapping(func(b *bend, q *asked) {
			if q.query.Has("client_secret") {
				b.honestAuth(q)
			}
		}), trips: "token-secret-in-query"},
		"secret not decoded": {ask: swapping(func(_ *bend, q *asked) {
			id, secret, ok := q.BasicAuth()
			if ok {
				q.SetBasicAuth(url.QueryEscape(id), url.QueryEscape(secret))
			}
		}), alone: true, trips: "token-secret-encoded"},
		"no challenge at token": {answer: headed("/swap", "WWW-Authenticate", ""), trips: "token-challenge"},
		"tokens by GET": {ask: swapping(func(_ *bend, q *asked) {
			if q.Method == http.MethodGet {
				q.Method, q.form, q.query = http.MethodPost, q.query, url.Values{}
			}
		}), trips: "token-get"},
		"parameters in the query": {ask: swapping(func(_ *bend, q *asked) {
			if q.Method == http.MethodPost && len(q.form) == 0 {
				q.form, q.query = q.query, url.Values{}
			}
		}), trips: "token-parameters-in-query"},
		"first of several at token": {ask: swapping(func(_ *bend, q *asked) { first(q.form) }), trips: "token-parameter-twice"},
		"default grant type":        {ask: replaceParam("/swap", "grant_type", "", "authorization_code"), trips: "token-grant-missing"},
		"any grant type":            {ask: replaceParam("/swap", "grant_type", "urn:countersign:unknown", "authorization_code"), trips: "token-grant-unknown"},
		"no code needed": {ask: swapping(func(b *bend, q *asked) {
			if q.form.Get("grant_type") == "authorization_code" && !q.form.Has("code") {
				q.form.Set("code", b.code)
			}
		}), trips: "token-code-missing"},
		"any code": {ask: swapping(func(b *bend, q *asked) {
			if q.form.Has("code") && !b.issued[q.form.Get("code")] && b.code != "" && len(q.form["code"]) == 1 {
				q.form.Set("code", b.code)
			}
		}), trips: "code-unknown token-error-form"},
		"errors as text": {answer: answering("/swap", func(_ *bend, _ *asked, a *given) {
			if a.StatusCode >= 400 {
				a.Header.Set("Content-Type", "text/plain")
			}
		}), trips: "token-error-form"},
		"code again":            {fault: waive(journal.Token, fault.RuleCodeReuse), trips: "code-replayed code-replay-revokes"},
		"code of anybody":       {fault: waive(journal.Token, fault.RuleCodeClient), trips: "code-other-client"},
		"any redirect at token": {fault: waive(journal.Token, fault.RuleRedirectURI), trips: "code-redirect-differs code-redirect-missing"},
		"refresh refused": {ask: swapping(func(_ *bend, q *asked) {
			q.form.Del("refresh_token")
		}), alone: true, trips: "refresh-served"},
		"any refresh token": {ask: swapping(func(b *bend, q *asked) {
			if token := q.form.Get("refresh_token"); token != "" && !b.issued[token] {
				q.form.Set("refresh_token", b.refresh)
			}
		}), trips: "refresh-unknown"},
		"access token as refresh token": {ask: swapping(func(b *bend, q *asked) {
			if q.form.Get("refresh_token") == b.access && b.access != "" {
				q.form.Set("refresh_token", b.refresh)
			}
		}), trips: "refresh-access-token"},
		"refresh token of anybody": {ask: swapping(func(b *bend, q *asked) {
			if q.form.Has("refresh_token") && q.form.Get("client_id") == "second" {
				b.honestAuth(q)
			}
		}), trips: "refresh-other-client"},
		"wider scope": {ask: swapping(func(_ *bend, q *asked) {
			if q.form.Has("refresh_token") {
				q.form.Del("scope")
			}
		}), answer: answering("/swap", func(b *bend, q *asked, a *given) {
			if q.form.Has("refresh_token") {
				a.merge(b.t, `{"scope": "openid address offline_access"}`)
			}
		}), trips: "refresh-scope-wider"},
		"another person at refresh": {ask: onRefresh(claim("sub", `"other"`)), trips: "refresh-id-token-same"},
		"nonce at refresh":          {ask: onRefresh(claim("nonce", `"again"`)), trips: "refresh-nonce"},
		"refresh token again":       {fault: waive(journal.Token, fault.RuleRefreshReuse), trips: "refresh-replaced"},
	}
}

// honestAuthIf drops a second pair of the same credentials.
func (b *bend) honestAuthIf(q *asked) {
	if q.form.Get("client_secret") == b.m.target.Client.Secret {
		b.honestAuth(q)
	}
}

func header(name, value string) *fault.Spec {
	return &fault.Spec{Token: &fault.TokenEdit{SetHeader: map[string]json.RawMessage{name: json.RawMessage(value)}}}
}

func removed(name string) *fault.Spec {
	return &fault.Spec{Token: &fault.TokenEdit{RemoveClaims: []string{name}}}
}

func signed(how fault.Signing) *fault.Spec {
	return &fault.Spec{Token: &fault.TokenEdit{Sign: how}}
}

func answerTrips() map[string]trip {
	return map[string]trip{
		"token type":      {answer: patched("/swap", `{"token_type": "mac"}`), trips: "tokens-type refresh-served"},
		"tokens as text":  {answer: headed("/swap", "Content-Type", "text/plain"), trips: "tokens-json token-error-form"},
		"tokens cached":   {answer: headed("/swap", "Cache-Control", "max-age=60"), trips: "tokens-no-store"},
		"nanoseconds":     {answer: patched("/swap", `{"expires_in": 600000000000}`), trips: "tokens-expires-in"},
		"expires as text": {answer: patched("/swap", `{"expires_in": "3600"}`), trips: "tokens-expires-in"},
		"no expires_in":   {answer: patched("/swap", `{"expires_in": null}`), trips: "tokens-expires-in-given"},
		"scope not said":  {answer: patched("/swap", `{"scope": null}`), trips: "tokens-scope"},
		"openid first": {answer: answering("/swap", func(b *bend, _ *asked, a *given) {
			if strings.HasPrefix(b.scope, "profile ") {
				a.merge(b.t, `{"id_token": null}`)
			}
		}), trips: "tokens-id-token"},
		"same access token":    {answer: patched("/swap", `{"access_token": "the-one-and-only-token-of-all"}`), alone: true, trips: "tokens-guessing"},
		"signed by nobody":     {fault: signed(fault.OtherKey), alone: true, trips: "idtoken-signature refresh-id-token-same"},
		"not signed":           {fault: signed(fault.Unsigned), alone: true, trips: "idtoken-signature idtoken-alg refresh-id-token-same"},
		"unknown kid":          {fault: header("kid", `"unknown"`), alone: true, trips: "idtoken-signature idtoken-kid refresh-id-token-same"},
		"key in the header":    {fault: header("jku", `"https://evil.example/keys"`), trips: "idtoken-header"},
		"other iss":            {fault: claim("iss", `"https://other.example"`), alone: true, trips: "idtoken-iss"},
		"other aud":            {fault: claim("aud", `"other"`), alone: true, trips: "idtoken-aud"},
		"two aud, no azp":      {fault: claim("aud", `["shop", "other"]`), alone: true, trips: "idtoken-aud"},
		"other azp":            {fault: claim("azp", `"other"`), trips: "idtoken-azp"},
		"other nonce":          {fault: claim("nonce", `"other"`), trips: "idtoken-nonce refresh-nonce"},
		"other at_hash":        {fault: claim("at_hash", `"other"`), trips: "idtoken-at-hash"},
		"sub not ASCII":        {fault: claim("sub", `"adä"`), alone: true, trips: "idtoken-sub userinfo-sub"},
		"exp past":             {fault: claim("exp", `{"$now": "-1h"}`), alone: true, trips: "idtoken-exp"},
		"exp as text":          {fault: claim("exp", `"soon"`), alone: true, trips: "idtoken-exp"},
		"iat in the future":    {fault: claim("iat", `{"$now": "10m"}`), alone: true, trips: "idtoken-iat"},
		"no auth_time":         {fault: removed("auth_time"), trips: "idtoken-auth-time idtoken-auth-time-moves idtoken-auth-time-stays"},
		"auth_time always now": {fault: claim("auth_time", `{"$now": "0s"}`), alone: true, trips: "idtoken-auth-time-stays"},
	}
}
