package strict

import (
	"crypto/rand"
	"slices"
	"time"

	"github.com/countersign-oidc/countersign/runner/check"
)

var promptRules = []rule{
	{check.Check{
		ID: "provider.prompt-none-signed-out", Level: check.Must, Refs: []string{core + "3.1.2.1", core + "3.1.2.3", core + "3.1.2.6"},
		Title: "prompt=none returns an error where nobody is signed in", Harm: "People meet a sign-in page in an invisible frame, and the relying party waits for ever.",
		Tried: "A fresh browser sends an honest request with prompt=none.", Judged: errorBack, Remedy: "Answer login_required to the redirect URI, without a page.",
	}, promptNoneSignedOut},
	{check.Check{
		ID: "provider.prompt-none-signed-in", Level: check.Must, Refs: []string{core + "3.1.2.1", core + "15.1"},
		Title: "prompt=none shows no page where somebody is signed in", Harm: "Relying parties cannot renew a sign-in without disturbing people.",
		Tried:  "A signed-in browser sends an honest request with prompt=none.",
		Judged: "Passes if the browser comes back at once, with a code or with an error that says that a page would be needed.",
		Remedy: "Answer from the session, or with login_required, consent_required or interaction_required.",
	}, promptNoneSignedIn},
	back(check.Check{
		ID: "provider.prompt-none-mixed", Level: check.Must, Refs: []string{core + "3.1.2.1"},
		Title: "prompt=none together with another value is refused", Harm: "One part of the provider heeds the first value and another the second.",
		Tried: "A signed-in browser sends an honest request with prompt=none login.", Remedy: "Answer invalid_request to the redirect URI.",
	}, nil, set("prompt", "none login")),
	{check.Check{
		ID: "provider.prompt-login", Level: check.Must, Refs: []string{core + "3.1.2.1", core + "3.1.2.3"},
		Title: "prompt=login asks for the password again", Harm: "A relying party that wants to be sure before a payment lets whoever sits there pay.",
		Tried:  "A signed-in browser sends an honest request with prompt=login.",
		Judged: "Passes if the person has to sign in again, or an error comes back.",
		Remedy: "Show the sign-in page whatever session there is.",
	}, asksAgain(set("prompt", "login"))},
	{check.Check{
		ID: "provider.max-age-zero", Level: check.Must, Refs: []string{core + "3.1.2.1", core + "15.1"},
		Title: "max_age=0 asks for the password again", Harm: "A relying party that wants a fresh sign-in gets an old one.",
		Tried:  "A signed-in browser sends an honest request with max_age=0, a second after the sign-in.",
		Judged: "Passes if the person has to sign in again, or an error comes back.",
		Remedy: "Treat max_age=0 like prompt=login.",
	}, asksLater(1100*time.Millisecond, set("max_age", "0"))},
	{check.Check{
		ID: "provider.max-age-passed", Level: check.Must, Refs: []string{core + "3.1.2.1", core + "15.1"},
		Title: "A sign-in older than max_age is not taken", Harm: "A relying party that wants a recent sign-in gets an old one.",
		Tried:  "A signed-in browser sends an honest request with max_age=1, more than a second after the sign-in.",
		Judged: "Passes if the person has to sign in again, or an error comes back.",
		Remedy: "Compare the time since the sign-in with max_age before answering from the session.",
	}, asksLater(2100*time.Millisecond, set("max_age", "1"))},
}

// signedIn is a browser of its own in which the end-user has just signed in.
func (p *probe) signedIn() (*browser, *grant, error) {
	b, err := newBrowser()
	if err != nil {
		return nil, nil, err
	}
	a, err := p.codeIn(b, p.run.target.Client)
	if err != nil {
		return nil, nil, err
	}
	g, err := p.grant(a)
	return b, g, err
}

// keepsSession makes sure that without what is tried nobody is asked: the
// control of the checks that want to be asked again.
func (p *probe) keepsSession(b *browser) error {
	a, err := p.open(b, p.attempt(p.run.target.Client))
	if err != nil {
		return err
	}
	if a.code() == "" {
		p.note("control", "without the parameter the provider asks too: %v", a.landing)
	}
	return nil
}

func promptNoneSignedOut(p *probe) error {
	b, err := newBrowser()
	if err != nil {
		return err
	}
	a, err := p.open(b, p.attempt(p.run.target.Client, set("prompt", "none")))
	if err != nil {
		return err
	}
	if a.page != nil && a.page.status < 500 {
		return breaks("A page was shown where none may be: the browser is %v.", a.landing)
	}
	if b, err = newBrowser(); err != nil {
		return err
	}
	return p.returned(b, []string{"login_required", "interaction_required"}, set("prompt", "none"))
}

func promptNoneSignedIn(p *probe) error {
	b, _, err := p.signedIn()
	if err != nil {
		return err
	}
	a, err := p.open(b, p.attempt(p.run.target.Client, set("prompt", "none")))
	if err != nil {
		return err
	}
	allowed := []string{"login_required", "consent_required", "interaction_required", "account_selection_required"}
	switch v := a.back(); {
	case a.page != nil:
		return breaks("A page was shown where none may be: the browser is %v.", a.landing)
	case v == nil:
		return breaks("The browser was %v, which is not the redirect URI.", a.landing)
	case v.Get("code") == "" && !slices.Contains(allowed, v.Get("error")):
		return breaks("Neither a code nor an error that says that a page is needed came back, but %s.", errorOf(v))
	}
	return nil
}

// asksAgain is a check that a signed-in person has to sign in again.
func asksAgain(edits ...edit) func(*probe) error {
	return func(p *probe) error {
		b, _, err := p.signedIn()
		if err != nil {
			return err
		}
		return p.asked(b, edits...)
	}
}

// asksLater is the same, after some time has passed at the provider.
func asksLater(after time.Duration, edits ...edit) func(*probe) error {
	return func(p *probe) error {
		b, g, err := p.signedIn()
		if err != nil {
			return err
		}
		if err := p.pass(g.at, after); err != nil {
			return err
		}
		return p.asked(b, edits...)
	}
}

// pass waits until some time has passed since a moment.
func (p *probe) pass(since time.Time, d time.Duration) error {
	if left := d - time.Since(since); left > 0 {
		return p.run.wait(p.ctx, left)
	}
	return nil
}

func (p *probe) asked(b *browser, edits ...edit) error {
	if err := p.keepsSession(b); err != nil {
		return err
	}
	a, err := p.walk(b, p.attempt(p.run.target.Client, edits...))
	if err != nil {
		return err
	}
	switch v := a.back(); {
	case a.asked > 0:
		p.proof = "The person was asked for the password again."
		return nil
	case v.Get("code") != "":
		return breaks("A code came back without the password being asked for.")
	case v.Get("error") != "":
		p.proof = "Refused with " + v.Get("error") + "."
		return nil
	}
	return stuck(a.landing)
}

var hintRules = []rule{
	{check.Check{
		ID: "provider.hint-forged", Level: check.Must, Refs: []string{core + "3.1.2.2", core + "3.1.2.1"},
		Title: "An id_token_hint that the provider did not issue is refused", Harm: "Whoever can write a token can ask the provider about people.",
		Tried: "A signed-in browser sends an honest request with an id_token_hint signed by a key that is nobody's.", Judged: errorBack,
		Remedy: "Verify the hint's signature and issuer, and answer invalid_request.",
	}, hintForged},
	{check.Check{
		ID: "provider.hint-own", Level: check.Must, Refs: []string{core + "3.1.2.1", core + "3.1.2.2"},
		Title: "The id_token_hint of the signed-in person is taken", Harm: "Relying parties cannot ask about the person whom they know.",
		Tried: "A signed-in browser sends an honest request with the ID token of its sign-in as id_token_hint.", Judged: returnsCode,
		Remedy: "Accept own ID tokens as hints, expired ones too.",
	}, hintOwn},
	{check.Check{
		ID: "provider.claims-sub-other", Level: check.Must, Needs: []check.Capability{ClaimsParameter}, Refs: []string{core + "3.1.2.2", core + "5.5.1"},
		Title: "A request for another person is not answered with this one", Harm: "A relying party that asks for one person goes on with another.",
		Tried: "A signed-in browser asks by the claims parameter for a sub that is not the person's.", Judged: errorBack,
		Remedy: "Compare the sub that is asked for with the person's, and answer login_required.",
	}, claimsSubOther},
}

func hintForged(p *probe) error {
	b, g, err := p.signedIn()
	if err != nil {
		return err
	}
	claims, err := claimsOf(g.id)
	if err != nil {
		return err
	}
	forged := make(map[string]any)
	for name, raw := range claims {
		forged[name] = raw
	}
	hint, err := forge(forged)
	if err != nil {
		return err
	}
	return p.returned(b, nil, set("id_token_hint", hint), set("prompt", "none"))
}

func hintOwn(p *probe) error {
	g, err := p.honest()
	if err != nil {
		return err
	}
	return ignores(set("id_token_hint", g.id))(p)
}

func claimsSubOther(p *probe) error {
	if !p.run.meta.Claims {
		return lacks("The provider does not serve the claims parameter.")
	}
	b, _, err := p.signedIn()
	if err != nil {
		return err
	}
	return p.returned(b, nil, set("claims", `{"id_token":{"sub":{"value":"nobody-`+rand.Text()+`"}}}`), set("prompt", "none"))
}

var issRules = []rule{
	{check.Check{
		ID: "provider.iss-in-response", Level: check.Must, Needs: []check.Capability{IssParameter}, Refs: []string{rfc9207 + "2"},
		Title: "The authorization response names the issuer", Harm: "A relying party with several providers can be made to send a code to the wrong one.",
		Tried: "A person signs in.", Judged: "Passes if iss comes back once and equals the issuer, character by character.",
		Remedy: "Add iss to the authorization response.",
	}, issInResponse},
	{check.Check{
		ID: "provider.iss-in-errors", Level: check.Must, Needs: []check.Capability{IssParameter}, Refs: []string{rfc9207 + "2"},
		Title: "Error responses name the issuer too", Harm: "A relying party that insists on iss cannot tell people what went wrong.",
		Tried:  "An honest request is sent with an unknown response_type, and one with prompt=none from a fresh browser.",
		Judged: "Passes if iss comes back once with each error and equals the issuer, character by character.",
		Remedy: "Add iss to the error responses.",
	}, issInErrors},
}

func (p *probe) iss(a attempt) error {
	if got := a.back()["iss"]; len(got) != 1 || got[0] != p.run.target.Issuer {
		return breaks("The authorization response with %s has iss %q; the issuer is %q.", outcome(a), got, p.run.target.Issuer)
	}
	return nil
}

func outcome(a attempt) string {
	if a.code() != "" {
		return "a code"
	}
	return errorOf(a.back())
}

func issInResponse(p *probe) error {
	if !p.run.meta.Iss {
		return lacks("The provider does not promise iss.")
	}
	a, err := p.code(p.run.target.Client)
	if err != nil {
		return err
	}
	return p.iss(a)
}

func issInErrors(p *probe) error {
	if !p.run.meta.Iss {
		return lacks("The provider does not promise iss.")
	}
	for _, e := range []edit{set("response_type", "countersign"), set("prompt", "none")} {
		b, err := newBrowser()
		if err != nil {
			return err
		}
		a, err := p.open(b, p.attempt(p.run.target.Client, e))
		if err != nil {
			return err
		}
		if a.back().Get("error") == "" {
			p.note("no error came back", "%v", a.landing)
			continue
		}
		if err := p.iss(a); err != nil {
			return err
		}
		p.proof = "iss came back with each error."
	}
	if p.proof == "" {
		return breaks("No error came back to the redirect URI, so none with iss.")
	}
	return nil
}
