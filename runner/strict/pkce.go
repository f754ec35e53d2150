package strict

import (
	"slices"

	"github.com/countersign-oidc/countersign/runner/check"
)

var challengeRules = []rule{
	{check.Check{
		ID: "provider.pkce-plain", Level: check.Must, Needs: []check.Capability{PlainUnsupported}, Refs: []string{rfc7636 + "4.4.1", rfc9700 + "2.1.1"},
		Title: "The challenge method plain is refused where only S256 is offered", Harm: "Whoever reads the request can redeem the code.",
		Tried: "An honest request is sent with code_challenge_method=plain.", Judged: errorBack, Remedy: "Answer invalid_request to the redirect URI.",
	}, pkcePlain(set("code_challenge_method", "plain"))},
	{check.Check{
		ID: "provider.pkce-plain-by-default", Level: check.Must, Needs: []check.Capability{PlainUnsupported}, Refs: []string{rfc7636 + "4.3", rfc7636 + "4.4.1"},
		Title: "A challenge without a method, which means plain, is refused where only S256 is offered", Harm: "A relying party believes in a protection that it does not have.",
		Tried: "An honest request is sent without code_challenge_method.", Judged: errorBack, Remedy: "Answer invalid_request to the redirect URI.",
	}, pkcePlain(drop("code_challenge_method"))},
	back(check.Check{
		ID: "provider.pkce-method-unknown", Level: check.Must, Refs: []string{rfc7636 + "4.4.1"},
		Title: "An unknown challenge method is refused", Harm: "A relying party believes in a protection that it does not have.",
		Tried: "An honest request is sent with code_challenge_method=S1.", Remedy: "Answer invalid_request to the redirect URI.",
	}, []string{"invalid_request"}, set("code_challenge_method", "S1")),
	back(check.Check{
		ID: "provider.pkce-challenge-malformed", Level: check.Should, Refs: []string{rfc7636 + "4.2", rfc6749 + "4.1.2.1"},
		Title: "A challenge that S256 cannot have made is refused", Harm: "The mistake of a relying party shows only when the code is redeemed, as a riddle.",
		Tried: "An honest request is sent with a code_challenge of five characters.", Remedy: "Answer invalid_request to the redirect URI.",
	}, []string{"invalid_request"}, set("code_challenge", "short")),
	{check.Check{
		ID: "provider.pkce-public-client", Level: check.Must, Needs: []check.Capability{PublicClient}, Refs: []string{rfc7636 + "4.6", rfc9700 + "2.1.1"},
		Title: "A public client signs people in with PKCE alone", Harm: "Apps without a server cannot be protected.",
		Tried: "A person signs in at the public client, which redeems the code with its verifier and no secret.", Judged: readAnswer,
		Remedy: "Serve clients of the method none.",
	}, pkcePublicClient},
	{check.Check{
		ID: "provider.pkce-public-client-without", Level: check.Should, Needs: []check.Capability{PublicClient}, Refs: []string{rfc9700 + "2.1.1", rfc7636 + "4.4.1"},
		Title: "A public client without a challenge is refused", Harm: "Whoever intercepts the code is signed in.",
		Tried:  "A request of the public client is sent without code_challenge.",
		Judged: "Passes if no code comes back, and the same request with a challenge returns with one.",
		Remedy: "Require PKCE of public clients.",
	}, pkcePublicWithout},
}

func pkcePlain(edits ...edit) func(*probe) error {
	return func(p *probe) error {
		if slices.Contains(p.run.meta.Challenges, "plain") {
			return lacks("The provider offers the method plain.")
		}
		return p.returned(p.run.home, []string{"invalid_request"}, edits...)
	}
}

func pkcePublicClient(p *probe) error {
	if p.run.target.Public.ID == "" {
		return lacks("No public client is known.")
	}
	a, err := p.code(p.run.target.Public)
	if err != nil {
		return err
	}
	ans, err := p.token(a.redeem())
	if err != nil {
		return err
	}
	if !served(ans) {
		return breaks("The public client got no tokens: status %d, %s.", ans.status, describe(ans))
	}
	return nil
}

func pkcePublicWithout(p *probe) error {
	if p.run.target.Public.ID == "" {
		return lacks("No public client is known.")
	}
	a, err := p.walk(p.run.home, p.attempt(p.run.target.Public, drop("code_challenge", "code_challenge_method")))
	if err != nil {
		return err
	}
	if a.code() != "" {
		return breaks("A code came back without a challenge.")
	}
	_, err = p.code(p.run.target.Public)
	return err
}

// verify is a check that redeems a fresh code with a changed verifier.
func verify(c check.Check, change func(attempt) edit) rule {
	c.Judged = refusedForm
	return rule{c, func(p *probe) error {
		a, err := p.code(p.run.target.Client)
		if err != nil {
			return err
		}
		return p.refused(a.redeem().with(change(a)), "invalid_grant", "invalid_request")
	}}
}

const stolenCode = "Whoever got hold of a code, from a log or a history, can redeem it."

var verifierRules = []rule{
	verify(check.Check{
		ID: "provider.pkce-verifier-missing", Level: check.Must, Refs: []string{rfc7636 + "4.6", rfc9700 + "2.1.1"},
		Title: "A code asked for with a challenge is not redeemed without the verifier", Harm: stolenCode,
		Tried: "A fresh code is redeemed without code_verifier.", Remedy: "Keep the challenge with the code and insist on the verifier.",
	}, func(attempt) edit { return drop("code_verifier") }),
	verify(check.Check{
		ID: "provider.pkce-verifier-empty", Level: check.Must, Refs: []string{rfc7636 + "4.6", rfc6749 + "3.2"},
		Title: "An empty verifier is none", Harm: stolenCode,
		Tried: "A fresh code is redeemed with an empty code_verifier.", Remedy: "Treat an empty parameter as if it were not there.",
	}, func(attempt) edit { return set("code_verifier", "") }),
	verify(check.Check{
		ID: "provider.pkce-verifier-wrong", Level: check.Must, Refs: []string{rfc7636 + "4.6"},
		Title: "Another verifier is refused", Harm: stolenCode,
		Tried: "A fresh code is redeemed with a well-formed verifier that is not its own.", Remedy: "Compare the verifier's hash with the challenge.",
	}, func(a attempt) edit { return set("code_verifier", "x"+a.verifier[1:]) }),
	verify(check.Check{
		ID: "provider.pkce-verifier-is-challenge", Level: check.Must, Refs: []string{rfc7636 + "4.6", rfc7636 + "7.2"},
		Title: "The challenge itself is no verifier", Harm: "Whoever reads the request can redeem the code, as if the method were plain.",
		Tried: "A fresh code is redeemed with its challenge as code_verifier.", Remedy: "Keep the method with the code and heed it.",
	}, func(a attempt) edit { return set("code_verifier", a.params.Get("code_challenge")) }),
	{check.Check{
		ID: "provider.pkce-verifier-short", Level: check.Should, Refs: []string{rfc7636 + "4.1", rfc7636 + "7.1"},
		Title: "A verifier of fewer than 43 characters is refused", Harm: "A verifier that can be guessed protects nothing.",
		Tried: "A verifier of ten characters and its challenge are used.", Judged: refusedForm, Remedy: "Hold verifiers against the form of the specification.",
	}, verifierShort},
	{check.Check{
		ID: "provider.pkce-verifier-from-nowhere", Level: check.Must, Refs: []string{rfc9700 + "2.1.1", rfc9700 + "4.8.2"},
		Title: "A verifier for a code without a challenge is refused", Harm: "Whoever strips the challenge off a request takes the protection away, and the relying party does not notice.",
		Tried: "A code asked for without a challenge is redeemed with a code_verifier.", Judged: refusedForm, Remedy: "Refuse a verifier where there was no challenge.",
	}, verifierFromNowhere},
}

func verifierShort(p *probe) error {
	const short = "ten-chars."
	a, err := p.code(p.run.target.Client, set("code_challenge", s256(short)))
	if err != nil {
		return err
	}
	return p.refused(a.redeem().with(set("code_verifier", short)), "invalid_grant", "invalid_request")
}

func verifierFromNowhere(p *probe) error {
	a, err := p.walk(p.run.home, p.attempt(p.run.target.Client, drop("code_challenge", "code_challenge_method")))
	if err != nil {
		return err
	}
	if a.code() == "" {
		// There is no such code to redeem: the provider insists on PKCE.
		return p.returned(p.run.home, []string{"invalid_request"}, drop("code_challenge", "code_challenge_method"))
	}
	return p.refused(a.redeem(), "invalid_grant", "invalid_request")
}
