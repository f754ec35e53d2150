package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/spf13/pflag"

	"github.com/countersign-oidc/countersign/cmd/internal/idp"
	"github.com/countersign-oidc/countersign/mockidp/fault"
)

// TestIDPDocs runs what docs/idp.md and docs/dev-server.md say to type, reads
// what the first says to write, and looks for every flag in it.
func TestIDPDocs(t *testing.T) {
	text, err := os.ReadFile("../../docs/idp.md")
	if err != nil {
		t.Fatal(err)
	}
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	var script strings.Builder
	for _, m := range block.FindAllStringSubmatch(string(text), -1) {
		if m[1] == "yaml" {
			if _, err := fault.Load("docs/idp.md", []byte(m[2])); err != nil {
				t.Error(err)
			}
			continue
		}
		for line := range strings.Lines(m[2]) {
			typed := strings.TrimPrefix(strings.TrimSpace(line), "$ ")
			script.WriteString(strings.Replace(step(typed), " docs/", " "+root+"/docs/", 1) + "\n")
		}
	}
	beside, err := os.ReadFile("../../docs/dev-server.md")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(beside)) {
		if typed, ok := strings.CutPrefix(strings.TrimSpace(line), "$ countersign "); ok {
			script.WriteString(step("countersign "+typed) + "\n")
		}
	}
	if strings.Count(script.String(), "serves ") < 4 {
		t.Errorf("little is run:\n%s", script.String())
	}
	idp.Command(nil, nil, "").Flags().VisitAll(func(f *pflag.Flag) {
		if f.Name != "help" && !strings.Contains(string(text), "`--"+f.Name) {
			t.Errorf("--%s is not in docs/idp.md", f.Name)
		}
	})
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "docs.txt"), []byte(script.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{Dir: dir, Cmds: commands()})
}
