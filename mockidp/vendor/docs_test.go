package vendor_test

import (
	"bytes"
	"flag"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the lists of docs/vendors.md")

const docs = "../../docs/vendors.md"

// list is what docs/vendors.md says of every vendor's facts: those that nobody
// verified, and those that no profile shows.
func list(t *testing.T) string {
	t.Helper()
	all, apart := facts(t), apart(t)
	var b strings.Builder
	for _, name := range slices.Sorted(maps.Keys(all)) {
		fmt.Fprintf(&b, "\n### %s\n\nUnverified:\n\n", all[name].Title)
		for _, f := range all[name].Facts {
			if !f.sure() {
				fmt.Fprintf(&b, "- `%s` (%s): %s\n", f.ID, f.Mark, f.text())
			}
		}
		fmt.Fprintf(&b, "\nNot shown:\n\n")
		for _, f := range all[name].Facts {
			if why := apart[f.ID]; why != "" {
				fmt.Fprintf(&b, "- `%s`: %s. %s\n", f.ID, f.text(), strings.ToUpper(why[:1])+why[1:]+".")
			}
		}
	}
	return b.String()
}

// text is a fact in words.
func (f fact) text() string {
	if f.Text != "" {
		return f.Text
	}
	said := string(f.Payload)
	if f.Status != 0 {
		return fmt.Sprintf("%s, %d by %s: %s", f.Where, f.Status, f.Delivery, said)
	}
	return fmt.Sprintf("%s: %s", f.Where, said)
}

func TestDocsNameWhatNobodyVerified(t *testing.T) {
	text, err := os.ReadFile(docs)
	if err != nil {
		t.Fatal(err)
	}
	const mark = "<!-- from here on: go test ./mockidp/vendor -run TestDocs -update -->\n"
	written, _, found := bytes.Cut(text, []byte(mark))
	if !found {
		t.Fatalf("%s has no line %q", docs, mark)
	}
	want := string(written) + mark + list(t)
	if *update {
		if err := os.WriteFile(docs, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if string(text) != want {
		t.Errorf("%s is out of date; write it with -update", docs)
	}
}
