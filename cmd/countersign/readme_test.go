package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/countersign-oidc/countersign/runner/config"
	"github.com/countersign-oidc/countersign/suites/browser"
)

var block = regexp.MustCompile("(?ms)^```(console|yaml)\\n(.*?)^```$")

// TestReadme runs the examples of the README: what is typed is run, and what
// is configured is read.
func TestReadme(t *testing.T) {
	text, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	makefile, err := os.ReadFile("../../Makefile")
	if err != nil {
		t.Fatal(err)
	}
	var script strings.Builder
	for _, m := range block.FindAllStringSubmatch(string(text), -1) {
		if m[1] == "yaml" {
			var err error
			if strings.HasPrefix(m[2], "waivers:\n") {
				_, err = config.ParseWaivers("README.md", []byte(m[2]))
			} else {
				_, err = config.Parse("README.md", []byte(m[2]))
			}
			if err != nil {
				t.Error(err)
			}
			continue
		}
		for line := range strings.Lines(m[2]) {
			typed, ok := strings.CutPrefix(strings.TrimSpace(line), "$ ")
			if !ok {
				t.Errorf("%q is not something to type", line)
				continue
			}
			if target, ok := strings.CutPrefix(typed, "make "); ok {
				if !strings.Contains(string(makefile), "\n"+target+":") {
					t.Errorf("make has no target %s", target)
				}
				continue
			}
			script.WriteString(step(typed) + "\n")
		}
	}
	if _, err := browser.Find(""); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal(err)
		}
		t.Skip(err)
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "readme.txt"), []byte(script.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{Dir: dir, Cmds: commands()})
}

// step is a line of a script that runs what is typed and knows how it ends.
func step(typed string) string {
	words := strings.Fields(strings.TrimPrefix(typed, "bin/"))
	switch {
	case (words[1] == "idp" || words[1] == "shop") && !strings.Contains(typed, "--list-") && !strings.Contains(typed, " import-user "):
		return "serves " + strings.Join(words, " ")
	case words[1] == "run" && strings.Contains(typed, "--flaw"):
		return "code 1 " + strings.Join(words, " ")
	default:
		return "code 0 " + strings.Join(words, " ")
	}
}
