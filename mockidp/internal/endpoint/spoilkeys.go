package endpoint

import (
	"bytes"
	"encoding/json"
	"slices"
	"strconv"

	"github.com/countersign-oidc/countersign/mockidp/fault"
	"github.com/countersign-oidc/countersign/mockidp/internal/ordered"
	"github.com/countersign-oidc/countersign/mockidp/token"
)

// editKeys edits the key set within a JWKS and reports a change.
func editKeys(set token.Members, h fault.Honest, e *fault.KeysEdit) bool {
	at := slices.IndexFunc(set, func(m token.Member) bool { return m.Name == "keys" })
	if at < 0 {
		return false
	}
	var honest []json.RawMessage
	if json.Unmarshal(set[at].Value, &honest) != nil {
		return false
	}
	keys := editedKeys(honest, h, e)
	if e.Reverse {
		slices.Reverse(keys)
	}
	keys = slices.Concat(fill(e.Fill, h), resolved(e.First, h), keys, resolved(e.Last, h))
	text := keysText(keys)
	if bytes.Equal(text, set[at].Value) {
		return false
	}
	set[at].Value = text
	return true
}

// keysText is a list of keys as JSON, if they are.
func keysText(keys []json.RawMessage) json.RawMessage {
	var b bytes.Buffer
	b.WriteByte('[')
	for i, k := range keys {
		if i > 0 {
			b.WriteByte(',')
		}
		b.Write(k)
	}
	b.WriteByte(']')
	return b.Bytes()
}

func editedKeys(honest []json.RawMessage, h fault.Honest, e *fault.KeysEdit) []json.RawMessage {
	var out []json.RawMessage
	for _, raw := range honest {
		key, err := token.Parse(raw)
		if err != nil || !matches(key, e.Where) {
			out = append(out, raw)
			continue
		}
		if e.Drop {
			continue
		}
		edited, changed := key.Edit(h, e.Set, e.Remove, nil)
		if changed {
			raw = edited.JSON()
		}
		out = append(out, raw)
		if e.Repeat {
			out = append(out, raw)
		}
	}
	return out
}

func matches(key token.Members, where map[string]json.RawMessage) bool {
	for name, want := range where {
		if !bytes.Equal(rawMember(key, name), bytes.TrimSpace(want)) {
			return false
		}
	}
	return true
}

func resolved(values []json.RawMessage, h fault.Honest) []json.RawMessage {
	var out []json.RawMessage
	for _, v := range values {
		if key, ok := fault.Resolve(v, "", h); ok {
			out = append(out, key)
		}
	}
	return out
}

// fill is that many keys that are nobody's: the rogue key under other names.
func fill(n int, h fault.Honest) []json.RawMessage {
	if n == 0 || h.Key == nil {
		return nil
	}
	rogue, ok := h.Key("rogue")
	if !ok {
		return nil
	}
	members, err := token.Parse(rogue)
	if err != nil {
		return nil
	}
	out := make([]json.RawMessage, n)
	for i := range out {
		named, _ := members.Edit(fault.Honest{}, map[string]json.RawMessage{"kid": ordered.Quote("filler-" + strconv.Itoa(i+1))}, nil, nil)
		out[i] = named.JSON()
	}
	return out
}
