// Package ordered reads JSON objects as they are written: with their order and
// their duplicate members, both of which a fault may be about.
package ordered

import (
	"bytes"
	"encoding/json"
	"errors"
)

// Member is one member of a JSON object.
type Member struct {
	Name  string
	Value json.RawMessage
}

// Object is the members of a JSON object, in order. Its error says what the
// data is in place of an object.
func Object(data []byte) ([]Member, error) {
	if !json.Valid(data) {
		return nil, errors.New("not JSON")
	}
	dec := json.NewDecoder(bytes.NewReader(data))
	if start, err := dec.Token(); err != nil || start != json.Delim('{') {
		return nil, errors.New("not a JSON object")
	}
	members := []Member{}
	for dec.More() {
		name, err := dec.Token()
		if err != nil {
			return nil, err
		}
		text, ok := name.(string)
		if !ok {
			return nil, errors.New("a member without a name")
		}
		m := Member{Name: text}
		if err := dec.Decode(&m.Value); err != nil {
			return nil, err
		}
		members = append(members, m)
	}
	return members, nil
}

// Text is an object as JSON. Values are written as they are, so that one which
// is not JSON makes an object that is not either.
func Text(members []Member) []byte {
	var b bytes.Buffer
	b.Grow(64 * (len(members) + 1))
	b.WriteByte('{')
	for i, m := range members {
		if i > 0 {
			b.WriteByte(',')
		}
		b.Write(Quote(m.Name))
		b.WriteByte(':')
		b.Write(m.Value)
	}
	b.WriteByte('}')
	return b.Bytes()
}

// Quote is a text as JSON.
func Quote(s string) json.RawMessage {
	if plain(s) {
		out := make([]byte, 0, len(s)+2)
		return append(append(append(out, '"'), s...), '"')
	}
	// A string always encodes: what is not UTF-8 is replaced.
	out, _ := json.Marshal(s)
	return out
}

// plain reports whether a text needs no escaping, as encoding/json sees it.
// Most claims are such, and each token has a dozen.
func plain(s string) bool {
	for i := range len(s) {
		switch c := s[i]; {
		case c < 0x20, c > 0x7e, c == '"', c == '\\', c == '<', c == '>', c == '&':
			return false
		}
	}
	return true
}
