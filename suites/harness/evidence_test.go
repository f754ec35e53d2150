package harness

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/countersign-oidc/countersign/mockidp/fault"
	"github.com/countersign-oidc/countersign/mockidp/journal"
	"github.com/countersign-oidc/countersign/suites/attempt"
)

func segment(s string) string { return base64.RawURLEncoding.EncodeToString([]byte(s)) }

// TestEvidenceHidesSecrets sends a secret of each kind through an attempt and
// looks for it in what a report would show.
func TestEvidenceHidesSecrets(t *testing.T) {
	t.Parallel()
	token := segment(`{"alg":"RS256"}`) + "." + segment(`{"sub":"ada"}`) + "." + segment("SIGNATURE-SECRET")
	a := attempt.SignIn{
		Title: "x", Fault: &fault.Spec{ID: "f", Title: "t"},
		Page: attempt.Page{URL: "http://shop/api/sf?code=CODE-SECRET&state=visible"},
		Record: attempt.Record{Requests: []attempt.Request{
			{Method: "GET", Document: true, URL: "http://idp/leave?id_token_hint=" + token},
		}},
		Entries: []journal.Entry{{
			Kind: journal.Token, Method: "POST", Path: "/swap",
			Form:     url.Values{"code": {"CODE-SECRET"}, "client_secret": {"CLIENT-SECRET"}, "code_verifier": {"VERIFIER-SECRET"}, "password": {"PASSWORD-SECRET"}},
			Header:   http.Header{"Authorization": {"Basic BASIC-SECRET"}, "Cookie": {"COOKIE-SECRET"}},
			Location: "http://shop/api/sf?code=CODE-SECRET&state=visible",
			Body:     []byte(`{"access_token":"ACCESS-SECRET"}`),
			Tokens:   []journal.Issued{{Kind: "id_token", Value: token}, {Kind: "access_token", Value: "ACCESS-SECRET"}},
		}},
	}
	body, err := json.Marshal(evidenceOf(a))
	if err != nil {
		t.Fatal(err)
	}
	for _, secret := range []string{"CODE-SECRET", "CLIENT-SECRET", "VERIFIER-SECRET", "PASSWORD-SECRET", "BASIC-SECRET", "COOKIE-SECRET", "ACCESS-SECRET", segment("SIGNATURE-SECRET")} {
		if strings.Contains(string(body), secret) {
			t.Errorf("%s is in the evidence: %s", secret, body)
		}
	}
	for _, wanted := range []string{"visible", `"sub"`, `ada`} {
		if !strings.Contains(string(body), wanted) {
			t.Errorf("%s is not in the evidence: %s", wanted, body)
		}
	}
}

func FuzzRedactURL(f *testing.F) {
	f.Add("http://shop.example/cb?code=a&state=b#id_token=c")
	f.Fuzz(func(_ *testing.T, raw string) { redactURL(raw) })
}

func TestLookup(t *testing.T) {
	t.Parallel()
	doc := json.RawMessage(`{"a":{"b/c":{"~":7}},"n":null}`)
	for pointer, want := range map[string]string{
		"/a/b~1c/~0": "7", "/n": "null", "/x": "", "/a/x/y": "", "": "", "/n/x": "",
	} {
		if got := attempt.Lookup(doc, pointer); string(got) != want {
			t.Errorf("Lookup(%q) = %q, want %q", pointer, got, want)
		}
	}
}
