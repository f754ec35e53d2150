package endpoint

import (
	"slices"
	"time"

	"github.com/countersign-oidc/countersign/mockidp/identity"
)

// maxRegistered is how many clients that registered themselves a directory
// keeps. The oldest give way, so that a flood does not fill the memory.
const maxRegistered = 512

// registration is what else is known of a client that registered itself.
type registration struct {
	token string // the registration access token
	at    time.Time
}

// register adds a client and returns the ID of the one that gave way, or "".
func (d *Directory) register(c identity.Client, r registration) (evicted string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if len(d.registered) >= maxRegistered {
		evicted = d.registered[0]
		d.forget(evicted)
	}
	d.putClient(c)
	d.registrations[c.ID] = r
	d.registered = append(d.registered, c.ID)
	return evicted
}

// registrant is the client of an ID that registered itself, if the token is
// the one it got for that.
func (d *Directory) registrant(id, token string) (identity.Client, registration, bool) {
	d.mu.RLock()
	defer d.mu.RUnlock()
	r, ok := d.registrations[id]
	if !ok || !equal(r.token, token) {
		return identity.Client{}, registration{}, false
	}
	c, ok := d.clients[id]
	return c, r, ok
}

// RemoveClient forgets the client of that ID and reports whether there was one.
func (d *Directory) RemoveClient(id string) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	_, known := d.clients[id]
	d.forget(id)
	return known
}

func (d *Directory) forget(id string) {
	delete(d.clients, id)
	delete(d.registrations, id)
	d.registered = slices.DeleteFunc(d.registered, func(v string) bool { return v == id })
}

// Registered are the IDs of the clients that registered themselves, oldest
// first.
func (d *Directory) Registered() []string {
	d.mu.RLock()
	defer d.mu.RUnlock()
	return slices.Clone(d.registered)
}
