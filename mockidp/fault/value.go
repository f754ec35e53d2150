package fault

import (
	"bytes"
	"encoding/json"
	"time"

	"github.com/countersign-oidc/countersign/mockidp/internal/ordered"
)

// Honest is what the expressions of a value refer to. A function that is nil
// knows nothing.
type Honest struct {
	Now    time.Time
	Client string
	Issuer string
	// Claim is an honest member of the object that is edited, by name.
	Claim func(name string) (json.RawMessage, bool)
	// Other is the "sub" of another end-user or the "client_id" of another
	// client of the provider.
	Other func(what string) (string, bool)
	// Key is the JWK of a key of the provider, and Certificate a
	// self-signed certificate for it in base64; see Keys for the names.
	Key         func(name string) (json.RawMessage, bool)
	Certificate func(name string) (string, bool)
}

// maxValue is how long the text of one value may become, in bytes. It bounds
// what a fault costs the provider itself.
const maxValue = 64 << 20

// Resolve is a value with its expressions replaced. It reports false when an
// expression needs an honest value that there is not. The value for name
// itself is what "$own" and "$append" start from.
func Resolve(value json.RawMessage, name string, h Honest) (json.RawMessage, bool) {
	if items, ok := array(value); ok {
		return resolveArray(items, name, h)
	}
	members, ok := object(value)
	if !ok {
		return value, true
	}
	if op, arg, ok := expression(members); ok {
		out, ok := evaluate(op, arg, name, h)
		return out, ok && len(out) <= maxValue
	}
	for i, m := range members {
		if members[i].Value, ok = Resolve(m.Value, name, h); !ok {
			return nil, false
		}
	}
	return ordered.Text(members), true
}

func resolveArray(items []json.RawMessage, name string, h Honest) (json.RawMessage, bool) {
	for i, item := range items {
		resolved, ok := Resolve(item, name, h)
		if !ok {
			return nil, false
		}
		items[i] = resolved
	}
	return list(items), true
}

// list is an array as JSON. Its items need not be JSON.
func list(items []json.RawMessage) json.RawMessage {
	var b bytes.Buffer
	b.WriteByte('[')
	for i, item := range items {
		if i > 0 {
			b.WriteByte(',')
		}
		b.Write(item)
	}
	b.WriteByte(']')
	return b.Bytes()
}

func array(value json.RawMessage) ([]json.RawMessage, bool) {
	if !bytes.HasPrefix(bytes.TrimSpace(value), []byte("[")) {
		return nil, false
	}
	var items []json.RawMessage
	return items, json.Unmarshal(value, &items) == nil
}

func object(value json.RawMessage) ([]ordered.Member, bool) {
	if !bytes.HasPrefix(bytes.TrimSpace(value), []byte("{")) {
		return nil, false
	}
	members, err := ordered.Object(value)
	return members, err == nil
}

// expression recognises {"$now": "-1h"} and its like: an object with one
// member whose name starts with a dollar sign.
func expression(members []ordered.Member) (op string, arg json.RawMessage, ok bool) {
	if len(members) != 1 || len(members[0].Name) == 0 || members[0].Name[0] != '$' {
		return "", nil, false
	}
	return members[0].Name, members[0].Value, true
}

// text is a JSON string, or false.
func text(value json.RawMessage) (string, bool) {
	var s *string
	if json.Unmarshal(value, &s) != nil || s == nil {
		return "", false
	}
	return *s, true
}
