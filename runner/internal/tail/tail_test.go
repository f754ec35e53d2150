package tail

import (
	"strings"
	"testing"
)

func TestTailKeepsTheLastWords(t *testing.T) {
	t.Parallel()
	var w Tail
	for range 1000 {
		if n, err := w.Write([]byte("many words, ")); n != 12 || err != nil {
			t.Fatal(n, err)
		}
	}
	if _, err := w.Write([]byte("the end")); err != nil {
		t.Fatal(err)
	}
	if s := w.String(); len(s) > Size || !strings.HasSuffix(s, "the end") {
		t.Errorf("%d bytes, ending %q", len(s), s[max(0, len(s)-20):])
	}
}
