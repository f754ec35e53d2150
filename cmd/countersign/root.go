package main

import (
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"github.com/countersign-oidc/countersign/cmd/internal/idp"
	"github.com/countersign-oidc/countersign/runner/engine"
)

// program is what the commands share: where they write, and what tells them to
// end at once.
type program struct {
	stdout, stderr *os.File
	hurry          <-chan struct{}
}

func newRoot(p program) *cobra.Command {
	root := &cobra.Command{
		Use:   "countersign",
		Short: "Prove that a shop's sign-in works and is safe",
		Long: `countersign drives a shop's whole sign-in, claim mapping, session expiry and
sign-out in headless Chrome against a provider that can do everything right and,
on request, any one thing wrong. It judges what it saw and writes a report.

Without arguments, run uses the embedded provider and the embedded shop.

Exit codes: 0 nothing failed; 1 the shop failed a check; 2 usage or
configuration; 3 a check could not be decided.`,
		SilenceErrors: true, SilenceUsage: true,
	}
	root.SetOut(p.stdout)
	root.SetErr(p.stderr)
	root.CompletionOptions.HiddenDefaultCmd = true
	root.AddCommand(p.newRun(), p.newList(), p.newExplain(), p.newReport(), p.newSelftest(), p.newStrict(), idp.Command(p.stdout, p.stderr, version), p.newShop(), p.newVersion(), newEngine())
	return root
}

func (p program) newVersion() *cobra.Command {
	return &cobra.Command{
		Use: "version", Short: "Print the version", Args: cobra.NoArgs,
		Run: func(*cobra.Command, []string) { fmt.Fprintln(p.stdout, "countersign", version) },
	}
}

// newEngine is the hidden command that engine.Run starts.
func newEngine() *cobra.Command {
	var dir string
	var processes int
	var seed int64
	c := &cobra.Command{
		Use: engine.Subcommand, Hidden: true, Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			exe, err := os.Executable()
			if err != nil {
				return fmt.Errorf("path of this program: %w", err)
			}
			return exitError{engine.Child(exe, dir, processes, seed)}
		},
	}
	c.Flags().StringVar(&dir, "dir", "", "folder of the run")
	c.Flags().IntVar(&processes, "processes", 1, "workers")
	c.Flags().Int64Var(&seed, "seed", 1, "order of the checks")
	return c
}
