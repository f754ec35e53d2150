package state

import "time"

// Kind is the type of a token (RFC 7009, section 4.1.2).
type Kind string

// The types of tokens that a store issues.
const (
	AccessToken  Kind = "access_token"
	RefreshToken Kind = "refresh_token"
)

// Token is what a live token stands for.
type Token struct {
	Kind            Kind
	Grant           Grant
	Scopes          []string
	Issued, Expires time.Time
}

// Lookup is what a live access or refresh token stands for.
func (s *Store) Lookup(token string) (Token, bool) {
	now := s.now()
	s.mu.Lock()
	defer s.mu.Unlock()
	if a, ok := s.access.get(token, now); ok && !a.family.revoked {
		return Token{AccessToken, a.family.grant, a.scopes, a.issued, a.until}, true
	}
	if t, ok := s.refresh.get(token, now); ok && !t.spent && !t.family.revoked {
		g := t.family.grant
		return Token{RefreshToken, g, g.Scopes, t.issued, t.until}, true
	}
	return Token{}, false
}

// Revoke makes a token useless, and with a refresh token everything else that
// was issued from its grant (RFC 7009, section 2.1). It returns the grant of
// the token. It does nothing to tokens of another client, which it reports
// with ErrOtherClient, and nothing to those it does not know.
func (s *Store) Revoke(token, client string) (Grant, error) {
	now := s.now()
	s.mu.Lock()
	defer s.mu.Unlock()
	a, isAccess := s.access.get(token, now)
	t, isRefresh := s.refresh.get(token, now)
	switch {
	case isAccess && a.family.grant.Client == client:
		s.access.remove(token)
		return a.family.grant, nil
	case isRefresh && t.family.grant.Client == client:
		t.family.revoked = true
		return t.family.grant, nil
	case isAccess, isRefresh:
		return Grant{}, ErrOtherClient
	default:
		return Grant{}, ErrUnknown
	}
}

// RevokeClient makes everything useless that was issued to a client (RFC 7592,
// section 2.3).
func (s *Store) RevokeClient(client string) {
	s.revoke(func(g Grant) bool { return g.Client == client })
}

// RevokeUser makes everything useless that was issued for a user.
func (s *Store) RevokeUser(user string) {
	s.revoke(func(g Grant) bool { return g.User == user })
}

func (s *Store) revoke(match func(Grant) bool) {
	now := s.now()
	s.mu.Lock()
	defer s.mu.Unlock()
	ticketOf := func(t *ticket) bool { return match(t.family.grant) }
	s.codes.removeIf(now, ticketOf)
	s.refresh.removeIf(now, ticketOf)
	s.access.removeIf(now, func(a access) bool { return match(a.family.grant) })
	deviceOf := func(d *device) bool { return match(d.grant) }
	s.devices.removeIf(now, deviceOf)
	s.userCodes.removeIf(now, deviceOf)
}
