// Package tail keeps the last words of a program.
package tail

import (
	"strings"
	"sync"
)

// Size is how many bytes are kept: the last ones.
const Size = 4 << 10

// Tail keeps the end of what is written to it. The zero value is ready, and it
// is safe for concurrent use.
type Tail struct {
	mu   sync.Mutex
	kept []byte
}

// Write never fails.
func (t *Tail) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.kept = append(t.kept, p...)
	if extra := len(t.kept) - Size; extra > 0 {
		t.kept = append(t.kept[:0], t.kept[extra:]...)
	}
	return len(p), nil
}

// String is what is kept, without white space around it, or "(nothing)".
func (t *Tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	if s := strings.TrimSpace(string(t.kept)); s != "" {
		return s
	}
	return "(nothing)"
}
