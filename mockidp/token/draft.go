// Package token builds JWTs, spoils them on request and signs them.
package token

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/countersign-oidc/countersign/mockidp/fault"
	"github.com/countersign-oidc/countersign/mockidp/internal/ordered"
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
	switch v := value.(type) {
	case string:
		*m = append(*m, Member{name, ordered.Quote(v)})
		return
	case int64:
		*m = append(*m, Member{name, strconv.AppendInt(nil, v, 10)})
		return
	}
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

// Set replaces a member where it stands or appends it, and reports a change.
func (m *Members) Set(name string, value json.RawMessage) bool {
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

// Remove takes every member of a name out, and reports a change.
func (m *Members) Remove(name string) bool {
	n := len(*m)
	*m = slices.DeleteFunc(*m, func(member Member) bool { return member.Name == name })
	return len(*m) < n
}

// JSON is the object as text.
func (m Members) JSON() []byte {
	out := make([]ordered.Member, len(m))
	for i, member := range m {
		out[i] = ordered.Member(member)
	}
	return ordered.Text(out)
}

// Parse is a JSON object as it is written.
func Parse(data []byte) (Members, error) {
	read, err := ordered.Object(data)
	if err != nil {
		return nil, err
	}
	out := make(Members, len(read))
	for i, member := range read {
		out[i] = Member(member)
	}
	return out, nil
}

// Draft is a JWT that is not signed yet. Header and Claims start out honest;
// Edited spoils them.
type Draft struct {
	Header Members
	Claims Members
	flaws

	typ                        string
	honestHeader, honestClaims Members // nil while the draft is honest
}

// flaws are how a draft is signed and written down against the rules.
type flaws struct {
	signing   fault.Signing
	secret    fault.Secret
	hmac      []byte // the octets of the secret
	signature fault.Mutation
	payload   fault.Payload
	form      fault.Form
	// replaced is another token in place of the draft.
	replaced string
	from     fault.Source
}

// Flaws says in words how the draft is signed and written down, for example
// "hmac spki_der"; it is empty while both are proper.
func (d *Draft) Flaws() string {
	var words []string
	for _, w := range []string{string(d.from), string(d.signing), string(d.secret), string(d.signature), string(d.payload), string(d.form)} {
		if w != "" {
			words = append(words, w)
		}
	}
	return strings.Join(words, " ")
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
