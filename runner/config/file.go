package config

import (
	"regexp"
	"strings"
	"time"

	"go.yaml.in/yaml/v4"

	"github.com/countersign-oidc/countersign/runner/check"
)

var (
	suiteName = regexp.MustCompile(`^[a-z][a-z0-9_-]*$`)
	checkName = regexp.MustCompile(`^[a-z0-9*]+(?:-[a-z0-9*]+)*(?:\.[a-z0-9*]+(?:-[a-z0-9*]+)*)*$`)
	flawName  = regexp.MustCompile(`^[a-z][a-z0-9._-]*$`)
	needName  = regexp.MustCompile(`^[a-z][a-z0-9_]*$`)
)

func (r *reader) file(n *yaml.Node, f *File) {
	var provider *yaml.Node
	r.mapping(n, "the configuration",
		field{"profile", func(n *yaml.Node) { f.Profile = r.profile(n) }},
		field{"suites", func(n *yaml.Node) { f.Suites = r.words(n, suiteName, "login") }},
		field{"checks", func(n *yaml.Node) { f.Checks = r.words(n, checkName, "idtoken.audience-other") }},
		field{"processes", func(n *yaml.Node) { f.Processes = r.number(n, 1, 64) }},
		field{"out", func(n *yaml.Node) { f.Out = r.plain(n) }},
		field{"waivers", func(n *yaml.Node) { f.Waivers = r.plain(n) }},
		field{"strict", func(n *yaml.Node) { f.Strict = r.truth(n) }},
		field{"browser", func(n *yaml.Node) {
			r.mapping(n, `"browser"`, field{"exec", func(n *yaml.Node) { f.Browser.Exec = r.plain(n) }})
		}},
		field{"provider", func(n *yaml.Node) { provider, f.Provider = n, r.provider(n) }},
		field{"shop", func(n *yaml.Node) { r.shop(n, &f.Shop) }},
	)
	switch running := f.Shop.Kind() == KindURL; {
	case running && provider == nil:
		r.fail(n, `a shop that already runs needs "provider": where its settings say that the provider is`)
	case !running && provider != nil:
		r.fail(provider, `"provider" has a meaning only for a shop that already runs; others are told where it is`)
	case running && f.Shop.Client.ID == "":
		r.fail(n, `a shop that already runs needs "client" with the "id" of its settings`)
	}
}

func (r *reader) profile(n *yaml.Node) check.Profile {
	names := make([]string, 0, len(check.Profiles()))
	for _, p := range check.Profiles() {
		names = append(names, string(p))
	}
	return check.Profile(r.choice(n, names...))
}

func (r *reader) provider(n *yaml.Node) Provider {
	var p Provider
	seen := r.mapping(n, `"provider"`,
		field{"listen", func(n *yaml.Node) { p.Listen = r.plain(n) }},
		field{"issuer", func(n *yaml.Node) { p.Issuer = r.baseURL(n) }},
	)
	if n.Kind == yaml.MappingNode {
		for _, key := range []string{"listen", "issuer"} {
			if seen[key] == nil {
				r.fail(n, "\"provider\" lacks %q", key)
			}
		}
	}
	return p
}

func (r *reader) shop(n *yaml.Node, s *Shop) {
	seen := r.mapping(n, `"shop"`,
		field{"embedded", func(n *yaml.Node) { s.Embedded = r.embedded(n) }},
		field{"process", func(n *yaml.Node) { s.Process = r.process(n) }},
		field{"base_url", func(n *yaml.Node) { s.BaseURL = r.baseURL(n) }},
		field{"redirect_uris", func(n *yaml.Node) { s.RedirectURIs = r.addresses(n) }},
		field{"post_logout_redirect_uris", func(n *yaml.Node) { s.PostLogoutRedirectURIs = r.addresses(n) }},
		field{"initiate_login_uri", func(n *yaml.Node) { s.InitiateLoginURI = r.address(n) }},
		field{"back_channel_logout_uri", func(n *yaml.Node) { s.BackChannelLogoutURI = r.address(n) }},
		field{"front_channel_logout_uri", func(n *yaml.Node) { s.FrontChannelLogoutURI = r.address(n) }},
		field{"sign_in", func(n *yaml.Node) { s.SignIn = r.step(n, "sign_in") }},
		field{"who_am_i", func(n *yaml.Node) { s.WhoAmI = r.whoAmI(n) }},
		field{"pages", func(n *yaml.Node) {
			r.mapping(n, `"pages"`,
				field{"public", func(n *yaml.Node) { s.Pages.Public = r.address(n) }},
				field{"account", func(n *yaml.Node) { s.Pages.Account = r.address(n) }},
				field{"deep", func(n *yaml.Node) { s.Pages.Deep = r.address(n) }},
			)
		}},
		field{"customers", func(n *yaml.Node) { s.Customers = r.customers(n) }},
		field{"sign_out", func(n *yaml.Node) { step := r.step(n, "sign_out"); s.SignOut = &step }},
		field{"session", func(n *yaml.Node) {
			r.mapping(n, `"session"`,
				field{"length", func(n *yaml.Node) { s.Session.Length = r.duration(n, time.Second) }})
		}},
		field{"scopes", func(n *yaml.Node) { s.Scopes = r.words(n, scopeName, "email") }},
		field{"capabilities", func(n *yaml.Node) {
			for _, name := range r.words(n, needName, "rp_initiated_logout") {
				s.Capabilities = append(s.Capabilities, check.Capability(name))
			}
		}},
		field{"policies", func(n *yaml.Node) { s.Policies = r.policies(n) }},
		field{"client", func(n *yaml.Node) { s.Client = r.client(n) }},
		field{"user", func(n *yaml.Node) { s.User = r.user(n) }},
	)
	if n.Kind == yaml.MappingNode {
		r.kind(n, seen)
	}
}

// portless reports the placeholder of a port in a shop that the program does
// not start, and so cannot give one.
func (r *reader) portless(n *yaml.Node) {
	if n.Kind == yaml.ScalarNode && strings.Contains(n.Value, "{{port}}") {
		r.fail(n, `"{{port}}" has a meaning only with "process"`)
	}
	for _, c := range n.Content {
		r.portless(c)
	}
}

// kind holds the rules between the keys of a shop: exactly one way to reach
// it, and what that way needs.
func (r *reader) kind(n *yaml.Node, seen map[string]*yaml.Node) {
	embedded, process := seen["embedded"], seen["process"]
	switch {
	case embedded != nil && process != nil:
		r.fail(process, `"embedded" and "process" exclude each other; keep one`)
		return
	case embedded != nil:
		for _, key := range []string{
			"base_url", "redirect_uris", "post_logout_redirect_uris", "initiate_login_uri", "sign_in", "who_am_i", "sign_out", "pages", "customers",
			"back_channel_logout_uri", "front_channel_logout_uri",
		} {
			if at := seen[key]; at != nil {
				r.fail(at, `%q has no meaning with "embedded", whose addresses are known; leave it out`, key)
			}
		}
		return
	case process == nil && seen["base_url"] == nil:
		r.fail(n, `"shop" needs one of "embedded", "process" or, for a shop that already runs, "base_url"`)
		return
	case process == nil:
		r.portless(n)
	}
	for _, key := range []string{"base_url", "redirect_uris", "sign_in", "who_am_i"} {
		if seen[key] == nil {
			r.fail(n, "\"shop\" lacks %q, which cannot be guessed", key)
		}
	}
}
