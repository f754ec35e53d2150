package config

import (
	"slices"
	"strings"
	"testing"
)

type badCase struct{ name, in, want string }

// reachable is a shop without a fault, to which faults are added. clientless
// lacks the client.
const reachable = "provider: {listen: 127.0.0.1:9400, issuer: http://localhost:9400}\nshop:\n  client: {id: shop}\n  base_url: https://s.example\n  redirect_uris: [/cb]\n  sign_in: {visit: /}\n  who_am_i: {page: /me, subject: h1}\n"

var clientless = strings.Replace(reachable, "  client: {id: shop}\n", "", 1)

// bad are wrong files and all that is said about each of them.
func bad() []badCase {
	return slices.Concat(badYAML(), badSettings(), badShops(), badPolicies())
}

// badYAML are files that are malformed or use YAML in ways that are refused.
func badYAML() []badCase {
	return []badCase{
		{"tab", "shop:\n\tembedded: {}\n", `
c.yaml:2:1: not valid YAML: found character that cannot start any token; indent with spaces`},
		{"tab after text", "out: a\n\tstrict: true\n", `
c.yaml:2:1: not valid YAML: found a tab character that violates indentation; indent with spaces`},
		{"unclosed quote", "out: \"build\nstrict: true\n", `
c.yaml:1:6: not valid YAML: found unexpected end of stream; a quote that opens here is not closed`},
		{"unclosed list", "suites: [login\nstrict: true\n", `
c.yaml:2:7: not valid YAML: did not find expected ',' or ']'`},
		{"colon in text", "out: a: b\n", `
c.yaml:1:7: not valid YAML: mapping values are not allowed in this context; put text that contains ": " in quotes, or check the indentation`},
		{"control character", "out: a\x01\n", `
c.yaml:1:7: not valid YAML: a control character`},
		{"undefined alias", "out: *a\n", `
c.yaml:1:6: not valid YAML: unknown anchor 'a' referenced`},
		{"two documents", "strict: true\n---\nstrict: false\n", `
c.yaml:2:1: a second document begins here; put everything into the first`},
		{"broken second document", "strict: true\n---\n\"\n", `
c.yaml:3:1: not valid YAML: found unexpected end of stream; a quote that opens here is not closed`},
		{"not a mapping", "- login\n", `
c.yaml:1:1: the configuration must be a mapping of keys to values, not a list`},
		{"text", "login\n", `
c.yaml:1:1: the configuration must be a mapping of keys to values, not text`},
		{"anchor and alias", "suites: &s [login]\nchecks: *s\n", `
c.yaml:1:9: anchors are not supported; write the value where it is used
c.yaml:2:9: aliases are not supported; write the value out`},
		{"merge key", "<<: {strict: true}\n", `
c.yaml:1:1: merge keys are not supported; write the values out`},
		{"duplicate key", "strict: true\nout: a\nstrict: false\n", `
c.yaml:3:1: key "strict" is already set on line 1`},
		{"duplicate key within", "shop:\n  embedded: {}\n  embedded: {}\n", `
c.yaml:3:3: key "embedded" is already set on line 2`},
		{"key that is no text", "? [a]\n: b\n", `
c.yaml:1:3: a key must be text, not a list`},
	}
}

// badSettings are wrong keys and wrong values outside a shop, and wrong ways to reach one.
func badSettings() []badCase {
	return []badCase{
		{"unknown keys", "strct: true\nsuits: [login]\nzzzzzz: 1\nshop: {embeded: {}}\n", `
c.yaml:1:1: unknown key "strct"; did you mean "strict"?
c.yaml:2:1: unknown key "suits"; did you mean "suites"?
c.yaml:3:1: unknown key "zzzzzz"; known: profile, suites, checks, processes, out, waivers, strict, browser, provider, shop
c.yaml:4:7: "shop" needs one of "embedded", "process" or, for a shop that already runs, "base_url"
c.yaml:4:8: unknown key "embeded"; did you mean "embedded"?`},
		{"unknown profile", "strict: true\nprofile: all\n", `
c.yaml:2:10: must be "basic", "release", "security" or "full", not "all"`},
		{"wrong case", "Strict: true\n", `
c.yaml:1:1: unknown key "Strict"; did you mean "strict"?`},
		{"no value", "suites:\nstrict: true\n", `
c.yaml:1:8: "suites" has no value; give one or leave the key out`},
		{"wrong types", "suites: login\nchecks: [1, [a], Login.A]\nprocesses: two\nout: 7\nstrict: yes\nbrowser: chrome\nshop: embedded\n", `
c.yaml:1:9: must be a list, not text; write [login]
c.yaml:2:10: must be text, not a number; put it in quotes
c.yaml:2:13: must be text, not a list
c.yaml:2:18: "Login.A" is not a name such as "idtoken.audience-other"
c.yaml:3:12: must be a whole number from 1 to 64, not "two"
c.yaml:4:6: must be text, not a number; put it in quotes
c.yaml:5:9: must be true or false, not "yes"
c.yaml:6:10: "browser" must be a mapping of keys to values, not text
c.yaml:7:7: "shop" must be a mapping of keys to values, not text`},
		{"out of range", "processes: 0\n", `
c.yaml:1:12: must be a whole number from 1 to 64, not "0"`},
		{"too many", "processes: 65\n", `
c.yaml:1:12: must be a whole number from 1 to 64, not "65"`},
		{"fraction", "processes: 1.5\n", `
c.yaml:1:12: must be a whole number from 1 to 64, not "1.5"`},
		{"repeated", "suites: [login, claims, login]\n", `
c.yaml:1:25: "login" is listed twice`},
		{"empty text", "out: \"\"\nbrowser: {exec: \" \"}\n", `
c.yaml:1:6: must not be empty
c.yaml:2:17: must not be empty`},
		{"placeholder outside a shop", "out: \"{{port}}\"\n", `
c.yaml:1:6: placeholders have a meaning only under "shop"`},
		{"no kind", "shop: {session: {length: 1h}}\n", `
c.yaml:1:7: "shop" needs one of "embedded", "process" or, for a shop that already runs, "base_url"`},
		{"empty shop", "shop: {}\n", `
c.yaml:1:7: "shop" needs one of "embedded", "process" or, for a shop that already runs, "base_url"`},
		{"two kinds", "shop:\n  embedded: {}\n  process: {command: [a]}\n", `
c.yaml:3:3: "embedded" and "process" exclude each other; keep one`},
		{"embedded with addresses", "shop:\n  embedded: {}\n  base_url: https://s.example\n  sign_in: {visit: /}\n", `
c.yaml:3:3: "base_url" has no meaning with "embedded", whose addresses are known; leave it out
c.yaml:4:3: "sign_in" has no meaning with "embedded", whose addresses are known; leave it out`},
		{"process lacking", "shop:\n  process: {dir: shop}\n", `
c.yaml:2:3: "shop" lacks "base_url", which cannot be guessed
c.yaml:2:3: "shop" lacks "redirect_uris", which cannot be guessed
c.yaml:2:3: "shop" lacks "sign_in", which cannot be guessed
c.yaml:2:3: "shop" lacks "who_am_i", which cannot be guessed
c.yaml:2:12: "process" lacks "command", the program to start`},
		{"empty command", "shop:\n  process: {command: []}\n  base_url: http://localhost:{{port}}\n  redirect_uris: []\n  sign_in: {}\n  who_am_i: {}\n", `
c.yaml:2:22: "command" must name a program
c.yaml:4:18: must not be empty
c.yaml:5:12: "sign_in" lacks "visit", the page to open
c.yaml:6:13: "who_am_i" needs "json" or "page", where the shop says who is signed in
c.yaml:6:13: "who_am_i" lacks "subject", where in the answer the subject is`},
		{"environment", "shop:\n  process: {command: [a], env: {\"A-B\": x, C: [1], D: , E: \"{{isuer}}\"}}\n  base_url: http://localhost:1\n  redirect_uris: [/cb]\n  sign_in: {visit: /}\n  who_am_i: {page: /, subject: a}\n", `
c.yaml:2:33: "A-B" is not the name of an environment variable
c.yaml:2:46: must be text, not a list
c.yaml:2:54: has no value; write "" if it is to be empty
c.yaml:2:59: unknown placeholder "{{isuer}}"; did you mean "{{issuer}}"?`},
	}
}

// badShops are wrong addresses and placeholders.
func badShops() []badCase {
	return []badCase{
		{"placeholders", clientless + "  client: {id: \"{{ issuer }}\", secret: \"{{client_id\"}\n  sign_out: {visit: \"/{{nonsense}}\"}\n", `
c.yaml:7:16: unknown placeholder "{{ issuer }}"; did you mean "{{issuer}}"?
c.yaml:7:40: a placeholder is not closed; write it as "{{issuer}}"
c.yaml:8:21: unknown placeholder "{{nonsense}}"; known: {{issuer}}, {{client_id}}, {{client_secret}}, {{port}}, {{base_url}}, {{jwks_uri}}, {{authorization_endpoint}}, {{token_endpoint}}, {{userinfo_endpoint}}, {{end_session_endpoint}}, {{client_auth_method}}, {{accounts}}, {{link_by_email}}, {{client_key}}, {{userinfo_alg}}, {{id_token_alg}}`},
		{"port of a shop that runs", strings.Replace(reachable, "s.example", "s.example:{{port}}", 1), `
c.yaml:4:13: "{{port}}" has a meaning only with "process"`},
		{"own base", strings.Replace(reachable, "https://s.example", "\"{{base_url}}\"", 1), `
c.yaml:4:13: "base_url" cannot refer to itself`},
		{"base", strings.Replace(reachable, "https://s.example", "s.example", 1), `
c.yaml:4:13: "s.example" is not an http or https URL such as "https://shop.example.com"`},
		{"base with a query", strings.Replace(reachable, "https://s.example", "https://u:p@s.example?x#y", 1), `
c.yaml:4:13: must not have a user, a query or a fragment`},
		{"addresses", "shop:\n  base_url: https://s.example\n  redirect_uris: [callback, \"//evil\", \"ftp://x/y\", \"/%zz\", 1]\n  sign_in: {visit: javascript:alert(1)}\n  who_am_i: {page: /me, subject: h1}\n", `
c.yaml:1:1: a shop that already runs needs "provider": where its settings say that the provider is
c.yaml:3:19: "callback" is neither a path such as "/callback" nor an http or https URL
c.yaml:3:29: "//evil" is neither a path such as "/callback" nor an http or https URL
c.yaml:3:39: "ftp://x/y" is neither a path such as "/callback" nor an http or https URL
c.yaml:3:52: "/%zz" is not a valid path
c.yaml:3:60: must be text, not a number; put it in quotes
c.yaml:4:20: "javascript:alert(1)" is neither a path such as "/callback" nor an http or https URL`},
		{"who_am_i both", strings.Replace(reachable, "page: /me", "page: /me, json: /me", 1), `
c.yaml:7:14: "json" and "page" exclude each other; keep one`},
		{"who_am_i claims of a page", strings.Replace(reachable, "subject: h1", "subject: h1, claims: /c", 1), `
c.yaml:7:38: "claims" needs "json"; a page shows only the subject`},
		{"who_am_i pointers", strings.Replace(reachable, "page: /me, subject: h1", "json: /me, subject: sub, claims: /a~2", 1), `
c.yaml:7:34: "sub" is not a JSON pointer such as "/sub"
c.yaml:7:47: "/a~2" is not a JSON pointer such as "/sub"`},
	}
}

// badPolicies are wrong values of what a shop is known to do.
func badPolicies() []badCase {
	return []badCase{
		{"click without visit", reachable + "  sign_out: {click: a}\n", `
c.yaml:8:13: "sign_out" lacks "visit", the page to open`},
		{"durations", reachable + "  session: {length: 3600}\n  policies: {leeway: five}\n", `
c.yaml:8:21: "3600" has no unit; write a duration such as 90s, 5m or 1h30m
c.yaml:9:22: "five" is not a duration; write one such as 90s, 5m or 1h30m`},
		{"durations out of range", reachable + "  session: {length: 0s}\n  policies: {leeway: -1s}\n", `
c.yaml:8:21: must be at least 1s, not "0s"
c.yaml:9:22: must be at least 0s, not "-1s"`},
		{"policies", reachable + "  policies: {unsigned_over_tls: maybe, userinfo_failure: true}\n", `
c.yaml:8:33: must be "refuse" or "accept", not "maybe"
c.yaml:8:58: must be "refuse" or "accept", not "true"`},
		{"capabilities", reachable + "  capabilities: [pkce, PKCE, pkce]\n", `
c.yaml:8:24: "PKCE" is not a name such as "rp_initiated_logout"
c.yaml:8:30: "pkce" is listed twice`},
		{"client", clientless + "  client: {id: a, auth_method: client_secret_basic}\n", `
c.yaml:7:19: "client_secret_basic" needs "secret"`},
		{"public client", clientless + "  client: {id: a, secret: b, auth_method: none}\n", `
c.yaml:7:19: "secret" has no meaning with the authentication method "none"; leave one out`},
		{"method", clientless + "  client: {id: a, auth_method: basic}\n", `
c.yaml:7:32: must be "client_secret_basic", "client_secret_post" or "none", not "basic"`},
		{"claims", reachable + "  user: {claims: {a: 0x10, b: !!binary aGk=, c: .inf, d: {e: 1, e: 2}, f: \"{{x}}\"}}\n", `
c.yaml:8:22: "0x10" is not a number that JSON knows; write it in decimal or put it in quotes
c.yaml:8:31: the tag !!binary is not supported
c.yaml:8:49: ".inf" is not a number that JSON knows; write it in decimal or put it in quotes
c.yaml:8:65: key "e" is already set on line 8
c.yaml:8:75: unknown placeholder "{{x}}"; known: {{issuer}}, {{client_id}}, {{client_secret}}, {{port}}, {{base_url}}, {{jwks_uri}}, {{authorization_endpoint}}, {{token_endpoint}}, {{userinfo_endpoint}}, {{end_session_endpoint}}, {{client_auth_method}}, {{accounts}}, {{link_by_email}}, {{client_key}}, {{userinfo_alg}}, {{id_token_alg}}`},
		{"claims that are a list", reachable + "  user: {claims: [a]}\n", `
c.yaml:8:18: "claims" must be a mapping of names to values, not a list`},
		{"long value", "processes: " + strings.Repeat("9", 100) + "\n", `
c.yaml:1:12: must be a whole number from 1 to 64, not "999999999999999999999999999999999999999999999999999999999999…"`},
		{"placeholder without quotes", "shop:\n  base_url: {{issuer}}\n", `
c.yaml:2:13: put text with placeholders in quotes: "{{issuer}}"`},
		{"secret type", clientless + "  client: {id: 12345}\n", `
c.yaml:1:1: a shop that already runs needs "client" with the "id" of its settings
c.yaml:7:16: must be text, not a number; put it in quotes`},
	}
}

func TestParseNamesEveryProblem(t *testing.T) {
	for _, tt := range bad() {
		t.Run(tt.name, func(t *testing.T) {
			_, err := Parse("c.yaml", []byte(tt.in))
			if err == nil {
				t.Fatal("was accepted")
			}
			if want := strings.TrimPrefix(tt.want, "\n"); err.Error() != want {
				t.Errorf("got\n%s\nwant\n%s", err, want)
			}
		})
	}
}
