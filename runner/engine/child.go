package engine

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"

	"github.com/onsi/ginkgo/v2/ginkgo/command"
	"github.com/onsi/ginkgo/v2/ginkgo/run"
)

// Child runs Ginkgo's parallel engine in this process, which Run started: the
// engine prints, installs signal handlers and ends by panicking, none of which
// belongs in the program that the user started. It returns the exit code.
func Child(executable, dir string, processes int, seed int64) (code int) {
	suite := filepath.Join(dir, WorkerName)
	if err := os.Symlink(executable, suite); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer func() {
		if r := recover(); r != nil {
			abort, ok := r.(command.AbortDetails)
			if !ok {
				panic(r)
			}
			code = abort.ExitCode
		}
	}()
	args := []string{
		"--procs=" + strconv.Itoa(processes), "--seed=" + strconv.FormatInt(seed, 10),
		"--randomize-all", "--keep-going", "--succinct", "--no-color",
		"--output-interceptor-mode=none", "--grace-period=10s",
		"--output-dir=" + dir, "--json-report=" + reportFile, suite,
	}
	run.BuildRunCommand().Run(args, []string{"--plan", filepath.Join(dir, planFile)})
	return 0
}
