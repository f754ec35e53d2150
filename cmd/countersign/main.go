// Command countersign tells a shop's team, with proof, whether their sign-in
// works and is safe.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"syscall"

	"github.com/countersign-oidc/countersign/runner/engine"
)

// version is set when the program is built.
var version = "development"

// The exit codes.
const (
	exitOK        = 0
	exitFailed    = 1 // the shop failed a check
	exitUsage     = 2 // usage or configuration
	exitUndecided = 3 // a check could not be decided
)

// exitError ends the program with a code, after what there is to say was said.
type exitError struct{ code int }

func (e exitError) Error() string { return fmt.Sprintf("exit code %d", e.code) }

func main() { os.Exit(run(os.Args, os.Stdout, os.Stderr)) }

func run(args []string, stdout, stderr *os.File) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if isWorker(args) {
		return work(ctx, args, stderr)
	}
	// A second interrupt ends the program at once.
	context.AfterFunc(ctx, stop)
	root := newRoot(program{stdout: stdout, stderr: stderr})
	root.SetArgs(args[1:])
	err := root.ExecuteContext(ctx)
	var exit exitError
	switch {
	case err == nil:
		return exitOK
	case errors.As(err, &exit):
		return exit.code
	default:
		fmt.Fprintf(stderr, "countersign: %v\n", err)
		return exitUsage
	}
}

// isWorker reports whether Ginkgo's engine started this process as a suite.
// The name alone is not enough: the tests of this package have the same.
func isWorker(args []string) bool {
	return filepath.Base(args[0]) == engine.WorkerName && slices.Contains(args, "--plan")
}
