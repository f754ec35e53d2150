package suites_test

import (
	"bytes"
	"os"
	"os/exec"
	"testing"

	"github.com/countersign-oidc/countersign/mockidp/vendor"
)

// TestVendors runs the suites of -vendor for each vendor, each in a process of
// its own: Ginkgo runs once in one.
func TestVendors(t *testing.T) {
	if *imitated != "" || testing.Short() {
		t.Skip("one vendor is tried by TestSuites, and all take half a minute")
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range vendor.Names() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			out, err := exec.CommandContext(t.Context(), self, "-test.run=^TestSuites$", "-vendor="+name).CombinedOutput()
			if err != nil {
				t.Errorf("%v\n%s", err, bytes.TrimSpace(out))
			}
		})
	}
}
