package harness

import (
	"context"
	"os"
	"testing"
	"time"

	"github.com/countersign-oidc/countersign/suites/browser"
)

// TestChromeThatDies crashes the browser under its profiles: what was opened
// breaks, and the next profile is one of a new browser.
func TestChromeThatDies(t *testing.T) {
	path, err := browser.Find("")
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal(err)
		}
		t.Skip(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	dir := t.TempDir()
	p, err := newProfiles(ctx, browser.Options{Exec: path, Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	first, err := p.take(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if err := p.chrome.Crash(ctx); err != nil {
		t.Fatal(err)
	}
	if _, err := first.Navigate(ctx, "about:blank"); err == nil {
		t.Error("a page opened in a browser that crashed")
	}
	p.put(first)
	second, err := p.take(ctx)
	if err != nil {
		t.Fatalf("after the browser died: %v", err)
	}
	if _, err := second.Navigate(ctx, "about:blank"); err != nil {
		t.Errorf("in the new browser: %v", err)
	}
	p.put(second)
	if err := p.close(context.WithoutCancel(ctx)); err != nil {
		t.Error(err)
	}
	if left, _ := os.ReadDir(dir); len(left) != 0 {
		t.Errorf("profiles left behind: %v", left)
	}
}
