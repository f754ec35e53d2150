// Package idtoken makes a user of the mock provider from the claims of an ID
// token of another one, so that a person whose sign-in makes trouble can be had
// at will. What the provider sets itself and what looks like a secret stays
// behind.
package idtoken

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/countersign-oidc/countersign/mockidp/document"
	"github.com/countersign-oidc/countersign/mockidp/identity"
	"github.com/countersign-oidc/countersign/mockidp/protocol"
)

// MaxSize is how long a token may be, in bytes.
const MaxSize = 64 << 10

// Person is what becomes of a token.
type Person struct {
	// User has the claims that were kept, with their JSON types. The username
	// is the preferred_username, the e-mail address or the sub, the first that
	// there is.
	User identity.User
	// Claims are all of the token, in the order of their names. Members of
	// objects go by "name.member" where they were dropped by themselves.
	Claims []Claim
}

// Claim is a claim of a token.
type Claim struct {
	Name string
	// Type is its JSON type.
	Type string
	// Dropped says why it was, and is empty for a claim that was kept.
	Dropped string
}

// Read reads a signed JWT. Its signature is not verified: whose token it is
// says whoever has it. Claims named in keep are kept although they look like
// secrets. No error has a part of the token in it but names of claims.
func Read(token []byte, keep ...string) (Person, error) {
	all, err := claims(token)
	if err != nil {
		return Person{}, fmt.Errorf("ID token: %w", err)
	}
	p := Person{User: identity.User{Claims: make(map[string]any)}}
	p.User.Subject, _ = all["sub"].(string)
	if p.User.Subject == "" {
		return Person{}, errors.New("ID token: no sub that is a text; is it another kind of token?")
	}
	for _, name := range slices.Sorted(maps.Keys(all)) {
		p.take(name, all[name], slices.Contains(keep, name))
	}
	for _, name := range keep {
		if _, there := all[name]; !there {
			return Person{}, fmt.Errorf("ID token: no claim %q to keep%s", name, document.Suggest(name, slices.Collect(maps.Keys(all))))
		}
	}
	for _, candidate := range []any{p.User.Claims["preferred_username"], p.User.Claims["email"], p.User.Subject} {
		if name, ok := candidate.(string); ok && name != "" {
			p.User.Username = name
			break
		}
	}
	return p, nil
}

// take keeps a claim, or says why not.
func (p *Person) take(name string, value any, asked bool) {
	c := Claim{Name: name, Type: jsonType(value)}
	switch {
	case name == "sub":
		p.Claims = append(p.Claims, c)
		return
	case protocol.Reserved(name) || slices.Contains(ofToken(), name):
		c.Dropped = "belongs to the token and not to the person"
	case !asked:
		var inside []Claim
		value, c.Dropped, inside = clean(name, value)
		p.Claims = append(p.Claims, inside...)
	}
	if c.Dropped == "" {
		p.User.Claims[name] = value
	}
	p.Claims = append(p.Claims, c)
}

// ofToken are claims about a token or its session beside those that the
// provider sets (IANA registry of JWT claims; OpenID Connect Session Management
// 1.0).
func ofToken() []string {
	return []string{
		"s_hash", "cnf", "act", "may_act", "events", "toe", "txn", "scope", "client_id", "azp", "session_state", "urn:openid:params:jwt:claim:rt_hash",
		"sub_jwk", "_claim_names", "_claim_sources", "typ",
	}
}

func jsonType(v any) string {
	switch v.(type) {
	case nil:
		return "null"
	case bool:
		return "boolean"
	case json.Number:
		return "number"
	case string:
		return "string"
	case []any:
		return "array"
	default:
		return "object"
	}
}

// claims are those of a compact JWS (RFC 7515, section 7.1).
func claims(token []byte) (map[string]any, error) {
	if len(token) > MaxSize {
		return nil, fmt.Errorf("longer than %d KiB", MaxSize>>10)
	}
	parts := strings.Split(strings.TrimSpace(string(token)), ".")
	switch {
	case len(parts) == 5:
		return nil, errors.New("it is encrypted; decrypt it first, with the key of its client")
	case len(parts) != 3:
		return nil, fmt.Errorf("a signed JWT has three parts between dots, this has %d", len(parts))
	}
	if _, err := object("header", parts[0]); err != nil {
		return nil, err
	}
	return object("claims", parts[1])
}

// object decodes a part of a token. Errors of decoding could quote it.
func object(what, part string) (map[string]any, error) {
	text, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(part, "="))
	if err != nil {
		return nil, fmt.Errorf("the %s is not base64url", what)
	}
	if !json.Valid(text) {
		return nil, fmt.Errorf("the %s is not JSON", what)
	}
	doc, err := document.Parse(what+".json", text)
	if err != nil {
		return nil, fmt.Errorf("the %s is JSON that nobody should rely on: %s", what, unquoted(err))
	}
	var out map[string]any
	if err := doc.Decode(&out); err != nil || out == nil {
		return nil, fmt.Errorf("the %s is not a JSON object", what)
	}
	return out, nil
}

// unquoted are problems of a document without the values that they quote.
func unquoted(err error) string {
	switch text := err.Error(); {
	case strings.Contains(text, "already set"):
		return "a member is given twice"
	case strings.Contains(text, "nested"):
		return "it is nested too deep"
	case strings.Contains(text, "surrogate"), strings.Contains(text, "UTF-8"):
		return "it is not Unicode"
	default:
		return "a number is out of range"
	}
}
