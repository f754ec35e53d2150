package strict

import (
	"crypto/rand"
	"slices"
	"strings"

	"github.com/countersign-oidc/countersign/runner/check"
)

// refresh is a check of the grant type refresh_token, which skips where the
// provider issues no refresh token.
func refresh(c check.Check, judge func(*probe, *grant) error) rule {
	c.Needs = append([]check.Capability{RefreshToken}, c.Needs...)
	return rule{c, func(p *probe) error {
		g, err := p.renewal(p.run.target.Client)
		if err != nil {
			return err
		}
		return judge(p, g)
	}}
}

const stolenRefresh = "Whoever got hold of a refresh token has the account for good."

// denied wants a refresh request refused while the honest refresh token of a
// fresh sign-in is served.
func (p *probe) denied(c call, codes ...string) error {
	a, err := p.token(c)
	if err != nil {
		return err
	}
	if served(a) {
		return breaks("The token endpoint served the request: status %d, with tokens.", a.status)
	}
	g, err := p.renewal(p.run.target.Client)
	if err != nil {
		return err
	}
	if _, err := p.again(g); err != nil {
		return err
	}
	if err := errorForm(a, codes); err != nil {
		return err
	}
	p.proof = "Refused with " + a.text("error") + "; an honest refresh token was served."
	return nil
}

// again renews the tokens of a sign-in honestly.
func (p *probe) again(g *grant) (*grant, error) {
	a, err := p.token(renew(g.client, g.refresh))
	if err != nil {
		return nil, err
	}
	return g.tokens(a)
}

var refreshRules = []rule{
	refresh(check.Check{
		ID: "provider.refresh-served", Level: check.Must, Refs: []string{rfc6749 + "6", core + "12.2"},
		Title: "A refresh token gets a new access token", Harm: "People are signed out when the first access token ends.",
		Tried: "A person signs in and the refresh token is redeemed.", Judged: "Passes if there is a new access token of type Bearer.", Remedy: "Serve the refresh tokens that are issued.",
	}, refreshServed),
	refresh(check.Check{
		ID: "provider.refresh-unknown", Level: check.Must, Refs: []string{rfc6749 + "5.2", rfc6749 + "6"},
		Title: "A refresh token that was never issued is refused", Harm: "Anybody gets tokens with an invented refresh token.",
		Tried: "An invented refresh token is redeemed.", Judged: refusedForm, Remedy: "Look the token up, and answer invalid_grant.",
	}, func(p *probe, g *grant) error {
		return p.denied(renew(g.client, rand.Text()+rand.Text()), "invalid_grant")
	}),
	refresh(check.Check{
		ID: "provider.refresh-access-token", Level: check.Must, Refs: []string{rfc6749 + "5.2", rfc6749 + "6"},
		Title: "An access token is no refresh token", Harm: "Whoever got hold of an access token, which travels more, keeps the account for good.",
		Tried: "A fresh access token is redeemed as refresh token.", Judged: refusedForm, Remedy: "Keep the kinds of tokens apart, and answer invalid_grant.",
	}, func(p *probe, g *grant) error { return p.denied(renew(g.client, g.access), "invalid_grant") }),
	refresh(check.Check{
		ID: "provider.refresh-other-client", Level: check.Must, Needs: []check.Capability{SecondClient}, Refs: []string{rfc6749 + "6", rfc6749 + "10.4"},
		Title: "A refresh token is good for its own client only", Harm: "A relying party reads the data of people who signed in elsewhere.",
		Tried: "A refresh token of the client is redeemed by the second one, with its own secret.", Judged: refusedForm, Remedy: "Keep the client with the token and compare.",
	}, refreshOtherClient),
	refresh(check.Check{
		ID: "provider.refresh-secret-missing", Level: check.Must, Refs: []string{rfc6749 + "6", rfc6749 + "3.2.1"},
		Title: "A refresh token of a confidential client is not served without its secret", Harm: stolenRefresh,
		Tried: "A fresh refresh token is redeemed with the client_id alone.", Judged: refusedForm, Remedy: "Insist on authentication, and answer invalid_client.",
	}, func(p *probe, g *grant) error {
		return p.denied(renew(g.client, g.refresh).as(None), "invalid_client")
	}),
	refresh(check.Check{
		ID: "provider.refresh-scope-wider", Level: check.Must, Refs: []string{rfc6749 + "6", rfc6749 + "5.2"},
		Title: "A refresh token does not get more than was granted", Harm: "A relying party helps itself to what the person did not grant.",
		Tried: "A fresh refresh token is redeemed with one more scope.", Judged: "Passes if the request is refused with invalid_scope, or the answer's scope does not have it.",
		Remedy: "Compare the scopes with those of the grant.",
	}, refreshScopeWider),
	refresh(check.Check{
		ID: "provider.refresh-id-token-same", Level: check.Must, Refs: []string{core + "12.2"},
		Title: "A renewed ID token is of the same issuer, person, client and sign-in", Harm: "A relying party goes on with somebody else.",
		Tried: "A person signs in and the refresh token is redeemed.", Judged: "Passes if there is no new ID token, or one with the same iss, sub, aud, azp and auth_time that verifies.",
		Remedy: "Take these claims from the first sign-in.",
	}, refreshIDTokenSame),
	refresh(check.Check{
		ID: "provider.refresh-nonce", Level: check.Should, Refs: []string{core + "12.2"},
		Title: "A renewed ID token has no nonce", Harm: "Relying parties compare it with one that is long forgotten.",
		Tried: "A person signs in and the refresh token is redeemed.", Judged: "Passes if there is no new ID token, or one without nonce.",
		Remedy: "Leave nonce out where there was no authorization request.",
	}, refreshNonce),
	refresh(check.Check{
		ID: "provider.refresh-replaced", Level: check.Must, Refs: []string{rfc9700 + "4.14.2", rfc6749 + "10.4"},
		Title: "A refresh token that was replaced is worthless", Harm: stolenRefresh,
		Tried: "A refresh token is redeemed twice.", Judged: "Passes if the provider keeps the token, or gives another and refuses the first from then on.",
		Remedy: "Forget a refresh token when another takes its place.",
	}, refreshReplaced),
}

func refreshServed(p *probe, g *grant) error {
	a, err := p.token(renew(g.client, g.refresh))
	if err != nil {
		return err
	}
	if !served(a) || a.text("access_token") == "" || !strings.EqualFold(a.text("token_type"), "Bearer") {
		return breaks("The refresh token was answered with status %d, %s.", a.status, describe(a))
	}
	if a.text("access_token") == g.access {
		return breaks("The access token is the old one.")
	}
	return nil
}

func refreshOtherClient(p *probe, g *grant) error {
	second := p.run.target.Second
	if second.ID == "" {
		return lacks("No second client is known.")
	}
	if _, err := p.sign(second); err != nil {
		return err
	}
	return p.denied(renew(second, g.refresh), "invalid_grant")
}

func refreshScopeWider(p *probe, g *grant) error {
	wider := "address"
	if slices.Contains(strings.Fields(g.params.Get("scope")), wider) {
		wider = "countersign:unknown"
	}
	a, err := p.token(renew(g.client, g.refresh).with(set("scope", join(g.params.Get("scope"), wider))))
	if err != nil {
		return err
	}
	if !served(a) {
		if a.text("error") != "invalid_scope" {
			return breaks("The request was refused with status %d, %s; the code for this is invalid_scope.", a.status, describe(a))
		}
		h, err := p.renewal(g.client)
		if err != nil {
			return err
		}
		_, err = p.again(h)
		return err
	}
	if scope := strings.Fields(a.text("scope")); len(scope) == 0 || slices.Contains(scope, wider) {
		return breaks("The answer grants %q, which was not granted before: scope is %q.", wider, a.text("scope"))
	}
	return nil
}

func refreshIDTokenSame(p *probe, g *grant) error {
	h, err := p.again(g)
	if err != nil || h.id == "" {
		return err
	}
	if err := p.verify(h.id); err != nil {
		return err
	}
	_, before, err := decode(g.id)
	if err != nil {
		return err
	}
	_, after, err := decode(h.id)
	if err != nil {
		return err
	}
	for _, name := range []string{"iss", "sub", "aud", "azp", "auth_time"} {
		// auth_time may be left out of the renewed token; the others may not.
		if string(before[name]) != string(after[name]) && (name != "auth_time" || after[name] != nil) {
			return breaks("%s was %s and is %s.", name, orNothing(before[name]), orNothing(after[name]))
		}
	}
	return nil
}

func refreshNonce(p *probe, g *grant) error {
	h, err := p.again(g)
	if err != nil || h.id == "" {
		return err
	}
	_, claims, err := decode(h.id)
	if err != nil {
		return err
	}
	if claims["nonce"] != nil {
		return breaks("The renewed ID token has the nonce %s.", claims["nonce"])
	}
	return nil
}

func refreshReplaced(p *probe, g *grant) error {
	h, err := p.again(g)
	if err != nil {
		return err
	}
	if h.refresh == "" || h.refresh == g.refresh {
		p.proof = "The provider keeps the refresh token of this client, which authenticates."
		return nil
	}
	return p.denied(renew(g.client, g.refresh), "invalid_grant")
}
