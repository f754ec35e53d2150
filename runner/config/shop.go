package config

import (
	"net/url"
	"regexp"
	"strings"
	"time"

	"go.yaml.in/yaml/v4"

	"github.com/countersign-oidc/countersign/runner/check"
)

func (r *reader) embedded(n *yaml.Node) *Embedded {
	e := &Embedded{}
	r.mapping(n, `"embedded"`,
		field{"flaws", func(n *yaml.Node) { e.Flaws = r.words(n, flawName, "skip-nonce") }})
	return e
}

func (r *reader) process(n *yaml.Node) *Process {
	p := &Process{}
	seen := r.mapping(n, `"process"`,
		field{"command", func(n *yaml.Node) {
			r.list(n, func(n *yaml.Node) { p.Command = append(p.Command, r.argument(n)) })
			if n.Kind == yaml.SequenceNode && len(n.Content) == 0 {
				r.fail(n, `"command" must name a program`)
			}
		}},
		field{"env", func(n *yaml.Node) { p.Env = r.env(n) }},
		field{"dir", func(n *yaml.Node) { p.Dir = r.shopText(n) }},
		field{"ready", func(n *yaml.Node) { p.Ready = r.address(n) }},
	)
	if n.Kind == yaml.MappingNode && seen["command"] == nil {
		r.fail(n, `"process" lacks "command", the program to start`)
	}
	return p
}

// argument is a word of a command or the value of a variable. Bare numbers
// and truth values are taken as they are written, since both are text anyway.
func (r *reader) argument(n *yaml.Node) string {
	if n.Kind != yaml.ScalarNode {
		r.fail(n, "must be text, not %s", kindOf(n))
		return ""
	}
	switch n.ShortTag() {
	case "!!str", "!!int", "!!float", "!!bool", "!!timestamp":
		r.placeholders(n, n.Value)
		return n.Value
	case "!!null":
		r.fail(n, `has no value; write "" if it is to be empty`)
	default:
		r.fail(n, "must be text, not %s", kindOf(n))
	}
	return ""
}

// scopeName is a scope-token (RFC 6749, section 3.3).
var scopeName = regexp.MustCompile(`^[\x21\x23-\x5b\x5d-\x7e]+$`)

var variable = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)

func (r *reader) env(n *yaml.Node) map[string]string {
	if n.Kind != yaml.MappingNode {
		r.fail(n, "\"env\" must be a mapping of names to values, not %s", kindOf(n))
		return nil
	}
	out, seen := map[string]string{}, map[string]*yaml.Node{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := n.Content[i]
		if !r.key(key, seen) {
			continue
		}
		if !variable.MatchString(key.Value) {
			r.fail(key, "%s is not the name of an environment variable", show(key.Value))
		}
		out[key.Value] = r.argument(n.Content[i+1])
	}
	return out
}

func (r *reader) step(n *yaml.Node, what string) Step {
	var s Step
	seen := r.mapping(n, `"`+what+`"`,
		field{"visit", func(n *yaml.Node) { s.Visit = r.address(n) }},
		field{"click", func(n *yaml.Node) { s.Click = r.shopText(n) }},
	)
	if n.Kind == yaml.MappingNode && seen["visit"] == nil {
		r.fail(n, "%q lacks \"visit\", the page to open", what)
	}
	return s
}

func (r *reader) whoAmI(n *yaml.Node) WhoAmI {
	var w WhoAmI
	var subject, claims, identity, userinfo, name, email *yaml.Node
	seen := r.mapping(n, `"who_am_i"`,
		field{"json", func(n *yaml.Node) { w.JSON = r.address(n) }},
		field{"page", func(n *yaml.Node) { w.Page = r.address(n) }},
		field{"subject", func(n *yaml.Node) { subject, w.Subject = n, r.shopText(n) }},
		field{"claims", func(n *yaml.Node) { claims, w.Claims = n, r.shopText(n) }},
		field{"identity", func(n *yaml.Node) { identity, w.Identity = n, r.shopText(n) }},
		field{"userinfo", func(n *yaml.Node) { userinfo, w.UserInfo = n, r.shopText(n) }},
		field{"name", func(n *yaml.Node) { name, w.Name = n, r.shopText(n) }},
		field{"email", func(n *yaml.Node) { email, w.Email = n, r.shopText(n) }},
	)
	if n.Kind != yaml.MappingNode {
		return w
	}
	switch {
	case seen["json"] != nil && seen["page"] != nil:
		r.fail(seen["page"], `"json" and "page" exclude each other; keep one`)
	case seen["json"] != nil:
		for _, p := range []*yaml.Node{subject, claims, identity, userinfo, name, email} {
			if p != nil && p.Value != "" && !pointer(p.Value) {
				r.fail(p, "%s is not a JSON pointer such as \"/sub\"", show(p.Value))
			}
		}
	case seen["page"] != nil:
		for _, key := range []string{"claims", "identity", "userinfo", "name", "email"} {
			if seen[key] != nil {
				r.fail(seen[key], "%q needs \"json\"; a page shows only the subject", key)
			}
		}
	default:
		r.fail(n, `"who_am_i" needs "json" or "page", where the shop says who is signed in`)
	}
	if seen["subject"] == nil {
		r.fail(n, `"who_am_i" lacks "subject", where in the answer the subject is`)
	}
	return w
}

// pointer follows RFC 6901, section 3: a tilde is always an escape.
func pointer(s string) bool {
	rest := strings.NewReplacer("~0", "", "~1", "").Replace(s)
	return strings.HasPrefix(s, "/") && !strings.Contains(rest, "~")
}

func (r *reader) policies(n *yaml.Node) Policies {
	var p Policies
	fields := []field{{"leeway", func(n *yaml.Node) {
		d := r.duration(n, time.Duration(0))
		p.Leeway = &d
	}}}
	for _, policy := range check.AllPolicies() {
		fields = append(fields, field{string(policy), func(n *yaml.Node) {
			if p.Choices == nil {
				p.Choices = check.Policies{}
			}
			p.Choices[policy] = check.Choice(r.choice(n, string(check.Refuse), string(check.Accept)))
		}})
	}
	r.mapping(n, `"policies"`, fields...)
	return p
}

func (r *reader) client(n *yaml.Node) Client {
	var c Client
	seen := r.mapping(n, `"client"`,
		field{"id", func(n *yaml.Node) { c.ID = r.shopText(n) }},
		field{"secret", func(n *yaml.Node) { c.Secret = r.shopText(n) }},
		field{"auth_method", func(n *yaml.Node) {
			c.AuthMethod = r.choice(n, "client_secret_basic", "client_secret_post", "none")
		}},
	)
	switch {
	case c.AuthMethod == "none" && seen["secret"] != nil:
		r.fail(seen["secret"], `"secret" has no meaning with the authentication method "none"; leave one out`)
	case strings.HasPrefix(c.AuthMethod, "client_secret_") && seen["id"] != nil && seen["secret"] == nil:
		r.fail(seen["auth_method"], "%q needs \"secret\"", c.AuthMethod)
	}
	return c
}

func (r *reader) user(n *yaml.Node) User {
	var u User
	r.mapping(n, `"user"`, field{"claims", func(n *yaml.Node) {
		if n.Kind != yaml.MappingNode {
			r.fail(n, "\"claims\" must be a mapping of names to values, not %s", kindOf(n))
			return
		}
		u.Claims, _ = r.data(n).(map[string]any)
	}})
	return u
}

// addresses is a list of addresses, at least one.
func (r *reader) addresses(n *yaml.Node) []string {
	var out []string
	r.list(n, func(n *yaml.Node) { out = append(out, r.address(n)) })
	if n.Kind == yaml.SequenceNode && len(n.Content) == 0 {
		r.fail(n, "must not be empty")
	}
	return out
}

// address reads a path below the base URL, or a URL.
func (r *reader) address(n *yaml.Node) string {
	s := r.shopText(n)
	switch {
	case s == "", strings.HasPrefix(s, "{{base_url}}"):
	case strings.HasPrefix(s, "//"):
		r.fail(n, "%s is neither a path such as \"/callback\" nor an http or https URL", show(s))
	case strings.HasPrefix(s, "/"):
		if _, err := url.Parse(filled(s)); err != nil {
			r.fail(n, "%s is not a valid path", show(s))
		}
	default:
		if _, ok := absolute(s); !ok {
			r.fail(n, "%s is neither a path such as \"/callback\" nor an http or https URL", show(s))
		}
	}
	return s
}

func (r *reader) baseURL(n *yaml.Node) string {
	s := r.shopText(n)
	if s == "" {
		return ""
	}
	u, ok := absolute(s)
	switch {
	case strings.Contains(s, "{{base_url}}"):
		r.fail(n, `"base_url" cannot refer to itself`)
	case !ok:
		r.fail(n, "%s is not an http or https URL such as \"https://shop.example.com\"", show(s))
	case u.RawQuery != "", u.Fragment != "", u.User != nil:
		r.fail(n, "must not have a user, a query or a fragment") // not shown: a user may have a password
	}
	return s
}

func absolute(s string) (*url.URL, bool) {
	u, err := url.Parse(filled(s))
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" {
		return nil, false
	}
	return u, true
}
