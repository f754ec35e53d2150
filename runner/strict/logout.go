package strict

import (
	"crypto/rand"
	"net/http"
	"net/url"

	"github.com/countersign-oidc/countersign/runner/check"
)

// logout is a check of the end session endpoint. It gets a browser of its own
// in which the person is signed in.
func logout(c check.Check, judge func(*probe, *browser, *grant) error) rule {
	c.Needs = []check.Capability{EndSession}
	return rule{c, func(p *probe) error {
		switch {
		case p.run.meta.EndSession == "":
			return lacks("The provider has no end_session_endpoint.")
		case p.run.target.PostLogoutRedirectURI == "":
			return lacks("No post_logout_redirect_uri is known.")
		}
		b, g, err := p.signedIn()
		if err != nil {
			return err
		}
		return judge(p, b, g)
	}}
}

// leave is the honest logout request.
func (p *probe) leave(g *grant, edits ...edit) url.Values {
	v := url.Values{
		"id_token_hint": {g.id}, "client_id": {g.client.ID}, "state": {rand.Text()},
		"post_logout_redirect_uri": {p.run.target.PostLogoutRedirectURI},
	}
	for _, e := range edits {
		e(v)
	}
	return v
}

// end sends a logout request and agrees where the person is asked to.
func (p *probe) end(b *browser, method string, v url.Values) (landing, error) {
	query, form := v, url.Values(nil)
	if method == http.MethodPost {
		query, form = nil, v
	}
	req, err := request(p.ctx, method, p.run.meta.EndSession, query, form)
	if err != nil {
		return landing{}, err
	}
	l, err := p.follow(b, req)
	if err != nil {
		return l, err
	}
	return p.through(b, l)
}

// leaves wants an honest logout request to return.
func (p *probe) leaves(b *browser, method string, v url.Values) (landing, error) {
	l, err := p.end(b, method, v)
	if err != nil {
		return l, err
	}
	if l.away == nil || !sameAddress(l.away, p.run.target.PostLogoutRedirectURI) {
		return l, breaks("After an honest logout request by %s the browser was not sent to the post_logout_redirect_uri; it is left %v.", method, l)
	}
	return l, nil
}

// stays wants a logout request not to send the browser away, while an honest
// one does.
func (p *probe) stays(b *browser, v url.Values) error {
	l, err := p.end(b, http.MethodGet, v)
	if err != nil {
		return err
	}
	if l.away != nil {
		return breaks("The browser was sent to %s.", place(l.away))
	}
	if l.page.status >= 500 {
		return breaks("The provider answered with status %d rather than refuse the request.", l.page.status)
	}
	fresh, g, err := p.signedIn()
	if err != nil {
		return err
	}
	if _, err := p.leaves(fresh, http.MethodGet, p.leave(g)); err != nil {
		return err
	}
	p.proof = "The browser stayed with the provider; an honest request was sent to the registered address."
	return nil
}

const (
	staysHere  = "Passes only if the browser is not sent away, and an honest request is sent to the registered address."
	openLogout = "The provider is an open redirector for phishing: the link begins with its name."
)

var logoutRules = []rule{
	logout(check.Check{
		ID: "provider.logout-returns", Level: check.Must, Refs: []string{rpLogout + "2", rpLogout + "3"},
		Title: "Signing out returns to the registered address, by GET and by POST", Harm: "People end on a page of the provider and do not know whether they are signed out.",
		Tried: "A signed-in browser sends an honest logout request, by GET and in another sign-in by POST.", Judged: "Passes if the browser is sent to the post_logout_redirect_uri both times.",
		Remedy: "Serve both methods.",
	}, logoutReturns),
	logout(check.Check{
		ID: "provider.logout-state", Level: check.Must, Refs: []string{rpLogout + "2", rpLogout + "3"},
		Title: "The state comes back exactly after signing out", Harm: "Relying parties cannot tell which sign-out this was.",
		Tried: "A signed-in browser sends an honest logout request with a state of odd characters.", Judged: "Passes if the very same state comes back, once.",
		Remedy: "Decode the state once and encode it once.",
	}, logoutState),
	logout(check.Check{
		ID: "provider.logout-ends-session", Level: check.Must, Refs: []string{rpLogout + "2"},
		Title: "Signing out ends the session at the provider", Harm: "The next person at the same computer is in the account with one click.",
		Tried: "A signed-in browser sends an honest logout request and then one with prompt=none.", Judged: "Passes if no code comes back.",
		Remedy: "Forget the session, not only its cookie.",
	}, logoutEndsSession),
	logout(check.Check{
		ID: "provider.logout-foreign", Level: check.Must, Refs: []string{rpLogout + "2", rpLogout + "3"},
		Title: "Signing out leads to no foreign address", Harm: openLogout,
		Tried: "A logout request names a post_logout_redirect_uri at another host.", Judged: staysHere, Remedy: "Compare with the registered addresses as texts.",
	}, func(p *probe, b *browser, g *grant) error {
		return p.stays(b, p.leave(g, set("post_logout_redirect_uri", "https://evil.example/")))
	}),
	logout(check.Check{
		ID: "provider.logout-path", Level: check.Must, Refs: []string{rpLogout + "3"},
		Title: "Signing out leads to no other path of the registered host", Harm: openLogout,
		Tried: "A logout request names the registered address with a longer path.", Judged: staysHere, Remedy: "Compare with the registered addresses as texts.",
	}, func(p *probe, b *browser, g *grant) error {
		return p.stays(b, p.leave(g, set("post_logout_redirect_uri", p.run.target.PostLogoutRedirectURI+"/more")))
	}),
	logout(check.Check{
		ID: "provider.logout-foreign-without-client", Level: check.Must, Refs: []string{rpLogout + "2", rpLogout + "3"},
		Title: "Without a client signing out leads to no foreign address either", Harm: openLogout,
		Tried: "A logout request names nothing but a post_logout_redirect_uri at another host.", Judged: staysHere, Remedy: "Redirect only to what is registered for the client that the hint or client_id names.",
	}, func(p *probe, b *browser, g *grant) error {
		return p.stays(b, p.leave(g, drop("id_token_hint", "client_id"), set("post_logout_redirect_uri", "https://evil.example/")))
	}),
	logout(check.Check{
		ID: "provider.logout-hint-forged", Level: check.Must, Refs: []string{rpLogout + "2", rpLogout + "4"},
		Title: "An id_token_hint that the provider did not issue is not trusted", Harm: "Any site can sign people out without being asked.",
		Tried: "A signed-in browser sends a logout request with a hint signed by a key that is nobody's.", Judged: staysHere, Remedy: "Verify the hint's signature and issuer.",
	}, logoutHintForged),
	logout(check.Check{
		ID: "provider.logout-client-differs", Level: check.Must, Refs: []string{rpLogout + "2"},
		Title: "A client_id that is not the hint's is refused", Harm: "One relying party signs people out in the name of another.",
		Tried: "A logout request has a good hint and a client_id that was never registered.", Judged: staysHere, Remedy: "Compare client_id with the audience of the hint.",
	}, func(p *probe, b *browser, g *grant) error {
		return p.stays(b, p.leave(g, set("client_id", "countersign-never-registered")))
	}),
}

func logoutReturns(p *probe, b *browser, g *grant) error {
	if _, err := p.leaves(b, http.MethodGet, p.leave(g)); err != nil {
		return err
	}
	b, g, err := p.signedIn()
	if err != nil {
		return err
	}
	_, err = p.leaves(b, http.MethodPost, p.leave(g))
	return err
}

func logoutState(p *probe, b *browser, g *grant) error {
	v := p.leave(g, set("state", odd()))
	l, err := p.leaves(b, http.MethodGet, v)
	if err != nil {
		return err
	}
	if got := l.away.Query()["state"]; len(got) != 1 || got[0] != v.Get("state") {
		return breaks("The state %q came back as %q.", v.Get("state"), got)
	}
	return nil
}

func logoutEndsSession(p *probe, b *browser, g *grant) error {
	none := set("prompt", "none")
	before, err := p.open(b, p.attempt(g.client, none))
	if err != nil {
		return err
	}
	p.note("before signing out", "prompt=none answers with %s", outcome(before))
	if _, err := p.end(b, http.MethodGet, p.leave(g)); err != nil {
		return err
	}
	after, err := p.open(b, p.attempt(g.client, none))
	if err != nil {
		return err
	}
	if after.code() != "" {
		return breaks("After signing out a code comes back without the password.")
	}
	return nil
}

func logoutHintForged(p *probe, b *browser, g *grant) error {
	_, claims, err := decode(g.id)
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
	return p.stays(b, p.leave(g, set("id_token_hint", hint)))
}
