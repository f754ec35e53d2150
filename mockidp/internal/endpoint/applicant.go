package endpoint

import (
	"crypto/rand"
	"strings"

	"github.com/countersign-oidc/countersign/mockidp/identity"
)

// maxPeople is how many users a directory lets register: anybody can.
const maxPeople = 10_000

// applicant is what the registration page asks for.
type applicant struct {
	Username, Password, Name, Email string
}

// problems lists everything that keeps somebody from registering.
func (a applicant) problems(t texts) []string {
	var out []string
	add := func(wrong bool, text string) {
		if wrong {
			out = append(out, text)
		}
	}
	add(a.Username == "" || len(a.Username) > 255 || a.Username != strings.TrimSpace(a.Username), t.BadUsername)
	add(a.Password == "", t.BadPassword)
	at := strings.Index(a.Email, "@")
	add(a.Email != "" && (at < 1 || at == len(a.Email)-1), t.BadEmail)
	return out
}

func (a applicant) user() identity.User {
	claims := make(map[string]any)
	if a.Name != "" {
		claims["name"] = a.Name
	}
	if a.Email != "" {
		claims["email"], claims["email_verified"] = a.Email, false
	}
	// The username may be the subject of somebody else.
	return identity.User{Username: a.Username, Password: a.Password, Subject: rand.Text(), Claims: claims}
}

// enrol adds a user whose name nobody has. It reports whether it did.
func (d *Directory) enrol(u identity.User) bool {
	claims := d.encodeClaims(u)
	d.mu.Lock()
	defer d.mu.Unlock()
	if _, taken := d.users[u.Username]; taken || len(d.users) >= maxPeople {
		return false
	}
	d.putUser(newPerson(u, claims))
	return true
}
