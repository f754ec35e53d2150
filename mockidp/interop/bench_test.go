package interop

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// leastRatio is how many times the sign-ins of mockoidc a CPU second yields at
// least. It is three signatures against one, and 2.5 where nothing else runs;
// other work costs the provider with more requests a sign-in more.
const leastRatio = 2.2

// BenchmarkSignInsBesideMockOIDC compares the CPU time that two providers spend
// on a sign-in with RS256, page and form included where there are any. Each is
// a process of its own on one processor: on more of them mockoidc dies of a
// concurrent map write. They take turns, so that a busy machine weighs on both
// alike.
func BenchmarkSignInsBesideMockOIDC(b *testing.B) {
	const turn = 80
	names := []string{"countersign", "mockoidc"}
	peers, spent := make([]*peer, len(names)), make([]time.Duration, len(names))
	for i, name := range names {
		peers[i] = startPeer(b, name)
		peers[i].run(b, turn)
	}
	for b.Loop() {
		for i, p := range peers {
			before := p.cpu(b)
			p.run(b, turn)
			spent[i] += p.cpu(b) - before
		}
	}
	for i, name := range names {
		b.ReportMetric(float64(spent[i].Microseconds())/float64(b.N*turn), name+"-cpu-us/sign-in")
	}
	ratio := float64(spent[1]) / float64(spent[0])
	b.ReportMetric(ratio, "mockoidc/countersign")
	if b.N >= 5 && ratio < leastRatio {
		b.Errorf("a CPU second yields %.2f times the sign-ins of mockoidc, want %.1f", ratio, leastRatio)
	}
}

// peer is a child process that serves a provider.
type peer struct {
	driver *driver
	in     io.Writer
	out    *bufio.Reader
}

func startPeer(t testing.TB, name string) *peer {
	t.Helper()
	program := filepath.Join(t.TempDir(), "peer")
	build(t, program, "./peer", ".")
	ctx, cancel := context.WithCancel(t.Context())
	cmd := exec.CommandContext(ctx, program, name, driverCallback)
	cmd.Stderr, cmd.Env = os.Stderr, append(os.Environ(), "GOMAXPROCS=1")
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	p := &peer{in: in, out: bufio.NewReader(out)}
	t.Cleanup(func() {
		cancel()
		_ = cmd.Wait() // it was killed, and says so
	})
	var f facts
	if err := json.Unmarshal([]byte(p.line(t)), &f); err != nil {
		t.Fatal(err)
	}
	if p.driver, err = newDriver(t.Context(), f); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.driver.close)
	return p
}

// build builds a program of the package in a module's directory.
func build(t testing.TB, program, pkg, dir string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", "build", "-o", program, pkg)
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("build %s: %v\n%s", pkg, err, out)
	}
}

func (p *peer) line(t testing.TB) string {
	t.Helper()
	line, err := p.out.ReadString('\n')
	if err != nil {
		t.Fatalf("the provider ended: %v", err)
	}
	return strings.TrimSpace(line)
}

// cpu is the CPU time that the process has used so far.
func (p *peer) cpu(t testing.TB) time.Duration {
	t.Helper()
	if _, err := fmt.Fprintln(p.in, "cpu"); err != nil {
		t.Fatal(err)
	}
	us, err := strconv.ParseInt(p.line(t), 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	return time.Duration(us) * time.Microsecond
}

func (p *peer) run(t testing.TB, signIns int) {
	t.Helper()
	if err := p.driver.signIns(t.Context(), signIns); err != nil {
		t.Fatal(err)
	}
}
