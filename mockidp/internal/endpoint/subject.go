package endpoint

import (
	"crypto/sha256"
	"encoding/base64"
	"maps"
	"slices"

	"github.com/countersign-oidc/countersign/mockidp/identity"
)

// maxSectors is for how many sectors a directory knows the pairwise subjects
// of all users. Beyond that it forgets and works them out again.
const maxSectors = 64

// subject is the "sub" that a client gets for a user, in every token and answer
// (OpenID Connect Core 1.0, section 8).
func (d *Directory) subject(c identity.Client, p person) string {
	if c.SubjectType != identity.SubjectPairwise {
		return p.Sub()
	}
	return d.pairwise(c.Sector(), p.Sub())
}

// Subject is the "sub" that a client gets for a user.
func (d *Directory) Subject(c identity.Client, u identity.User) string {
	return d.subject(c, person{User: u})
}

// pairwise is the example of section 8.1: a hash of the sector, the local
// subject and a salt. The salt is the issuer and no secret, so that a relying
// party meets the same people when a provider starts anew.
func (d *Directory) pairwise(sector, sub string) string {
	h := sha256.New()
	for _, part := range []string{sector, sub, d.issuer} {
		// A zero byte keeps "a"+"bc" apart from "ab"+"c".
		_, _ = h.Write([]byte(part + "\x00"))
	}
	return base64.RawURLEncoding.EncodeToString(h.Sum(nil))
}

// bySubject is the username that a subject identifier stands for at a client,
// or "". The pairwise subjects of a sector are worked out once.
func (d *Directory) bySubject(c identity.Client, sub string) string {
	d.mu.Lock()
	defer d.mu.Unlock()
	if c.SubjectType != identity.SubjectPairwise {
		return d.subjects[sub]
	}
	sector := c.Sector()
	known, ok := d.sectors[sector]
	if !ok {
		known = make(map[string]string, len(d.users))
		// In order, so that of two users with one subject it is always the same.
		for _, name := range slices.Sorted(maps.Keys(d.users)) {
			known[d.pairwise(sector, d.users[name].Sub())] = name
		}
		if len(d.sectors) >= maxSectors {
			clear(d.sectors)
		}
		d.sectors[sector] = known
	}
	return known[sub]
}
