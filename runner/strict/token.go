package strict

import (
	"crypto/rand"
	"encoding/base64"
	"maps"
	"net/http"
	"net/url"
	"strings"

	"github.com/countersign-oidc/countersign/runner/check"
)

// swap is a check that redeems a fresh code in another way than the honest
// one.
func swap(c check.Check, codes []string, change func(call) call) rule {
	c.Judged = refusedForm
	return rule{c, func(p *probe) error {
		a, err := p.code(p.run.target.Client)
		if err != nil {
			return err
		}
		return p.refused(change(a.redeem()), codes...)
	}}
}

const anyoneRedeems = "Whoever got hold of a code can redeem it in the name of the relying party."

func invalidClient() []string { return []string{"invalid_client"} }

var authenticationRules = []rule{
	swap(check.Check{
		ID: "provider.token-secret-wrong", Level: check.Must, Refs: []string{rfc6749 + "2.3.1", rfc6749 + "3.2.1", core + "3.1.3.2"},
		Title: "A wrong client secret is refused", Harm: anyoneRedeems,
		Tried: "A fresh code is redeemed with a wrong secret.", Remedy: "Compare the secret, and answer invalid_client.",
	}, invalidClient(), func(c call) call {
		c.client.Secret += "-wrong"
		return c.as(c.client.method())
	}),
	swap(check.Check{
		ID: "provider.token-secret-empty", Level: check.Must, Refs: []string{rfc6749 + "2.3.1", rfc6749 + "3.2.1"},
		Title: "An empty client secret is refused", Harm: anyoneRedeems,
		Tried: "A fresh code is redeemed with an empty secret.", Remedy: "Compare the secret, also when it is empty.",
	}, invalidClient(), func(c call) call {
		c.client.Secret = ""
		return c.as(c.client.method())
	}),
	swap(check.Check{
		ID: "provider.token-secret-missing", Level: check.Must, Refs: []string{rfc6749 + "3.2.1", rfc6749 + "4.1.3", core + "3.1.3.2"},
		Title: "A confidential client that does not authenticate is refused", Harm: anyoneRedeems,
		Tried: "A fresh code is redeemed with the client_id alone.", Remedy: "Insist on authentication, and answer invalid_client.",
	}, invalidClient(), func(c call) call { return c.as(None) }),
	swap(check.Check{
		ID: "provider.token-client-unknown", Level: check.Must, Refs: []string{rfc6749 + "5.2", rfc6749 + "3.2.1"},
		Title: "An unknown client gets no tokens", Harm: anyoneRedeems,
		Tried: "A fresh code is redeemed by a client that was never registered.", Remedy: "Look the client up, and answer invalid_client.",
	}, invalidClient(), func(c call) call {
		c.client.ID = "countersign-never-registered"
		return c.as(c.client.method())
	}),
	swap(check.Check{
		ID: "provider.token-client-missing", Level: check.Must, Refs: []string{rfc6749 + "5.2", rfc6749 + "3.2.1"},
		Title: "A token request that does not say which client it is from is refused", Harm: anyoneRedeems,
		Tried: "A fresh code is redeemed without authentication and without client_id.", Remedy: "Answer invalid_client.",
	}, []string{"invalid_client", "invalid_request"}, func(c call) call { return c.as(None).with(drop("client_id")) }),
	swap(check.Check{
		ID: "provider.token-methods-both", Level: check.Must, Refs: []string{rfc6749 + "2.3", rfc6749 + "5.2"},
		Title: "Two ways of authentication at once are refused", Harm: "One part of the provider checks one pair of credentials and another uses the other.",
		Tried: "A fresh code is redeemed with Basic credentials and the secret in the form.", Remedy: "Answer invalid_request.",
	}, []string{"invalid_request", "invalid_client"}, func(c call) call {
		form := c.as(Post).form
		c = c.as(Basic)
		c.form = form
		return c
	}),
	swap(check.Check{
		ID: "provider.token-method-unregistered", Level: check.Should, Refs: []string{core + "3.1.3.1", core + "9"},
		Title: "A client that authenticates in another way than it is registered for is refused", Harm: "The relying party's mistake shows only at the next, stricter provider.",
		Tried: "A fresh code is redeemed with the right secret, by the other of client_secret_basic and client_secret_post.", Remedy: "Heed token_endpoint_auth_method, and answer invalid_client.",
	}, invalidClient(), func(c call) call {
		if c.client.method() == Basic {
			return c.as(Post)
		}
		return c.as(Basic)
	}),
	swap(check.Check{
		ID: "provider.token-secret-in-query", Level: check.Must, Refs: []string{rfc6749 + "2.3.1"},
		Title: "A secret in the address is not taken", Harm: "Secrets end in the logs of every proxy.",
		Tried: "A fresh code is redeemed with client_id and client_secret in the query.", Remedy: "Read credentials from the header and the body only.",
	}, []string{"invalid_client", "invalid_request"}, func(c call) call {
		c = c.as(None).with(drop("client_id"))
		c.query = url.Values{"client_id": {c.client.ID}, "client_secret": {c.client.Secret}}
		return c
	}),
	{check.Check{
		ID: "provider.token-secret-encoded", Level: check.Must, Needs: []check.Capability{SpecialSecret}, Refs: []string{rfc6749 + "2.3.1"},
		Title: "Basic credentials are form encoded inside", Harm: "Relying parties whose secret has a plus or a percent sign cannot sign people in.",
		Tried: "A fresh code is redeemed by client_secret_basic with a secret whose encoding differs from it.", Judged: readAnswer,
		Remedy: "Decode both halves of the credentials as forms are.",
	}, secretEncoded},
	{check.Check{
		ID: "provider.token-challenge", Level: check.Must, Refs: []string{rfc6749 + "5.2"},
		Title: "Refused Basic credentials are answered with 401 and WWW-Authenticate: Basic", Harm: "HTTP libraries do not understand what was wrong.",
		Tried: "A token request is sent with wrong Basic credentials.", Judged: "Passes if the status is 401 and WWW-Authenticate names the scheme Basic.",
		Remedy: "Answer 401 with WWW-Authenticate where the client used the Authorization header.",
	}, tokenChallenge},
}

func secretEncoded(p *probe) error {
	c := p.run.target.Client
	if c.method() != Basic || url.QueryEscape(c.ID+c.Secret) == c.ID+c.Secret {
		return lacks("The client's secret has no character that form encoding changes, or it does not use client_secret_basic.")
	}
	a, err := p.code(c)
	if err != nil {
		return err
	}
	ans, err := p.token(a.redeem())
	if err != nil || served(ans) {
		return err
	}
	raw := a.redeem()
	raw.header.Set("Authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte(c.ID+":"+c.Secret)))
	if a, err = p.code(c); err != nil {
		return err
	}
	raw.form = a.redeem().form
	bare, err := p.token(raw)
	switch {
	case err != nil:
		return err
	case served(bare):
		return breaks("The credentials are taken only without their encoding.")
	}
	return breaks("The encoded credentials were refused with status %d, %s.", ans.status, describe(ans))
}

func tokenChallenge(p *probe) error {
	c := attempt{client: p.run.target.Client, verifier: rand.Text(), landing: landing{}}.redeem()
	c.client.Secret += "-wrong"
	c = c.as(Basic).with(set("code", rand.Text()))
	a, err := p.token(c)
	if err != nil {
		return err
	}
	if served(a) {
		return breaks("The token endpoint served wrong credentials.")
	}
	scheme, _, _ := strings.Cut(a.header.Get("WWW-Authenticate"), " ")
	if a.status != http.StatusUnauthorized || !strings.EqualFold(scheme, "Basic") {
		return breaks("The answer has status %d and WWW-Authenticate %q.", a.status, a.header.Get("WWW-Authenticate"))
	}
	return nil
}

var formRules = []rule{
	{check.Check{
		ID: "provider.token-get", Level: check.Must, Refs: []string{rfc6749 + "3.2"},
		Title: "The token endpoint serves no GET", Harm: "Codes and secrets end in the logs of every proxy.",
		Tried: "A fresh code is redeemed by GET, with everything in the query.", Judged: "Passes only if no tokens come back, and the same by POST is served.",
		Remedy: "Answer 405.",
	}, tokenGet},
	swap(check.Check{
		ID: "provider.token-parameters-in-query", Level: check.Must, Refs: []string{rfc6749 + "4.1.3", rfc6749 + "3.2"},
		Title: "Parameters in the address are not taken", Harm: "Codes end in the logs of every proxy.",
		Tried: "A fresh code is redeemed by POST with the parameters in the query and an empty body.", Remedy: "Read the body only.",
	}, nil, func(c call) call {
		c.query, c.form = maps.Clone(c.form), url.Values{}
		return c
	}),
	swap(check.Check{
		ID: "provider.token-parameter-twice", Level: check.Must, Refs: []string{rfc6749 + "3.2", rfc6749 + "5.2"},
		Title: "A parameter twice is refused", Harm: "Who checks the first and uses the second can be led past the check.",
		Tried: "A fresh code is redeemed with a second code behind it.", Remedy: "Answer invalid_request.",
	}, []string{"invalid_request"}, func(c call) call { return c.with(add("code", rand.Text())) }),
	swap(check.Check{
		ID: "provider.token-grant-missing", Level: check.Must, Refs: []string{rfc6749 + "4.1.3", rfc6749 + "5.2"},
		Title: "A request without grant_type is refused", Harm: "Relying parties never learn of their mistake.",
		Tried: "A fresh code is redeemed without grant_type.", Remedy: "Answer invalid_request.",
	}, []string{"invalid_request", "unsupported_grant_type"}, func(c call) call { return c.with(drop("grant_type")) }),
	swap(check.Check{
		ID: "provider.token-grant-unknown", Level: check.Must, Refs: []string{rfc6749 + "5.2"},
		Title: "An unknown grant_type is refused", Harm: "Relying parties never learn of their mistake.",
		Tried: "A fresh code is redeemed with a grant_type that does not exist.", Remedy: "Answer unsupported_grant_type.",
	}, []string{"unsupported_grant_type"}, func(c call) call { return c.with(set("grant_type", "urn:countersign:unknown")) }),
	swap(check.Check{
		ID: "provider.token-code-missing", Level: check.Must, Refs: []string{rfc6749 + "4.1.3", rfc6749 + "5.2"},
		Title: "A request without a code is refused", Harm: "Tokens without a sign-in.",
		Tried: "A token request is sent without code.", Remedy: "Answer invalid_request.",
	}, []string{"invalid_request", "invalid_grant"}, func(c call) call { return c.with(drop("code")) }),
	{check.Check{
		ID: "provider.token-error-form", Level: check.Must, Refs: []string{rfc6749 + "5.2"},
		Title: "Errors are JSON, with a code of the permitted characters", Harm: "Relying parties cannot tell what went wrong.",
		Tried: "A code that was never issued is redeemed.", Judged: "Passes if the answer has status 400, the type application/json and an error of printable ASCII.",
		Remedy: "Answer errors as the specification says.",
	}, tokenErrorForm},
}

func tokenGet(p *probe) error {
	a, err := p.code(p.run.target.Client)
	if err != nil {
		return err
	}
	c := a.redeem()
	c.method, c.query = http.MethodGet, c.form
	ans, err := p.token(c)
	if err != nil {
		return err
	}
	if ans.status < 400 || served(ans) {
		return breaks("GET was answered with status %d, %s.", ans.status, describe(ans))
	}
	_, err = p.sign(p.run.target.Client)
	return err
}

func tokenErrorForm(p *probe) error {
	a, err := p.code(p.run.target.Client)
	if err != nil {
		return err
	}
	ans, err := p.token(a.redeem().with(set("code", rand.Text())))
	if err != nil {
		return err
	}
	m, ok := ans.object()
	printable := func(s string) bool {
		return !strings.ContainsFunc(s, func(r rune) bool { return r < 0x20 || r > 0x7e || r == '"' || r == '\\' })
	}
	switch {
	case served(ans):
		return breaks("A code that was never issued was served.")
	case ans.status != http.StatusBadRequest:
		return breaks("The status is %d.", ans.status)
	case ans.media() != "application/json" || !ok:
		return breaks("The answer has the type %q and is not a JSON object of that type.", ans.header.Get("Content-Type"))
	case ans.text("error") == "" || !printable(ans.text("error")):
		return breaks("The error is %s.", orNothing(m["error"]))
	case !printable(ans.text("error_description")):
		return breaks("The error_description has characters that it may not have: %q.", ans.text("error_description"))
	}
	return nil
}
