package main

import (
	"os/exec"
	"testing"
)

// TestSelftest holds every flaw of the reference shop against the checks that
// must catch it.
func TestSelftest(t *testing.T) {
	out, err := exec.CommandContext(t.Context(), built(t), "selftest", "--quick").CombinedOutput()
	if err != nil {
		t.Errorf("selftest: %v\n%s", err, out)
	}
}
