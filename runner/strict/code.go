package strict

import (
	"crypto/rand"
	"net/http"

	"github.com/countersign-oidc/countersign/runner/check"
)

func invalidGrant() []string { return []string{"invalid_grant"} }

var codeRules = []rule{
	swap(check.Check{
		ID: "provider.code-unknown", Level: check.Must, Refs: []string{rfc6749 + "4.1.3", rfc6749 + "5.2"},
		Title: "A code that was never issued is refused", Harm: "Anybody is signed in with an invented code.",
		Tried: "An invented code is redeemed, with everything else honest.", Remedy: "Answer invalid_grant.",
	}, invalidGrant(), func(c call) call { return c.with(set("code", rand.Text()+rand.Text())) }),
	{check.Check{
		ID: "provider.code-replayed", Level: check.Must, Refs: []string{rfc6749 + "4.1.2", core + "3.1.3.2"},
		Title: "A code is good once", Harm: stolenCode,
		Tried: "A code is redeemed, and then again.", Judged: "Passes only if the first time is served and the second refused with invalid_grant.",
		Remedy: "Forget a code when it is redeemed.",
	}, codeReplayed},
	{check.Check{
		ID: "provider.code-replay-revokes", Level: check.Should, Needs: []check.Capability{UserInfo}, Refs: []string{rfc6749 + "4.1.2", core + "3.1.3.2"},
		Title: "A code that comes twice takes its tokens with it", Harm: "Whoever was first with a stolen code keeps the tokens.",
		Tried:  "A code is redeemed, its access token used, the code redeemed again and the access token used again.",
		Judged: "Passes if the access token works before the replay and not after it.",
		Remedy: "Revoke all tokens of a code that comes again.",
	}, codeReplayRevokes},
	{check.Check{
		ID: "provider.code-other-client", Level: check.Must, Needs: []check.Capability{SecondClient}, Refs: []string{rfc6749 + "4.1.3", core + "3.1.3.2"},
		Title: "A code is good for its own client only", Harm: "A relying party can sign in to itself people who signed in elsewhere.",
		Tried:  "A code of the client is redeemed by the second one, with its own secret.",
		Judged: refusedForm, Remedy: "Keep the client with the code and compare.",
	}, codeOtherClient},
	swap(check.Check{
		ID: "provider.code-redirect-differs", Level: check.Must, Refs: []string{rfc6749 + "4.1.3", core + "3.1.3.2"},
		Title: "A redirect_uri that differs from the authorization request's is refused", Harm: "A code that was led astray can be redeemed.",
		Tried: "A fresh code is redeemed with another redirect_uri.", Remedy: "Keep the redirect URI with the code and compare.",
	}, []string{"invalid_grant", "invalid_request"}, func(c call) call { return c.with(set("redirect_uri", c.client.RedirectURI+"/other")) }),
	swap(check.Check{
		ID: "provider.code-redirect-missing", Level: check.Must, Refs: []string{rfc6749 + "4.1.3", core + "3.1.3.2"},
		Title: "A token request without the redirect_uri is refused", Harm: "A code that was led astray can be redeemed.",
		Tried: "A fresh code is redeemed without redirect_uri.", Remedy: "Insist on redirect_uri where the authorization request had one.",
	}, []string{"invalid_grant", "invalid_request"}, func(c call) call { return c.with(drop("redirect_uri")) }),
}

func codeReplayed(p *probe) error {
	a, err := p.code(p.run.target.Client)
	if err != nil {
		return err
	}
	if _, err := p.grant(a); err != nil {
		return err
	}
	return p.refused(a.redeem(), "invalid_grant")
}

func codeReplayRevokes(p *probe) error {
	if p.run.meta.UserInfo == "" {
		return lacks("Without a userinfo_endpoint there is nothing to try the access token at.")
	}
	a, err := p.code(p.run.target.Client)
	if err != nil {
		return err
	}
	g, err := p.grant(a)
	if err != nil {
		return err
	}
	if _, err := p.person(g); err != nil {
		return err
	}
	if _, err := p.token(a.redeem()); err != nil {
		return err
	}
	after, err := p.userinfo(bearer(g.access))
	if err != nil {
		return err
	}
	if after.status == http.StatusOK {
		return breaks("After the code came again, the access token still works.")
	}
	p.proof = "The access token worked before the replay and was refused after it."
	return nil
}

func codeOtherClient(p *probe) error {
	second := p.run.target.Second
	if second.ID == "" {
		return lacks("No second client is known.")
	}
	if _, err := p.sign(second); err != nil {
		return err
	}
	a, err := p.code(p.run.target.Client)
	if err != nil {
		return err
	}
	c := a.redeem()
	c.client = second
	return p.refused(c.as(second.method()), "invalid_grant")
}
