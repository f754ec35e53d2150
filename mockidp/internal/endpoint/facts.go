package endpoint

import (
	"crypto/rand"
	"encoding/json"
	"maps"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/countersign-oidc/countersign/mockidp/fault"
	"github.com/countersign-oidc/countersign/mockidp/identity"
	"github.com/countersign-oidc/countersign/mockidp/internal/state"
	"github.com/countersign-oidc/countersign/mockidp/journal"
	"github.com/countersign-oidc/countersign/mockidp/keys"
	"github.com/countersign-oidc/countersign/mockidp/token"
)

// Facts are what faults know of a provider beside the answer that they spoil.
// They are asked only while a fault acts.
type Facts struct {
	Now       func() time.Time
	Directory *Directory
	Store     *state.Store
	Journal   *journal.Log
}

// honest is what expressions start from in an answer to a client about a user;
// either may be "".
func (f *Facts) honest(client, user string) fault.Honest {
	h := fault.Honest{Now: f.Now(), Client: client, Issuer: f.Directory.issuer}
	h.Other = func(what string) (string, bool) {
		if what == "client_id" {
			other, ok := f.Directory.otherClient(client)
			return other.ID, ok
		}
		other, ok := f.Directory.otherUser(user)
		c, _ := f.Directory.Client(client)
		return f.Directory.subject(c, other), ok
	}
	return h
}

// withKeys adds what expressions know of the provider's keys. None is made
// before an expression asks for it.
func (f *Facts) withKeys(h fault.Honest) fault.Honest {
	ring := f.Directory.ring
	h.Key = func(name string) (json.RawMessage, bool) {
		signing, err := ring.Signing(keys.RS256)
		if err != nil {
			return nil, false
		}
		jwk, _ := token.KeyWords(ring, signing)
		return jwk(name)
	}
	h.Certificate = func(name string) (string, bool) {
		signing, err := ring.Signing(keys.RS256)
		if err != nil {
			return "", false
		}
		_, certificate := token.KeyWords(ring, signing)
		return certificate(name)
	}
	return h
}

// client is a client by its ID.
func (f *Facts) client(id string) (identity.Client, bool) {
	if f == nil {
		return identity.Client{}, false
	}
	return f.Directory.Client(id)
}

// otherUser is the first user, in the order of usernames, that is not the
// given one.
func (d *Directory) otherUser(name string) (person, bool) {
	d.mu.RLock()
	defer d.mu.RUnlock()
	return otherOf(d.users, name)
}

func (d *Directory) otherClient(id string) (identity.Client, bool) {
	d.mu.RLock()
	defer d.mu.RUnlock()
	return otherOf(d.clients, id)
}

func otherOf[V any](all map[string]V, not string) (V, bool) {
	for _, name := range slices.Sorted(maps.Keys(all)) {
		if name != not {
			return all[name], true
		}
	}
	var none V
	return none, false
}

// earlier is the newest token of the journal that fits a source. The access
// token is that of the answer itself.
func (f *Facts) earlier(x *Exchange, j jwt, from fault.Source) (string, bool) {
	kind := j.kind
	switch from {
	case fault.FromAccessToken:
		return issued(x.Entry.Tokens, "access_token")
	case fault.FromIDToken, fault.FromLogoutToken, fault.FromUserInfo:
		kind = string(from)
	}
	entries := f.Journal.Select(journal.Query{})
	for _, e := range slices.Backward(entries) {
		user, client := j.user == e.User, j.client.ID == e.Client
		switch from {
		case fault.FromOtherUser:
			user = !user
		case fault.FromOtherClient:
			client = !client
		}
		if value, ok := issued(e.Tokens, kind); ok && user && client {
			return value, true
		}
	}
	return "", false
}

func issued(tokens []journal.Issued, kind string) (string, bool) {
	for _, t := range tokens {
		if t.Kind == kind {
			return t.Value, true
		}
	}
	return "", false
}

// oddCharacters need encoding in a form (RFC 6749, Appendix A.11 allows all
// printable ones).
const oddCharacters = "+/=%2B&?# '\"<>"

// longCode is the length of a code of that kind, in bytes.
const longCode = 2000

// code is another authorization code in place of the honest one, and false
// when there is nobody else to issue it for.
func (f *Facts) code(honest string, how fault.Code) (string, bool) {
	grant, ok := f.Store.CodeGrant(honest)
	code := rand.Text()
	switch how {
	case fault.CodeUnknown:
		return code, true
	case fault.CodeOtherUser:
		other, found := f.Directory.otherUser(grant.User)
		grant.User, ok = other.Username, ok && found
	case fault.CodeOtherClient:
		other, found := f.Directory.otherClient(grant.Client)
		grant.Client, ok = other.ID, ok && found
	case fault.CodeOdd:
		code += oddCharacters
	case fault.CodeLong:
		code += strings.Repeat("0", longCode-len(code))
	}
	if ok {
		f.Store.PutCode(code, grant, how == fault.CodeExpired, how == fault.CodeSpent)
	}
	return code, ok
}

// spoilClaims lets faults edit claims that travel without being signed.
func (x *Exchange) spoilClaims(kind, client, user string, claims token.Members) token.Members {
	x.faults.Each(user, client, func(s fault.Spec) func() {
		if s.Token == nil || s.Token.Kind() != kind {
			return nil
		}
		edited, changed := token.EditClaims(claims, s.Token, x.facts.honest(client, user))
		if !changed {
			return nil
		}
		return func() { claims = edited }
	})
	return claims
}

// samePlace is a URL with another path.
func samePlace(raw, path string) string {
	u, err := url.Parse(raw)
	if err != nil {
		return raw
	}
	u.Path, u.RawPath, u.RawQuery = path, "", ""
	return u.String()
}

// rawMember is a member of a JSON object, or nil.
func rawMember(m token.Members, name string) json.RawMessage {
	value, _ := m.Get(name)
	return value
}
