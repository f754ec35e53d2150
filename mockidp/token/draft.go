// Package token builds the provider's JWTs, spoils them on request and signs
// them.
package token

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/countersign-oidc/countersign/mockidp/fault"
)

// Member is one member of a JSON object.
type Member struct {
	Name  string
	Value json.RawMessage
}

// Members is a JSON object as it is written: in order, and with duplicates if
// there are any.
type Members []Member

// Add appends a member with the JSON of a value. It takes only values that
// cannot fail to encode.
func (m *Members) Add(name string, value any) {
	raw, err := json.Marshal(value)
	if err != nil {
		panic(fmt.Sprintf("claim %s: %v", name, err))
	}
	*m = append(*m, Member{name, raw})
}

// Get is the first member of that name.
func (m Members) Get(name string) (json.RawMessage, bool) {
	for _, member := range m {
		if member.Name == name {
			return member.Value, true
		}
	}
	return nil, false
}

// set replaces a member where it stands or appends it, and reports a change.
func (m *Members) set(name string, value json.RawMessage) bool {
	for i := range *m {
		if (*m)[i].Name != name {
			continue
		}
		if bytes.Equal((*m)[i].Value, value) {
			return false
		}
		(*m)[i].Value = value
		return true
	}
	*m = append(*m, Member{name, value})
	return true
}

func (m *Members) remove(name string) bool {
	n := len(*m)
	*m = slices.DeleteFunc(*m, func(member Member) bool { return member.Name == name })
	return len(*m) < n
}

// JSON is the object as text.
func (m Members) JSON() []byte {
	var b bytes.Buffer
	b.Grow(64 * (len(m) + 1))
	b.WriteByte('{')
	for i, member := range m {
		if i > 0 {
			b.WriteByte(',')
		}
		name, err := json.Marshal(member.Name)
		if err != nil {
			panic(fmt.Sprintf("member name %q: %v", member.Name, err))
		}
		b.Write(name)
		b.WriteByte(':')
		b.Write(member.Value)
	}
	b.WriteByte('}')
	return b.Bytes()
}

// Draft is a token that is not signed yet. Header and Claims start out
// honest; Apply spoils them.
type Draft struct {
	Header  Members
	Claims  Members
	Signing fault.Signing

	typ                        string
	honestHeader, honestClaims Members // nil while the draft is honest
}

// Changed reports whether a fault has changed the draft.
func (d *Draft) Changed() bool { return d.honestClaims != nil }

// Honest is the header and the claims without faults.
func (d *Draft) Honest() (header, claims Members) {
	if d.Changed() {
		return d.honestHeader, d.honestClaims
	}
	return d.Header, d.Claims
}
