package catalog

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/countersign-oidc/countersign/runner/check"
)

var (
	idForm  = regexp.MustCompile(`^([a-z]+)\.[a-z0-9]+(-[a-z0-9]+)*$`)
	rowForm = regexp.MustCompile(`^(LGN|TOK|SIG|CLM|SES|LGO|DSC|NET|SEC|TPL)-\d\d$`)
)

// TestCatalogue holds what every check must have: a stable ID in a known area,
// a row of the requirements and a specification, and every explanation.
func TestCatalogue(t *testing.T) {
	t.Parallel()
	seen := map[check.ID]bool{}
	titles := map[string]check.ID{}
	for _, c := range All() {
		m := idForm.FindStringSubmatch(string(c.ID))
		if m == nil || !slices.Contains(Areas(), m[1]) {
			t.Errorf("%s: not of the form area.kebab-nouns", c.ID)
		}
		if seen[c.ID] {
			t.Errorf("%s: given twice", c.ID)
		}
		seen[c.ID] = true
		if c.Level != check.Must && c.Level != check.Should {
			t.Errorf("%s: level %q", c.ID, c.Level)
		}
		var rows, specs int
		for _, ref := range c.Refs {
			if rowForm.MatchString(ref) {
				rows++
			} else {
				specs++
			}
		}
		if rows == 0 || specs == 0 {
			t.Errorf("%s: refs %v lack a row of the requirements or a specification", c.ID, c.Refs)
		}
		for name, text := range map[string]string{"title": c.Title, "harm": c.Harm, "tried": c.Tried, "judged": c.Judged, "remedy": c.Remedy} {
			if len(text) < 15 {
				t.Errorf("%s: no %s", c.ID, name)
			}
			if ends := strings.HasSuffix(text, "."); ends == (name == "title") {
				t.Errorf("%s: %s %q: sentences end with a full stop, titles do not", c.ID, name, text)
			}
		}
		if i := strings.Index(c.Harm, ". "); i >= 0 {
			t.Errorf("%s: harm %q is more than one sentence", c.ID, c.Harm)
		}
		if first, ok := titles[c.Title]; ok {
			t.Errorf("%s has the title of %s", c.ID, first)
		}
		titles[c.Title] = c.ID
		for _, n := range c.Needs {
			if !slices.Contains(slices.Concat(check.Capabilities(), check.OfProvider()), n) {
				t.Errorf("%s: needs unknown capability %q", c.ID, n)
			}
		}
	}
	if len(seen) < 40 {
		t.Errorf("%d checks", len(seen))
	}
	if c, ok := Find("idtoken.expired"); !ok || c.ID != IDTokenExpired.ID {
		t.Errorf("Find = %v, %v", c, ok)
	}
	if _, ok := Find("idtoken.nothing"); ok {
		t.Error("an unknown check was found")
	}
}
