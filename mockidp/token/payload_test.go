package token

import (
	"encoding/binary"
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/countersign-oidc/countersign/mockidp/fault"
)

// decodes reports whether octets are one JSON value of that type, and nothing
// else.
func decodes[T any](octets []byte) bool {
	var v *T
	return json.Unmarshal(octets, &v) == nil && v != nil
}

// TestPayload holds each payload to what its name says, read by other code.
func TestPayload(t *testing.T) {
	t.Parallel()
	const claims = `{"iss":"https://op.example","name":"Ada Löwe"}`
	type object = map[string]any
	is := map[fault.Payload]func(string) bool{
		"":                   func(s string) bool { return s == claims },
		fault.PayloadArray:   func(s string) bool { return decodes[[]object]([]byte(s)) },
		fault.PayloadText:    func(s string) bool { var text string; return json.Unmarshal([]byte(s), &text) == nil && text == claims },
		fault.PayloadNumber:  func(s string) bool { return decodes[int]([]byte(s)) },
		fault.PayloadNull:    func(s string) bool { return s == "null" },
		fault.PayloadEmpty:   func(s string) bool { return s == "" },
		fault.PayloadNotJSON: func(s string) bool { return s != "" && !json.Valid([]byte(s)) && strings.Contains(s, "iss=") },
		fault.PayloadUTF16: func(s string) bool {
			units := make([]uint16, len(s)/2)
			for i := range units {
				units[i] = binary.BigEndian.Uint16([]byte(s[2*i:]))
			}
			return len(units) > 0 && units[0] == 0xfeff && string(utf16.Decode(units[1:])) == claims
		},
		fault.PayloadBOM: func(s string) bool { return s == "\xef\xbb\xbf"+claims },
		fault.PayloadNotUTF8: func(s string) bool {
			// encoding/json puts U+FFFD in the place of what is not UTF-8.
			return !utf8.ValidString(s) && decodes[object]([]byte(s))
		},
		fault.PayloadTwoObjects: func(s string) bool {
			rest, ok := strings.CutPrefix(s, claims)
			return ok && decodes[object]([]byte(rest))
		},
		fault.PayloadCut: func(s string) bool { return !json.Valid([]byte(s)) && json.Valid([]byte(s+"}")) },
	}
	for _, how := range append(fault.Payloads(), "") {
		if holds := is[how]; holds == nil || !holds(string(payload(how, []byte(claims)))) {
			t.Errorf("%q: %q", how, payload(how, []byte(claims)))
		}
	}
}
