package strict

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/countersign-oidc/countersign/runner/check"
)

var update = flag.Bool("update", false, "write docs/strict.md")

const docsFile = "../../docs/strict.md"

const docsHead = `# The strictness suite

` + "`countersign strict`" + ` judges a provider: whether it refuses what the specifications say it must refuse, and answers what it
must answer. Each refusal is proven by the same request done right. A broken *must* fails, a broken *should* warns; what the
provider does not have is skipped with the reason.

` + "```sh" + `
COUNTERSIGN_CLIENT_SECRET=... COUNTERSIGN_PASSWORD=... countersign strict --issuer http://localhost:8080/realms/test \
  --client-id shop --redirect-uri https://rp.example/callback --username ada
` + "```" + `

This list is written from the checks themselves.

| check | level | what must hold | sources | needs |
|---|---|---|---|---|
`

// TestDocs holds docs/strict.md to the checks.
func TestDocs(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	b.WriteString(docsHead)
	for _, c := range Checks() {
		needs := make([]string, 0, len(c.Needs))
		for _, n := range c.Needs {
			needs = append(needs, string(n))
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s | %s |\n", c.ID, c.Level, c.Title, strings.Join(c.Refs, "; "), strings.Join(needs, ", "))
	}
	if *update {
		if err := os.WriteFile(docsFile, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(docsFile)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != b.String() {
		t.Error("docs/strict.md is not what the checks say; run go test ./runner/strict -run TestDocs -update")
	}
}

// TestChecksAreComplete holds that nobody is left with half an explanation.
func TestChecksAreComplete(t *testing.T) {
	t.Parallel()
	seen := make(map[check.ID]bool)
	for _, c := range Checks() {
		if seen[c.ID] {
			t.Errorf("%s twice", c.ID)
		}
		seen[c.ID] = true
		for name, text := range map[string]string{"title": c.Title, "harm": c.Harm, "tried": c.Tried, "judged": c.Judged, "remedy": c.Remedy} {
			if text == "" {
				t.Errorf("%s has no %s", c.ID, name)
			}
		}
		if len(c.Refs) == 0 || c.Level != check.Must && c.Level != check.Should {
			t.Errorf("%s: level %q, sources %v", c.ID, c.Level, c.Refs)
		}
	}
}
