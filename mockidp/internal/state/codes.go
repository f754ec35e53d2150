package state

// CodeGrant is what an authorization code was issued for, as long as it is
// remembered.
func (s *Store) CodeGrant(code string) (Grant, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	t, ok := s.codes.get(code, s.now())
	if !ok {
		return Grant{}, false
	}
	return t.family.grant, true
}

// PutCode makes the caller's choice of a text an authorization code for a
// grant. It may be one whose lifetime is over, or that was used.
func (s *Store) PutCode(code string, g Grant, expired, spent bool) {
	now := s.now()
	until := now.Add(s.lifetime.Code)
	if expired {
		until = now
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	keep := now.Add(max(s.lifetime.Code, s.lifetime.Token))
	s.codes.put(code, &ticket{family: &family{grant: g}, until: until, spent: spent}, keep, now)
}
