package journal

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"
)

// Decoded is a JWT taken apart without verifying it, with what a fault changed.
// It has everything but the signature, so that nobody can use it as a token.
type Decoded struct {
	// Kind is that of the Issued.
	Kind           string
	Header, Claims []Member
	// Signature says how it was signed.
	Signature string
}

// Member is a member of a token's header or claims.
type Member struct {
	Name string
	// Value is the JSON that was sent; a removed member has none.
	Value json.RawMessage
	// Change is MemberSet or MemberRemoved where a fault changed the member,
	// and Was its honest value, if it had one.
	Change string
	Was    json.RawMessage
}

// The values of Member.Change.
const (
	MemberSet     = "set"
	MemberRemoved = "removed"
)

// Decode takes the token apart. It is false for what is no JWT of three parts,
// such as an opaque or an encrypted token.
func (t Issued) Decode() (Decoded, bool) {
	parts := strings.Split(t.Value, ".")
	if len(parts) != 3 {
		return Decoded{}, false
	}
	header, err1 := base64.RawURLEncoding.DecodeString(parts[0])
	claims, err2 := base64.RawURLEncoding.DecodeString(parts[1])
	if err1 != nil || err2 != nil {
		return Decoded{}, false
	}
	signature := "by the provider's key"
	switch {
	case t.Signing != "":
		signature = t.Signing
	case parts[2] == "":
		signature = "none"
	}
	return Decoded{
		Kind: t.Kind, Signature: signature,
		Header: compare(header, t.HonestHeader), Claims: compare(claims, t.HonestClaims),
	}, true
}

// compare lists the members of a JSON object in their order and marks those
// that differ from the honest object; without one nothing is marked.
func compare(sent, honest []byte) []Member {
	was := map[string]json.RawMessage{}
	known := json.Unmarshal(honest, &was) == nil && honest != nil
	var list []Member
	seen := map[string]bool{}
	for _, m := range members(sent) {
		seen[m.Name] = true
		if old := was[m.Name]; known && !bytes.Equal(old, m.Value) {
			m.Change, m.Was = MemberSet, old
		}
		list = append(list, m)
	}
	for _, m := range members(honest) {
		if !seen[m.Name] {
			list = append(list, Member{Name: m.Name, Change: MemberRemoved, Was: m.Value})
		}
	}
	return list
}

// members reads a JSON object in its order, duplicates included, up to where
// it is not JSON any more: a fault may have spoilt it.
func members(object []byte) []Member {
	dec := json.NewDecoder(bytes.NewReader(object))
	if t, err := dec.Token(); err != nil || t != json.Delim('{') {
		return nil
	}
	var list []Member
	for dec.More() {
		name, err := dec.Token()
		if err != nil {
			return list
		}
		var value json.RawMessage
		if dec.Decode(&value) != nil {
			return list
		}
		list = append(list, Member{Name: fmt.Sprint(name), Value: value})
	}
	return list
}
