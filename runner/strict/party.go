package strict

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/countersign-oidc/countersign/runner/check"
)

// edit changes the parameters of a request.
type edit func(url.Values)

func set(name, value string) edit { return func(v url.Values) { v.Set(name, value) } }
func add(name, value string) edit { return func(v url.Values) { v.Add(name, value) } }

func drop(names ...string) edit {
	return func(v url.Values) {
		for _, name := range names {
			v.Del(name)
		}
	}
}

// attempt is one authorization request and what became of it.
type attempt struct {
	client   Client
	params   url.Values
	verifier string
	at       time.Time
	landing
}

// attempt is an honest request with edits, not sent yet.
func (p *probe) attempt(c Client, edits ...edit) attempt {
	a := attempt{client: c, verifier: rand.Text() + rand.Text(), at: time.Now()}
	a.params = url.Values{
		"response_type": {"code"}, "client_id": {c.ID}, "redirect_uri": {c.RedirectURI}, "scope": {p.run.target.Scope},
		"state": {rand.Text()}, "nonce": {rand.Text()}, "code_challenge": {s256(a.verifier)}, "code_challenge_method": {"S256"},
	}
	for _, e := range edits {
		e(a.params)
	}
	return a
}

func s256(verifier string) string {
	sum := sha256.Sum256([]byte(verifier))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

// open sends the request and goes as far as the provider redirects.
func (p *probe) open(b *browser, a attempt) (attempt, error) {
	req, err := request(p.ctx, http.MethodGet, p.run.meta.Authorization, a.params, nil)
	if err != nil {
		return a, err
	}
	a.landing, err = p.follow(b, req)
	return a, err
}

// walk sends the request and signs in where that is asked for.
func (p *probe) walk(b *browser, a attempt) (attempt, error) {
	a, err := p.open(b, a)
	if err == nil {
		a.landing, err = p.through(b, a.landing)
	}
	return a, err
}

// back are the parameters of the authorization response, or nil when the
// browser was not sent to the redirect URI.
func (a attempt) back() url.Values {
	if a.away == nil || !sameAddress(a.away, a.client.RedirectURI) {
		return nil
	}
	return a.away.Query()
}

func (a attempt) code() string { return a.back().Get("code") }

// sameAddress reports whether a redirect leads to a registered address, which
// may have a query of its own.
func sameAddress(u *url.URL, registered string) bool {
	want, err := url.Parse(registered)
	if err != nil || place(u) != place(want) || u.User != nil {
		return false
	}
	got := u.Query()
	for name, values := range want.Query() {
		if !slices.Equal(got[name], values) {
			return false
		}
	}
	return true
}

// code signs in honestly and returns with a code. The end-user has a session
// already if the provider keeps one.
func (p *probe) code(c Client, edits ...edit) (attempt, error) {
	return p.codeIn(p.run.home, c, edits...)
}

func (p *probe) codeIn(b *browser, c Client, edits ...edit) (attempt, error) {
	a, err := p.walk(b, p.attempt(c, edits...))
	switch {
	case err != nil:
		return a, err
	case a.code() != "":
		return a, nil
	case a.back() != nil:
		return a, fmt.Errorf("an honest authorization request: %w, but %s", errNoCode, errorOf(a.back()))
	case a.away != nil:
		return a, fmt.Errorf("an honest authorization request: the browser was sent to %s and not to the redirect URI", place(a.away))
	}
	return a, fmt.Errorf("an honest authorization request: %w", stuck(a.landing))
}

func errorOf(v url.Values) string {
	switch {
	case v.Get("error") == "":
		return "no error either"
	case v.Get("error_description") == "":
		return v.Get("error")
	}
	return v.Get("error") + ": " + v.Get("error_description")
}

// call is one token request.
type call struct {
	client Client
	method string
	query  url.Values
	form   url.Values
	header http.Header
}

// redeem is the honest request for the tokens of a code.
func (a attempt) redeem() call {
	c := call{client: a.client, method: http.MethodPost, header: make(http.Header), form: url.Values{
		"grant_type": {"authorization_code"}, "code": {a.code()}, "redirect_uri": {a.client.RedirectURI},
		"code_verifier": {a.verifier},
	}}
	return c.as(a.client.method())
}

// renew is the honest request for the tokens of a refresh token.
func renew(client Client, token string) call {
	c := call{client: client, method: http.MethodPost, header: make(http.Header), form: url.Values{
		"grant_type": {"refresh_token"}, "refresh_token": {token},
	}}
	return c.as(client.method())
}

// as authenticates the client with a method. The halves of Basic credentials
// are form encoded (RFC 6749, section 2.3.1).
func (c call) as(method string) call {
	c.header, c.form = c.header.Clone(), maps.Clone(c.form)
	c.header.Del("Authorization")
	drop("client_id", "client_secret")(c.form)
	switch method {
	case Basic:
		pair := url.QueryEscape(c.client.ID) + ":" + url.QueryEscape(c.client.Secret)
		c.header.Set("Authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte(pair)))
	case Post:
		c.form.Set("client_id", c.client.ID)
		c.form.Set("client_secret", c.client.Secret)
	default:
		c.form.Set("client_id", c.client.ID)
	}
	return c
}

func (c call) with(edits ...edit) call {
	c.form = maps.Clone(c.form)
	for _, e := range edits {
		e(c.form)
	}
	return c
}

// token sends a token request.
func (p *probe) token(c call) (*answer, error) {
	form := c.form
	if form == nil {
		form = url.Values{}
	}
	if c.method == http.MethodGet {
		form = nil
	}
	req, err := request(p.ctx, c.method, p.run.meta.Token, c.query, form)
	if err != nil {
		return nil, err
	}
	maps.Copy(req.Header, c.header)
	return p.send(req, nil)
}

// grant is an honest sign-in with its tokens.
type grant struct {
	attempt
	answer  *answer
	access  string
	refresh string
	id      string
	// exchanges are those of the sign-in, for the reports of later checks.
	exchanges []check.Exchange
}

// grant redeems a code honestly.
func (p *probe) grant(a attempt) (*grant, error) {
	ans, err := p.token(a.redeem())
	if err != nil {
		return nil, err
	}
	return a.tokens(ans)
}

func (a attempt) tokens(ans *answer) (*grant, error) {
	if !served(ans) {
		return nil, fmt.Errorf("the honest token request was not served: status %d, %s", ans.status, describe(ans))
	}
	return &grant{
		attempt: a, answer: ans, access: ans.text("access_token"), refresh: ans.text("refresh_token"), id: ans.text("id_token"),
	}, nil
}

// sign is a fresh honest sign-in with its tokens.
func (p *probe) sign(c Client, edits ...edit) (*grant, error) {
	a, err := p.code(c, edits...)
	if err != nil {
		return nil, err
	}
	return p.grant(a)
}

// honest is the sign-in that all checks of answers look at.
func (p *probe) honest() (*grant, error) {
	if g := p.run.first; g != nil {
		p.exchanges = append(p.exchanges, g.exchanges...)
		return g, nil
	}
	g, err := p.sign(p.run.target.Client)
	if err != nil {
		return nil, err
	}
	g.exchanges = slices.Clone(p.exchanges)
	p.run.first = g
	return g, nil
}

// odd is a value that is new each time, with characters that matter in URLs,
// forms, HTML and JSON.
func odd() string { return rand.Text() + ` a+b%20c&d=e/f?g#h"i'j<k>\l:~é` }

// renewal is an honest sign-in with a refresh token. OpenID Connect Core 1.0,
// section 11, ties offline_access to prompt=consent.
func (p *probe) renewal(c Client) (*grant, error) {
	offline := set("scope", join(p.run.target.Scope, "offline_access"))
	ways := [][]edit{{}, {offline}, {offline, set("prompt", "consent")}}
	if p.run.renewable != nil {
		ways = [][]edit{p.run.renewable}
	}
	if !slices.Contains(p.run.meta.Scopes, "offline_access") && p.run.renewable == nil {
		ways = ways[:1]
	}
	for _, way := range ways {
		g, err := p.sign(c, way...)
		if err != nil {
			return nil, err
		}
		if g.refresh != "" {
			p.run.renewable = append([]edit{}, way...)
			return g, nil
		}
	}
	return nil, lacks("The provider issued no refresh token, with scope offline_access or without.")
}

func join(scope, more string) string {
	list := strings.Fields(scope)
	if !slices.Contains(list, more) {
		list = append(list, more)
	}
	return strings.Join(list, " ")
}

// served reports whether a token request was granted.
func served(a *answer) bool {
	m, ok := a.object()
	return ok && a.status == http.StatusOK && (m["access_token"] != nil || m["id_token"] != nil)
}

// describe says what an answer that is not the expected one is.
func describe(a *answer) string {
	m, ok := a.object()
	switch {
	case !ok:
		return "a body of type " + a.header.Get("Content-Type") + " that is no JSON object"
	case m["error"] == nil:
		return "a JSON object without error"
	case a.text("error_description") == "":
		return "error " + a.text("error")
	}
	return "error " + a.text("error") + " (" + shown(a.text("error_description")) + ")"
}

var errShape = errors.New("not a compact JWT")

// claimsOf are the claims of a JWT, unverified.
func claimsOf(token string) (map[string]json.RawMessage, error) {
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		return nil, errShape
	}
	raw, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil {
		return nil, errShape
	}
	var m map[string]json.RawMessage
	if json.Unmarshal(raw, &m) != nil {
		return nil, errShape
	}
	return m, nil
}
