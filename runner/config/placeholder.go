package config

import (
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/countersign-oidc/countersign/mockidp/document"
)

var placeholder = regexp.MustCompile(`\{\{([^{}]*)\}\}`)

// plain reads text that means nothing but itself.
func (r *reader) plain(n *yaml.Node) string {
	s, ok := r.text(n)
	if ok && strings.Contains(s, "{{") {
		r.fail(n, `placeholders have a meaning only under "shop"`)
	}
	return s
}

// shopText reads text in which placeholders may stand.
func (r *reader) shopText(n *yaml.Node) string {
	s, ok := r.text(n)
	if ok {
		r.placeholders(n, s)
	}
	return s
}

// placeholders reports those in s that are unknown or malformed.
func (r *reader) placeholders(n *yaml.Node, s string) {
	known := Placeholders()
	for _, m := range placeholder.FindAllStringSubmatch(s, -1) {
		if slices.Contains(known, m[1]) {
			continue
		}
		// The nearest name is looked for without the spaces that other
		// template languages allow, the suggestion shows that here they are not.
		braced := make([]string, len(known))
		for i, k := range known {
			braced[i] = "{{" + k + "}}"
		}
		r.fail(n, "unknown placeholder %s%s", show(m[0]), document.Suggest("{{"+strings.TrimSpace(m[1])+"}}", braced))
	}
	if rest := placeholder.ReplaceAllLiteralString(s, ""); strings.Contains(rest, "{{") {
		r.fail(n, `a placeholder is not closed; write it as "{{issuer}}"`)
	}
}

// filled is s with something harmless for each placeholder, so that its shape
// can be checked. A number can stand for a port as well as for a word.
func filled(s string) string {
	for _, name := range Placeholders() {
		with := "1"
		switch name {
		case "issuer", "base_url", "jwks_uri", "authorization_endpoint", "token_endpoint", "userinfo_endpoint",
			"end_session_endpoint":
			with = "http://placeholder.invalid"
		}
		s = strings.ReplaceAll(s, "{{"+name+"}}", with)
	}
	return s
}
