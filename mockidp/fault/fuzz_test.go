package fault

import (
	"encoding/json"
	"testing"
)

// FuzzParse holds that a spec that is accepted survives the way to another
// process unchanged, and still is valid there.
func FuzzParse(f *testing.F) {
	for _, s := range All() {
		text, err := json.Marshal(s)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
	f.Add([]byte(`{"id":"a.b","token":{"set_claims":{"exp":[{"$now":"1h"},{"$x":1}]}}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		s, err := Parse(data)
		if err != nil {
			return
		}
		text, err := json.Marshal(s)
		if err != nil {
			t.Fatalf("%q: %v", data, err)
		}
		if _, err := Parse(text); err != nil {
			t.Fatalf("%q became %q: %v", data, text, err)
		}
	})
}
