package browser_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/countersign-oidc/countersign/runner/report"
)

// BenchmarkRun measures the program as a whole, in multiples of a bare
// sign-in that is measured in between, so that the machine's speed does not
// count:
//
//   - run/minute and full/150s are the times of the default profile and of the
//     full one, with as many processes as they use by themselves, as parts of
//     what they may take on two cores;
//   - sign-in/bare and full-sign-in/bare are what a sign-in costs in them, all
//     that a check does around it included, in processor time: both cores are
//     busy all the while;
//   - check/bare is the time that one more check of a single sign-in takes, in
//     one process;
//   - ordinary/bare is the time of a sign-in with the actions that chromedp's
//     examples use, in place of the quickest way.
func BenchmarkRun(b *testing.B) {
	program := build(b)
	lane, chrome := openLane(b), startChrome(b)
	bare := func() time.Duration {
		const n = 15
		began := time.Now()
		for range n {
			bareSignIn(b, chrome, lane)
		}
		return time.Since(began) / n
	}
	bareSignIn(b, chrome, lane)
	var checks, ordinary, bareTime float64
	for b.Loop() {
		cost := bare()
		release, full := countersign(b, program), countersign(b, program, "--profile", "full")
		cost = (cost + bare()) / 2
		b.ReportMetric(release.took.Minutes(), "run/minute")
		b.ReportMetric(full.took.Seconds()/150, "full/150s")
		b.ReportMetric(release.perSignIn()/cost.Seconds(), "sign-in/bare")
		b.ReportMetric(full.perSignIn()/cost.Seconds(), "full-sign-in/bare")
		b.ReportMetric(float64(full.signIns), "sign-ins/full-run")

		one := countersign(b, program, "--procs", "1", "--check", singleSignIns()[0])
		all := countersign(b, program, "--procs", "1", "--check", strings.Join(singleSignIns(), ","))
		cost = (cost + bare()) / 2
		checks += (all.took - one.took).Seconds() / float64(len(singleSignIns())-1) / cost.Seconds()
		began := time.Now()
		for range 10 {
			ordinarySignIn(b, chrome, lane)
		}
		ordinary += (time.Since(began) / 10).Seconds() / cost.Seconds()
		bareTime += cost.Seconds() * 1000
	}
	b.ReportMetric(bareTime/float64(b.N), "ms/bare-sign-in")
	b.ReportMetric(checks/float64(b.N), "check/bare")
	b.ReportMetric(ordinary/float64(b.N), "ordinary/bare")
}

// singleSignIns are checks that sign in once.
func singleSignIns() []string {
	return []string{
		"login.callback-url-clean", "login.returns-to-page", "login.token-request", "login.access-token-header",
		"login.basic-credentials", "login.post-credentials", "login.request-well-formed", "login.pkce-s256",
		"claims.integers-exact", "claims.nulls-kept", "claims.empties-kept", "claims.nested-kept",
		"claims.booleans-kept", "claims.unicode-kept", "claims.mapped",
		"session.cookie-http-only", "session.cookie-same-site", "session.cookie-secure",
	}
}

func build(b *testing.B) string {
	b.Helper()
	path := filepath.Join(b.TempDir(), "countersign")
	cmd := exec.CommandContext(b.Context(), "go", "build", "-o", path, "github.com/countersign-oidc/countersign/cmd/countersign")
	if out, err := cmd.CombinedOutput(); err != nil {
		b.Fatalf("build: %v\n%s", err, out)
	}
	return path
}

// measured is a run of the program: how long it took, and how many sign-ins
// it made.
type measured struct {
	took    time.Duration
	signIns int
}

// perSignIn is the time of all cores for one sign-in, in seconds.
func (m measured) perSignIn() float64 {
	return m.took.Seconds() * float64(runtime.NumCPU()) / float64(max(m.signIns, 1))
}

func countersign(b *testing.B, program string, args ...string) measured {
	b.Helper()
	out := b.TempDir()
	cmd := exec.CommandContext(b.Context(), program, append([]string{"run", "--out", out}, args...)...)
	began := time.Now()
	if text, err := cmd.CombinedOutput(); err != nil {
		b.Fatalf("run %v: %v\n%s", args, err, text)
	}
	took := time.Since(began)
	f, err := os.Open(filepath.Join(out, "report.json"))
	if err != nil {
		b.Fatal(err)
	}
	r, err := report.Read(f)
	if cerr := f.Close(); err != nil || cerr != nil {
		b.Fatal(err, cerr)
	}
	return measured{took, signInsOf(r)}
}

// signInsOf counts the authorization responses that the provider sent back to
// the shop, with a code or with an error.
func signInsOf(r report.Report) int {
	n := 0
	for _, c := range r.Checks {
		for _, e := range c.Evidence {
			for _, x := range e.Exchanges {
				for _, a := range x.Answer {
					if a.Name == "redirect" && (strings.Contains(a.Value, "code=") || strings.Contains(a.Value, "error=")) {
						n++
					}
				}
			}
		}
	}
	return n
}
