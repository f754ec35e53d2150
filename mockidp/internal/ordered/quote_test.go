package ordered

import (
	"encoding/json"
	"testing"
)

// FuzzQuote holds that the short way makes what encoding/json makes.
func FuzzQuote(f *testing.F) {
	for _, s := range []string{"", "plain", "\"", "\\", "<&>", "\x7f", "\x1f", "é", "\xff", "\u2028"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		want, err := json.Marshal(s)
		if err != nil {
			t.Fatal(err)
		}
		if got := Quote(s); string(got) != string(want) {
			t.Errorf("%q is %s, want %s", s, got, want)
		}
	})
}
