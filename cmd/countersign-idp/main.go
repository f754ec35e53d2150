// Command countersign-idp is the mock provider of countersign and nothing else,
// for the image: it takes the arguments of "countersign idp".
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/countersign-oidc/countersign/cmd/internal/idp"
)

// version is set when the program is built.
var version = "development"

// exitUsage is the exit code for usage or configuration.
const exitUsage = 2

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	root := &cobra.Command{Use: "countersign", Version: version, SilenceErrors: true, SilenceUsage: true}
	root.CompletionOptions.HiddenDefaultCmd = true
	root.AddCommand(idp.Command(os.Stdout, os.Stderr, version))
	if err := root.ExecuteContext(ctx); err != nil {
		fmt.Fprintf(os.Stderr, "countersign: %v\n", err)
		os.Exit(exitUsage) //nolint:gocritic // nothing is left to stop
	}
}
