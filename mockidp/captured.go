package mockidp

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/countersign-oidc/countersign/mockidp/journal"
)

// Capture is what an exchange gave away to the provider. What it did not give
// away is empty.
type Capture struct {
	// Seq is the exchange in the journal, Kind where it went.
	Seq  uint64       `json:"seq"`
	Kind journal.Kind `json:"kind"`

	Client          string `json:"client,omitempty"`
	ClientSecret    string `json:"client_secret,omitempty"`
	ClientAssertion string `json:"client_assertion,omitempty"`
	Code            string `json:"code,omitempty"`
	CodeVerifier    string `json:"code_verifier,omitempty"`
	RedirectURI     string `json:"redirect_uri,omitempty"`
	RefreshToken    string `json:"refresh_token,omitempty"`
	AccessToken     string `json:"access_token,omitempty"`
	IDToken         string `json:"id_token,omitempty"`
	Username        string `json:"username,omitempty"`
	Password        string `json:"password,omitempty"`
}

// Captured are the secrets that relying parties and people gave away to the
// evil issuer, oldest first.
func (e *Evil) Captured() []Capture {
	var out []Capture
	for _, entry := range e.Journal().Select(journal.Query{}) {
		if c := captured(entry); c.secret() {
			out = append(out, c)
		}
	}
	return out
}

func (c Capture) secret() bool {
	for _, v := range []string{
		c.ClientSecret, c.ClientAssertion, c.Code, c.CodeVerifier, c.RefreshToken, c.AccessToken, c.IDToken, c.Password,
	} {
		if v != "" {
			return true
		}
	}
	return false
}

func captured(e journal.Entry) Capture {
	param := func(name string) string {
		if v := e.Form.Get(name); v != "" {
			return v
		}
		return e.Query.Get(name)
	}
	c := Capture{
		Seq: e.Seq, Kind: e.Kind,
		Client: param("client_id"), ClientSecret: param("client_secret"), ClientAssertion: param("client_assertion"),
		Code: param("code"), CodeVerifier: param("code_verifier"), RedirectURI: param("redirect_uri"),
		RefreshToken: param("refresh_token"), AccessToken: param("access_token"), IDToken: param("id_token_hint"),
		Username: param("username"), Password: param("password"),
	}
	if id, secret, ok := basic(e.Header); ok {
		c.Client, c.ClientSecret = id, secret
	}
	if scheme, token, ok := strings.Cut(e.Header.Get("Authorization"), " "); ok && strings.EqualFold(scheme, "Bearer") {
		c.AccessToken = token
	}
	if c.Client == "" {
		c.Client = e.Client
	}
	return c
}

// basic are the credentials of a client, whose halves are form encoded (RFC
// 6749, section 2.3.1).
func basic(h http.Header) (id, secret string, ok bool) {
	user, password, ok := (&http.Request{Header: h}).BasicAuth()
	if !ok {
		return "", "", false
	}
	// Whatever is not encoded was captured all the same.
	plain := func(s string) string {
		if decoded, err := url.QueryUnescape(s); err == nil {
			return decoded
		}
		return s
	}
	return plain(user), plain(password), true
}
