//go:build unix

package group

import (
	"os/exec"
	"strconv"
	"syscall"
)

// Own puts a program that is not started yet in a process group of its own.
func Own(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} }

// Interrupt asks a group to end as Ctrl-C does.
func Interrupt(cmd *exec.Cmd) { _ = syscall.Kill(-cmd.Process.Pid, syscall.SIGINT) }

// Terminate asks a group to end as a service manager does.
func Terminate(cmd *exec.Cmd) { _ = syscall.Kill(-cmd.Process.Pid, syscall.SIGTERM) }

// Kill ends a group at once. It is harmless when the group is gone.
func Kill(cmd *exec.Cmd) { _ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }

func killNumber(name string) {
	if pid, err := strconv.Atoi(name); err == nil && pid > 1 {
		_ = syscall.Kill(-pid, syscall.SIGKILL)
	}
}
