package strict

import (
	"bytes"
	"net/http"
	"net/url"
	"strings"

	"github.com/countersign-oidc/countersign/runner/check"
)

const signInPage = "A fresh browser opens the sign-in page and signs in."

// seen is a check of a sign-in in a fresh browser.
func seen(c check.Check, judge func(*probe, visit) error) rule {
	if c.Tried == "" {
		c.Tried = signInPage
	}
	return rule{c, func(p *probe) error {
		b, err := newBrowser()
		if err != nil {
			return err
		}
		a, err := p.open(b, p.attempt(p.run.target.Client))
		if err != nil {
			return err
		}
		if a.page == nil {
			return breaks("A fresh browser was %v without a page to sign in on.", a.landing)
		}
		v := visit{first: a.landing}
		if a.landing, err = p.through(b, a.landing); err != nil {
			return err
		}
		if a.code() == "" {
			return stuck(a.landing)
		}
		v.attempt = a
		return judge(p, v)
	}}
}

// visit is a sign-in, with the page that came first.
type visit struct {
	first landing
	attempt
}

var pageRules = []rule{
	seen(check.Check{
		ID: "provider.page-framed", Level: check.Must, Refs: []string{core + "3.1.2.3", rfc6749 + "10.13", rfc9700 + "4.16"},
		Title: "The sign-in page cannot be framed by another site", Harm: "People click in an invisible frame and agree to what they do not see.",
		Judged: "Passes if the page has frame-ancestors in its Content-Security-Policy, or X-Frame-Options.", Remedy: "Send Content-Security-Policy: frame-ancestors 'none'.",
	}, pageFramed),
	seen(check.Check{
		ID: "provider.page-referrer", Level: check.Should, Refs: []string{rfc9700 + "4.2.4"},
		Title: "The pages do not tell other sites their address", Harm: "State, and on some pages codes, end at other sites.",
		Judged: "Passes if the Referrer-Policy is no-referrer, same-origin, or an origin-only one.", Remedy: "Send Referrer-Policy: no-referrer or same-origin.",
	}, pageReferrer),
	seen(check.Check{
		ID: "provider.page-stored", Level: check.Should, Refs: []string{asvs + "14.3.2"},
		Title: "The sign-in page must not be stored", Harm: "The next person at the same computer finds what the last one typed.",
		Judged: "Passes if Cache-Control has no-store.", Remedy: "Send Cache-Control: no-store.",
	}, pageStored),
	seen(check.Check{
		ID: "provider.page-redirect", Level: check.Must, Refs: []string{rfc9700 + "4.12"},
		Title: "The redirect after the password does not repeat the password", Harm: "The relying party gets the password.",
		Judged: "Passes if no answer to the password is a 307 or 308.", Remedy: "Redirect with 303.",
	}, pageRedirect),
	seen(check.Check{
		ID: "provider.cookie-http-only", Level: check.Must, Refs: []string{asvs + "3.3.4"},
		Title: "Cookies of the sign-in cannot be read by scripts", Harm: "One injected script takes every session along.",
		Judged: "Passes if every cookie that is set is HttpOnly.", Remedy: "Set HttpOnly.",
	}, cookies("HttpOnly", func(c *http.Cookie) bool { return c.HttpOnly })),
	seen(check.Check{
		ID: "provider.cookie-same-site", Level: check.Must, Refs: []string{asvs + "3.3.2"},
		Title: "Cookies of the sign-in say to which sites they go", Harm: "Requests that other sites make carry the session.",
		Judged: "Passes if every cookie that is set has SameSite.", Remedy: "Set SameSite=Lax, or None with Secure where the session is used in frames.",
	}, cookies("SameSite", func(c *http.Cookie) bool { return c.SameSite != 0 && c.SameSite != http.SameSiteDefaultMode })),
	seen(check.Check{
		ID: "provider.cookie-secure", Level: check.Must, Needs: []check.Capability{HTTPS}, Refs: []string{asvs + "3.3.1"},
		Title: "Cookies of the sign-in travel by https only", Harm: "Whoever listens on the network takes the session along.",
		Judged: "Passes if every cookie that is set is Secure.", Remedy: "Set Secure.",
	}, cookieSecure),
	{check.Check{
		ID: "provider.page-escapes", Level: check.Must, Refs: []string{rfc6749 + "10.14"},
		Title: "What a request says is not taken for HTML", Harm: "A link to the provider runs somebody's script on the page where people type their password.",
		Tried:  "Requests with angle brackets and quotes in client_id, redirect_uri, state, login_hint and scope are sent.",
		Judged: "Passes if none of the pages has the markup as it was sent.", Remedy: "Escape what is shown.",
	}, pageEscapes},
	seen(check.Check{
		ID: "provider.page-cross-site", Level: check.Must, Refs: []string{core + "3.1.2.3", rfc6749 + "10.12"},
		Title: "The sign-in form cannot be sent from another site", Harm: "A person is signed in to an account of somebody else without noticing, and fills it with data.",
		Tried:  "The form of one browser is sent by another one, which says that the request comes from another site.",
		Judged: "Passes only if no code comes back and nobody is signed in; the honest sign-in works.", Remedy: "Tie the form to the browser by a cookie, or look at Origin and Sec-Fetch-Site.",
	}, pageCrossSite),
}

func pageFramed(_ *probe, v visit) error {
	h := v.first.page.header
	option := strings.ToUpper(strings.TrimSpace(h.Get("X-Frame-Options")))
	if option == "DENY" || option == "SAMEORIGIN" {
		return nil
	}
	for directive := range strings.SplitSeq(strings.Join(h.Values("Content-Security-Policy"), ";"), ";") {
		if rest, ok := strings.CutPrefix(strings.TrimSpace(directive), "frame-ancestors"); ok && !strings.Contains(rest, "*") {
			return nil
		}
	}
	return breaks("The page has X-Frame-Options %q and no frame-ancestors.", h.Get("X-Frame-Options"))
}

func pageReferrer(_ *probe, v visit) error {
	policy := v.first.page.header.Get("Referrer-Policy")
	last := strings.TrimSpace(policy[strings.LastIndexByte(policy, ',')+1:])
	switch last {
	case "no-referrer", "same-origin", "strict-origin", "origin", "strict-origin-when-cross-origin", "origin-when-cross-origin":
		return nil
	}
	return breaks("Referrer-Policy is %q.", policy)
}

func pageStored(_ *probe, v visit) error {
	if cache := v.first.page.header.Get("Cache-Control"); !strings.Contains(strings.ToLower(cache), "no-store") {
		return breaks("Cache-Control is %q.", cache)
	}
	return nil
}

func pageRedirect(_ *probe, v visit) error {
	if v.sent == nil {
		return stuck(v.first)
	}
	if v.sent.status == http.StatusTemporaryRedirect || v.sent.status == http.StatusPermanentRedirect {
		return breaks("The answer to the password is a redirect with status %d.", v.sent.status)
	}
	return nil
}

// cookies is a judge that wants every cookie of a sign-in to have an
// attribute.
func cookies(attribute string, has func(*http.Cookie) bool) func(*probe, visit) error {
	return func(p *probe, v visit) error {
		n := 0
		for _, a := range v.answers {
			for _, c := range a.cookies {
				if n++; c.MaxAge >= 0 && !has(c) {
					return breaks("The cookie %s has no %s.", c.Name, attribute)
				}
			}
		}
		if n == 0 {
			p.note("cookies", "none was set")
		}
		return nil
	}
}

func cookieSecure(p *probe, v visit) error {
	if !strings.HasPrefix(p.run.target.Issuer, "https:") {
		return lacks("The issuer is reached over http.")
	}
	return cookies("Secure", func(c *http.Cookie) bool { return c.Secure })(p, v)
}

const markup = `"><svg onload=countersign>'`

func pageEscapes(p *probe) error {
	for _, name := range []string{"client_id", "redirect_uri", "state", "login_hint", "scope"} {
		b, err := newBrowser()
		if err != nil {
			return err
		}
		value := markup
		switch name {
		case "redirect_uri":
			value = p.run.target.Client.RedirectURI + markup
		case "scope":
			value = "openid " + markup
		}
		a, err := p.open(b, p.attempt(p.run.target.Client, set(name, value)))
		if err != nil {
			return err
		}
		if a.page != nil && a.page.media() != "text/plain" && a.page.media() != "application/json" && bytes.Contains(a.page.body, []byte("<svg onload=countersign>")) {
			return breaks("The markup in %s is in the page as it was sent.", name)
		}
	}
	return nil
}

func pageCrossSite(p *probe, v visit) error {
	s, known := p.run.target.step(v.first.page, false)
	if !known {
		return stuck(v.first)
	}
	b, err := newBrowser()
	if err != nil {
		return err
	}
	query, form := s.values, url.Values(nil)
	if s.form.method == http.MethodPost {
		query, form = nil, s.values
	}
	req, err := request(p.ctx, s.form.method, s.form.action.String(), query, form)
	if err != nil {
		return err
	}
	req.Header.Set("Origin", "https://evil.example")
	req.Header.Set("Sec-Fetch-Site", "cross-site")
	l, err := p.follow(b, req)
	if err != nil {
		return err
	}
	if l.away != nil && l.away.Query().Has("code") {
		return breaks("A code came back.")
	}
	after, err := p.open(b, p.attempt(p.run.target.Client, set("prompt", "none")))
	if err != nil {
		return err
	}
	if after.code() != "" {
		return breaks("The other browser is signed in.")
	}
	p.proof = "The form was refused; the honest sign-in worked."
	return nil
}
