package environ

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestPortsAreGivenOutOnce holds that no port is given to two shops of a run,
// also to those of other processes.
func TestPortsAreGivenOutOnce(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	seen := map[string]bool{}
	for range 200 {
		port, err := reservePort(t.Context(), dir)
		if err != nil {
			t.Fatal(err)
		}
		if seen[port] {
			t.Fatalf("port %s twice", port)
		}
		seen[port] = true
	}
	if marks, _ := filepath.Glob(filepath.Join(dir, "port-*")); len(marks) != len(seen) {
		t.Errorf("%d marks for %d ports", len(marks), len(seen))
	}
	taken := t.TempDir()
	for port := range 1 << 16 {
		if err := os.WriteFile(filepath.Join(taken, fmt.Sprintf("port-%d", port)), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if port, err := reservePort(t.Context(), taken); err == nil || !strings.Contains(err.Error(), "given out before") {
		t.Errorf("%q, %v", port, err)
	}
}
