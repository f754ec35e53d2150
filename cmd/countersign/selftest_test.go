package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/countersign-oidc/countersign/suites/browser"
)

// TestSelftest holds every flaw of the reference shop against the checks that
// must catch it, in the program as it is released: the race detector would
// double the time of a browser's work and find nothing in it.
func TestSelftest(t *testing.T) {
	if testing.Short() {
		t.Skip("hundreds of flaws take minutes")
	}
	if _, err := browser.Find(""); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal(err)
		}
		t.Skip(err)
	}
	program := filepath.Join(t.TempDir(), "countersign")
	if out, err := exec.CommandContext(t.Context(), "go", "build", "-o", program, ".").CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	out, err := exec.CommandContext(t.Context(), program, "selftest", "--quick").CombinedOutput()
	if err != nil {
		t.Errorf("selftest: %v\n%s", err, out)
	}
}
