// Package engine runs the checks across processes with Ginkgo's own parallel
// engine: the program starts itself under a name that Ginkgo takes for a
// compiled suite, so that no Go toolchain is needed.
package engine

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"time"

	"github.com/countersign-oidc/countersign/runner/internal/group"
	"github.com/countersign-oidc/countersign/runner/internal/tail"
)

// Subcommand is the hidden command of the program that runs Ginkgo's engine;
// WorkerName the name under which the program is a worker of it.
const (
	Subcommand = "__engine"
	WorkerName = "countersign.test"
)

const (
	planFile     = "plan.json"
	reportFile   = "ginkgo.json"
	progressFile = "progress.sock"
)

// grace is how long workers get to end after an interrupt before they are
// killed.
const grace = 20 * time.Second

// Silence is how long the workers may go without deciding a check, where a job
// does not say: longer than any check may take.
const Silence = 4 * time.Minute

// Job is what to run.
type Job struct {
	// Executable is the path of this program.
	Executable string
	// Plan is given to each worker as JSON.
	Plan any
	// Processes is how many workers run side by side.
	Processes int
	// Seed orders the checks.
	Seed int64
	// Dir is an empty folder for the files of the run. The caller removes it.
	Dir string
	// Environment is that of the workers' parent, NAME=value. Without a PATH
	// Ginkgo does not look for a Go toolchain, which it asks for its version.
	Environment []string
	// Hurry, when closed after ctx has ended, kills the workers at once.
	Hurry <-chan struct{}
	// Silence is how long the workers may go without deciding a check before they
	// are taken to hang and ended; the constant of that name if it is zero.
	Silence time.Duration
	// Progress, when set, is told of each decided check as it happens.
	Progress func(Progress)
}

// Run runs a job and returns what its workers reported. When ctx ends, the
// workers are interrupted and what they decided so far is returned.
func Run(ctx context.Context, j Job) (Outcome, error) {
	plan, err := json.Marshal(j.Plan)
	if err != nil {
		return Outcome{}, fmt.Errorf("plan of the run: %w", err)
	}
	if err := os.WriteFile(filepath.Join(j.Dir, planFile), plan, 0o600); err != nil {
		return Outcome{}, fmt.Errorf("plan of the run: %w", err)
	}
	alive := make(chan struct{}, 1)
	listener, err := listen(j, alive)
	if err != nil {
		return Outcome{}, err
	}
	log := &tail.Tail{}
	cmd := exec.Command(j.Executable, Subcommand, "--dir", j.Dir, //nolint:noctx // ended by its own way below
		"--processes", strconv.Itoa(j.Processes), "--seed", strconv.FormatInt(j.Seed, 10))
	cmd.Stdout, cmd.Stderr, cmd.Env = log, log, j.Environment
	group.Own(cmd)
	if err := cmd.Start(); err != nil {
		return Outcome{}, errors.Join(fmt.Errorf("start the workers: %w", err), listener.Close())
	}
	silence := cmp.Or(j.Silence, Silence)
	ended := wait(ctx, cmd, j.Hurry, alive, silence)
	if err := errors.Join(group.Sweep(j.Dir), listener.Close()); err != nil {
		return Outcome{}, err
	}
	out, err := read(filepath.Join(j.Dir, reportFile))
	out.Interrupted = ended == byInterrupt
	if ended == bySilence {
		out.Broken = append(out.Broken, fmt.Sprintf("no check was decided for %s, so the run was ended; the workers' last words were: %s", silence, log))
	}
	if err != nil && ended == byItself {
		return out, fmt.Errorf("%w; the workers' last words were:\n%s", err, log)
	}
	return out, nil
}

// ending is how the workers came to their end.
type ending int

const (
	byItself ending = iota
	byInterrupt
	bySilence
)

// wait waits for the workers to end, interrupts them when ctx ends or nothing is
// heard of them for long, and kills what does not end then.
func wait(ctx context.Context, cmd *exec.Cmd, hurry, alive <-chan struct{}, silence time.Duration) ending {
	done := make(chan struct{})
	go func() {
		_ = cmd.Wait() // the exit code only repeats that a check failed
		close(done)
	}()
	how := listenUntil(ctx, done, alive, silence)
	if how == byItself {
		return how
	}
	group.Interrupt(cmd)
	patience := time.NewTimer(grace)
	defer patience.Stop()
	select {
	case <-done:
	case <-patience.C:
	case <-hurry:
	}
	group.Kill(cmd)
	<-done
	return how
}

func listenUntil(ctx context.Context, done, alive <-chan struct{}, silence time.Duration) ending {
	quiet := time.NewTimer(silence)
	defer quiet.Stop()
	for {
		select {
		case <-done:
			return byItself
		case <-ctx.Done():
			return byInterrupt
		case <-quiet.C:
			return bySilence
		case <-alive:
			quiet.Reset(silence)
		}
	}
}
