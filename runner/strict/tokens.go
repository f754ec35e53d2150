package strict

import (
	"encoding/json"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/countersign-oidc/countersign/runner/check"
)

const redeemed = "A person signs in and the code is redeemed."

// longest is how many seconds a year has: no access token is meant to live
// longer, and a lifetime in milliseconds or nanoseconds shows.
const longest = 366 * 24 * 60 * 60

var tokenAnswerRules = []rule{
	{check.Check{
		ID: "provider.tokens-type", Level: check.Must, Refs: []string{core + "3.1.3.3", rfc6749 + "5.1"},
		Title: "The token_type is Bearer", Harm: "Relying parties do not know how to use the access token.",
		Tried: redeemed, Judged: readAnswer, Remedy: "Send token_type Bearer.",
	}, tokensType},
	{check.Check{
		ID: "provider.tokens-json", Level: check.Must, Refs: []string{rfc6749 + "5.1"},
		Title: "The token response is application/json", Harm: "Relying parties that look at the type cannot read it.",
		Tried: redeemed, Judged: readAnswer, Remedy: "Send Content-Type application/json.",
	}, tokensJSON},
	{check.Check{
		ID: "provider.tokens-no-store", Level: check.Must, Refs: []string{core + "3.1.3.3", rfc6749 + "5.1"},
		Title: "The token response must not be stored", Harm: "A cache hands one person's tokens to another.",
		Tried: redeemed, Judged: "Passes if Cache-Control has no-store.", Remedy: "Send Cache-Control: no-store.",
	}, tokensNoStore},
	{check.Check{
		ID: "provider.tokens-expires-in", Level: check.Must, Refs: []string{rfc6749 + "5.1", rfc6749 + "A.14"},
		Title: "expires_in is a whole number of seconds", Harm: "Relying parties take tokens for good that expired long ago, or fail to read the answer.",
		Tried: redeemed, Judged: "Passes if expires_in is missing, or a JSON number from 1 to the seconds of a year.", Remedy: "Send the seconds, as a number.",
	}, tokensExpiresIn},
	{check.Check{
		ID: "provider.tokens-expires-in-given", Level: check.Should, Refs: []string{rfc6749 + "5.1"},
		Title: "expires_in is there", Harm: "Relying parties guess how long the access token is good.",
		Tried: redeemed, Judged: readAnswer, Remedy: "Send expires_in.",
	}, tokensExpiresInGiven},
	{check.Check{
		ID: "provider.tokens-id-token", Level: check.Must, Refs: []string{core + "3.1.3.3"},
		Title: "The token response has an ID token", Harm: "Relying parties do not know who signed in.",
		Tried: redeemed, Judged: readAnswer, Remedy: "Issue an ID token wherever openid is among the scopes, at any place.",
	}, tokensIDToken},
	{check.Check{
		ID: "provider.tokens-scope", Level: check.Must, Refs: []string{rfc6749 + "5.1", rfc6749 + "3.3"},
		Title: "What was granted is said where it is not what was asked for", Harm: "A relying party believes that it has a permission.",
		Tried:  "A person signs in where one scope does not exist.",
		Judged: "Passes if scope is a text with openid in it and without the scope that does not exist, or the request is refused.",
		Remedy: "Send scope wherever it differs from the request's.",
	}, tokensScope},
	{check.Check{
		ID: "provider.tokens-guessing", Level: check.Must, Refs: []string{rfc6749 + "10.10"},
		Title: "Access tokens are too long to guess, and each is another", Harm: "Whoever guesses a token reads the person's data.",
		Tried: "A person signs in twice.", Judged: "Passes if the access tokens differ and have at least 22 characters, which 128 random bits take.",
		Remedy: "Make tokens of 128 or more bits of a cryptographic random source.",
	}, tokensGuessing},
}

func tokensType(p *probe) error {
	g, err := p.honest()
	if err != nil {
		return err
	}
	if got := g.answer.text("token_type"); !strings.EqualFold(got, "Bearer") {
		return breaks("token_type is %q.", got)
	}
	return nil
}

func tokensJSON(p *probe) error {
	g, err := p.honest()
	if err != nil {
		return err
	}
	if g.answer.media() != "application/json" {
		return breaks("The type is %q.", g.answer.header.Get("Content-Type"))
	}
	return nil
}

func tokensNoStore(p *probe) error {
	g, err := p.honest()
	if err != nil {
		return err
	}
	for directive := range strings.SplitSeq(strings.Join(g.answer.header.Values("Cache-Control"), ","), ",") {
		if strings.EqualFold(strings.TrimSpace(directive), "no-store") {
			return nil
		}
	}
	return breaks("Cache-Control is %q.", g.answer.header.Get("Cache-Control"))
}

func (g *grant) member(name string) json.RawMessage {
	m, _ := g.answer.object()
	return m[name]
}

func tokensExpiresIn(p *probe) error {
	g, err := p.honest()
	if err != nil {
		return err
	}
	raw := g.member("expires_in")
	if raw == nil {
		return nil
	}
	if n, err := strconv.ParseInt(string(raw), 10, 64); err != nil || n < 1 || n > longest {
		return breaks("expires_in is %s.", raw)
	}
	return nil
}

func tokensExpiresInGiven(p *probe) error {
	g, err := p.honest()
	if err != nil {
		return err
	}
	if g.member("expires_in") == nil {
		return breaks("There is no expires_in.")
	}
	return nil
}

func tokensIDToken(p *probe) error {
	g, err := p.sign(p.run.target.Client, func(v url.Values) { v["scope"] = []string{"profile " + v["scope"][0]} })
	if err != nil {
		return err
	}
	if g.id == "" {
		return breaks("There is no id_token where the scope is %q.", g.params.Get("scope"))
	}
	return nil
}

func tokensScope(p *probe) error {
	const unknown = "countersign:unknown"
	a, err := p.walk(p.run.home, p.attempt(p.run.target.Client, set("scope", join(p.run.target.Scope, unknown))))
	if err != nil {
		return err
	}
	if a.code() == "" && a.back().Get("error") != "" {
		return nil
	}
	if a.code() == "" {
		return stuck(a.landing)
	}
	g, err := p.grant(a)
	if err != nil {
		return err
	}
	var scope string
	if json.Unmarshal(g.member("scope"), &scope) != nil {
		return breaks("scope is %s, which says that %s was granted.", orNothing(g.member("scope")), unknown)
	}
	if list := strings.Fields(scope); !slices.Contains(list, "openid") || slices.Contains(list, unknown) {
		return breaks("scope is %q.", scope)
	}
	return nil
}

func tokensGuessing(p *probe) error {
	one, err := p.sign(p.run.target.Client)
	if err != nil {
		return err
	}
	other, err := p.sign(p.run.target.Client)
	if err != nil {
		return err
	}
	switch {
	case one.access == other.access:
		return breaks("Two sign-ins got the same access token.")
	case len(one.access) < 22:
		return breaks("The access token has %d characters.", len(one.access))
	}
	return nil
}
