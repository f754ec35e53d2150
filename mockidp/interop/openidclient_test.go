package interop

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
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
	set := newSettings(t)
	config := mockidp.Config{ClientRegistration: true}
	for _, c := range set.Clients {
		config.Clients = append(config.Clients, c)
	}
	set.Issuer = newProviderOf(t, config).Issuer()
	runNode(t, node, set)
}

func newSettings(t *testing.T) settings {
	t.Helper()
	set := settings{
		// openid-client takes the redirect_uri from the address of the
		// answer and drops the query of it.
		User: ada(), Callback: "http://rp.test/cb", Bye: bye,
		Clients: map[string]identity.Client{}, Keys: map[string]jose.JSONWebKey{},
	}
	for _, c := range nodeClients() {
		if c.RedirectURIs != nil {
			c.RedirectURIs = []string{set.Callback}
		}
		if alg := nodeKey(c); alg != "" {
			key := newJWK(t, alg, c.ID+"-key")
			set.Keys[c.ID] = key
			c.Keys = &jose.JSONWebKeySet{Keys: []jose.JSONWebKey{key.Public()}}
		}
		set.Clients[c.ID] = c
	}
	return set
}

// nodeClients are the clients that the tests on Node speak of.
func nodeClients() []identity.Client {
	with := func(id string, method identity.AuthMethod, edit func(*identity.Client)) identity.Client {
		c := client(id, method)
		edit(&c)
		return c
	}
	return []identity.Client{
		client("basic", identity.AuthBasic),
		client("post", identity.AuthPost),
		client("public", identity.AuthNone),
		client("private-jwt", identity.AuthPrivateJWT),
		with("secret-jwt", identity.AuthSecretJWT, func(c *identity.Client) {
			c.Secret = "a secret of at least 32 octets, as HS256 needs"
		}),
		with("es256", identity.AuthPost, func(c *identity.Client) { c.IDTokenAlg = keys.ES256 }),
		with("signed-userinfo", identity.AuthPost, func(c *identity.Client) { c.UserInfoAlg = keys.ES256 }),
		with("rsa-oaep", identity.AuthPost, func(c *identity.Client) {
			c.IDTokenKeyAlg, c.IDTokenEnc = "RSA-OAEP-256", "A256GCM"
			c.UserInfoAlg, c.UserInfoKeyAlg, c.UserInfoEnc = keys.RS256, "RSA-OAEP-256", "A256GCM"
		}),
		with("ecdh-es", identity.AuthPost, func(c *identity.Client) {
			c.IDTokenKeyAlg = "ECDH-ES+A128KW"
			c.UserInfoAlg, c.UserInfoKeyAlg = keys.RS256, "ECDH-ES+A128KW"
		}),
		with("par", identity.AuthBasic, func(c *identity.Client) { c.RequirePAR = true }),
		with("hybrid", identity.AuthBasic, func(c *identity.Client) {
			c.ResponseTypes = []string{"code id_token"}
			c.GrantTypes = []identity.GrantType{identity.GrantCode, identity.GrantImplicit, identity.GrantRefresh}
		}),
		with("implicit", identity.AuthNone, func(c *identity.Client) {
			c.ResponseTypes, c.GrantTypes = []string{"id_token"}, []identity.GrantType{identity.GrantImplicit}
		}),
		with("machine", identity.AuthBasic, func(c *identity.Client) {
			c.RedirectURIs, c.GrantTypes = nil, []identity.GrantType{identity.GrantCredentials}
		}),
		with("tv", identity.AuthNone, func(c *identity.Client) {
			c.RedirectURIs, c.GrantTypes = nil, []identity.GrantType{identity.GrantDevice, identity.GrantRefresh}
		}),
	}
}

// nodeKey is the algorithm of the key that a client needs, or "".
func nodeKey(c identity.Client) string {
	if c.Method() == identity.AuthPrivateJWT {
		return keys.ES256
	}
	return c.IDTokenKeyAlg
}

// newJWK is a private key of that kid for signatures or encryption.
func newJWK(t *testing.T, alg, kid string) jose.JSONWebKey {
	t.Helper()
	var private any
	var err error
	if strings.HasPrefix(alg, "RSA") {
		private, err = rsa.GenerateKey(rand.Reader, 2048)
	} else {
		private, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	}
	if err != nil {
		t.Fatal(err)
	}
	use := "enc"
	if alg == keys.ES256 {
		use = "sig"
	}
	return jose.JSONWebKey{Key: private, KeyID: kid, Algorithm: alg, Use: use}
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
