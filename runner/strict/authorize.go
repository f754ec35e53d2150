package strict

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/countersign-oidc/countersign/runner/check"
)

var authorizeRules = []rule{
	{check.Check{
		ID: "provider.authorize-code", Level: check.Must, Refs: []string{core + "3.1.2.5", rfc6749 + "4.1.2"},
		Title: "An honest request returns with a code in the query",
		Harm:  "Nobody can sign in.",
		Tried: "A fresh browser signs a person in.", Judged: returnsCode,
		Remedy: "See at which page the sign-in came to a halt.",
	}, authorizeCode},
	{check.Check{
		ID: "provider.authorize-post", Level: check.Must, Refs: []string{core + "3.1.2.1"},
		Title: "The authorization endpoint takes requests by POST too",
		Harm:  "A relying party whose request is too long for a URL cannot sign people in.",
		Tried: "An honest request is sent as a form.", Judged: returnsCode,
		Remedy: "Read the parameters from the body of a POST as from the query of a GET.",
	}, authorizePost},
	{check.Check{
		ID: "provider.authorize-client-unknown", Level: check.Must, Refs: []string{rfc6749 + "4.1.2.1"},
		Title: "An unknown client gets nothing, and the browser is not sent away",
		Harm:  "The provider is an open redirector, and whoever likes can have people signed in.",
		Tried: "An honest request is sent with a client_id that was never registered.", Judged: notSent,
		Remedy: "Look the client up first, and show an error page if there is none.",
	}, func(p *probe) error { return p.withheld(set("client_id", "countersign-never-registered")) }},
	{check.Check{
		ID: "provider.authorize-client-missing", Level: check.Must, Refs: []string{rfc6749 + "4.1.2.1", rfc6749 + "4.1.1"},
		Title: "A request without client_id gets nothing, and the browser is not sent away",
		Harm:  "The provider is an open redirector.",
		Tried: "An honest request is sent without client_id.", Judged: notSent,
		Remedy: "Show an error page.",
	}, func(p *probe) error { return p.withheld(drop("client_id")) }},
	{check.Check{
		ID: "provider.authorize-state-exact", Level: check.Must, Refs: []string{rfc6749 + "4.1.2", core + "3.1.2.5"},
		Title:  "The state comes back exactly, whatever characters it has",
		Harm:   "Relying parties whose state has such a character turn people away.",
		Tried:  "A person signs in with a state of plus, percent, quotes, ampersand, angle brackets and a letter with an accent.",
		Judged: "Passes if the very same state comes back, once.",
		Remedy: "Decode the state once and encode it once.",
	}, stateExact},
	{check.Check{
		ID: "provider.authorize-state-unasked", Level: check.Must, Refs: []string{rfc6749 + "4.1.2"},
		Title: "A request without state gets none back",
		Harm:  "A relying party takes the state for one of its own and refuses the sign-in.",
		Tried: "A person signs in without state.", Judged: "Passes if a code comes back and no state.",
		Remedy: "Send state only if the request has one.",
	}, stateUnasked},
	{check.Check{
		ID: "provider.authorize-code-guessing", Level: check.Must, Refs: []string{rfc6749 + "10.10"},
		Title: "Codes are too long to guess, and each is another",
		Harm:  "Whoever guesses a code is signed in as somebody else.",
		Tried: "A person signs in twice.", Judged: "Passes if the codes differ and have at least 22 characters, which 128 random bits take.",
		Remedy: "Make codes of 128 or more bits of a cryptographic random source.",
	}, codeGuessing},
	{check.Check{
		ID: "provider.authorize-password-wrong", Level: check.Must, Refs: []string{core + "3.1.2.3"},
		Title:  "A wrong password signs nobody in",
		Harm:   "Whoever knows a user name is in the account.",
		Tried:  "The sign-in form is sent with a wrong password, once, and later with the right one.",
		Judged: "Passes only if no code comes back, and the right password returns with one.",
		Remedy: "Compare the password.",
	}, passwordWrong},
}

func authorizeCode(p *probe) error {
	b, err := newBrowser()
	if err != nil {
		return err
	}
	a, err := p.walk(b, p.attempt(p.run.target.Client))
	if err != nil {
		return err
	}
	v := a.back()
	switch {
	case v == nil && a.away == nil:
		return stuck(a.landing)
	case v == nil:
		return breaks("The browser was sent to %s, which is not the redirect URI.", place(a.away))
	case len(v["code"]) != 1 || v.Get("code") == "" || v.Has("error") || a.away.Fragment != "":
		return breaks("The authorization response has %s, and no single code in the query.", errorOf(v))
	}
	p.note("sign-in form", "filled in %d times", a.asked)
	return nil
}

func authorizePost(p *probe) error {
	a := p.attempt(p.run.target.Client)
	req, err := request(p.ctx, http.MethodPost, p.run.meta.Authorization, nil, a.params)
	if err != nil {
		return err
	}
	if a.landing, err = p.follow(p.run.home, req); err != nil {
		return err
	}
	if a.landing, err = p.through(p.run.home, a.landing); err != nil {
		return err
	}
	if _, err := p.code(a.client); err != nil {
		return err
	}
	if a.code() == "" {
		return breaks("The same request that works by GET does not by POST: the browser is left %v.", a.landing)
	}
	return nil
}

func stateExact(p *probe) error {
	a, err := p.code(p.run.target.Client, set("state", odd()))
	if err != nil {
		return err
	}
	if got := a.back()["state"]; len(got) != 1 || got[0] != a.params.Get("state") {
		return breaks("The state %q came back as %q.", a.params.Get("state"), got)
	}
	return nil
}

func stateUnasked(p *probe) error {
	a, err := p.code(p.run.target.Client, drop("state"))
	if err != nil {
		return err
	}
	if a.back().Has("state") {
		return breaks("The state %q came back although none was sent.", a.back().Get("state"))
	}
	return nil
}

func codeGuessing(p *probe) error {
	one, err := p.code(p.run.target.Client)
	if err != nil {
		return err
	}
	other, err := p.code(p.run.target.Client)
	if err != nil {
		return err
	}
	switch {
	case one.code() == other.code():
		return breaks("Two sign-ins got the same code.")
	case len(one.code()) < 22:
		return breaks("The code has %d characters.", len(one.code()))
	}
	return nil
}

func passwordWrong(p *probe) error {
	b, err := newBrowser()
	if err != nil {
		return err
	}
	right := p.run.target
	p.run.target.Password += "-wrong"
	a, err := p.walk(b, p.attempt(right.Client))
	p.run.target = right
	switch {
	case err != nil:
		return err
	case a.asked == 0:
		return stuck(a.landing)
	case a.code() != "":
		return breaks("A code came back after a wrong password.")
	}
	if b, err = newBrowser(); err != nil {
		return err
	}
	if _, err := p.codeIn(b, right.Client); err != nil {
		return err
	}
	p.proof = "The wrong password was refused, the right one returned with a code."
	return nil
}

var redirectRules = redirects()

// redirects are the checks of redirect URIs that are nearly registered.
func redirects() []rule {
	variant := func(id check.ID, title, tried string, change func(*url.URL)) rule {
		return rule{check.Check{
			ID: id, Level: check.Must, Refs: []string{core + "3.1.2.1", rfc9700 + "4.1.3", rfc6749 + "4.1.2.1"},
			Title: title, Harm: "Codes, and with them accounts, can be led to somebody else's address.",
			Tried: tried, Judged: notSent,
			Remedy: "Compare redirect URIs with the registered ones as texts, character by character.",
		}, func(p *probe) error {
			u, err := url.Parse(p.run.target.Client.RedirectURI)
			if err != nil {
				return err
			}
			change(u)
			return p.withheld(set("redirect_uri", u.String()))
		}}
	}
	port := variant("provider.redirect-port", "A redirect URI with another port is refused", "The port is another.",
		func(u *url.URL) { u.Host = u.Hostname() + ":4711" })
	port.Needs, port.judge = []check.Capability{PortFixed}, unlessLoopback(port.judge)
	return []rule{
		variant("provider.redirect-foreign", "A redirect URI at a foreign host is refused", "The host is another.",
			func(u *url.URL) { u.Host = "evil.example" }),
		variant("provider.redirect-subdomain", "A redirect URI at a subdomain is refused", "The host has another label in front.",
			func(u *url.URL) { u.Host = "evil." + u.Host }),
		variant("provider.redirect-host-suffix", "A redirect URI whose host only begins like the registered one is refused", "The host goes on after the registered one.",
			func(u *url.URL) { u.Host = u.Hostname() + ".evil.example" }),
		variant("provider.redirect-userinfo", "A redirect URI with the registered host as user name is refused", "The registered host stands before an at sign, another behind it.",
			func(u *url.URL) { u.User, u.Host = url.User(u.Hostname()), "evil.example" }),
		variant("provider.redirect-scheme", "A redirect URI of another scheme is refused", "http and https are exchanged.",
			func(u *url.URL) { u.Scheme = map[bool]string{true: "https", false: "http"}[u.Scheme == "http"] }),
		port,
		variant("provider.redirect-path-suffix", "A redirect URI with a longer path is refused", "The path goes on after the registered one.",
			func(u *url.URL) { u.Path += "/more" }),
		variant("provider.redirect-path-traversal", "A redirect URI that climbs out of its path is refused", "The path has dots that lead elsewhere.",
			func(u *url.URL) { u.Path += "/../elsewhere" }),
		variant("provider.redirect-path-case", "A redirect URI in other case is refused", "The path is written in capitals.",
			func(u *url.URL) { u.Path = strings.ToUpper(u.Path + "/x") }),
		variant("provider.redirect-query", "A redirect URI with another query is refused", "The query has one more parameter.",
			func(u *url.URL) { u.RawQuery = strings.TrimPrefix(u.RawQuery+"&more=1", "&") }),
		variant("provider.redirect-fragment", "A redirect URI with a fragment is refused", "The redirect URI has a fragment.",
			func(u *url.URL) { u.Fragment = "more" }),
		{check.Check{
			ID: "provider.redirect-missing", Level: check.Must, Refs: []string{core + "3.1.2.1"},
			Title: "An OpenID Connect request without redirect_uri gets no code", Harm: "The code goes to an address that the relying party did not choose.",
			Tried: "An honest request is sent without redirect_uri.", Judged: notSent, Remedy: "Require redirect_uri where the scope has openid.",
		}, redirectMissing},
		{check.Check{
			ID: "provider.redirect-twice", Level: check.Must, Refs: []string{rfc6749 + "3.1", rfc6749 + "4.1.2.1"},
			Title: "Two redirect URIs in one request get nothing", Harm: "One part of the provider checks the first and another redirects to the second.",
			Tried: "An honest request is sent with a foreign redirect_uri behind the registered one.", Judged: notSent,
			Remedy: "Refuse requests that have a parameter twice.",
		}, func(p *probe) error { return p.withheld(add("redirect_uri", "https://evil.example/")) }},
		{check.Check{
			ID: "provider.redirect-error", Level: check.Must, Refs: []string{rfc6749 + "4.1.2.1", rfc9700 + "4.11.2"},
			Title: "An error is not returned to a foreign redirect URI either", Harm: "The provider is an open redirector for phishing: the link begins with its name.",
			Tried: "A request with an unknown response_type and an unknown scope names a foreign redirect_uri.", Judged: notSent,
			Remedy: "Check client and redirect URI before anything else, and show other errors of such requests on a page.",
		}, func(p *probe) error {
			return p.withheld(set("redirect_uri", "https://evil.example/"), set("response_type", "unknown"), set("scope", "nothing"))
		}},
	}
}

func unlessLoopback(judge func(*probe) error) func(*probe) error {
	return func(p *probe) error {
		if u, err := url.Parse(p.run.target.Client.RedirectURI); err == nil && loopback(u) {
			return lacks("The redirect URI is on loopback, where any port may be used (RFC 8252, section 7.3).")
		}
		return judge(p)
	}
}

// redirectMissing lets an error go to the one registered address, but no code.
func redirectMissing(p *probe) error {
	a, err := p.walk(p.run.home, p.attempt(p.run.target.Client, drop("redirect_uri")))
	if err != nil {
		return err
	}
	if a.away != nil && a.away.Query().Has("code") {
		return breaks("The browser was sent to %s with a code.", place(a.away))
	}
	if _, err := p.code(p.run.target.Client); err != nil {
		return err
	}
	p.proof = "No code was issued; the same request with redirect_uri returned with one."
	return nil
}
