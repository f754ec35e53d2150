package endpoint

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"sync"

	"github.com/countersign-oidc/countersign/mockidp/identity"
	"github.com/countersign-oidc/countersign/mockidp/keys"
	"github.com/countersign-oidc/countersign/mockidp/protocol"
	"github.com/countersign-oidc/countersign/mockidp/token"
)

// Directory is the users and clients that a provider knows. It is safe for
// concurrent use.
type Directory struct {
	issuer string
	ring   *keys.Ring

	mu      sync.RWMutex
	users   map[string]person
	clients map[string]identity.Client
	// subjects are the usernames by public subject, sectors those by sector
	// and pairwise subject.
	subjects map[string]string
	sectors  map[string]map[string]string
}

// person is a user whose claims are encoded already: that is the same for
// each of their tokens.
type person struct {
	identity.User
	claims token.Members
}

// NewDirectory is an empty directory of an issuer whose tokens the ring signs.
func NewDirectory(issuer string, ring *keys.Ring) *Directory {
	d := &Directory{issuer: issuer, ring: ring}
	d.Replace(nil, nil)
	return d
}

// Replace makes the directory hold exactly these.
func (d *Directory) Replace(users []identity.User, clients []identity.Client) {
	d.mu.Lock()
	d.users = make(map[string]person)
	d.clients = make(map[string]identity.Client)
	d.subjects = make(map[string]string)
	d.sectors = make(map[string]map[string]string)
	d.mu.Unlock()
	for _, u := range users {
		d.PutUser(u)
	}
	for _, c := range clients {
		d.PutClient(c)
	}
}

// PutUser adds a user or replaces the one of the same username. Claims that
// have no JSON or are the provider's own are left out.
func (d *Directory) PutUser(u identity.User) {
	claims, _ := EncodeClaims(u)
	d.mu.Lock()
	defer d.mu.Unlock()
	if old := d.users[u.Username].Sub(); d.subjects[old] == u.Username {
		delete(d.subjects, old)
	}
	d.users[u.Username] = person{u, claims}
	d.subjects[u.Sub()] = u.Username
	clear(d.sectors)
}

// EncodeClaims is the claims of a user in alphabetical order, and what is
// wrong with those that are missing from it.
func EncodeClaims(u identity.User) (token.Members, []error) {
	var out token.Members
	var errs []error
	for _, name := range slices.Sorted(maps.Keys(u.Claims)) {
		if protocol.Reserved(name) {
			errs = append(errs, fmt.Errorf("claim %q is the provider's own to set", name))
			continue
		}
		raw, err := json.Marshal(u.Claims[name])
		if err != nil {
			errs = append(errs, fmt.Errorf("claim %q: %w", name, err))
			continue
		}
		out = append(out, token.Member{Name: name, Value: raw})
	}
	return out, errs
}

// PutClient adds a client or replaces the one of the same ID.
func (d *Directory) PutClient(c identity.Client) {
	c.RedirectURIs = slices.Clone(c.RedirectURIs)
	c.PostLogoutRedirectURIs = slices.Clone(c.PostLogoutRedirectURIs)
	d.mu.Lock()
	defer d.mu.Unlock()
	d.clients[c.ID] = c
}

// Client is the client of that ID.
func (d *Directory) Client(id string) (identity.Client, bool) {
	d.mu.RLock()
	defer d.mu.RUnlock()
	c, ok := d.clients[id]
	return c, ok
}

func (d *Directory) user(name string) (person, bool) {
	d.mu.RLock()
	defer d.mu.RUnlock()
	p, ok := d.users[name]
	return p, ok
}

// authenticate is the user of that name and password.
func (d *Directory) authenticate(name, password string) (person, bool) {
	p, known := d.user(name)
	return p, equal(p.Password, password) && known
}

// released are the claims that a client sees: those of the scopes, those that
// it asked for by name and those of no scope (OpenID Connect Core 1.0, sections
// 5.4 and 5.5).
func (p person) released(scopes []string, named map[string]*protocol.ClaimRequest) token.Members {
	out := make(token.Members, 0, len(p.claims))
	for _, m := range p.claims {
		scope := protocol.ScopeOf(m.Name)
		_, asked := named[m.Name]
		if scope == "" || asked || slices.Contains(scopes, scope) {
			out = append(out, m)
		}
	}
	return out
}

// equal compares secrets in a time that tells nothing of them, not even their
// length.
func equal(a, b string) bool {
	x, y := sha256.Sum256([]byte(a)), sha256.Sum256([]byte(b))
	return subtle.ConstantTimeCompare(x[:], y[:]) == 1
}
