package engine

import (
	"os"
	"strings"
	"testing"
	"time"
)

// TestMain lets the test binary be a program whose workers hang.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == Subcommand {
		os.Stderr.WriteString("waiting for a browser\n")
		<-time.After(time.Minute)
	}
	os.Exit(m.Run())
}

// TestWorkersThatHangAreEnded holds that a run ends by itself when nothing is
// heard of its workers, with the reason and what they said last.
func TestWorkersThatHangAreEnded(t *testing.T) {
	t.Parallel()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	out, err := Run(t.Context(), Job{
		Executable: exe, Plan: "none", Processes: 1, Dir: t.TempDir(), Silence: 2 * time.Second,
	})
	if err != nil {
		t.Fatal(err)
	}
	if out.Interrupted || len(out.Broken) != 1 {
		t.Fatalf("%+v", out)
	}
	for _, part := range []string{"no check was decided for 2s", "waiting for a browser"} {
		if !strings.Contains(out.Broken[0], part) {
			t.Errorf("%q lacks %q", out.Broken[0], part)
		}
	}
}
