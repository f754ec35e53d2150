package browser_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/countersign-oidc/countersign/runner/report"
)

// BenchmarkRun measures the program as a whole, in multiples of a bare
// sign-in that is measured in between, so that the machine's speed does not
// count:
//
//   - run/budget is the time of the default run as a part of 1.5 times its
//     sign-ins at the bare cost, on two processes, and a second;
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
	var budgets, checks, signIns, ordinary float64
	for b.Loop() {
		cost := bare()
		took, r := countersign(b, program, "--procs", "2")
		cost = (cost + bare()) / 2
		n := signInsOf(r)
		budget := 3*time.Duration(n)*cost/4 + time.Second
		budgets += took.Seconds() / budget.Seconds()
		signIns = float64(n)

		one, _ := countersign(b, program, "--procs", "1", "--check", singleSignIns()[0])
		all, _ := countersign(b, program, "--procs", "1", "--check", strings.Join(singleSignIns(), ","))
		cost = (cost + bare()) / 2
		checks += (all - one).Seconds() / float64(len(singleSignIns())-1) / cost.Seconds()
		began := time.Now()
		for range 10 {
			ordinarySignIn(b, chrome, lane)
		}
		ordinary += (time.Since(began) / 10).Seconds() / cost.Seconds()
		b.ReportMetric(took.Seconds(), "s/run")
		b.ReportMetric(cost.Seconds()*1000, "ms/bare-sign-in")
	}
	b.ReportMetric(signIns, "sign-ins/run")
	b.ReportMetric(budgets/float64(b.N), "run/budget")
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

func countersign(b *testing.B, program string, args ...string) (time.Duration, report.Report) {
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
	return took, r
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
