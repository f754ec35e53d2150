package browser

import (
	"errors"
	"fmt"
	"os/exec"
	"runtime"
	"strings"
)

// ErrNotFound says that no browser is installed. Its text in an error of Find
// carries the command that installs one.
var ErrNotFound = errors.New("no Chrome found")

// candidates are the names a browser goes by, the cheapest first: the headless
// shell takes a quarter of Chromium's CPU time for the same sign-in.
func candidates(goos string) []string {
	names := []string{"chromium-headless-shell", "chrome-headless-shell", "headless-shell"}
	names = append(names, "chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "microsoft-edge")
	switch goos {
	case "darwin":
		names = append(names,
			"/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
			"/Applications/Chromium.app/Contents/MacOS/Chromium")
	case "windows":
		names = append(names,
			`C:\Program Files\Google\Chrome\Application\chrome.exe`,
			`C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe`)
	}
	return names
}

// Find returns the path of the browser to use: the explicit one, or the first
// installed of the headless shell, Chromium and Chrome. The error wraps
// ErrNotFound and says how to install one on each system.
func Find(explicit string) (string, error) {
	return find(explicit, candidates(runtime.GOOS), exec.LookPath)
}

func find(explicit string, names []string, lookPath func(string) (string, error)) (string, error) {
	if explicit != "" {
		path, err := lookPath(explicit)
		if err != nil {
			return "", fmt.Errorf("%w at %q: %w", ErrNotFound, explicit, err)
		}
		return path, nil
	}
	for _, name := range names {
		if path, err := lookPath(name); err == nil {
			return path, nil
		}
	}
	return "", fmt.Errorf("%w; install one and run again:\n%s\nor name one with --browser PATH", ErrNotFound, installHint())
}

func installHint() string {
	return strings.Join([]string{
		"  Debian, Ubuntu:  apt-get install chromium-headless-shell   (or chromium)",
		"  Fedora:          dnf install chromium-headless",
		"  Alpine:          apk add chromium",
		"  Arch:            pacman -S chromium",
		"  macOS:           brew install --cask chromium",
		"  Windows:         winget install Google.Chrome",
	}, "\n")
}
