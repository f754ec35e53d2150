package fault

import (
	"net/url"
	"slices"
	"strings"

	"github.com/countersign-oidc/countersign/mockidp/journal"
)

// redirects are the kinds that a RedirectEdit can be about.
func redirects() []journal.Kind {
	return []journal.Kind{
		journal.Authorize, journal.EndSession,
		journal.InitiateLogin, journal.FrontChannelLogout, journal.BackChannelLogout,
	}
}

func (e *RedirectEdit) validate(p *problems) {
	if !slices.Contains(redirects(), e.Endpoint) {
		p.add("redirect.endpoint: %q; known: %q", e.Endpoint, redirects())
	}
	if !edits(*e, "Endpoint") {
		p.add("redirect: no edits")
	}
	if e.Endpoint != journal.Authorize {
		if e.Error != "" {
			p.add("redirect.error: only the authorization response has errors")
		}
		if e.Code != "" {
			p.add("redirect.code: only the authorization response has a code")
		}
	}
	if e.Error != "" && e.Code != "" {
		p.add("redirect.code: an error takes its place")
	}
	known(p, "redirect.code", e.Code, Codes())
	known(p, "redirect.mode", e.Mode, modes(e.Endpoint))
	if e.Times != 0 {
		p.between("redirect.times", e.Times, 2, 10)
		if e.Endpoint == journal.BackChannelLogout {
			p.add("redirect.times: there is no page in a back-channel request")
		}
		if e.Mode == "form_post" {
			p.add("redirect.times: a response that is posted is delivered once")
		}
	}
	if e.To != "" {
		if u, err := url.Parse(e.To); err != nil || !u.IsAbs() {
			p.add("redirect.to: %q is not an absolute URL", e.To)
		}
		if e.Path != "" {
			p.add("redirect.path: to is another address already")
		}
	}
	if e.Path != "" && !strings.HasPrefix(e.Path, "/") {
		p.add("redirect.path: %q does not begin with a slash", e.Path)
	}
	e.validateNames(p)
}

// modes are the ways in which parameters travel (OAuth 2.0 Multiple Response
// Types 1.0, section 2.1; OAuth 2.0 Form Post Response Mode 1.0).
func modes(k journal.Kind) []string {
	switch k {
	case journal.BackChannelLogout:
		return []string{"query", "form_post", "json"}
	case journal.FrontChannelLogout:
		// A frame is loaded, never posted.
		return []string{"query", "fragment"}
	}
	return []string{"query", "fragment", "form_post"}
}

func (e *RedirectEdit) validateNames(p *problems) {
	for _, name := range e.Remove {
		if slices.Contains(e.Alter, name) {
			p.add("redirect.remove: %q is in alter as well", name)
		}
		for _, edit := range []struct {
			what   string
			values map[string]string
		}{{"set", e.Set}, {"append", e.Append}, {"duplicate", e.Duplicate}, {"rename", e.Rename}} {
			if _, both := edit.values[name]; both {
				p.add("redirect.remove: %q is in %s as well", name, edit.what)
			}
		}
	}
	for from, to := range e.Rename {
		if from == to || to == "" {
			p.add("redirect.rename.%s: %q is no other name", from, to)
		}
	}
}
