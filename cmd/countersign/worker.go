package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"runtime/debug"
	"testing"

	"github.com/onsi/ginkgo/v2"

	"github.com/countersign-oidc/countersign/runner/engine"
	"github.com/countersign-oidc/countersign/suites"
	"github.com/countersign-oidc/countersign/suites/harness"
)

// work runs this process's share of the checks: the program was started by
// Ginkgo's engine, as a compiled suite would be.
func work(ctx context.Context, args []string, stderr *os.File) int {
	testing.Init() // Ginkgo passes flags of the testing package
	planPath := flag.String("plan", "", "the plan of the run")
	if err := flag.CommandLine.Parse(args[1:]); err != nil {
		return exitUsage
	}
	plan, err := readPlan(*planPath)
	if err != nil {
		fmt.Fprintf(stderr, "countersign: %v\n", err)
		return exitUsage
	}
	if err := os.Setenv("PATH", plan.SearchPath); err != nil { // also of a shop that is started
		fmt.Fprintf(stderr, "countersign: %v\n", err)
		return exitUsage
	}
	plan.Environment = os.Environ()
	// Without the program that started the run nobody wants the results.
	progress, err := engine.Dial(ctx, *planPath, func() { os.Exit(exitUndecided) })
	if err != nil {
		fmt.Fprintf(stderr, "countersign: %v\n", err)
		return exitUsage
	}
	// A worker lives for seconds and holds little: collecting garbage as often
	// as a server would costs more than it frees.
	debug.SetGCPercent(400)
	h := harness.New(plan, progress.Tell)
	suites.Register(h)
	if !ginkgo.RunSpecs(h, "countersign") || h.Failed() {
		return exitFailed
	}
	return exitOK
}

func readPlan(path string) (harness.Plan, error) {
	var plan harness.Plan
	data, err := os.ReadFile(path)
	if err != nil {
		return plan, fmt.Errorf("plan of the run: %w", err)
	}
	if err := json.Unmarshal(data, &plan); err != nil {
		return plan, fmt.Errorf("plan of the run %s: %w", path, err)
	}
	return plan, nil
}
