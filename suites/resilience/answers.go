package resilience

import (
	"context"
	"encoding/json"

	"github.com/countersign-oidc/countersign/mockidp/fault"
	"github.com/countersign-oidc/countersign/mockidp/journal"
	"github.com/countersign-oidc/countersign/suites/attempt"
	"github.com/countersign-oidc/countersign/suites/catalog"
	"github.com/countersign-oidc/countersign/suites/harness"
	"github.com/countersign-oidc/countersign/suites/judge"
)

// endpoints are those that a shop calls by itself in every sign-in.
var endpoints = []struct {
	place, words string
	kind         journal.Kind
}{
	{"token", "the token endpoint", journal.Token},
	{"jwks", "the key set", journal.JWKS},
	{"userinfo", "UserInfo", journal.UserInfo},
}

func answers(h *harness.Harness) {
	h.Check(catalog.ResilienceTokenStatus, weather(judge.Outage, tokenStatuses()...))
	h.Check(catalog.ResilienceOtherStatus, weather(judge.Weathered, otherStatuses()...))
	h.Check(catalog.ResilienceBackoff, backoff)
	h.Check(catalog.ResilienceHTMLAnswer, htmlAnswer)
	h.Check(catalog.ResilienceTypeWithCharset, works(
		everywhere("type.charset", "says application/json with a charset", fault.ResponseEdit{Header: map[string]string{"Content-Type": "application/json; charset=utf-8"}})...))
	h.Check(catalog.ResilienceTypeOther, weather(judge.Outage,
		named("token.type.missing", "token.body.form", "token.type.text")...))
	h.Check(catalog.ResilienceTokenNotJSON, weather(judge.Outage, append(
		named("token.body.bom", "token.body.utf16", "token.body.trailing", "token.body.comment", "token.body.xssi", "token.body.nan"),
		tokenText("quotes", "writes JSON with single quotes", "", "", `{'access_token':'x','token_type':'Bearer'}`),
		tokenText("invalid_utf8", "sends JSON that is not UTF-8", "\xff\xfe", "", ""),
		tokenText("two_objects", "sends an empty object and then the tokens", "{}", "", ""))...))
	h.Check(catalog.ResilienceOthersNotJSON, weather(judge.Weathered, notJSON()...))
	h.Check(catalog.ResilienceDeepJSON, alongside(judge.Weathered, deep()...))
	h.Check(catalog.ResilienceCompressed, compressed)
	h.Check(catalog.ResilienceChunked, works(named("token.body.chunked", "jwks.body.chunked", "userinfo.body.chunked")...))
}

// alongside is weather with a look at another customer meanwhile, but for the
// keys: nobody can sign in before they are known.
func alongside(rule ruling, tries ...harness.Try) harness.Body {
	return func(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
		var keys, others []harness.Try
		for _, t := range tries {
			if unscoped(t) {
				keys = append(keys, t)
			} else {
				others = append(others, t)
			}
		}
		alone, err := weather(rule, keys...)(ctx, s)
		if err != nil {
			return judge.Finding{}, err
		}
		var tried judge.Finding
		lives, err := s.Lives(ctx, harness.Matter{Act: func(ctx context.Context) error {
			// The provider knows the person from before there.
			err := s.Browser.Clear(ctx)
			if err != nil {
				return err
			}
			tried, err = weather(rule, others...)(ctx, s)
			return err
		}})
		return judge.Worst(alone, tried, lives), err
	}
}

// everywhere is one change of the answers of each endpoint.
func everywhere(how, title string, e fault.ResponseEdit) []harness.Try {
	tries := make([]harness.Try, 0, len(endpoints))
	for _, at := range endpoints {
		e.Endpoint = at.kind
		tries = append(tries, answer(fault.ID(at.place+"."+how), at.words+" "+title, e))
	}
	return tries
}

// works tries sign-ins that have to work although the provider does something
// unusual.
func works(tries ...harness.Try) harness.Body {
	return func(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
		u := s.Person(nil)
		var findings []judge.Finding
		for i, t := range keysFirst(tries) {
			t.User, t.NoPicture, t.Everybody = u, i > 0, unscoped(t)
			a, err := s.SignIn(ctx, t)
			if err != nil {
				return judge.Finding{}, err
			}
			findings = append(findings, s.Case(a, judge.Usual(*a)))
			if err := s.ForgetShop(ctx); err != nil {
				return judge.Finding{}, err
			}
		}
		return judge.Worst(findings...), nil
	}
}

func keysFirst(tries []harness.Try) []harness.Try {
	var keys, others []harness.Try
	for _, t := range tries {
		if unscoped(t) {
			keys = append(keys, t)
		} else {
			others = append(others, t)
		}
	}
	return append(keys, others...)
}

func tokenStatuses() []harness.Try {
	page := "<html><body>Bad gateway</body></html>"
	tries := []harness.Try{
		answer("token.status.502_page", "the token endpoint answers 502 with a page of a proxy", fault.ResponseEdit{
			Endpoint: journal.Token, Status: 502, Body: &page, Header: map[string]string{"Content-Type": "text/html"},
		}),
		answer("token.status.503_later", "the token endpoint answers 503 with Retry-After", fault.ResponseEdit{
			Endpoint: journal.Token, Status: 503, Header: map[string]string{"Retry-After": "120"},
		}),
	}
	for _, status := range []struct {
		code int
		text string
	}{{500, "500"}, {404, "404"}, {403, "403"}, {405, "405"}, {418, "418"}, {204, "204"}, {201, "201"}} {
		tries = append(tries, answer(fault.ID("token.status.given_"+status.text), "the token endpoint answers "+status.text+" with tokens",
			fault.ResponseEdit{Endpoint: journal.Token, Status: status.code}))
	}
	return tries
}

func otherStatuses() []harness.Try {
	var tries []harness.Try
	for _, at := range endpoints[1:] {
		for _, status := range []struct {
			code int
			text string
		}{{503, "503"}, {404, "404"}, {403, "403"}, {204, "204"}} {
			tries = append(tries, answer(fault.ID(at.place+".status.given_"+status.text), at.words+" answers "+status.text,
				fault.ResponseEdit{Endpoint: at.kind, Status: status.code}))
		}
	}
	return tries
}

// backoff counts the requests of one sign-in at an endpoint that is
// unavailable.
func backoff(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	tries := everywhere("status.503_backoff", "answers 503 and asks for two minutes", fault.ResponseEdit{
		Status: 503, Header: map[string]string{"Retry-After": "120"},
	})
	return weather(fewRequests, tries...)(ctx, s)
}

// fewRequests is for answers that a shop could be led to ask for again.
func fewRequests(bad, good attempt.SignIn) judge.Finding {
	f := judge.Weathered(bad, good)
	if bad.Fired == 0 {
		return f
	}
	return judge.First(judge.BacksOff(bad, bad.Fault.Response.Endpoint, 3), f)
}

// htmlMarker is in a page that the provider sends in place of an answer, and
// has no business in a page of the shop.
const htmlMarker = "internal-sso-console-7731"

func htmlAnswer(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	page := "<html><head><title>Sign in</title></head><body><form action=/login>" + htmlMarker + "</form></body></html>"
	u := s.Person(nil)
	tries := everywhere("body.login_page", "answers with the page of a sign-in", fault.ResponseEdit{
		Status: 200, Body: &page, Header: map[string]string{"Content-Type": "text/html; charset=utf-8"},
	})
	var findings []judge.Finding
	var bad []*attempt.SignIn
	for i, t := range keysFirst(tries) {
		t.User, t.NoPicture, t.Everybody = u, i > 0, unscoped(t)
		a, err := s.SignIn(ctx, t)
		if err != nil {
			return judge.Finding{}, err
		}
		leaks := s.Leaks(a, htmlMarker)
		bad, findings = append(bad, a), append(findings, leaks)
		if err := s.ForgetShop(ctx); err != nil {
			return judge.Finding{}, err
		}
	}
	good, err := s.SignIn(ctx, harness.Try{Title: "The sign-in afterwards", User: u, Control: true})
	if err != nil {
		return judge.Finding{}, err
	}
	for i, a := range bad {
		rule := judge.Outage
		if a.Fault.Response.Endpoint == journal.UserInfo {
			rule = judge.Weathered
		}
		findings[i] = s.Case(a, judge.First(rule(*a, *good), findings[i]))
	}
	return judge.Worst(findings...), nil
}

// tokenText puts text around the token response, or in its place.
func tokenText(how, title, before, behind, instead string) harness.Try {
	e := fault.ResponseEdit{Endpoint: journal.Token, Prefix: before, Suffix: behind}
	if instead != "" {
		e.Body = &instead
	}
	return answer(fault.ID("token.body."+how), "the token endpoint "+title, e)
}

// notJSON are unreadable answers of key set and UserInfo.
func notJSON() []harness.Try {
	var tries []harness.Try
	for _, at := range endpoints[1:] {
		for _, text := range []struct{ how, title, before, behind string }{
			{"cut_object", "lacks its opening brace", "x", ""},
			{"trailing", "has a second object behind the first", "", `{"x":1}`},
			{"comment", "has a comment in front", "/* x */", ""},
			{"bom", "has a byte order mark in front", "\ufeff", ""},
			{"invalid_utf8", "is not UTF-8", "\xff\xfe", ""},
		} {
			tries = append(tries, answer(fault.ID(at.place+".body."+text.how), "the answer of "+at.words+" "+text.title,
				fault.ResponseEdit{Endpoint: at.kind, Prefix: text.before, Suffix: text.behind}))
		}
	}
	return tries
}

// deep are answers that are cheap to send and dear to read.
func deep() []harness.Try {
	var tries []harness.Try
	for _, body := range []struct{ how, title, value string }{
		{"nested", "has 100,000 arrays in one another", `{"$nest":100000}`},
		{"members", "has a list of 100,000 elements", `{"$repeat":{"value":[1],"times":100000}}`},
		{"long", "has a text of 500,000 characters", `{"$repeat":{"value":"y","times":500000}}`},
	} {
		tries = append(tries, everywhere("body."+body.how, body.title,
			fault.ResponseEdit{Set: map[string]json.RawMessage{"x_unknown": json.RawMessage(body.value)}})...)
	}
	return tries
}

// compressed compresses the answers: who asked for it has to read them.
func compressed(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	u := s.Person(nil)
	var findings []judge.Finding
	for i, t := range keysFirst(named("token.body.gzip", "jwks.body.gzip", "userinfo.body.gzip")) {
		t.User, t.NoPicture, t.Everybody = u, i > 0, unscoped(t)
		a, err := s.SignIn(ctx, t)
		if err != nil {
			return judge.Finding{}, err
		}
		findings = append(findings, s.Case(a, judge.Compressed(*a)))
		if err := s.ForgetShop(ctx); err != nil {
			return judge.Finding{}, err
		}
	}
	return judge.Worst(findings...), nil
}
