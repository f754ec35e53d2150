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
	ctx, hurry := interrupts(context.Background())
	if isWorker(args) {
		return work(ctx, args, stderr)
	}
	root := newRoot(program{stdout: stdout, stderr: stderr, hurry: hurry})
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

// interrupts ends the context at the first interrupt, so that a run ends in
// order, and closes the channel at the second, so that it ends at once.
func interrupts(parent context.Context) (ctx context.Context, hurry <-chan struct{}) {
	ctx, cancel := context.WithCancel(parent)
	second := make(chan struct{})
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	go func() {
		<-signals
		cancel()
		<-signals
		close(second)
	}()
	return ctx, second
}

// isWorker reports whether Ginkgo's engine started this process as a suite.
// The name alone is not enough: the tests of this package have the same.
func isWorker(args []string) bool {
	return filepath.Base(args[0]) == engine.WorkerName && slices.Contains(args, "--plan")
}
