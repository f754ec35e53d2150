package vendor_test

import (
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
)

// shows looks for a statement in what a running provider does. It says what it
// saw where the statement does not hold.
type shows func(*running) string

// saw is what was seen, unless a statement holds.
func saw(holds bool, what ...string) string {
	if holds {
		return ""
	}
	return "saw " + strings.Join(what, " ")
}

// all are statements that belong together.
func all(parts ...shows) shows {
	return func(r *running) string {
		for _, s := range parts {
			r.reset()
			if wrong := s(r); wrong != "" {
				return wrong
			}
		}
		return ""
	}
}

func statements() map[string]shows {
	out := map[string]shows{}
	for _, more := range []map[string]shows{placeStatements(), logoutStatements(), requestStatements(), tokenStatements(), moreTokenStatements(), claimStatements(), pageStatements()} {
		maps.Copy(out, more)
	}
	return out
}

// TestStatements looks for every statement that was read or reported. One that
// no provider can show by what it answers has its reason in testdata/apart.tsv.
func TestStatements(t *testing.T) {
	known, apart := statements(), apart(t)
	for name, of := range facts(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := start(t, name)
			for _, f := range of.Facts {
				if _, isError := f.isError(); isError || aboutOperators(f.ID) {
					continue
				}
				show, ok := known[f.ID]
				switch {
				case ok && apart[f.ID] != "":
					t.Errorf("%s is shown and apart", f.ID)
				case ok:
					t.Run(f.ID, func(t *testing.T) {
						r.t = t
						r.reset()
						if wrong := show(r); wrong != "" {
							t.Errorf("%s: %s", f.Text, wrong)
						}
					})
				case f.sure() && apart[f.ID] == "":
					t.Errorf("%s is neither shown nor apart: %s", f.ID, f.Text)
				}
			}
		})
	}
	ids := slices.Concat(slices.Collect(maps.Keys(known)), slices.Collect(maps.Keys(apart)))
	for _, of := range facts(t) {
		for _, f := range of.Facts {
			ids = slices.DeleteFunc(ids, func(id string) bool { return id == f.ID })
		}
	}
	if len(ids) > 0 {
		t.Errorf("no fact is called %q", ids)
	}
}

// aboutOperators tells facts about the limits of a live service, and about the
// causes and cures of mistakes whose answers are facts of their own.
func aboutOperators(id string) bool {
	return strings.Contains(id, ".rate_limits.") || strings.Contains(id, ".misconfigurations.")
}

func apart(t *testing.T) map[string]string {
	t.Helper()
	text, err := os.ReadFile("testdata/apart.tsv")
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for line := range strings.Lines(string(text)) {
		id, reason, _ := strings.Cut(strings.TrimSpace(line), "\t")
		if reason == "" {
			t.Errorf("%s has no reason", id)
		}
		out[id] = reason
	}
	return out
}
