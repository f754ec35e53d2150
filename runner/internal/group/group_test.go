//go:build unix

package group

import (
	"bufio"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// family starts a shell that starts a child, and gives the child's number.
func family(t *testing.T) (*exec.Cmd, int) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "sh", "-c", "sleep 600 & echo $!; wait")
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	Own(cmd)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	child, err := strconv.Atoi(strings.TrimSpace(line))
	if err != nil {
		t.Fatal(err)
	}
	return cmd, child
}

// gone waits until a program does not run any more. Its parent may not have
// asked for its status, so a zombie counts as gone.
func gone(t *testing.T, pid int) {
	t.Helper()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for {
		state, err := exec.CommandContext(t.Context(), "ps", "-o", "stat=", "-p", strconv.Itoa(pid)).Output()
		if err != nil || strings.HasPrefix(string(state), "Z") {
			return
		}
		select {
		case <-tick.C:
		case <-t.Context().Done():
			t.Fatalf("%d runs on as %q", pid, state)
		}
	}
}

func TestKillEndsTheFamily(t *testing.T) {
	t.Parallel()
	for name, end := range map[string]func(*exec.Cmd){"interrupt": Interrupt, "terminate": Terminate, "kill": Kill} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cmd, child := family(t)
			if name == "interrupt" {
				// A shell's child in the background ignores the interrupt.
				defer Kill(cmd)
				end(cmd)
				_ = cmd.Wait()
				return
			}
			end(cmd)
			_ = cmd.Wait()
			gone(t, child)
		})
	}
}

func TestSweepEndsWhatIsMarked(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	left, child := family(t)
	if _, err := Note(dir, left); err != nil {
		t.Fatal(err)
	}
	kept, other := family(t)
	defer Kill(kept)
	forget, err := Note(dir, kept)
	if err != nil {
		t.Fatal(err)
	}
	if err := forget(); err != nil {
		t.Fatal(err)
	}
	if err := Sweep(dir); err != nil {
		t.Fatal(err)
	}
	_ = left.Wait()
	gone(t, child)
	if err := syscall.Kill(other, 0); err != nil {
		t.Errorf("a group whose mark was taken away: %v", err)
	}
	if err := Sweep(t.TempDir()); err != nil {
		t.Errorf("a folder without marks: %v", err)
	}
}
