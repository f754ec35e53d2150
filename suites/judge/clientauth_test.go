package judge

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/countersign-oidc/countersign/mockidp/identity"
	"github.com/countersign-oidc/countersign/mockidp/journal"
	"github.com/countersign-oidc/countersign/runner/check"
	"github.com/countersign-oidc/countersign/suites/attempt"
)

const (
	goodIssuer   = "http://idp/op"
	goodEndpoint = goodIssuer + "/swap"
)

func asserting(header, claims string) journal.Entry {
	segment := base64.RawURLEncoding.EncodeToString
	return journal.Entry{
		Kind: journal.Token, At: time.Unix(1000, 0), Header: http.Header{},
		Form: url.Values{"client_assertion": {segment([]byte(header)) + "." + segment([]byte(claims)) + ".AA"}},
	}
}

func TestAssertions(t *testing.T) {
	t.Parallel()
	c := identity.Client{ID: "shop", AuthAlg: "ES256"}
	const header = `{"alg":"ES256","kid":"k"}`
	good := func(jti string) journal.Entry {
		return asserting(header, fmt.Sprintf(`{"iss":"shop","sub":"shop","aud":%q,"jti":%q,"exp":1060}`, goodIssuer, jti))
	}
	with := func(edit func(*journal.Entry)) journal.Entry {
		e := good("x")
		edit(&e)
		return e
	}
	for _, tc := range []struct {
		name   string
		sent   []journal.Entry
		want   check.Verdict
		reason string
	}{
		{"all right", []journal.Entry{good("a"), good("b")}, check.Pass, "2 assertions"},
		{"for the endpoint", []journal.Entry{asserting(header, `{"iss":"shop","sub":"shop","aud":["`+goodEndpoint+`"],"jti":"a","exp":1060}`)}, check.Pass, "1 assertions"},
		{"none", nil, check.Error, "no token request"},
		{"no assertion", []journal.Entry{{Form: url.Values{}}}, check.Fail, "no readable client_assertion"},
		{"not base64", []journal.Entry{{Form: url.Values{"client_assertion": {"!.!.!"}}}}, check.Fail, "no readable"},
		{"aud a number", []journal.Entry{asserting(header, `{"aud":1}`)}, check.Fail, "no readable"},
		{"the same twice", []journal.Entry{good("a"), good("a")}, check.Fail, "same jti"},
		{"no jti", []journal.Entry{good("")}, check.Fail, "same jti, or none"},
		{"two audiences", []journal.Entry{asserting(header, `{"iss":"shop","sub":"shop","aud":["`+goodIssuer+`","x"],"jti":"a","exp":1060}`)}, check.Fail, "is for"},
		{"another client", []journal.Entry{asserting(header, `{"iss":"x","sub":"shop","aud":"`+goodIssuer+`","jti":"a","exp":1060}`)}, check.Fail, `iss "x"`},
		{"too long", []journal.Entry{asserting(header, `{"iss":"shop","sub":"shop","aud":"`+goodIssuer+`","jti":"a","exp":4000}`)}, check.Fail, "good for 50m0s"},
		{"another algorithm", []journal.Entry{asserting(`{"alg":"RS256","kid":"k"}`, `{"iss":"shop","sub":"shop","aud":"`+goodIssuer+`","jti":"a","exp":1060}`)}, check.Fail, "signed with RS256"},
		{"no kid", []journal.Entry{asserting(`{"alg":"ES256"}`, `{"iss":"shop","sub":"shop","aud":"`+goodIssuer+`","jti":"a","exp":1060}`)}, check.Fail, "does not say its kid"},
		{"a secret beside", []journal.Entry{with(func(e *journal.Entry) { e.Form.Set("client_secret", "x") })}, check.Fail, "secret beside"},
		{"refused", []journal.Entry{with(func(e *journal.Entry) { e.Error = "invalid_client" })}, check.Fail, "refused the assertion"},
	} {
		expect(t, tc.name, Assertions(tc.sent, c, identity.AuthPrivateJWT, goodIssuer, goodEndpoint), tc.want, tc.reason)
	}
	expect(t, "for the issuer that was asked", AssertionsFor([]journal.Entry{good("a")}, goodIssuer), check.Pass, "worthless")
	expect(t, "for another", AssertionsFor([]journal.Entry{good("a")}, "http://evil"), check.Fail, "good at another provider")
	expect(t, "nothing sent", AssertionsFor(nil, goodIssuer), check.Pass, "sent no assertion")
	expect(t, "a secret in its place", AssertionsFor([]journal.Entry{{}}, goodIssuer), check.Fail, "without an assertion")
}

func TestWhatIsSent(t *testing.T) {
	t.Parallel()
	bearer := func(header string) attempt.SignIn {
		return change(refused(), func(a *attempt.SignIn) {
			a.Entries = append(a.Entries, journal.Entry{Kind: journal.UserInfo, Header: http.Header{"Authorization": {header}}})
		})
	}
	expect(t, "not used", NoBearer(refused()), check.Pass, "did not use")
	expect(t, "used", NoBearer(bearer("Bearer abc")), check.Fail, "with the scheme Bearer")
	expect(t, "empty", NoBearer(bearer("Bearer")), check.Fail, "empty access token")
	expect(t, "once", RedeemedOnce(refused()), check.Pass, "once")
	twice := change(refused(), func(a *attempt.SignIn) { a.Entries = append(a.Entries, a.Entries...) })
	expect(t, "twice", RedeemedOnce(twice), check.Fail, "2 times")

	by := func(method string) attempt.SignIn {
		return change(refused(), func(a *attempt.SignIn) { a.Entries[0].ClientAuth = method })
	}
	post := []string{"client_secret_post"}
	expect(t, "listed", MethodListed(by("client_secret_post"), post, false), check.Pass, "no credentials in another way")
	expect(t, "not listed", MethodListed(by("client_secret_basic"), post, false), check.Fail, "by client_secret_basic")
	expect(t, "nothing sent", MethodListed(change(refused(), func(a *attempt.SignIn) { a.Entries = nil }), post, false), check.Pass, "no credentials")
	expect(t, "must sign in", MethodListed(refused(), post, true), check.Fail, "did not end signed in")
	expect(t, "crashed", MethodListed(change(refused(), func(a *attempt.SignIn) { a.Page.Status = 500 }), post, false), check.Fail, "crashed")
	expect(t, "not read", MethodListed(change(refused(), func(a *attempt.SignIn) { a.Fired = 0 }), post, false), check.Skip, "did not read the metadata")
}
