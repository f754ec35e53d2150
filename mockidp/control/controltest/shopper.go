package controltest

import (
	"encoding/base64"
	"encoding/json"
	"html"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"

	"golang.org/x/oauth2"

	"github.com/countersign-oidc/countersign/mockidp/control"
)

// shopper is a browser and the relying party that it goes to.
type shopper struct {
	*subject

	issuer  string
	browser *http.Client
}

func (s *subject) shopper(h control.Handle) *shopper {
	s.Helper()
	info, err := h.Info(s.Context())
	s.ok(err)
	jar, err := cookiejar.New(nil)
	s.ok(err)
	transport := &http.Transport{}
	s.Cleanup(transport.CloseIdleConnections)
	return &shopper{s, info.Issuer, &http.Client{
		Jar: jar, Transport: transport,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// fetch is the status, the redirect and the body of an answer.
func (b *shopper) fetch(method, target string, form url.Values) (int, *url.URL, string) {
	b.Helper()
	req, err := http.NewRequestWithContext(b.Context(), method, target, strings.NewReader(form.Encode()))
	b.ok(err)
	if method == http.MethodPost {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	resp, err := b.browser.Do(req)
	b.ok(err)
	defer func() { _ = resp.Body.Close() }() // read whole
	text, err := io.ReadAll(resp.Body)
	b.ok(err)
	to, err := resp.Location()
	if err != nil {
		to = &url.URL{}
	}
	return resp.StatusCode, to, string(text)
}

// endpoint is an address from the discovery document.
func (b *shopper) endpoint(name string) string {
	b.Helper()
	_, _, text := b.fetch(http.MethodGet, b.issuer+"/.well-known/openid-configuration", nil)
	var members map[string]any
	b.ok(json.Unmarshal([]byte(text), &members))
	address, _ := members[name].(string)
	return address
}

var formAction = regexp.MustCompile(`action="([^"]+)"`)

const verifier = "a-verifier-that-is-long-enough-to-be-one-0123456789"

// code signs ada in, unless the browser knows her, and is the code.
func (b *shopper) code() string {
	b.Helper()
	_, to, page := b.fetch(http.MethodGet, b.endpoint("authorization_endpoint")+"?"+url.Values{
		"client_id": {"shop"}, "redirect_uri": {callback}, "response_type": {"code"}, "scope": {"openid email"}, "state": {"s"},
		"code_challenge": {oauth2.S256ChallengeFromVerifier(verifier)}, "code_challenge_method": {"S256"},
	}.Encode(), nil)
	if m := formAction.FindStringSubmatch(page); m != nil {
		action := html.UnescapeString(m[1])
		if !strings.HasPrefix(action, "http") {
			action = b.issuer[:strings.Index(b.issuer, "://")+3] + strings.SplitN(b.issuer, "/", 4)[2] + action
		}
		_, to, page = b.fetch(http.MethodPost, action, url.Values{"username": {"ada"}, "password": {"correct horse"}})
	}
	if to.Query().Get("code") == "" {
		b.Fatalf("no code: %v %.300s", to, page)
	}
	return to.Query().Get("code")
}

// swap redeems a code and is the status and the answer.
func (b *shopper) swap(code string) (int, map[string]any) {
	b.Helper()
	target, err := url.Parse(b.endpoint("token_endpoint"))
	b.ok(err)
	target.User = url.UserPassword("shop", url.QueryEscape(shop().Secret))
	status, _, text := b.fetch(http.MethodPost, target.String(), url.Values{
		"grant_type": {"authorization_code"}, "code": {code}, "redirect_uri": {callback}, "code_verifier": {verifier},
	})
	answer := map[string]any{}
	_ = json.Unmarshal([]byte(text), &answer) // a fault may have spoilt it
	return status, answer
}

// signIn is the claims of the ID token of a whole sign-in.
func (b *shopper) signIn() map[string]any {
	b.Helper()
	status, answer := b.swap(b.code())
	raw, _ := answer["id_token"].(string)
	if status != http.StatusOK || raw == "" {
		b.Fatalf("token endpoint: %d %v", status, answer)
	}
	return b.claims(raw)
}

// claims are those of a JWT, not verified.
func (s *subject) claims(raw string) map[string]any {
	s.Helper()
	parts := strings.Split(raw, ".")
	if len(parts) != 3 {
		s.Fatalf("%q is no JWT", raw)
	}
	payload, err := base64.RawURLEncoding.DecodeString(parts[1])
	s.ok(err)
	claims := map[string]any{}
	s.ok(json.Unmarshal(payload, &claims))
	return claims
}
