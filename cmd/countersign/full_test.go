package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/countersign-oidc/countersign/runner/check"
	"github.com/countersign-oidc/countersign/runner/report"
	"github.com/countersign-oidc/countersign/suites/browser"
	"github.com/countersign-oidc/countersign/suites/catalog"
)

// built is the program as it is released: the race detector would multiply the
// time of a browser's work and find nothing in it. Without a browser the test
// is skipped on a laptop and fails where CI=true.
func built(t *testing.T) string {
	t.Helper()
	if testing.Short() {
		t.Skip("it takes minutes")
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
	return program
}

// TestFullProfile runs every check against the embedded pair in Chrome: all of
// them pass.
func TestFullProfile(t *testing.T) {
	program, dir := built(t), t.TempDir()
	out, err := exec.CommandContext(t.Context(), program, "run", "--profile", "full", "--out", dir).CombinedOutput()
	if err != nil {
		t.Errorf("run: %v\n%s", err, out)
	}
	f, err := os.Open(filepath.Join(dir, "report.json"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	r, err := report.Read(f)
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Checks) != len(catalog.All()) {
		t.Errorf("%d checks in the report, want %d", len(r.Checks), len(catalog.All()))
	}
	for _, c := range r.Checks {
		if c.Verdict != check.Pass {
			t.Errorf("%s: %s: %s", c.ID, c.Verdict, c.Reason)
		}
	}
}
