package strict

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/countersign-oidc/countersign/mockidp/fault"
	"github.com/countersign-oidc/countersign/mockidp/journal"
	"github.com/countersign-oidc/countersign/runner/check"
)

// trip is one deviation of a provider and the checks that must notice it, and
// no others. Without the common beginning of their IDs.
type trip struct {
	fault  *fault.Spec
	ask    func(*bend, *asked)
	answer func(*bend, *asked, *given)
	// alone runs the named checks only: nothing else could be decided.
	alone bool
	https bool
	trips string
}

// TestEachCheckTrips breaks one rule of the strict provider at a time.
func TestEachCheckTrips(t *testing.T) {
	t.Parallel()
	for name, tc := range allTrips() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			want := strings.Fields(tc.trips)
			m := newMock(t)
			b := &bend{t: t, m: m, ask: tc.ask, answer: tc.answer, issued: map[string]bool{}, long: map[string]string{}}
			if b.https = tc.https; tc.https {
				m.target.Issuer = strings.Replace(m.target.Issuer, "http:", "https:", 1)
			}
			if tc.fault != nil {
				b.arm(*tc.fault, fault.Always)
			}
			o := m.options
			o.Transport = b
			if tc.alone || testing.Short() {
				for _, id := range want {
					o.Checks = append(o.Checks, check.ID("provider."+id))
				}
			}
			results := judge(t, m.target, o)
			if got := with(results, check.Fail, check.Warn); !slices.Equal(got, sorted(want)) {
				t.Errorf("tripped %v, want %v", got, want)
			}
			for _, r := range results {
				if r.Verdict == check.Error {
					t.Errorf("%s: %s", r.ID, r.Reason)
				}
			}
		})
	}
}

// TestNoCheckWithoutTrip holds that every check has been seen to fail.
func TestNoCheckWithoutTrip(t *testing.T) {
	t.Parallel()
	tripped := make(map[string]bool)
	for _, tc := range allTrips() {
		for _, id := range strings.Fields(tc.trips) {
			tripped[id] = true
		}
	}
	for _, c := range Checks() {
		id := strings.TrimPrefix(string(c.ID), "provider.")
		if !tripped[id] {
			t.Errorf("nothing trips %s", c.ID)
		}
		delete(tripped, id)
	}
	for id := range tripped {
		t.Errorf("a trip names %s, which is no check", id)
	}
}

func sorted(list []string) []string {
	list = slices.Clone(list)
	slices.Sort(list)
	return list
}

func allTrips() map[string]trip {
	all := make(map[string]trip)
	for _, part := range []map[string]trip{documentTrips(), authorizeTrips(), sessionTrips(), tokenTrips(), answerTrips(), resourceTrips(), pageTrips()} {
		for name, tc := range part {
			all[name] = tc
		}
	}
	return all
}

func waive(endpoint journal.Kind, rule fault.Rule) *fault.Spec {
	return &fault.Spec{Response: &fault.ResponseEdit{Endpoint: endpoint, Waive: []fault.Rule{rule}}}
}

func claim(name, value string) *fault.Spec {
	return &fault.Spec{Token: &fault.TokenEdit{SetClaims: map[string]json.RawMessage{name: json.RawMessage(value)}}}
}

const wellKnownEnd = "/openid-configuration"

func appendKey(key string) func(*bend, *asked, *given) {
	return answering("/keys", func(_ *bend, _ *asked, a *given) {
		a.body = bytes.Replace(a.body, []byte(`{"keys":[`), []byte(`{"keys":[`+key+`,`), 1)
	})
}

func documentTrips() map[string]trip {
	weak := base64.RawURLEncoding.EncodeToString(bytes.Repeat([]byte{0xff}, 128))
	return map[string]trip{
		"discovery as text":          {answer: headed(wellKnownEnd, "Content-Type", "text/plain"), trips: "discovery-served"},
		"discovery of another":       {answer: patched(wellKnownEnd, `{"issuer": "https://other.example"}`), trips: "discovery-issuer"},
		"issuer with a query":        {answer: patched(wellKnownEnd, `{"issuer": "https://other.example?x=1"}`), trips: "discovery-issuer discovery-issuer-form"},
		"member missing":             {answer: patched(wellKnownEnd, `{"subject_types_supported": null}`), trips: "discovery-members"},
		"empty list":                 {answer: patched(wellKnownEnd, `{"display_values_supported": []}`), trips: "discovery-empty-lists"},
		"no RS256":                   {answer: patched(wellKnownEnd, `{"id_token_signing_alg_values_supported": ["ES256"]}`), trips: "discovery-rs256 idtoken-alg"},
		"endpoint of another scheme": {answer: patched(wellKnownEnd, `{"revocation_endpoint": "https://other.example/"}`), trips: "discovery-endpoint-scheme"},
		"no S256":                    {answer: patched(wellKnownEnd, `{"code_challenge_methods_supported": ["plain"]}`), trips: "discovery-s256"},
		"no promise of iss":          {answer: patched(wellKnownEnd, `{"authorization_response_iss_parameter_supported": null}`), trips: "discovery-iss-parameter"},
		"no keys":                    {answer: patched("/keys", `{"keys": []}`), trips: "keys-served keys-public keys-kid keys-strength idtoken-signature idtoken-kid refresh-id-token-same"},
		"symmetric key":              {answer: appendKey(`{"kty":"oct","k":"c2VjcmV0","kid":"o"}`), trips: "keys-public"},
		"key without kid":            {answer: appendKey(`{"kty":"oct","k":"c2VjcmV0"}`), trips: "keys-public keys-kid"},
		"key of 1024 bits":           {answer: appendKey(`{"kty":"RSA","e":"AQAB","kid":"weak","n":"` + weak + `"}`), trips: "keys-strength"},
	}
}

// spoilIf makes a request one that is refused.
func spoilIf(has func(url.Values) bool) func(*bend, *asked) {
	return param("/begin", func(v url.Values) {
		if has(v) {
			v.Set("response_type", "spoilt")
		}
	})
}

func replaceParam(path, name, from, to string) func(*bend, *asked) {
	return param(path, func(v url.Values) {
		if v.Get(name) == from {
			v.Set(name, to)
		}
	})
}

func authorizeTrips() map[string]trip {
	allRedirects := "redirect-foreign redirect-subdomain redirect-host-suffix redirect-userinfo redirect-scheme redirect-port redirect-path-suffix " +
		"redirect-path-traversal redirect-path-case redirect-query redirect-fragment redirect-error"
	return map[string]trip{
		"error beside the code": {answer: func(_ *bend, _ *asked, a *given) {
			if a.back.Has("code") {
				a.back.Set("error", "none")
			}
		}, trips: "authorize-code"},
		"no POST":             {answer: answering("/begin", refusePost), trips: "authorize-post"},
		"any client":          {ask: replaceParam("/begin", "client_id", "countersign-never-registered", "shop"), trips: "authorize-client-unknown"},
		"no client":           {ask: replaceParam("/begin", "client_id", "", "shop"), trips: "authorize-client-missing"},
		"state decoded twice": {ask: param("/begin", func(v url.Values) { v["state"] = replaceAll(v["state"], "+", " ") }), trips: "authorize-state-exact"},
		"state unasked":       {ask: replaceParam("/begin", "state", "", "x"), trips: "authorize-state-unasked"},
		"any redirect URI": {ask: asking("/begin", func(b *bend, q *asked) {
			b.wanted = ""
			if to := q.params()["redirect_uri"]; len(to) == 1 && to[0] != callback {
				b.wanted = to[0]
				q.params().Set("redirect_uri", callback)
			}
		}), answer: answering("/begin", func(b *bend, _ *asked, a *given) {
			if a.back != nil {
				a.to = b.wanted
			}
		}), trips: allRedirects},
		"default redirect URI":   {ask: replaceParam("/begin", "redirect_uri", "", callback), trips: "redirect-missing"},
		"first of several":       {ask: param("/begin", func(v url.Values) { first(v) }), trips: "redirect-twice request-parameter-twice"},
		"default response type":  {ask: replaceParam("/begin", "response_type", "", "code"), trips: "request-response-type-missing"},
		"any response type":      {ask: replaceParam("/begin", "response_type", "countersign", "code"), trips: "request-response-type-unknown"},
		"any max_age":            {ask: replaceParam("/begin", "max_age", "soon", ""), trips: "request-max-age-malformed"},
		"unknown parameter":      {ask: spoilIf(func(v url.Values) bool { return v.Has("countersign_unknown") }), trips: "request-parameter-unknown"},
		"empty parameter":        {ask: spoilIf(func(v url.Values) bool { return v.Has("prompt") && v.Get("prompt") == "" }), trips: "request-parameter-empty"},
		"optional parameters":    {ask: spoilIf(func(v url.Values) bool { return v.Has("display") }), trips: "request-optional"},
		"unknown scope":          {ask: spoilIf(func(v url.Values) bool { return strings.Contains(v.Get("scope"), "unknown") }), trips: "request-scope-unknown"},
		"openid without asking":  {ask: replaceParam("/begin", "scope", "profile", "profile openid"), trips: "request-scope-openid"},
		"request object ignored": {ask: param("/begin", drop("request")), trips: "request-object-unvouched"},
		"request_uri ignored":    {ask: param("/begin", drop("request_uri")), trips: "request-uri-unknown"},
		"registration ignored":   {ask: param("/begin", drop("registration")), trips: "request-registration"},
		"hint ignored":           {ask: param("/begin", drop("id_token_hint")), trips: "hint-forged"},
		"hint refused":           {ask: spoilIf(func(v url.Values) bool { return v.Has("id_token_hint") }), trips: "hint-own"},
		"claims ignored": {
			ask: param("/begin", drop("claims")), answer: patched(wellKnownEnd, `{"claims_parameter_supported": true}`), trips: "claims-sub-other",
		},
		"no iss":               {answer: without("code", "iss"), trips: "iss-in-response"},
		"no iss in errors":     {answer: without("error", "iss"), trips: "iss-in-errors"},
		"plain taken for S256": {ask: replaceParam("/begin", "code_challenge_method", "plain", "S256"), trips: "pkce-plain"},
		"S256 by default": {ask: param("/begin", func(v url.Values) {
			if v.Has("code_challenge") && !v.Has("code_challenge_method") {
				v.Set("code_challenge_method", "S256")
			}
		}), trips: "pkce-plain-by-default"},
		"any challenge method": {ask: replaceParam("/begin", "code_challenge_method", "S1", "S256"), trips: "pkce-method-unknown"},
		"any challenge":        {ask: replaceParam("/begin", "code_challenge", "short", strings.Repeat("x", 43)), trips: "pkce-challenge-malformed"},
		"public clients without challenge": {ask: param("/begin", func(v url.Values) {
			if v.Get("client_id") == "app" && !v.Has("code_challenge") {
				v.Set("code_challenge", strings.Repeat("x", 43))
				v.Set("code_challenge_method", "S256")
			}
		}), trips: "pkce-public-client-without"},
		"short codes": {answer: func(b *bend, _ *asked, a *given) {
			if code := a.back.Get("code"); code != "" {
				b.long[code[:10]] = code
				a.back.Set("code", code[:10])
			}
		}, ask: asking("/swap", func(b *bend, q *asked) {
			if long, ok := b.long[q.params().Get("code")]; ok && len(q.params()["code"]) == 1 {
				q.params().Set("code", long)
			}
		}), trips: "authorize-code-guessing"},
	}
}

func refusePost(_ *bend, q *asked, a *given) {
	if q.Method == http.MethodPost {
		a.StatusCode, a.back, a.body = http.StatusMethodNotAllowed, nil, nil
		a.Header.Del("Location")
	}
}

func replaceAll(list []string, from, to string) []string {
	list = slices.Clone(list)
	for i := range list {
		list[i] = strings.ReplaceAll(list[i], from, to)
	}
	return list
}

func first(v url.Values) {
	for name := range v {
		v[name] = v[name][:1]
	}
}

// without takes a parameter off the redirects that have another.
func without(having, name string) func(*bend, *asked, *given) {
	return func(_ *bend, _ *asked, a *given) {
		if a.back.Has(having) {
			a.back.Del(name)
		}
	}
}

func sessionTrips() map[string]trip {
	return map[string]trip{
		"page at prompt none":  {ask: replaceParam("/begin", "prompt", "none", ""), trips: "prompt-none-signed-out"},
		"asks at prompt none":  {ask: replaceParam("/begin", "prompt", "none", "login"), trips: "prompt-none-signed-out prompt-none-signed-in"},
		"prompt none and more": {ask: replaceParam("/begin", "prompt", "none login", ""), trips: "prompt-none-mixed"},
		"prompt forgotten": {ask: param("/begin", func(v url.Values) {
			if v.Get("prompt") == "login" {
				v.Del("prompt")
			}
			if v.Get("max_age") == "0" || v.Get("max_age") == "1" {
				v.Del("max_age")
			}
		}), trips: "prompt-login max-age-zero max-age-passed idtoken-auth-time-moves"},
		"max_age zero ignored": {ask: replaceParam("/begin", "max_age", "0", ""), trips: "max-age-zero"},
		"any password": {ask: asking("/sign-in", func(_ *bend, q *asked) {
			q.form["password"] = replaceAll(q.form["password"], "-wrong", "")
		}), trips: "authorize-password-wrong"},
		"another person each time": {alone: true, ask: asking("/sign-in", func(b *bend, q *asked) {
			if b.n++; b.n%2 == 0 {
				q.form.Set("username", "bob")
			}
		}), trips: "idtoken-sub-same"},
	}
}
