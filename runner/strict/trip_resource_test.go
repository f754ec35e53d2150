package strict

import (
	"bytes"
	"html"
	"net/http"
	"net/url"
	"strings"

	"github.com/countersign-oidc/countersign/mockidp/fault"
	"github.com/countersign-oidc/countersign/mockidp/journal"
)

// forgive lets UserInfo serve what one kind of request asks for.
func forgive(when func(b *bend, q *asked, token string) bool) func(*bend, *asked) {
	return asking("/who", func(b *bend, q *asked) {
		token, _ := strings.CutPrefix(q.Header.Get("Authorization"), "Bearer ")
		if when(b, q, token) {
			q.Header.Set("Authorization", "Bearer "+b.access)
			q.query, q.form = url.Values{}, nil
			q.Method = http.MethodGet
		}
	})
}

func resourceTrips() map[string]trip {
	jws := func(token string) bool { return strings.Count(token, ".") == 2 }
	return map[string]trip{
		"userinfo without sub": {answer: patched("/who", `{"sub": null}`), trips: "userinfo-sub"},
		"userinfo of another":  {answer: patched("/who", `{"sub": "other"}`), trips: "userinfo-sub"},
		"userinfo by GET only": {answer: answering("/who", refusePost), trips: "userinfo-post"},
		"userinfo as text":     {answer: headed("/who", "Content-Type", "text/plain"), trips: "userinfo-json"},
		"junk bearer":          {ask: forgive(func(_ *bend, _ *asked, token string) bool { return token == "countersign-junk" }), trips: "userinfo-token-junk userinfo-challenge userinfo-status"},
		"changed bearer": {ask: forgive(func(b *bend, _ *asked, token string) bool {
			return token != "" && token != "countersign-junk" && !jws(token) && !b.issued[token]
		}), trips: "userinfo-token-changed"},
		"no bearer":          {ask: forgive(func(_ *bend, q *asked, token string) bool { return token == "" && len(q.query) == 0 }), trips: "userinfo-token-missing userinfo-challenge"},
		"ID token as bearer": {ask: forgive(func(_ *bend, _ *asked, token string) bool { return jws(token) }), trips: "userinfo-id-token"},
		"bearer in query":    {ask: forgive(func(_ *bend, q *asked, _ string) bool { return q.query.Has("access_token") }), trips: "userinfo-token-in-query"},
		"bearer twice":       {ask: forgive(func(_ *bend, q *asked, _ string) bool { return q.form.Has("access_token") }), trips: "userinfo-token-twice"},
		"no challenge":       {answer: headed("/who", "WWW-Authenticate", ""), trips: "userinfo-challenge userinfo-status"},
		"bearer forbidden": {answer: answering("/who", func(_ *bend, _ *asked, a *given) {
			if a.StatusCode == http.StatusUnauthorized {
				a.StatusCode = http.StatusForbidden
			}
		}), trips: "userinfo-status"},
		"error for nobody": {answer: answering("/who", func(_ *bend, q *asked, a *given) {
			if q.Header.Get("Authorization") == "" {
				a.Header.Set("WWW-Authenticate", `Bearer error="invalid_token"`)
			}
		}), trips: "userinfo-no-error-unasked"},

		"logout by GET only": {answer: answering("/leave", refusePost), alone: true, trips: "logout-returns"},
		"logout state lost":  {ask: param("/leave", func(v url.Values) { v["state"] = replaceAll(v["state"], "+", " ") }), trips: "logout-state"},
		"session goes on": {ask: asking("/leave", func(_ *bend, q *asked) {
			q.Header.Del("Cookie")
		}), answer: headed("/leave", "Set-Cookie", ""), trips: "logout-ends-session"},
		"any address after logout": {
			fault: waive(journal.EndSession, fault.RuleRedirectURI), trips: "logout-foreign logout-path logout-foreign-without-client",
		},
		"hint at logout ignored":   {ask: param("/leave", drop("id_token_hint")), trips: "logout-hint-forged"},
		"client at logout ignored": {ask: param("/leave", drop("client_id")), trips: "logout-client-differs"},
	}
}

func pageTrips() map[string]trip {
	unset := func(attribute string) func(*bend, *asked, *given) {
		return answering("/sign-in", func(_ *bend, _ *asked, a *given) {
			for i, c := range a.Header["Set-Cookie"] {
				a.Header["Set-Cookie"][i] = strings.ReplaceAll(c, "; "+attribute, "")
			}
		})
	}
	return map[string]trip{
		"framed": {answer: answering("/begin", func(_ *bend, _ *asked, a *given) {
			a.Header.Del("X-Frame-Options")
			a.Header.Del("Content-Security-Policy")
		}), trips: "page-framed"},
		"referrer":    {answer: headed("/begin", "Referrer-Policy", "unsafe-url"), trips: "page-referrer"},
		"page stored": {answer: headed("/begin", "Cache-Control", ""), trips: "page-stored"},
		"redirect 307": {answer: answering("/sign-in", func(_ *bend, _ *asked, a *given) {
			if a.back != nil {
				a.StatusCode = http.StatusTemporaryRedirect
			}
		}), trips: "page-redirect"},
		"cookie for scripts":   {answer: unset("HttpOnly"), trips: "cookie-http-only"},
		"cookie by http":       {https: true, alone: true, trips: "cookie-secure"},
		"cookie for all sites": {answer: unset("SameSite=Lax"), trips: "cookie-same-site"},
		"markup": {answer: answering("/begin", func(_ *bend, _ *asked, a *given) {
			a.body = []byte(html.UnescapeString(string(bytes.ReplaceAll(a.body, []byte("&#34;"), []byte("&amp;#34;")))))
		}), alone: true, trips: "page-escapes"},
		"form of another site": {ask: asking("/sign-in", func(_ *bend, q *asked) {
			q.Header.Del("Origin")
			q.Header.Del("Sec-Fetch-Site")
		}), trips: "page-cross-site"},
	}
}
