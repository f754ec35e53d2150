package main

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/countersign-oidc/countersign/fixtures/users"
	"github.com/countersign-oidc/countersign/mockidp"
	"github.com/countersign-oidc/countersign/mockidp/control"
	"github.com/countersign-oidc/countersign/mockidp/identity"
	"github.com/countersign-oidc/countersign/mockidp/settings"
)

// typed is what a page of the docs says to type, and what that answers.
type typed struct{ command, answer string }

// TestControlDocs types all of docs/control.md into one shell, beside a
// provider like that of countersign idp, and compares what is answered. Three
// dots stand for anything.
func TestControlDocs(t *testing.T) {
	for _, program := range []string{"bash", "curl"} {
		if _, err := exec.LookPath(program); err != nil {
			if os.Getenv("CI") == "true" {
				t.Fatal(err)
			}
			t.Skip(err)
		}
	}
	text, err := os.ReadFile("../../docs/control.md")
	if err != nil {
		t.Fatal(err)
	}
	var all []typed
	var programs strings.Builder
	for _, m := range block.FindAllStringSubmatch(string(text), -1) {
		for line := range strings.Lines(m[2]) {
			command, isCommand := strings.CutPrefix(line, "$ ")
			switch {
			case strings.HasPrefix(command, "bin/countersign"):
				programs.WriteString(strings.Replace(step(strings.TrimSpace(command)), " idp", " idp --addr 127.0.0.1:0", 1) + "\n")
			case isCommand:
				all = append(all, typed{command: strings.TrimSpace(command)})
			default:
				all[len(all)-1].answer += line
			}
		}
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "control.txt"), []byte(programs.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{Dir: dir, Cmds: commands()})

	manager := manage(t)
	const mark = "-- next --\n"
	var script strings.Builder
	script.WriteString("set -euo pipefail\n")
	for _, c := range all {
		script.WriteString(strings.ReplaceAll(c.command, "http://127.0.0.1:9401", manager.URL()) + "\nprintf '%s' '" + mark + "'\n")
	}
	if err := os.WriteFile(filepath.Join(dir, "token"), []byte(manager.Token()+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	shell := exec.CommandContext(t.Context(), "bash", "-c", script.String())
	shell.Dir = dir
	var stderr strings.Builder
	shell.Stderr = &stderr
	out, err := shell.Output()
	answers := strings.Split(string(out), mark)
	if err != nil {
		t.Fatalf("%v after %d commands: %s%s", err, len(answers)-1, stderr.String(), answers[len(answers)-1])
	}
	if len(all) < 25 {
		t.Errorf("only %d commands", len(all))
	}
	for i, c := range all {
		pattern := strings.ReplaceAll(regexp.QuoteMeta(strings.TrimSpace(c.answer)), `\.\.\.`, ".*")
		if c.answer != "" && !regexp.MustCompile("(?s)^"+pattern+"$").MatchString(strings.TrimSpace(answers[i])) {
			t.Errorf("%s\nanswers %s\nand not %s", c.command, answers[i], c.answer)
		}
	}
}

// manage is the management API of a provider with an issuer at the bare origin.
func manage(t *testing.T) *control.Server {
	t.Helper()
	provider, err := mockidp.Start(t.Context(), mockidp.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = provider.Close(context.WithoutCancel(t.Context())) })
	local := &control.Local{Server: provider}
	_, err = local.NewIssuer(t.Context(), settings.Issuer{Path: "/", Users: users.All(), Clients: []identity.Client{
		{ID: "shop", Secret: "secret", RedirectURIs: []string{"http://127.0.0.1:9500/api/sf"}},
	}})
	if err != nil {
		t.Fatal(err)
	}
	manager, err := control.Start(t.Context(), local, control.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = manager.Close(context.WithoutCancel(t.Context())) })
	return manager
}
