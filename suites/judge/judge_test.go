package judge

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/countersign-oidc/countersign/mockidp/fault"
	"github.com/countersign-oidc/countersign/mockidp/identity"
	"github.com/countersign-oidc/countersign/mockidp/journal"
	"github.com/countersign-oidc/countersign/runner/check"
	"github.com/countersign-oidc/countersign/suites/attempt"
)

const (
	shopOrigin = "http://127.0.0.1:1"
	callback   = shopOrigin + "/api/sf?code=c&state=s"
)

// refused is an attempt with a fault that the shop refused as it must.
func refused() attempt.SignIn {
	return attempt.SignIn{
		Title: "Sign-in with the fault", Subject: "ada", ShopOrigin: shopOrigin, CallbackPath: "/api/sf",
		Fault: &fault.Spec{ID: "id_token.exp.past", Title: "ID token expired"}, Fired: 1,
		Page:    attempt.Page{URL: shopOrigin + "/api/sf", Status: 400},
		Record:  attempt.Record{Requests: []attempt.Request{{Method: "GET", URL: callback, Document: true, Status: 400}}},
		Entries: []journal.Entry{{Kind: journal.Token, Status: 200, Sent: true, Faults: []string{"id_token.exp.past"}}},
	}
}

// signedIn is an ordinary sign-in that worked.
func signedInAs(subject string) attempt.SignIn {
	a := refused()
	a.Title, a.Fault, a.Fired = "The same sign-in", nil, 0
	a.Who = attempt.Who{Status: 200, SignedIn: true, Subject: subject}
	a.Page.Status = 200
	return a
}

func change(a attempt.SignIn, edit func(*attempt.SignIn)) attempt.SignIn {
	edit(&a)
	return a
}

func expect(t *testing.T, name string, f Finding, v check.Verdict, reason string) {
	t.Helper()
	if f.Verdict != v || !strings.Contains(f.Reason, reason) {
		t.Errorf("%s = %s %q; want %s with %q", name, f.Verdict, f.Reason, v, reason)
	}
}

// TestRefused goes through the three proofs: each missing one is our error,
// never a pass, and a session is the shop's failure.
func TestRefused(t *testing.T) {
	t.Parallel()
	good := signedInAs("ada")
	for _, tc := range []struct {
		name      string
		bad, good attempt.SignIn
		want      check.Verdict
		reason    string
	}{
		{"all three proofs", refused(), good, check.Pass, "made no session"},
		{"never fired", change(refused(), func(a *attempt.SignIn) { a.Fired = 0 }), good, check.Error, "never took effect: the provider saw token 200"},
		{"not armed", change(refused(), func(a *attempt.SignIn) { a.Fault = nil }), good, check.Error, "No fault was armed"},
		{"not sent whole", change(refused(), func(a *attempt.SignIn) { a.Entries[0].Sent = false }), good, check.Error, "did not reach the shop whole"},
		{"redirect not followed", change(refused(), func(a *attempt.SignIn) {
			a.Fault = &fault.Spec{ID: "authorize.state.other", Title: "x", Redirect: &fault.RedirectEdit{}}
			a.Record = attempt.Record{}
		}), good, check.Error, "never reached the shop"},
		{"signed in as the customer", change(refused(), func(a *attempt.SignIn) { a.Who = attempt.Who{SignedIn: true, Subject: "ada"} }), good, check.Fail, "signed the customer in although"},
		{"signed in as somebody else", change(refused(), func(a *attempt.SignIn) { a.Who = attempt.Who{SignedIn: true, Subject: "eve"} }), good, check.Fail, `signed "eve" in`},
		{"signed in without a subject", change(refused(), func(a *attempt.SignIn) { a.Who = attempt.Who{SignedIn: true} }), good, check.Fail, "somebody without a subject"},
		{"the control fails", refused(), change(good, func(a *attempt.SignIn) { a.Who = attempt.Who{} }), check.Error, "does not work either"},
		{"the control is somebody else", refused(), signedInAs("eve"), check.Error, `as "eve"`},
		{"crashed", change(refused(), func(a *attempt.SignIn) { a.Page.Status = 500 }), good, check.Fail, "crashed (status 500)"},
		{"connection dropped", change(refused(), func(a *attempt.SignIn) { a.Page.Failed = "net::ERR_EMPTY_RESPONSE" }), good, check.Fail, "left the browser without a page"},
		{"a gateway status is an honest answer", change(refused(), func(a *attempt.SignIn) { a.Page.Status = 502 }), good, check.Pass, "made no session"},
	} {
		expect(t, tc.name, Refused(tc.bad, tc.good), tc.want, tc.reason)
	}
}

func TestWeighAndFirst(t *testing.T) {
	t.Parallel()
	expect(t, "should", Weigh(Fail("x"), check.Should), check.Warn, "x")
	expect(t, "must", Weigh(Fail("x"), check.Must), check.Fail, "x")
	expect(t, "pass", Weigh(Pass("x"), check.Should), check.Pass, "x")
	expect(t, "error", Weigh(Undecided("x"), check.Should), check.Error, "x")
	expect(t, "first that is not a pass", First(Pass("a"), Fail("b"), Undecided("c")), check.Fail, "b")
	expect(t, "the last pass", First(Pass("a"), Pass("b")), check.Pass, "b")
}

func TestSignedIn(t *testing.T) {
	t.Parallel()
	expect(t, "as themself", SignedIn(signedInAs("ada")), check.Pass, "ada")
	expect(t, "as another", SignedIn(signedInAs("eve")), check.Fail, `"eve", although "ada"`)
	expect(t, "as nobody", SignedIn(change(signedInAs("ada"), func(a *attempt.SignIn) { a.Who = attempt.Who{} })), check.Fail, "did not end signed in")
}

func authorization(q string) journal.Entry {
	values, err := url.ParseQuery(q)
	if err != nil {
		panic(err)
	}
	return journal.Entry{Kind: journal.Authorize, Method: "GET", Query: values}
}

func TestRequestWellFormed(t *testing.T) {
	t.Parallel()
	client := identity.Client{ID: "shop", RedirectURIs: []string{callbackURI}}
	sound := "client_id=shop&response_type=code&scope=openid+email&redirect_uri=" + url.QueryEscape(callbackURI) + "&tenant=a"
	for _, tc := range []struct {
		name, query string
		want        check.Verdict
		reason      string
	}{
		{"sound", sound, check.Pass, ""},
		{"twice", sound + "&state=a&state=b", check.Fail, "state 2 times"},
		{"client", strings.Replace(sound, "client_id=shop", "client_id=other", 1), check.Fail, `client_id "other"`},
		{"response type", strings.Replace(sound, "response_type=code", "response_type=token", 1), check.Fail, `response_type "token"`},
		{"no openid", strings.Replace(sound, "openid+", "", 1), check.Fail, "scope openid"},
		{"two spaces", strings.Replace(sound, "openid+", "openid++", 1), check.Fail, "single spaces"},
		{"redirect URI", strings.Replace(sound, "sf", "sx", 1), check.Fail, "not registered"},
		{"query dropped", strings.Replace(sound, "&tenant=a", "", 1), check.Fail, "tenant was dropped"},
	} {
		a := attempt.SignIn{Entries: []journal.Entry{authorization(tc.query)}}
		expect(t, tc.name, RequestWellFormed(a, client, "tenant"), tc.want, tc.reason)
	}
	expect(t, "no request", RequestWellFormed(attempt.SignIn{}, client, ""), check.Error, "no request")
}

const callbackURI = "http://127.0.0.1:1/api/sf"

func TestUnpredictable(t *testing.T) {
	t.Parallel()
	const a, b = "Zk3v8Qm1xW7pL2nR5tY9aC", "b4Hs6Dj0eG2iK8oM1qS3uV"
	for _, tc := range []struct {
		name   string
		values []string
		apart  []string
		want   check.Verdict
		reason string
	}{
		{"sound", []string{a, b}, nil, check.Pass, "differ"},
		{"missing", []string{a, ""}, nil, check.Fail, "has no state"},
		{"same", []string{a, a}, nil, check.Fail, "the same state"},
		{"short", []string{"abcDEF123", a}, nil, check.Fail, "54 bits"},
		{"digits", []string{strings.Repeat("1", 22), a}, nil, check.Fail, "73 bits"},
		{"hexadecimal of 128 bits", []string{"0123456789abcdef0123456789abcdef", "fedcba9876543210fedcba9876543210"}, nil, check.Pass, ""},
		{"counted", []string{strings.Repeat("x", 30) + "1", strings.Repeat("x", 30) + "2"}, nil, check.Fail, "begins with the same 30"},
		{"not URL-safe", []string{a + "+/", b}, nil, check.Fail, "not safe in a URL"},
		{"a cookie", []string{a, b}, []string{b}, check.Fail, "also used as another value"},
		{"only one", []string{a}, nil, check.Error, "two are needed"},
	} {
		var entries []journal.Entry
		for _, v := range tc.values {
			entries = append(entries, authorization("state="+url.QueryEscape(v)))
		}
		expect(t, tc.name, Unpredictable("state", entries, tc.apart...), tc.want, tc.reason)
	}
}

func TestPKCE(t *testing.T) {
	t.Parallel()
	// The example of RFC 7636, appendix B.
	const verifier, challenge = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
	with := func(q, verifier string) attempt.SignIn {
		a := signedInAs("ada")
		a.Entries = []journal.Entry{authorization(q), {Kind: journal.Token, Form: url.Values{"code_verifier": {verifier}}}}
		return a
	}
	sound := "code_challenge_method=S256&code_challenge=" + challenge
	expect(t, "sound", PKCE(with(sound, verifier)), check.Pass, "")
	expect(t, "none", PKCE(with("", verifier)), check.Fail, "no code_challenge")
	expect(t, "plain", PKCE(with("code_challenge_method=plain&code_challenge="+verifier, verifier)), check.Fail, `"plain"`)
	expect(t, "no verifier", PKCE(with(sound, "")), check.Fail, "no code_verifier")
	expect(t, "short", PKCE(with(sound, "short")), check.Fail, "5 characters")
	expect(t, "other", PKCE(with(sound, strings.Repeat("x", 43))), check.Fail, "does not belong")
}

func TestTokenRequest(t *testing.T) {
	t.Parallel()
	sound := func() attempt.SignIn {
		a := signedInAs("ada")
		a.Entries = []journal.Entry{authorization("redirect_uri=" + url.QueryEscape(callbackURI)), {
			Kind: journal.Token, Method: "POST", Header: http.Header{"Content-Type": {"application/x-www-form-urlencoded; charset=utf-8"}},
			Form: url.Values{"grant_type": {"authorization_code"}, "redirect_uri": {callbackURI}},
		}}
		return a
	}
	token := func(a *attempt.SignIn) *journal.Entry { return &a.Entries[1] }
	expect(t, "sound", TokenRequest(sound()), check.Pass, "")
	expect(t, "twice", TokenRequest(change(sound(), func(a *attempt.SignIn) { a.Entries = append(a.Entries, a.Entries[1]) })), check.Fail, "2 token requests")
	expect(t, "query", TokenRequest(change(sound(), func(a *attempt.SignIn) { token(a).Query = url.Values{"code": {"c"}} })), check.Fail, "carries code in its address")
	expect(t, "GET", TokenRequest(change(sound(), func(a *attempt.SignIn) { token(a).Method = "GET" })), check.Fail, "not a POST")
	expect(t, "grant", TokenRequest(change(sound(), func(a *attempt.SignIn) { token(a).Form.Set("grant_type", "password") })), check.Fail, "password")
	expect(t, "redirect", TokenRequest(change(sound(), func(a *attempt.SignIn) { token(a).Form.Set("redirect_uri", "x") })), check.Fail, `redirect_uri "x"`)
	expect(t, "cookies", TokenRequest(change(sound(), func(a *attempt.SignIn) { token(a).Header.Set("Cookie", "a=b") })), check.Fail, "forwards cookies")
}

func TestKept(t *testing.T) {
	t.Parallel()
	want := map[string]json.RawMessage{"n": json.RawMessage("9007199254740993"), "o": json.RawMessage(`{"a":null,"b":[]}`)}
	expect(t, "same", Kept(want, json.RawMessage(`{"o":{"b":[],"a":null},"n":9007199254740993,"x":1}`)), check.Pass, "")
	expect(t, "rounded", Kept(want, json.RawMessage(`{"o":{"b":[],"a":null},"n":9007199254740992}`)), check.Fail, "kept as 9007199254740992")
	expect(t, "as text", Kept(want, json.RawMessage(`{"o":"map","n":9007199254740993}`)), check.Fail, `kept as "map"`)
	expect(t, "dropped", Kept(want, json.RawMessage(`{"o":{"b":[],"a":null}}`)), check.Fail, "claim n, sent as 9007199254740993, was not kept")
	expect(t, "nothing", Kept(want, nil), check.Fail, "does not tell")
}

func TestMapping(t *testing.T) {
	t.Parallel()
	want := Mapping{"crm_id", "salesforce", "account", "salesforce", "001"}
	rows := json.RawMessage(`[{"claim":"crm_id","service":"salesforce","type":"account","issuer":"salesforce","value":"001"}]`)
	expect(t, "mapped", Mapped(rows, want), check.Pass, "")
	want.Value = "002"
	expect(t, "other value", Mapped(rows, want), check.Fail, `"002"`)
	expect(t, "no list", Mapped(nil, want), check.Fail, "lists no mapped")
	expect(t, "not mapped", NotMapped(json.RawMessage(`[]`), "crm_id", "{}"), check.Pass, "")
	expect(t, "mapped although", NotMapped(rows, "crm_id", "{}"), check.Fail, `"001"`)
}

func TestCustomers(t *testing.T) {
	t.Parallel()
	expect(t, "same", SameCustomer("1", "1"), check.Pass, "")
	expect(t, "new one", SameCustomer("1", "2"), check.Fail, "1 first and 2 later")
	expect(t, "not told", SameCustomer("", ""), check.Error, "does not tell")
	expect(t, "apart", OtherCustomer(signedInAs("b"), "1", "2"), check.Pass, "")
	expect(t, "merged", OtherCustomer(signedInAs("b"), "1", "1"), check.Fail, "same customer")
	either := func(a, b Taken) Finding { return OneReading("1", a, b) }
	asVictim, asOwn, nobody := Taken{signedInAs("b"), "1"}, Taken{signedInAs("b"), "2"}, Taken{refused(), ""}
	expect(t, "last of two", either(asVictim, asOwn), check.Pass, "same place")
	expect(t, "two refused", either(nobody, nobody), check.Pass, "took none")
	expect(t, "the victim's of two", either(asVictim, asVictim), check.Fail, "in either order")
	crash := Taken{change(refused(), func(a *attempt.SignIn) { a.Page.Status = 500 }), ""}
	expect(t, "crashed over two", either(asOwn, crash), check.Fail, "500")
	expect(t, "customers untold", OneReading("", asOwn), check.Error, "does not tell")
	expect(t, "second refused", OtherCustomer(refused(), "1", ""), check.Pass, "refused")
	expect(t, "second crashed", OtherCustomer(change(refused(), func(a *attempt.SignIn) { a.Page.Status = 500 }), "1", ""), check.Fail, "500")
}

func TestCookiesAndSessions(t *testing.T) {
	t.Parallel()
	sound := []attempt.Cookie{{Name: "s", HTTPOnly: true, Secure: true, SameSite: "Lax"}}
	bad := []attempt.Cookie{{Name: "s", SameSite: "None"}}
	for name, rule := range map[string]func(attempt.Cookie) check.Verdict{"HttpOnly": HTTPOnly, "Secure": Secure, "SameSite": SameSite} {
		expect(t, name, CookieRule(sound, name, rule), check.Pass, name)
		expect(t, "not "+name, CookieRule(bad, name, rule), check.Fail, "not "+name)
	}
	expect(t, "no cookie", CookieRule(nil, "Secure", Secure), check.Error, "No cookie")
	expect(t, "silent", CookieRule([]attempt.Cookie{{Name: "s"}}, "SameSite", SameSite), check.Warn, "does not say")
	silent := []attempt.Cookie{{Name: "t", HTTPOnly: true}}
	expect(t, "parts, one sound", PartsRule(slices.Concat(bad, sound), "SameSite", SameSite), check.Pass, "cookie s is SameSite")
	expect(t, "parts, the first sound", PartsRule(slices.Concat(sound, bad), "SameSite", SameSite), check.Pass, "cookie s is SameSite")
	expect(t, "parts, one silent", PartsRule(slices.Concat(bad, silent), "SameSite", SameSite), check.Warn, "cookie t")
	expect(t, "parts, none sound", PartsRule(slices.Concat(bad, silent), "Secure", Secure), check.Fail, "not Secure")
	in, out := attempt.Who{SignedIn: true}, attempt.Who{}
	expect(t, "ended", Ended(in, out, 1, 2), check.Pass, "")
	expect(t, "too early", Ended(out, out, 1, 2), check.Fail, "had ended already")
	expect(t, "never", Ended(in, in, 1, 2), check.Fail, "had not ended")
	expect(t, "random IDs", UnpredictableIDs([]string{"Zk3v8Qm1xW7pL2nR5tY9aC", "b4Hs6Dj0eG2iK8oM1qS3uV"}), check.Pass, "")
	expect(t, "counted IDs", UnpredictableIDs([]string{"session-0000000000000000000001", "session-0000000000000000000002"}), check.Fail, "guessed")
	expect(t, "short IDs", UnpredictableIDs([]string{"1", "2"}), check.Fail, "bits")
	expect(t, "one ID", UnpredictableIDs([]string{"Zk3v8Qm1xW7pL2nR5tY9aC"}), check.Error, "two are needed")
}

func TestWorst(t *testing.T) {
	t.Parallel()
	expect(t, "all pass", Worst(Pass("one"), Pass("two")), check.Pass, "All 2 cases pass. The last: two")
	expect(t, "one fails", Worst(Pass("one"), Undecided("unclear"), Fail("broken")), check.Fail, "broken")
	expect(t, "two fail", Worst(Fail("broken"), Pass("one"), Fail("worse")), check.Fail, "broken So with 2 of 3 cases.")
	expect(t, "one undecided", Worst(Warn("lax"), Undecided("unclear")), check.Error, "unclear")
	expect(t, "one warns", Worst(Pass("one"), Warn("lax")), check.Warn, "lax")
	expect(t, "one skipped", Worst(Skip("no keys"), Pass("one")), check.Pass, "Of 2 cases 1 could be tried and passed. The last: one")
	expect(t, "all skipped", Worst(Skip("no keys"), Skip("none")), check.Skip, "no keys")
	called := own(Fail("called"))
	expect(t, "beyond the policy", ByPolicy(Worst(Fail("accepted"), called), check.UnsignedOverTLS, check.Accept), check.Fail, "called")
	expect(t, "one case", Worst(Pass("one")), check.Pass, "one")
}

func TestNoSecrets(t *testing.T) {
	t.Parallel()
	secrets := map[string]string{"id_token": "eyJ.a.b"}
	expect(t, "clean", NoSecrets(map[string]string{"the page": "hello"}, secrets), check.Pass, "")
	expect(t, "found", NoSecrets(map[string]string{"the page": "<!-- eyJ.a.b -->"}, secrets), check.Fail, "id_token is found in the page")
	expect(t, "nothing issued", NoSecrets(nil, nil), check.Error, "nothing to search")
	for _, c := range []struct {
		status  int
		control string
		expires string
		want    check.Verdict
	}{
		{200, "private, No-Store", "", check.Pass},
		{200, "private, no-cache", "", check.Pass},
		{200, "no-cache", "", check.Fail},
		{200, "private, max-age=60", "", check.Fail},
		{200, "max-age=60", "", check.Fail},
		{200, "", "", check.Fail},
		{302, "", "", check.Pass},
		{303, "", "", check.Pass},
		{302, "", "Thu, 01 Jan 2032 00:00:00 GMT", check.Fail},
		{302, "public", "", check.Fail},
		{301, "", "", check.Fail},
	} {
		got := NotCached("x", c.status, map[string]string{"cache-control": c.control, "expires": c.expires})
		expect(t, fmt.Sprint(c), got, c.want, "")
	}
	expect(t, "accepted by policy", ByPolicy(Fail("seen"), check.UnsignedOverTLS, check.Accept), check.Pass, "unsigned_over_tls")
	expect(t, "against its policy", ByPolicy(Fail("seen"), check.UnsignedOverTLS, check.Refuse), check.Fail, "seen")
	expect(t, "no policy stated", ByPolicy(Fail("seen"), check.UnsignedOverTLS, check.Unstated), check.Warn, "policies.unsigned_over_tls")
	expect(t, "no policy asked", ByPolicy(Fail("seen"), "", check.Accept), check.Fail, "seen")
	expect(t, "undecided", ByPolicy(Undecided("seen"), check.UnsignedOverTLS, check.Accept), check.Error, "seen")
}

func TestAnswers(t *testing.T) {
	t.Parallel()
	good := signedInAs("ada")
	error400 := change(refused(), func(a *attempt.SignIn) { a.Fault, a.Entries = nil, nil })
	expect(t, "handled", HandledError(error400, good, "access_denied"), check.Pass, "access_denied")
	expect(t, "error crashes", HandledError(change(error400, func(a *attempt.SignIn) { a.Page.Status = 500 }), good, "e"), check.Fail, "status 500")
	expect(t, "error signs in", HandledError(change(error400, func(a *attempt.SignIn) { a.Who.SignedIn = true }), good, "e"), check.Fail, "although")
	expect(t, "error redeems", HandledError(change(error400, func(a *attempt.SignIn) { a.Entries = refused().Entries }), good, "e"), check.Fail, "token request")
	expect(t, "error elsewhere", HandledError(change(error400, func(a *attempt.SignIn) { a.Page.URL = "http://evil/" }), good, "e"), check.Fail, "evil")
	expect(t, "error not delivered", HandledError(change(error400, func(a *attempt.SignIn) { a.Record = attempt.Record{} }), good, "e"), check.Error, "never reached")
	expect(t, "error, control fails", HandledError(error400, error400, "e"), check.Error, "does not work either")

	expect(t, "foreign answer refused", ForeignAnswer(error400, good), check.Pass, "")
	expect(t, "foreign answer taken", ForeignAnswer(signedInAs("eve"), good), check.Fail, `"eve"`)
	expect(t, "foreign code redeemed", ForeignAnswer(refused(), good), check.Fail, "redeemed")
	expect(t, "foreign answer lost", ForeignAnswer(attempt.SignIn{}, good), check.Error, "never reached")

	expect(t, "not redeemed", NotRedeemed(error400), check.Pass, "")
	expect(t, "redeemed", NotRedeemed(refused()), check.Fail, "token request")
	expect(t, "no callback", NotRedeemed(attempt.SignIn{}), check.Error, "did not come")
	expect(t, "gateway crash", NotCrashed(change(error400, func(a *attempt.SignIn) { a.Page.Status = 503 })), check.Fail, "503")

	expect(t, "once", RequestsOnce(good), check.Pass, "")
	expect(t, "twice", RequestsOnce(change(good, func(a *attempt.SignIn) { a.Entries = append(a.Entries, a.Entries[0]) })), check.Fail, "2 token requests")
	expect(t, "clean URL", CleanURL(good), check.Pass, "")
	expect(t, "code in URL", CleanURL(change(good, func(a *attempt.SignIn) { a.Page.URL = callback })), check.Fail, "code")
	expect(t, "at the shop", StaysAtShop(good), check.Pass, "")
	expect(t, "elsewhere", StaysAtShop(change(good, func(a *attempt.SignIn) { a.Page.URL = "http://evil/" })), check.Fail, "another site")
	expect(t, "refused by the browser", StaysAtShop(change(good, func(a *attempt.SignIn) { a.Page.Failed = "net::ERR_ABORTED" })), check.Fail, "refuses")
	expect(t, "rests", RestsAt(good, good.Page.URL), check.Pass, "")
	for _, at := range []struct {
		url  string
		want check.Verdict
	}{
		{"http://s/?b=2&a=1&a=3", check.Pass},
		{"http://s/?a=3&a=1&b=2", check.Fail},
		{"http://s/?a=1&a=3", check.Fail},
		{"http://s/x?a=1&a=3&b=2", check.Fail},
		{"http://s/?a=1&a=3&b=2#c", check.Fail},
		{"http://%zz/", check.Fail},
	} {
		rests := change(good, func(a *attempt.SignIn) { a.Page.URL = at.url })
		expect(t, at.url, RestsAt(rests, "http://s/?a=1&a=3&b=2"), at.want, "")
	}
	expect(t, "rests elsewhere", RestsAt(good, "http://x/"), check.Fail, "began at http://x/")
	expect(t, "anonymous", Anonymous(error400), check.Pass, "")
	expect(t, "not anonymous", Anonymous(good), check.Fail, "although it must not")
}

func TestCredentialsAndAccessToken(t *testing.T) {
	t.Parallel()
	with := func(e journal.Entry) attempt.SignIn {
		a := signedInAs("ada")
		a.Entries = []journal.Entry{e}
		return a
	}
	expect(t, "basic", Credentials(with(journal.Entry{Kind: journal.Token, ClientAuth: "client_secret_basic"}), identity.AuthBasic), check.Pass, "")
	expect(t, "other method", Credentials(with(journal.Entry{Kind: journal.Token, ClientAuth: "client_secret_basic"}), identity.AuthPost), check.Fail, "although client_secret_post")
	expect(t, "refused", Credentials(with(journal.Entry{Kind: journal.Token, Error: "invalid_client"}), identity.AuthBasic), check.Fail, "invalid_client")
	expect(t, "no request", Credentials(with(journal.Entry{}), identity.AuthBasic), check.Error, "no token request")
	bearer := http.Header{"Authorization": {"Bearer x"}}
	expect(t, "header", AccessToken(with(journal.Entry{Kind: journal.UserInfo, Header: bearer})), check.Pass, "")
	expect(t, "query", AccessToken(with(journal.Entry{Kind: journal.UserInfo, Header: bearer, Query: url.Values{"access_token": {"x"}}})), check.Fail, "in its address")
	expect(t, "no header", AccessToken(with(journal.Entry{Kind: journal.UserInfo})), check.Fail, "no Authorization header")
	expect(t, "not asked", AccessToken(with(journal.Entry{})), check.Skip, "did not ask")
}

func TestLogout(t *testing.T) {
	t.Parallel()
	in := signedInAs("ada")
	in.Entries[0].Tokens = []journal.Issued{{Kind: "id_token", Value: "tok"}}
	c := identity.Client{PostLogoutRedirectURIs: []string{"http://127.0.0.1:1/out"}}
	out := func(q string) attempt.SignIn {
		e := authorization(q)
		e.Kind = journal.EndSession
		return attempt.SignIn{Entries: []journal.Entry{e}}
	}
	expect(t, "sound", LogoutRequest(in, out("id_token_hint=tok&post_logout_redirect_uri=http://127.0.0.1:1/out"), c), check.Pass, "")
	expect(t, "no hint", LogoutRequest(in, out("client_id=shop"), c), check.Fail, "no id_token_hint")
	expect(t, "other hint", LogoutRequest(in, out("id_token_hint=x"), c), check.Fail, "not the ID token of this sign-in")
	expect(t, "no return", LogoutRequest(in, out("id_token_hint=tok"), c), check.Fail, "where to return")
	expect(t, "unregistered", LogoutRequest(in, out("id_token_hint=tok&post_logout_redirect_uri=http://evil/"), c), check.Fail, "not registered")
	expect(t, "not sent", LogoutRequest(in, attempt.SignIn{}, c), check.Fail, "did not send the browser")
	expect(t, "shows", ShowsPage(signedInAs("ada")), check.Pass, "")
	expect(t, "shows an error", ShowsPage(refused()), check.Fail, "status 400")
	expect(t, "elsewhere", ShowsPage(attempt.SignIn{ShopOrigin: shopOrigin, Page: attempt.Page{URL: "http://idp/"}}), check.Fail, "not at the shop")
	told := change(refused(), func(a *attempt.SignIn) { a.Entries = []journal.Entry{{Kind: journal.EndSession, Status: 200}} })
	expect(t, "fired", Fired(told), check.Pass, "")
	expect(t, "not fired", Fired(change(told, func(a *attempt.SignIn) { a.Fired = 0 })), check.Error, "never took effect")
	expect(t, "provider not told", Fired(refused()), check.Skip, "did not send")
}

// TestWhatNobodyAskedForIsSkipped holds that a fault which could not act, for
// the shop never asked, leaves its check open.
func TestWhatNobodyAskedForIsSkipped(t *testing.T) {
	t.Parallel()
	with := func(id fault.ID, query string, kinds ...journal.Kind) attempt.SignIn {
		return change(refused(), func(a *attempt.SignIn) {
			a.Fault, a.Fired, a.Entries = &fault.Spec{ID: id}, 0, nil
			for _, k := range kinds {
				q, _ := url.ParseQuery(query)
				a.Entries = append(a.Entries, journal.Entry{Kind: k, Query: q, Sent: true})
			}
		})
	}
	both := []journal.Kind{journal.Authorize, journal.Token}
	expect(t, "no UserInfo", Reached(with("userinfo.sub.other", "", both...)), check.Skip, "did not ask UserInfo")
	expect(t, "UserInfo asked", Reached(with("userinfo.sub.other", "", journal.Token, journal.UserInfo)), check.Error, "never took effect")
	expect(t, "no tokens", Reached(with("userinfo.sub.other", "", journal.Authorize)), check.Error, "never took effect")
	expect(t, "no nonce", Reached(with("id_token.nonce.other", "state=s", both...)), check.Skip, "have no nonce")
	expect(t, "nonce asked", Reached(with("id_token.nonce.other", "nonce=n", both...)), check.Error, "never took effect")
	expect(t, "nonce in a request object", Reached(with("id_token.nonce.other", "request=x", both...)), check.Error, "never took effect")
	expect(t, "nobody began", Reached(with("id_token.nonce.other", "")), check.Error, "no request")
}

// TestServerErrorsThatTellOfNoCrash holds that status 500 is a crash unless the
// shop refuses every sign-in with it.
func TestServerErrorsThatTellOfNoCrash(t *testing.T) {
	t.Parallel()
	bad := change(refused(), func(a *attempt.SignIn) { a.Page.Status = 500 })
	usual := change(bad, func(a *attempt.SignIn) { a.Usual = true })
	trace := change(usual, func(a *attempt.SignIn) { a.Page.Text = "goroutine 1 [running]" })
	good := signedInAs("ada")
	expect(t, "a crash", Refused(bad, good), check.Fail, "crashed (status 500)")
	expect(t, "a usual refusal", Refused(usual, good), check.Pass, "made no session")
	expect(t, "a trace", Refused(trace, good), check.Fail, "crashed")
	expect(t, "no page", Refused(change(usual, func(a *attempt.SignIn) { a.Page.Failed = "net::ERR_EMPTY_RESPONSE" }), good), check.Fail, "left the browser without a page")
	expect(t, "no page in time", Refused(change(usual, func(a *attempt.SignIn) { a.Page.Failed = "no page within 40s" }), good), check.Fail, "but it gave no page within 40s")
	circle := change(good, func(a *attempt.SignIn) {
		a.Who, a.Page = attempt.Who{}, attempt.Page{Failed: "net::ERR_TOO_MANY_REDIRECTS"}
	})
	expect(t, "a circle", Refused(change(usual, func(a *attempt.SignIn) { a.Page = circle.Page }), good), check.Fail, "sent the browser in a circle")
	expect(t, "a sign-in in a circle", SignedIn(circle), check.Fail, "the browser has no page (net::ERR_TOO_MANY_REDIRECTS)")
	expect(t, "as such", RefusedAsSuch(refused()), check.Pass, "status 400")
	expect(t, "as a crash", RefusedAsSuch(usual), check.Fail, "as if it had crashed")
	expect(t, "not at all", RefusedAsSuch(change(bad, func(a *attempt.SignIn) { a.Who = attempt.Who{SignedIn: true} })), check.Skip, "signs the customer in")
	expect(t, "a fetched crash", NoCrash("x", 500, 400, ""), check.Fail, "500")
	expect(t, "fetched as usual", NoCrash("x", 500, 500, ""), check.Pass, "500")
	codes := map[string]int{"c": 1}
	expect(t, "again, a crash", Interrupted(attempt.Page{Status: 500}, false, attempt.Who{}, "a", codes), check.Fail, "crashed")
	expect(t, "again, as usual", Interrupted(attempt.Page{Status: 500}, true, attempt.Who{}, "a", codes), check.Pass, "500")
}
