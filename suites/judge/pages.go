package judge

import (
	"net/http"
	"slices"
	"strings"
)

// NotFramable decides whether an answer forbids that pages of any other site
// frame it (RFC 9700, section 4.16; Content Security Policy Level 3, section
// 6.4.2; RFC 7034). Sources of the policy count before the old header.
func NotFramable(what string, h http.Header) Finding {
	found := false
	for _, policy := range h.Values("Content-Security-Policy") {
		sources, said := frameAncestors(policy)
		if said && !slices.ContainsFunc(sources, everybody) {
			return Pass("%s: its policy names who may frame it.", what)
		}
		found = found || said
	}
	old := strings.ToUpper(strings.TrimSpace(h.Get("X-Frame-Options")))
	switch {
	case found:
		return Fail("%s: its frame-ancestors lets pages of any site frame it.", what)
	case old == "DENY", old == "SAMEORIGIN":
		return Pass("%s: its X-Frame-Options is %s.", what, old)
	case old != "":
		return Fail("%s: browsers do not know its X-Frame-Options %q.", what, h.Get("X-Frame-Options"))
	}
	return Fail("%s: pages of any site may frame it.", what)
}

// everybody tells a source that stands for hosts of any owner.
func everybody(source string) bool {
	return strings.HasPrefix(source, "*") && !strings.HasPrefix(source, "*.") || strings.HasSuffix(source, ":")
}

// ScriptsRestricted decides whether an answer has a policy under which a script
// that was injected does not run.
func ScriptsRestricted(what string, h http.Header) Finding {
	policies := h.Values("Content-Security-Policy")
	for _, policy := range policies {
		sources, found := scriptSources(policy)
		if found && !slices.ContainsFunc(sources, unsafeScript) {
			return Pass("%s: its policy lets no script run that was injected.", what)
		}
	}
	if len(policies) == 0 {
		return Fail("%s: it has no Content-Security-Policy.", what)
	}
	return Fail("%s: its Content-Security-Policy lets scripts run that were injected: %q.", what, policies)
}

// scriptSources are those of script-src, or of default-src without it. A nonce
// or a hash takes the effect of unsafe-inline away.
func scriptSources(policy string) (sources []string, found bool) {
	for directive := range strings.SplitSeq(policy, ";") {
		words := strings.Fields(strings.ToLower(directive))
		if len(words) == 0 || words[0] != "script-src" && words[0] != "default-src" {
			continue
		}
		if sources, found = words[1:], true; words[0] == "script-src" {
			break
		}
	}
	if slices.ContainsFunc(sources, func(s string) bool { return strings.HasPrefix(s, "'nonce-") || strings.HasPrefix(s, "'sha") }) {
		sources = slices.DeleteFunc(sources, func(s string) bool { return s == "'unsafe-inline'" })
	}
	return sources, found
}

func unsafeScript(source string) bool {
	return source == "'unsafe-inline'" || source == "data:" || everybody(source)
}

// NotInjected decides whether line feeds in a parameter made fields of an
// answer's header: one of a name, or a cookie.
func NotInjected(what string, h http.Header, name string) Finding {
	for _, cookie := range h.Values("Set-Cookie") {
		if strings.HasPrefix(cookie, name+"=") {
			return Fail("%s: the text became a header field of its own and set a cookie.", what)
		}
	}
	if h.Get(name) != "" {
		return Fail("%s: the text became a header field of its own.", what)
	}
	return Pass("%s: the text made no header field.", what)
}
