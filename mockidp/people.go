package mockidp

import (
	"errors"
	"fmt"

	"github.com/countersign-oidc/countersign/mockidp/identity"
)

// Users are all people that the provider knows, in the order of their
// usernames.
func (p *Provider) Users() []identity.User { return p.directory.Users() }

// Clients are all registered clients, in the order of their IDs.
func (p *Provider) Clients() []identity.Client { return p.directory.Clients() }

// Client is the registered client of that ID.
func (p *Provider) Client(id string) (identity.Client, bool) { return p.directory.Client(id) }

// PutUser adds a user or replaces the one of the same username. Its error
// lists everything that is wrong with the user; nothing has changed then.
func (p *Provider) PutUser(u identity.User) error {
	errs := each(fmt.Sprintf("user %q", u.Username), u.Validate())
	if len(errs) > 0 {
		return errors.Join(errs...)
	}
	return p.directory.PutUser(u)
}

// LetIn begins to count a user's answers anew, as to put them in again would;
// see [identity.User.AskPasswordAfter].
func (p *Provider) LetIn(username string) { p.directory.LetIn(username) }

// PutClient adds a client or replaces the one of the same ID. Its error lists
// everything that is wrong with the client; nothing has changed then.
func (p *Provider) PutClient(c identity.Client) error {
	errs := each(fmt.Sprintf("client %q", c.ID), c.Validate())
	if len(errs) > 0 {
		return errors.Join(errs...)
	}
	p.directory.PutClient(c)
	return nil
}

// RemoveUser removes the user of that name, ends their sessions as EndSessions
// does, and makes their tokens useless. It reports whether there was one.
func (p *Provider) RemoveUser(username string) bool {
	if !p.directory.RemoveUser(username) {
		return false
	}
	p.EndSessions(username)
	p.store.RevokeUser(username)
	return true
}

// RemoveClient removes the client of that ID and makes useless what was issued
// to it. It reports whether there was one.
func (p *Provider) RemoveClient(id string) bool {
	if !p.directory.RemoveClient(id) {
		return false
	}
	p.store.RevokeClient(id)
	return true
}
