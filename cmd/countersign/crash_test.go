package main

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/countersign-oidc/countersign/runner/check"
	"github.com/countersign-oidc/countersign/runner/report"
)

// crashed starts a run, kills its browser once the first check is decided, and
// expects every check but the one that was under way to be decided:
//
//	crashed run --out DIR args...
func crashed(ts *testscript.TestScript, _ bool, args []string) {
	dir := ts.MkAbs("tmp-of-the-crash")
	ts.Check(os.MkdirAll(dir, 0o755))
	cmd := exec.Command("countersign", args...)
	cmd.Path = filepath.Join(filepath.SplitList(ts.Getenv("PATH"))[0], "countersign")
	cmd.Dir = ts.MkAbs(".")
	cmd.Env = append(os.Environ(), "TMPDIR="+dir)
	out, err := cmd.StdoutPipe()
	ts.Check(err)
	ts.Check(cmd.Start())
	var seen strings.Builder
	buf := make([]byte, 4096)
	for killed := false; ; {
		n, err := out.Read(buf)
		seen.Write(buf[:n])
		if !killed && strings.Contains(seen.String(), "pass ") {
			killed = true
			ts.Check(syscall.Kill(browserOf(ts, dir), syscall.SIGKILL))
		}
		if err != nil {
			break
		}
	}
	err = cmd.Wait()
	if exit, ok := errors.AsType[*exec.ExitError](err); err != nil && (!ok || exit.ExitCode() != exitUndecided) {
		ts.Fatalf("the run ended with %v:\n%s", err, seen.String())
	}
	f, err := os.Open(ts.MkAbs("crashed/report.json"))
	ts.Check(err)
	defer f.Close()
	r, err := report.Read(f)
	ts.Check(err)
	undecided := 0
	for _, c := range r.Checks {
		switch c.Verdict {
		case check.Pass:
		case check.Error:
			undecided++
		default:
			ts.Fatalf("%s: %s: %s", c.ID, c.Verdict, c.Reason)
		}
	}
	if undecided > 1 {
		ts.Fatalf("%d checks were lost with one browser:\n%s", undecided, seen.String())
	}
}

// browserOf is the process ID of the browser of a run: it has a profile in the
// folder and is no helper of another.
func browserOf(ts *testscript.TestScript, dir string) int {
	lines, _ := filepath.Glob("/proc/[0-9]*/cmdline")
	for _, path := range lines {
		line, err := os.ReadFile(path)
		words := strings.Split(string(line), "\x00")
		if err != nil || !strings.Contains(string(line), "--user-data-dir="+dir) || strings.Contains(string(line), "--type=") ||
			strings.HasSuffix(words[0], "sh") { // Debian starts it from a script
			continue
		}
		pid, err := strconv.Atoi(filepath.Base(filepath.Dir(path)))
		ts.Check(err)
		return pid
	}
	ts.Fatalf("no browser has a profile in %s", dir)
	return 0
}
