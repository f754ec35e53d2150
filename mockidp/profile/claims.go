package profile

import (
	"bytes"
	"encoding/json"
	"slices"

	"github.com/countersign-oidc/countersign/mockidp/protocol"
)

// ClaimName is the name under which relying parties find a claim of a user, as
// a path with dots where it is inside of another. It is "" for one that is never
// issued.
func (c Custom) ClaimName(claim string) string {
	switch {
	case claim == "", protocol.ScopeOf(claim) != "" || protocol.Reserved(claim):
		return claim
	case c.None || slices.Contains(c.Dropped, claim):
		return ""
	case c.Within != "":
		return c.Within + "." + claim
	}
	return c.Prefix + claim
}

// Value is the value of a claim in the form that it is issued in.
func (c Custom) Value(value json.RawMessage) json.RawMessage {
	switch c.Form {
	case ClaimText:
		return asText(value)
	case ClaimList:
		if bytes.HasPrefix(bytes.TrimSpace(value), []byte("[")) {
			return value
		}
		return slices.Concat([]byte("["), asText(value), []byte("]"))
	}
	return value
}

// asText is a JSON value as a JSON text.
func asText(value json.RawMessage) json.RawMessage {
	if bytes.HasPrefix(value, []byte(`"`)) {
		return value
	}
	text, _ := json.Marshal(string(value)) // a text always encodes
	return text
}

// Value is the value of a claim as UserInfo has it.
func (u UserInfo) Value(claim string, value json.RawMessage) json.RawMessage {
	if slices.Contains(u.Text, claim) {
		return asText(value)
	}
	return value
}
