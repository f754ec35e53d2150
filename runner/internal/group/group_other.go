//go:build !unix

package group

import (
	"os"
	"os/exec"
	"strconv"
)

// Own does nothing where there are no process groups.
func Own(*exec.Cmd) {}

// Interrupt asks a program to end as Ctrl-C does.
func Interrupt(cmd *exec.Cmd) { _ = cmd.Process.Signal(os.Interrupt) }

// Terminate ends a program: there is no way to ask.
func Terminate(cmd *exec.Cmd) { _ = cmd.Process.Kill() }

// Kill ends a program at once.
func Kill(cmd *exec.Cmd) { _ = cmd.Process.Kill() }

func killNumber(name string) {
	pid, err := strconv.Atoi(name)
	if err != nil {
		return
	}
	if p, err := os.FindProcess(pid); err == nil {
		_ = p.Kill()
	}
}
