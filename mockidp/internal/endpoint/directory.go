package endpoint

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/countersign-oidc/countersign/mockidp/identity"
	"github.com/countersign-oidc/countersign/mockidp/keys"
	"github.com/countersign-oidc/countersign/mockidp/profile"
	"github.com/countersign-oidc/countersign/mockidp/protocol"
	"github.com/countersign-oidc/countersign/mockidp/token"
)

// Directory is the users and clients that a provider knows. It is safe for
// concurrent use.
type Directory struct {
	issuer string
	ring   *keys.Ring
	// Profile says what claims, subjects and clients are like. It is set before
	// anybody is put in.
	Profile profile.Profile

	mu      sync.RWMutex
	users   map[string]person
	clients map[string]identity.Client
	// subjects are the usernames by public subject, sectors those by sector
	// and pairwise subject.
	subjects map[string]string
	sectors  map[string]map[string]string
	// registrations are those of the clients that registered themselves,
	// by client ID; registered are their IDs, oldest first.
	registrations map[string]registration
	registered    []string
}

// person is a user whose claims are encoded already: that is the same for
// each of their tokens.
type person struct {
	identity.User
	claims token.Members
	// answers are the authorization requests that were answered for them.
	answers *atomic.Int64
}

func newPerson(u identity.User, claims token.Members) person {
	return person{u, claims, new(atomic.Int64)}
}

// askedAgain reports whether a session of theirs signs in silently no longer.
func (p person) askedAgain() bool {
	return p.AskPasswordAfter > 0 && p.answers.Load() >= int64(p.AskPasswordAfter)
}

// NewDirectory is an empty directory of an issuer whose tokens the ring signs.
func NewDirectory(issuer string, ring *keys.Ring) *Directory {
	d := &Directory{issuer: issuer, ring: ring}
	d.Replace(nil, nil)
	return d
}

// Replace makes the directory hold exactly these, which are valid together.
func (d *Directory) Replace(users []identity.User, clients []identity.Client) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.users = make(map[string]person)
	d.clients = make(map[string]identity.Client)
	d.subjects = make(map[string]string)
	d.sectors = make(map[string]map[string]string)
	d.registrations, d.registered = make(map[string]registration), nil
	for _, u := range users {
		d.putUser(newPerson(u, d.encodeClaims(u)))
	}
	for _, c := range clients {
		d.putClient(c)
	}
}

// PutUser adds a valid user or replaces the one of the same username. It
// refuses a subject that belongs to another user.
func (d *Directory) PutUser(u identity.User) error {
	claims := d.encodeClaims(u)
	d.mu.Lock()
	defer d.mu.Unlock()
	if owner, taken := d.subjects[u.Sub()]; taken && owner != u.Username {
		return fmt.Errorf("user %q: sub %q belongs to user %q", u.Username, u.Sub(), owner)
	}
	d.putUser(newPerson(u, claims))
	return nil
}

// LetIn begins to count a user's answers anew.
func (d *Directory) LetIn(name string) {
	if p, known := d.user(name); known {
		p.answers.Store(0)
	}
}

// RemoveUser forgets the user of that name and reports whether there was one.
func (d *Directory) RemoveUser(name string) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	_, known := d.users[name]
	d.forgetUser(name)
	return known
}

func (d *Directory) forgetUser(name string) {
	if old, known := d.users[name]; known && d.subjects[old.Sub()] == name {
		delete(d.subjects, old.Sub())
	}
	delete(d.users, name)
	clear(d.sectors)
}

func (d *Directory) putUser(p person) {
	d.forgetUser(p.Username)
	d.users[p.Username] = p
	d.subjects[p.Sub()] = p.Username
}

// encodeClaims is the claims of a user in alphabetical order. What Validate
// refuses is left out: the caller may have changed the map since.
func (d *Directory) encodeClaims(u identity.User) token.Members {
	var out token.Members
	for _, name := range slices.Sorted(maps.Keys(u.Claims)) {
		raw, err := json.Marshal(u.Claims[name])
		if err == nil && !protocol.Reserved(name) {
			out = append(out, token.Member{Name: name, Value: raw})
		}
	}
	return custom(out, d.Profile.Custom)
}

// PutClient adds a client or replaces the one of the same ID. The keys that its
// tokens are signed with are published from now on.
func (d *Directory) PutClient(c identity.Client) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.putClient(c)
}

func (d *Directory) putClient(c identity.Client) {
	c.RedirectURIs = slices.Clone(c.RedirectURIs)
	c.PostLogoutRedirectURIs = slices.Clone(c.PostLogoutRedirectURIs)
	if c.AuthMethod == "" && c.Secret != "" {
		c.AuthMethod = d.Profile.Client.Default
	}
	if c.SubjectType == "" && d.Profile.Pairwise {
		c.SubjectType = identity.SubjectPairwise
	}
	if slices.ContainsFunc(d.Profile.Logouts, func(l profile.Logout) bool { return l.SignIns }) {
		// There is one list for both.
		c.RedirectURIs = append(c.RedirectURIs, c.PostLogoutRedirectURIs...)
	}
	c.ResponseTypes, c.GrantTypes = slices.Clone(c.ResponseTypes), slices.Clone(c.GrantTypes)
	d.clients[c.ID] = c
	d.ring.Use(c.IDTokenAlg)
	d.ring.Use(c.UserInfoAlg)
}

// Users are all users, in the order of their usernames.
func (d *Directory) Users() []identity.User {
	d.mu.RLock()
	defer d.mu.RUnlock()
	var out []identity.User
	for _, name := range slices.Sorted(maps.Keys(d.users)) {
		out = append(out, d.users[name].User)
	}
	return out
}

// first is the username that comes first, or "".
func (d *Directory) first() string {
	for _, u := range d.Users() {
		return u.Username
	}
	return ""
}

// Clients are all clients, in the order of their IDs.
func (d *Directory) Clients() []identity.Client {
	d.mu.RLock()
	defer d.mu.RUnlock()
	out := slices.Collect(maps.Values(d.clients))
	slices.SortFunc(out, func(a, b identity.Client) int { return strings.Compare(a.ID, b.ID) })
	return out
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
