package main

import (
	"errors"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/countersign-oidc/countersign/runner/engine"
	"github.com/countersign-oidc/countersign/suites/browser"
)

// TestMain lets the test binary be the program: for the scripts, and for the
// workers that the program starts of itself.
func TestMain(m *testing.M) {
	program := func() { os.Exit(run(os.Args, os.Stdout, os.Stderr)) }
	if isWorker(os.Args) || slices.Contains(os.Args, engine.Subcommand) {
		program()
	}
	testscript.Main(m, map[string]func(){"countersign": program, "application": application})
}

// TestScripts runs the command line as its users do.
func TestScripts(t *testing.T) {
	_, browserErr := browser.Find("")
	if browserErr != nil && os.Getenv("CI") == "true" {
		t.Fatal(browserErr)
	}
	testscript.Run(t, testscript.Params{
		Dir:  "testdata",
		Cmds: commands(),
		Condition: func(name string) (bool, error) {
			if name == "chrome" {
				return browserErr == nil, nil
			}
			return false, errors.New("unknown condition " + name)
		},
	})
}

func commands() map[string]func(*testscript.TestScript, bool, []string) {
	return map[string]func(*testscript.TestScript, bool, []string){
		"code": code, "occupy": occupy, "interrupted": interrupted, "serves": serves, "crashed": crashed,
	}
}

// serves starts a server, waits until it has said where it is, interrupts it
// and expects it to end well. What it said is in served.txt and warned.txt.
func serves(ts *testscript.TestScript, _ bool, args []string) {
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Path = filepath.Join(filepath.SplitList(ts.Getenv("PATH"))[0], args[0])
	cmd.Dir = ts.MkAbs(".")
	var warned strings.Builder
	cmd.Stderr = &warned
	out, err := cmd.StdoutPipe()
	ts.Check(err)
	ts.Check(cmd.Start())
	var seen strings.Builder
	buf := make([]byte, 4096)
	signalled := false
	for {
		n, err := out.Read(buf)
		seen.Write(buf[:n])
		if !signalled && strings.Contains(seen.String(), "http://127.0.0.1:") {
			signalled = true
			ts.Check(cmd.Process.Signal(syscall.SIGINT))
		}
		if err != nil {
			break
		}
	}
	if err := cmd.Wait(); err != nil || !signalled {
		ts.Fatalf("%v ended with %v:\n%s%s", args, err, seen.String(), warned.String())
	}
	ts.Check(os.WriteFile(ts.MkAbs("served.txt"), []byte(seen.String()), 0o600))
	ts.Check(os.WriteFile(ts.MkAbs("warned.txt"), []byte(warned.String()), 0o600))
}

// code runs a program and compares its exit code: code N program args...
func code(ts *testscript.TestScript, _ bool, args []string) {
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	err = ts.Exec(args[1], args[2:]...)
	got := 0
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		got = exit.ExitCode()
	} else {
		ts.Check(err)
	}
	if got != want {
		ts.Fatalf("exit code %d, want %d", got, want)
	}
}

// occupy takes a port until the script ends and puts its address in $OCCUPIED.
func occupy(ts *testscript.TestScript, _ bool, _ []string) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	ts.Check(err)
	ts.Defer(func() { _ = l.Close() })
	ts.Setenv("OCCUPIED", l.Addr().String())
}

// interrupted starts a run of every check, interrupts it, and expects it to
// end with exit code 3 and a report, leaving nothing behind:
//
//	interrupted early|once|twice args...
//
// early is before the first check is decided, as soon as the run has a folder.
func interrupted(ts *testscript.TestScript, _ bool, args []string) {
	dir := ts.MkAbs("tmp-of-the-run-" + args[0])
	ts.Check(os.MkdirAll(dir, 0o755))
	cmd := exec.Command("countersign", args[1:]...)
	cmd.Path = filepath.Join(filepath.SplitList(ts.Getenv("PATH"))[0], "countersign")
	cmd.Dir = ts.MkAbs(".")
	cmd.Env = append(os.Environ(), "TMPDIR="+dir)
	out, err := cmd.StdoutPipe()
	ts.Check(err)
	ts.Check(cmd.Start())
	interrupt := func() { ts.Check(cmd.Process.Signal(syscall.SIGINT)) }
	if args[0] == "early" {
		awaitEntry(ts, dir)
		interrupt()
	}
	var seen strings.Builder
	buf := make([]byte, 4096)
	for signalled := args[0] == "early"; ; {
		n, err := out.Read(buf)
		seen.Write(buf[:n])
		if !signalled && strings.Contains(seen.String(), "pass ") {
			signalled = true
			interrupt()
			if args[0] == "twice" {
				interrupt()
			}
		}
		if err != nil {
			break
		}
	}
	err = cmd.Wait()
	if exit, ok := errors.AsType[*exec.ExitError](err); !ok || exit.ExitCode() != exitUndecided {
		ts.Fatalf("interrupted run ended with %v:\n%s", err, seen.String())
	}
	if !strings.Contains(seen.String(), "The run was interrupted") || !strings.Contains(seen.String(), "Report: ") {
		ts.Fatalf("interrupted run said:\n%s", seen.String())
	}
	if alive := processesOf(dir); len(alive) > 0 {
		ts.Fatalf("interrupted run left processes behind: %v", alive)
	}
	left, err := os.ReadDir(dir)
	ts.Check(err)
	if len(left) > 0 {
		ts.Fatalf("interrupted run left %v behind", left)
	}
}

// awaitEntry waits until a folder has something in it.
func awaitEntry(ts *testscript.TestScript, dir string) {
	patience := time.After(10 * time.Second)
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for {
		if found, err := os.ReadDir(dir); err == nil && len(found) > 0 {
			return
		}
		select {
		case <-tick.C:
		case <-patience:
			ts.Fatalf("nothing appeared in %s within 10 s", dir)
		}
	}
}

// processesOf are the processes whose command line names a folder. They end
// by themselves a moment after their parent, so the kernel is asked until
// none is left or patience ends.
func processesOf(dir string) []string {
	patience := time.After(10 * time.Second)
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for {
		var alive []string
		lines, _ := filepath.Glob("/proc/[0-9]*/cmdline")
		for _, path := range lines {
			if line, err := os.ReadFile(path); err == nil && strings.Contains(string(line), dir) {
				alive = append(alive, path+" "+strings.ReplaceAll(string(line), "\x00", " "))
			}
		}
		select {
		case <-tick.C:
			if len(alive) == 0 {
				return nil
			}
		case <-patience:
			return alive
		}
	}
}
