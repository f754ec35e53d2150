package strict

import (
	"encoding/json"
	"maps"
	"net/http"
	"net/url"
	"strings"

	"github.com/countersign-oidc/countersign/runner/check"
)

func needsUserInfo() []check.Capability { return []check.Capability{UserInfo} }

const readByAnyone = "Whoever asks reads the person's data."

// access is a check of the UserInfo endpoint, which skips without one. It gets
// a fresh honest sign-in.
func access(c check.Check, judge func(*probe, *grant) error) rule {
	c.Needs = needsUserInfo()
	return rule{c, func(p *probe) error {
		if p.run.meta.UserInfo == "" {
			return lacks("The provider has no userinfo_endpoint.")
		}
		g, err := p.sign(p.run.target.Client)
		if err != nil {
			return err
		}
		return judge(p, g)
	}}
}

// ask is one request to the UserInfo endpoint.
type ask struct {
	method      string
	query, form url.Values
	header      http.Header
}

func bearer(token string) ask {
	return ask{method: http.MethodGet, header: http.Header{"Authorization": {"Bearer " + token}}}
}

func (p *probe) userinfo(q ask) (*answer, error) {
	req, err := request(p.ctx, q.method, p.run.meta.UserInfo, q.query, q.form)
	if err != nil {
		return nil, err
	}
	maps.Copy(req.Header, q.header)
	return p.send(req, nil)
}

// person is what UserInfo says of an honest sign-in.
func (p *probe) person(g *grant) (*answer, error) {
	a, err := p.userinfo(bearer(g.access))
	if err != nil {
		return nil, err
	}
	if a.status != http.StatusOK {
		return nil, breaks("UserInfo answered an honest request with status %d, %s.", a.status, describe(a))
	}
	return a, nil
}

// barred wants a request without a right refused, while an honest one works.
func (p *probe) barred(g *grant, q ask) error {
	a, err := p.userinfo(q)
	if err != nil {
		return err
	}
	if a.status < 400 {
		return breaks("UserInfo answered with status %d.", a.status)
	}
	if _, err := p.person(g); err != nil {
		return err
	}
	if a.status >= 500 {
		return breaks("UserInfo answered with status %d rather than refuse.", a.status)
	}
	p.proof = "Refused; the access token of the same sign-in is served."
	return nil
}

const onlyRefused = "Passes only if the request is refused, and the access token of the same sign-in is served."

var userInfoRules = []rule{
	access(check.Check{
		ID: "provider.userinfo-sub", Level: check.Must, Refs: []string{core + "5.3.2"},
		Title: "UserInfo names the person of the ID token", Harm: "Relying parties that compare turn people away; the others confuse them.",
		Tried: "UserInfo is asked with a fresh access token.", Judged: "Passes if sub is there and equals the ID token's.", Remedy: "Always send sub.",
	}, userInfoSub),
	access(check.Check{
		ID: "provider.userinfo-post", Level: check.Must, Refs: []string{core + "5.3"},
		Title: "UserInfo is served by POST too", Harm: "Relying parties that use POST cannot read who signed in.",
		Tried: "UserInfo is asked by POST, with the access token in the header.", Judged: readAnswer, Remedy: "Serve GET and POST.",
	}, userInfoPost),
	access(check.Check{
		ID: "provider.userinfo-json", Level: check.Must, Refs: []string{core + "5.3.2"},
		Title: "UserInfo is application/json, or application/jwt where it is signed", Harm: "Relying parties that look at the type cannot read it.",
		Tried: "UserInfo is asked with a fresh access token.", Judged: readAnswer, Remedy: "Send the type that the body has.",
	}, userInfoJSON),
	access(check.Check{
		ID: "provider.userinfo-token-junk", Level: check.Must, Refs: []string{core + "5.3.3", rfc6750 + "3.1"},
		Title: "A junk access token is refused", Harm: readByAnyone,
		Tried: "UserInfo is asked with an invented access token.", Judged: onlyRefused, Remedy: "Look the token up, and answer 401 with invalid_token.",
	}, func(p *probe, g *grant) error { return p.barred(g, bearer("countersign-junk")) }),
	access(check.Check{
		ID: "provider.userinfo-token-changed", Level: check.Must, Refs: []string{core + "5.3.3", rfc6750 + "3.1"},
		Title: "An access token with one character changed is refused", Harm: readByAnyone,
		Tried: "UserInfo is asked with a fresh access token in which one character in the middle is another.", Judged: onlyRefused,
		Remedy: "Compare the whole token, or verify its signature.",
	}, func(p *probe, g *grant) error { return p.barred(g, bearer(altered(g.access))) }),
	access(check.Check{
		ID: "provider.userinfo-token-missing", Level: check.Must, Refs: []string{core + "5.3.1", rfc6750 + "3"},
		Title: "A request without an access token is refused", Harm: readByAnyone,
		Tried: "UserInfo is asked without a token.", Judged: onlyRefused, Remedy: "Answer 401.",
	}, func(p *probe, g *grant) error { return p.barred(g, ask{method: http.MethodGet}) }),
	access(check.Check{
		ID: "provider.userinfo-id-token", Level: check.Must, Refs: []string{core + "5.3.1", rfc6750 + "3.1"},
		Title: "An ID token is no access token", Harm: "Whoever a relying party shows the ID token to reads the person's data.",
		Tried: "UserInfo is asked with the ID token as bearer token.", Judged: onlyRefused, Remedy: "Accept access tokens only.",
	}, func(p *probe, g *grant) error { return p.barred(g, bearer(g.id)) }),
	access(check.Check{
		ID: "provider.userinfo-token-in-query", Level: check.Should, Refs: []string{rfc6750 + "2.3", rfc9700 + "4.3.2"},
		Title: "An access token in the address is not taken", Harm: "Tokens end in the logs of every proxy.",
		Tried: "UserInfo is asked with the access token in the query.", Judged: onlyRefused, Remedy: "Read the token from the header.",
	}, func(p *probe, g *grant) error {
		return p.barred(g, ask{method: http.MethodGet, query: url.Values{"access_token": {g.access}}})
	}),
	access(check.Check{
		ID: "provider.userinfo-token-twice", Level: check.Should, Refs: []string{rfc6750 + "2", rfc6750 + "3.1"},
		Title: "An access token in two places is refused", Harm: "One part of the provider checks the first and another uses the second.",
		Tried: "UserInfo is asked with the access token in the header and in the form.", Judged: onlyRefused, Remedy: "Answer 400 with invalid_request.",
	}, func(p *probe, g *grant) error {
		q := bearer(g.access)
		q.method, q.form = http.MethodPost, url.Values{"access_token": {g.access}}
		return p.barred(g, q)
	}),
	access(check.Check{
		ID: "provider.userinfo-challenge", Level: check.Must, Refs: []string{rfc6750 + "3", core + "5.3.3"},
		Title: "A refusal has WWW-Authenticate: Bearer", Harm: "Relying parties cannot tell an expired token from an outage.",
		Tried: "UserInfo is asked without a token and with an invented one.", Judged: "Passes if both answers have WWW-Authenticate with the scheme Bearer.",
		Remedy: "Send WWW-Authenticate with each refusal.",
	}, userInfoChallenge),
	access(check.Check{
		ID: "provider.userinfo-status", Level: check.Should, Refs: []string{rfc6750 + "3.1"},
		Title: "A bad access token is answered with 401 and invalid_token", Harm: "Relying parties cannot tell an expired token from a missing permission.",
		Tried: "UserInfo is asked with an invented access token.", Judged: "Passes if the status is 401 and the challenge has error=\"invalid_token\".",
		Remedy: "Answer 401 with invalid_token.",
	}, userInfoStatus),
	access(check.Check{
		ID: "provider.userinfo-no-error-unasked", Level: check.Should, Refs: []string{rfc6750 + "3.1"},
		Title: "Who sends no token is told of no error", Harm: "Whoever probes the endpoint learns more than it needs.",
		Tried: "UserInfo is asked without a token.", Judged: "Passes if WWW-Authenticate has no error.", Remedy: "Send the bare challenge.",
	}, userInfoNoError),
}

// altered is a token with a character in the middle changed, where no padding
// of an encoding can hide it.
func altered(token string) string {
	i := len(token) / 2
	if i == 0 {
		return token + "x"
	}
	c := byte('A')
	if token[i] == c {
		c = 'B'
	}
	return token[:i] + string(c) + token[i+1:]
}

func userInfoSub(p *probe, g *grant) error {
	a, err := p.person(g)
	if err != nil {
		return err
	}
	_, claims, err := decode(g.id)
	if err != nil {
		return err
	}
	info, ok := a.object()
	if a.media() == "application/jwt" {
		if info, err = claimsOf(strings.TrimSpace(string(a.body))); err == nil {
			ok = true
		}
	}
	if !ok || str(info["sub"]) == "" || str(info["sub"]) != str(claims["sub"]) {
		return breaks("UserInfo has sub %s, the ID token %s.", orNothing(info["sub"]), orNothing(claims["sub"]))
	}
	return nil
}

func userInfoPost(p *probe, g *grant) error {
	if _, err := p.person(g); err != nil {
		return err
	}
	q := bearer(g.access)
	q.method, q.form = http.MethodPost, url.Values{}
	a, err := p.userinfo(q)
	if err != nil {
		return err
	}
	if a.status != http.StatusOK {
		return breaks("POST was answered with status %d; GET is served.", a.status)
	}
	return nil
}

func userInfoJSON(p *probe, g *grant) error {
	a, err := p.person(g)
	if err != nil {
		return err
	}
	if kind := a.media(); kind != "application/json" && kind != "application/jwt" || kind == "application/json" && !json.Valid(a.body) {
		return breaks("The type is %q.", a.header.Get("Content-Type"))
	}
	return nil
}

// bearerChallenge is the WWW-Authenticate of an answer if its scheme is
// Bearer.
func bearerChallenge(a *answer) (string, bool) {
	for _, v := range a.header.Values("WWW-Authenticate") {
		if scheme, rest, _ := strings.Cut(v, " "); strings.EqualFold(scheme, "Bearer") {
			return rest, true
		}
	}
	return "", false
}

func userInfoChallenge(p *probe, g *grant) error {
	for _, q := range []ask{{method: http.MethodGet}, bearer("countersign-junk")} {
		a, err := p.userinfo(q)
		if err != nil {
			return err
		}
		if _, ok := bearerChallenge(a); !ok {
			return breaks("The answer has status %d and WWW-Authenticate %q.", a.status, a.header.Get("WWW-Authenticate"))
		}
	}
	_, err := p.person(g)
	return err
}

func userInfoStatus(p *probe, _ *grant) error {
	a, err := p.userinfo(bearer("countersign-junk"))
	if err != nil {
		return err
	}
	if c, _ := bearerChallenge(a); a.status != http.StatusUnauthorized || !strings.Contains(c, `error="invalid_token"`) {
		return breaks("The answer has status %d and WWW-Authenticate %q.", a.status, a.header.Get("WWW-Authenticate"))
	}
	return nil
}

func userInfoNoError(p *probe, _ *grant) error {
	a, err := p.userinfo(ask{method: http.MethodGet})
	if err != nil {
		return err
	}
	if c, _ := bearerChallenge(a); strings.Contains(c, "error=") {
		return breaks("WWW-Authenticate is %q.", a.header.Get("WWW-Authenticate"))
	}
	return nil
}
