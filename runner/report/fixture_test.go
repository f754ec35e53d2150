package report

import (
	"encoding/json"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/countersign-oidc/countersign/runner/check"
)

// compactJWT is an honest token as it must never appear in a report; its
// signature is "sig-nature".
const compactJWT = "eyJhbGciOiJSUzI1NiIsImtpZCI6ImsxIn0.eyJzdWIiOiJhZGEiLCJhdWQiOiJzaG9wIn0.c2lnLW5hdHVyZQ"

func fixtureRun() Run {
	return Run{
		Tool: "countersign", Version: "1.0.0", Started: time.Date(2026, 3, 14, 9, 26, 53, 0, time.UTC),
		DurationMS: 83_412, Target: "process ./start.sh", Provider: "mockidp, basic", Shop: "http://localhost:41873",
		Flaws: []string{"skip-audience"}, Browser: "chromium-headless-shell 141.0", Processes: 2, Seed: 1710408413,
		Profile: &Profile{Name: "release", Version: "1.3c3397bf"}, Selection: "all checks of the profile", Command: "countersign run --config countersign.yaml --strict",
	}
}

func raw(s string) json.RawMessage { return json.RawMessage(s) }

// screenshot is a picture in a file, since encoders may change.
func screenshot(t testing.TB) []byte {
	t.Helper()
	b, err := os.ReadFile("testdata/screen.jpg")
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// badSignIn is the evidence of a sign-in with an armed fault.
func badSignIn(t testing.TB) check.Evidence {
	return check.Evidence{
		Title: "Sign-in with the fault",
		Fault: &check.Fault{ID: "id_token.aud.other", Title: "ID token for another client", Ref: "OpenID Connect Core 1.0, 3.1.3.7 (3)", Fired: 1},
		Facts: []check.Fact{
			{Name: "Signed in as", Value: "ada"},
			{Name: "Session afterwards", Value: "yes, /me answered 200"},
			{Name: "Shop's answer at the callback", Value: "302 to /account"},
		},
		Exchanges: []check.Exchange{
			{AtMS: 12, Endpoint: "discovery", Request: "GET /o/7/.well-known/openid-configuration", Status: 200},
			{AtMS: 48, Endpoint: "authorize", Request: "GET /o/7/begin", Status: 302, Params: []check.Fact{
				{Name: "client_id", Value: "shop"},
				{Name: "response_type", Value: "code"},
				{Name: "scope", Value: "openid profile email"},
				{Name: "redirect_uri", Value: "http://localhost:41873/callback"},
				{Name: "state", Value: "8f1c (redacted)"},
			}, Answer: []check.Fact{{Name: "location", Value: "/o/7/sign-in"}}},
			{AtMS: 391, Endpoint: "sign_in", Request: "POST /o/7/sign-in", Status: 303, Params: []check.Fact{{Name: "username", Value: "ada"}}},
			{
				AtMS: 440, Endpoint: "token", Request: "POST /o/7/swap", Status: 200, Faults: []string{"id_token.aud.other"},
				Params: []check.Fact{{Name: "grant_type", Value: "authorization_code"}, {Name: "code", Value: "(redacted)"}},
				Tokens: []check.Token{{
					Kind:   "id_token",
					Header: []check.Member{{Name: "alg", Value: raw(`"RS256"`)}, {Name: "kid", Change: "removed", Was: raw(`"k1"`)}},
					Claims: []check.Member{
						{Name: "iss", Value: raw(`"http://127.0.0.1:40111/o/7"`)},
						{Name: "sub", Value: raw(`"ada"`)},
						{Name: "aud", Value: raw(`"another-client"`), Change: "set", Was: raw(`"shop"`)},
						{Name: "exp", Value: raw(`1773480713`)},
						{Name: "iat", Value: raw(`1773480413`), Change: "set", Was: raw(`1773480412`)},
						{Name: "azp", Value: raw(`{"a":[1,2.50,null]}`), Change: "set"},
						{Name: "nonce", Value: raw(`"n-0S6_WzA2Mj"`)},
					},
					Signature: "RS256 with key k1, valid",
				}},
			},
			{AtMS: 472, Endpoint: "jwks", Request: "GET /o/7/keys", Status: 503},
			{AtMS: 10_502, Endpoint: "userinfo", Request: "GET /o/7/who", Status: 0, Faults: []string{"userinfo.connection.dropped"}},
		},
		Pages: []check.Page{
			{AtMS: 31, URL: "http://localhost:41873/account", Status: 302},
			{AtMS: 362, URL: "http://127.0.0.1:40111/o/7/sign-in", Status: 200, Title: "Sign in"},
			{AtMS: 688, URL: "http://localhost:41873/account", Status: 200, Title: "My account"},
		},
		Screenshot: screenshot(t),
	}
}

func fixtureResults(t testing.TB) []check.Result {
	audience := check.Check{
		ID: "idtoken.audience-other", Title: "An ID token for another client is refused", Level: check.Must,
		Refs:   []string{"TOK-19", "OpenID Connect Core 1.0, 3.1.3.7 (3)", "RFC 8725, 3.9", "RFC9700 4.4.2.2"},
		Harm:   "Whoever runs another application at the same provider can sign in to this shop as any of its customers.",
		Tried:  "Ada signs in while the provider issues her ID token for the client another-client.",
		Judged: "The shop must not sign her in, and must sign her in once the fault is gone.",
		Remedy: "Compare the aud claim of every ID token with your own client ID, and refuse the token unless it is listed. Most libraries do so when they are told the client ID.",
	}
	hostile := "</script><script>alert(1)</script>\x00\x1b[31m\u202egnp.exe\u202c\ufffe \xff ]]> \" ' & שלום"
	long := strings.Repeat("0123456789abcdef", 700)
	simple := func(id, title string, v check.Verdict, reason string) check.Result {
		return check.Result{Check: check.Check{
			ID: check.ID(id), Title: title, Level: check.Must, Refs: []string{"LGN-01", "RFC6749 4.1.2.1"},
			Harm:   "Customers cannot sign in.",
			Tried:  "Ada opens her account, is sent to the provider, signs in there and comes back.",
			Judged: "The shop shows her account under the subject of the ID token.",
			Remedy: "Follow the authorization code flow to its end.",
		}, Verdict: v, Reason: reason, DurationMS: 812}
	}
	failed, other := badSignIn(t), badSignIn(t)
	failed.Outcome, failed.Reason = check.Fail, "The shop signed Ada in with an ID token that was issued for another client."
	other.Title, other.Outcome, other.Reason = "Sign-in with the fault id_token.aud.empty", check.Pass, "The shop refused."
	other.Screenshot = nil
	lacking := simple("logout.ends-at-provider", "Signing out ends the session at the provider", check.Skip, "The shop does not offer rp_initiated_logout.")
	lacking.Needs = []check.Capability{"rp_initiated_logout"}
	should := simple("login.pkce-s256", "The authorization request carries a PKCE challenge", check.Warn, "The shop sent no code_challenge.")
	should.Level = check.Should
	should.Refs = []string{"LGN-05", "RFC 9700, 2.1.1", "RFC7636 4.2"}
	undecided := simple("session.expiry", "The session ends when it should", check.Error, "The same sign-in without the fault did not succeed either, so the refusal proves nothing.")
	undecided.Evidence = []check.Evidence{{
		Title: "Sign-in with the fault",
		Fault: &check.Fault{ID: "jwks.status.503", Title: "JWKS answers 503", Fired: 0},
		Facts: []check.Fact{{Name: "Last page", Value: "http://localhost:41873/error"}},
	}}
	passed := simple("login.completes", "A plain sign-in works", check.Pass, "Ada was signed in as ada.")
	passed.Evidence = []check.Evidence{{Title: "Sign-in", Facts: []check.Fact{{Name: "Signed in as", Value: "ada"}}}}
	hostileResult := check.Result{
		Check: check.Check{
			ID: "claims.hostile", Title: hostile, Level: check.Must, Refs: []string{"javascript:alert(1)", hostile},
			Harm: hostile, Tried: hostile, Judged: hostile, Remedy: hostile,
		},
		Verdict: check.Pass, Reason: "A name that is markup stays text: " + hostile, DurationMS: 63_000,
		Evidence: []check.Evidence{{
			Title: hostile, Screenshot: []byte("<svg onload=alert(1)>"),
			Facts: []check.Fact{{Name: hostile, Value: long}, {Name: "leaked", Value: "Bearer " + compactJWT}},
			Exchanges: []check.Exchange{{Endpoint: hostile, Request: "GET /callback?id_token=" + compactJWT + "&x=1", Status: 999, Tokens: []check.Token{{
				Kind: "id_token", Claims: []check.Member{
					{Name: "lone", Value: raw(`"\ud800 stays"`)},
					{Name: "number", Value: raw(`1.000000000000000000000000001e400`)},
					{Name: "nested", Value: raw(`{"t":"` + compactJWT + `","n":1.0}`)},
					{Name: "broken", Value: raw(`{"not json`)},
					{Name: "name", Value: raw(`"</script><img src=x onerror=alert(1)>"`), Change: "set"},
					{Name: "long", Value: raw(`"` + long + `"`)},
				},
			}}}},
			Pages: []check.Page{{URL: "javascript:alert(1)", Title: hostile}},
		}},
	}
	return []check.Result{
		hostileResult, undecided,
		{
			Check: audience, Verdict: check.Fail, Reason: "The shop signed Ada in with an ID token that was issued for another client.", DurationMS: 2310,
			Evidence: []check.Evidence{failed, other, {Title: "The same sign-in without the fault", Facts: []check.Fact{{Name: "Signed in as", Value: "ada"}}}},
		},
		simple("zeta.unknown-area", "A check of an area that is not a suite", check.Pass, "It went well."),
		lacking, should, passed,
		simple("login.cancelled", "A cancelled sign-in leaves nobody signed in", check.Pass, "The shop said that the sign-in was cancelled and signed nobody in."),
		simple("claims.subject-is-the-key", "A customer is known by issuer and subject", check.Pass, "The shop kept two customers with one e-mail address apart."),
		simple("idtoken.nonce-other", "An ID token with another nonce is refused", check.Pass, "The shop refused, and signed Ada in once the fault was gone."),
	}
}

func fixture(t testing.TB) Report {
	r := New(fixtureRun(), fixtureResults(t))
	r.Requirements = []Requirement{{ID: "TOK-19", Level: "M", Text: "aud: other client's <b>id</b>; own id plus 1.", Libraries: []Library{{Name: "coreos/go-oidc", Text: "Set Config.ClientID."}}}}
	return r
}
