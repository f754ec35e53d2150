package interop

import (
	"bytes"
	"context"
	"encoding/json"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"testing"
	"time"

	jose "github.com/go-jose/go-jose/v4"

	"github.com/countersign-oidc/countersign/mockidp"
	"github.com/countersign-oidc/countersign/mockidp/identity"
	"github.com/countersign-oidc/countersign/mockidp/keys"
)

// nodeTimeout bounds all tests on Node together.
const nodeTimeout = 3 * time.Minute

// settings is what the tests on Node learn of the provider.
type settings struct {
	Issuer   string                     `json:"issuer"`
	User     identity.User              `json:"user"`
	Callback string                     `json:"callback"`
	Bye      string                     `json:"bye"`
	Clients  map[string]identity.Client `json:"clients"`
	// Keys are the clients' private keys.
	Keys map[string]jose.JSONWebKey `json:"keys"`
}

// TestOpenIDClient runs the tests in node/ against a provider of its own.
func TestOpenIDClient(t *testing.T) {
	t.Parallel()
	node := nodeOrSkip(t)
	// openid-client takes the redirect_uri from the address of the answer
	// and drops the query of it.
	set := settings{User: ada(), Callback: "http://rp.test/cb", Bye: bye, Clients: map[string]identity.Client{}, Keys: map[string]jose.JSONWebKey{}}
	add := func(c identity.Client) {
		c.RedirectURIs = []string{set.Callback}
		set.Clients[c.ID] = c
	}
	add(client("basic", identity.AuthBasic))
	add(client("post", identity.AuthPost))
	add(client("public", identity.AuthNone))
	es := client("es256", identity.AuthPost)
	es.IDTokenAlg = keys.ES256
	add(es)

	var config mockidp.Config
	for _, c := range set.Clients {
		config.Clients = append(config.Clients, c)
	}
	set.Issuer = newProviderOf(t, config).Issuer()
	runNode(t, node, set)
}

// nodeOrSkip is the path of Node. Its absence, or that of the packages of
// package-lock.json, skips on a laptop and fails in CI.
func nodeOrSkip(t *testing.T) string {
	t.Helper()
	missing := t.Skipf
	if os.Getenv("CI") == "true" {
		missing = t.Fatalf
	}
	node, err := exec.LookPath("node")
	if err != nil {
		missing("no node: scripts/setup node installs it")
	}
	if _, err := os.Stat(filepath.Join("node", "node_modules", "openid-client", "package.json")); err != nil {
		missing("no openid-client: run make interop")
	}
	return node
}

var nodeCount = regexp.MustCompile(`(?m)^# (tests|pass|fail|cancelled|skipped|todo) (\d+)$`)

func runNode(t *testing.T, node string, set settings) {
	t.Helper()
	// The subject is what the tests compare with, and User leaves it out
	// where it equals the username.
	set.User.Subject = set.User.Sub()
	text, err := json.Marshal(set)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "settings.json")
	if err := os.WriteFile(file, text, 0o600); err != nil {
		t.Fatal(err)
	}
	tests, err := fs.Glob(os.DirFS("node"), "*.test.mjs")
	if err != nil || len(tests) == 0 {
		t.Fatalf("no tests in node: %v", err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), nodeTimeout)
	defer cancel()
	cmd := exec.CommandContext(ctx, node, append([]string{"--test", "--test-reporter=tap"}, tests...)...)
	cmd.Dir, cmd.Env = "node", append(os.Environ(), "COUNTERSIGN_INTEROP="+file)
	out, err := cmd.CombinedOutput()
	counts := make(map[string]int)
	for _, m := range nodeCount.FindAllSubmatch(out, -1) {
		counts[string(m[1])], _ = strconv.Atoi(string(m[2]))
	}
	if err != nil || counts["tests"] == 0 || counts["pass"] != counts["tests"] {
		t.Fatalf("node: %v, %v\n%s", err, counts, bytes.TrimSpace(out))
	}
	t.Logf("%d tests on Node passed", counts["pass"])
}
