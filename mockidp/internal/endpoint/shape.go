package endpoint

import (
	"bytes"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/countersign-oidc/countersign/mockidp/identity"
	"github.com/countersign-oidc/countersign/mockidp/internal/state"
	"github.com/countersign-oidc/countersign/mockidp/keys"
	"github.com/countersign-oidc/countersign/mockidp/profile"
	"github.com/countersign-oidc/countersign/mockidp/protocol"
	"github.com/countersign-oidc/countersign/mockidp/token"
)

// words are what the texts of a profile stand for in the tokens of a grant.
func (m *Mint) words(c identity.Client, p person, g state.Grant) profile.Values {
	sub := m.Directory.subject(c, p)
	return profile.Values(func(word string) (any, bool) {
		kind, of, _ := strings.Cut(word, ":")
		switch kind {
		case "sub":
			return sub, true
		case "public_sub":
			return p.Sub(), true
		case "client_id":
			return c.ID, true
		case "username":
			return p.Username, p.Username != ""
		case "sid":
			return g.SID, g.SID != ""
		case "scope":
			return strings.Join(g.Scopes, " "), true
		case "scopes":
			return g.Scopes, true
		case "acr":
			return g.ACR, g.ACR != ""
		case "claim":
			return claimOf(p.User, of)
		case "user":
			return profile.Made(p.Sub())(of)
		}
		return m.times(word, g)
	}).Or(m.Site.words).Or(profile.Made(""))
}

// times are the words that stand for times.
func (m *Mint) times(word string, g state.Grant) (any, bool) {
	now := m.Now()
	switch word {
	case "now":
		return now.Unix(), true
	case "millis":
		return strconv.FormatInt(now.UnixMilli(), 10), true
	case "time":
		return timeText(now), true
	case "expiry":
		return now.Add(m.AccessLifetime).Unix(), true
	case "auth_time":
		return g.AuthTime.Unix(), !g.AuthTime.IsZero()
	}
	return nil, false
}

// claimOf is a claim of a user as JSON.
func claimOf(u identity.User, name string) (any, bool) {
	value, ok := u.Claims[name]
	return value, ok
}

// custom puts the claims that are not standard ones where the profile wants
// them.
func custom(claims token.Members, c profile.Custom) token.Members {
	out := make(token.Members, 0, len(claims))
	var within token.Members
	for _, m := range claims {
		if protocol.ScopeOf(m.Name) != "" {
			out = append(out, m)
			continue
		}
		switch name := c.ClaimName(m.Name); {
		case name == "", c.Form != "" && string(m.Value) == "null":
		case c.Within != "":
			within = append(within, token.Member{Name: m.Name, Value: c.Value(m.Value)})
		default:
			out = append(out, token.Member{Name: name, Value: c.Value(m.Value)})
		}
	}
	if len(within) > 0 {
		out = append(out, token.Member{Name: c.Within, Value: within.JSON()})
	}
	return out
}

// escaped writes "/" as "\/".
func escaped(claims token.Members) token.Members {
	for i := range claims {
		claims[i].Value = bytes.ReplaceAll(claims[i].Value, []byte("/"), []byte(`\/`))
	}
	return claims
}

// accessToken is the text of an access token; "" leaves it to the store.
func (m *Mint) accessToken(g state.Grant) (string, error) {
	shape := m.Site.Profile.AccessToken
	if shape.Claims == nil {
		if shape.Prefix == "" {
			return "", nil
		}
		return profile.Made("").Text(shape.Prefix + "{alnum:64}"), nil
	}
	c, _ := m.Directory.Client(g.Client)
	p, _ := m.Directory.user(g.User)
	claims := withMembers(nil, profile.Members{Add: shape.Claims}, m.words(c, p, g))
	if shape.EscapedSlashes {
		claims = escaped(claims)
	}
	key, err := m.Ring.Signing(keys.RS256)
	if shape.OtherKey {
		key, err = m.Ring.Other(keys.RS256)
	}
	if err != nil {
		return "", err
	}
	typ := "JWT"
	if shape.NoType {
		typ = ""
	}
	return key.Sign(typ, claims.JSON())
}

// newAccess is a fresh access token of a family, good for the given scopes and
// time.
func (m *Mint) newAccess(s *state.Store, f state.Family, scopes []string, lifetime time.Duration) (string, error) {
	g := f.Grant()
	g.Scopes = scopes
	value, err := m.accessToken(g)
	if err != nil {
		return "", err
	}
	return s.PutAccess(value, f, scopes, lifetime), nil
}

// shaped is a UserInfo answer as the profile has it.
func (e *UserInfo) shaped(claims token.Members, words profile.Values) token.Members {
	shape := e.Mint.Site.Profile.UserInfo
	out := claims[:0:0]
	for _, m := range claims {
		if m.Name != "sub" && shape.Only != nil && !slices.Contains(shape.Only, m.Name) {
			continue
		}
		out = append(out, token.Member{Name: m.Name, Value: shape.Value(m.Name, m.Value)})
	}
	return withMembers(out, shape.Members, words)
}

// keySet is a key set with the members that the profile adds to each key.
func keySet(set []byte, add map[string]json.RawMessage, words profile.Values) ([]byte, error) {
	if len(add) == 0 {
		return set, nil
	}
	var whole struct {
		Keys []json.RawMessage `json:"keys"`
	}
	if err := json.Unmarshal(set, &whole); err != nil {
		return nil, err
	}
	for i, key := range whole.Keys {
		members, err := token.Parse(key)
		if err != nil {
			return nil, err
		}
		whole.Keys[i] = withMembers(members, profile.Members{Add: add}, words).JSON()
	}
	return json.Marshal(whole)
}
