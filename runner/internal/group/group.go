// Package group ends programs together with everything that they started.
package group

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
)

// Note leaves a mark of a running group in a folder, so that Sweep can end it
// should whoever started it be killed. The function that it returns takes the
// mark away. An empty folder keeps no marks.
func Note(dir string, cmd *exec.Cmd) (forget func() error, err error) {
	if dir == "" {
		return func() error { return nil }, nil
	}
	marks := filepath.Join(dir, "groups")
	if err := os.MkdirAll(marks, 0o700); err != nil {
		return nil, fmt.Errorf("mark of a process group: %w", err)
	}
	mark := filepath.Join(marks, strconv.Itoa(cmd.Process.Pid))
	if err := os.WriteFile(mark, nil, 0o600); err != nil {
		return nil, fmt.Errorf("mark of a process group: %w", err)
	}
	return func() error {
		if err := os.Remove(mark); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("mark of a process group: %w", err)
		}
		return nil
	}, nil
}

// Sweep kills the groups whose marks are left in a folder.
func Sweep(dir string) error {
	marks := filepath.Join(dir, "groups")
	left, err := os.ReadDir(marks)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("marks of process groups: %w", err)
	}
	for _, mark := range left {
		killNumber(mark.Name())
		err = errors.Join(err, os.Remove(filepath.Join(marks, mark.Name())))
	}
	return err
}
