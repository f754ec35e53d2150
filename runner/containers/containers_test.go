package containers_test

import (
	"context"
	"encoding/json"
	"html"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"github.com/testcontainers/testcontainers-go"
	"github.com/testcontainers/testcontainers-go/wait"
	"go.yaml.in/yaml/v4"
	"golang.org/x/oauth2"

	"github.com/countersign-oidc/countersign/mockidp/control"
	"github.com/countersign-oidc/countersign/mockidp/identity"
	"github.com/countersign-oidc/countersign/mockidp/journal"
	"github.com/countersign-oidc/countersign/mockidp/settings"
	"github.com/countersign-oidc/countersign/runner/containers"
)

const imageName = "countersign-idp:test"

// maxImage is how large the image may be, in bytes.
const maxImage = 25_000_000

// image builds the image as the Makefile does, from the program of this tree.
func image(t *testing.T) string {
	t.Helper()
	// The ports are published on loopback, also where tests run in a container.
	t.Setenv("TESTCONTAINERS_HOST_OVERRIDE", "127.0.0.1")
	// The reaper of testcontainers is an image that would have to be pulled; the
	// test terminates what it starts.
	t.Setenv("TESTCONTAINERS_RYUK_DISABLED", "true")
	docker, err := exec.LookPath("docker")
	if err == nil {
		err = exec.CommandContext(t.Context(), docker, "info").Run()
	}
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatalf("no Docker engine: %v", err)
		}
		t.Skipf("no Docker engine: %v", err)
	}
	build := exec.CommandContext(t.Context(), "../../scripts/image", imageName)
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return imageName
}

func TestContainer(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
	defer cancel()
	img := image(t)
	var shown []struct{ Size int64 }
	inspected, err := exec.CommandContext(ctx, "docker", "image", "inspect", img).Output()
	if err != nil || json.Unmarshal(inspected, &shown) != nil || len(shown) != 1 {
		t.Fatalf("docker image inspect: %v: %s", err, inspected)
	}
	t.Logf("the image has %d bytes", shown[0].Size)
	if shown[0].Size > maxImage {
		t.Errorf("the image has %d bytes, want at most %d", shown[0].Size, maxImage)
	}

	const redirect = "http://127.0.0.1:1/callback"
	c, err := containers.Run(ctx, img, containers.WithIssuer(settings.Issuer{
		Path:    "/acme",
		Clients: []identity.Client{{ID: "shop", Secret: "s3cret", RedirectURIs: []string{redirect}}},
		Users:   []identity.User{{Username: "ada", Password: "correct horse"}},
	}))
	if c != nil {
		testcontainers.CleanupContainer(t, c)
	}
	if err != nil {
		t.Fatal(err)
	}
	// go-oidc refuses a provider that is not called what its metadata say.
	if _, err := oidc.NewProvider(ctx, c.Issuer("/acme")); err != nil {
		t.Fatal(err)
	}
	manage, err := c.Control(ctx)
	if err != nil {
		t.Fatal(err)
	}
	idp, err := manage.Issuer(ctx, "acme")
	if err != nil {
		t.Fatal(err)
	}
	armed, err := settings.Arm("authorize.state.other", nil, "ada", 1)
	if err != nil {
		t.Fatal(err)
	}
	ticket, err := idp.Arm(ctx, armed)
	if err != nil {
		t.Fatal(err)
	}
	state := signIn(ctx, t, c.Issuer("/acme"), redirect)
	if state == "asked" || state == "" {
		t.Errorf("state %q in the answer, want another", state)
	}
	if again := signIn(ctx, t, c.Issuer("/acme"), redirect); again != "asked" {
		t.Errorf("state %q in the answer after the fault, want %q", again, "asked")
	}
	if ticket, err = idp.Ticket(ctx, ticket.ID); err != nil || ticket.Fired != 1 {
		t.Errorf("the fault acted %d times, %v", ticket.Fired, err)
	}
	seen, err := idp.Journal(ctx, control.Query{Query: journal.Query{User: "ada", Fault: "authorize.state.other"}})
	if err != nil || len(seen.Entries) != 1 {
		t.Errorf("%d entries with the fault, %v", len(seen.Entries), err)
	}
}

// TestCompose starts the provider as docs/compose.yaml does.
func TestCompose(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
	defer cancel()
	img := image(t)
	text, err := os.ReadFile("../../docs/compose.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Services map[string]struct {
			Image   string
			Command []string
			Configs []struct{ Source, Target string }
			Secrets []string
		}
		Configs map[string]struct{ File string }
	}
	if err := yaml.Unmarshal(text, &file); err != nil {
		t.Fatal(err)
	}
	idp := file.Services["idp"]
	if idp.Image == "" || len(idp.Configs) != 1 || len(idp.Secrets) != 1 {
		t.Fatalf("the service idp is %+v", idp)
	}
	config, err := os.Open(filepath.Join("../../docs", file.Configs[idp.Configs[0].Source].File))
	if err != nil {
		t.Fatal(err)
	}
	defer config.Close()
	c, err := testcontainers.Run(ctx, img, testcontainers.WithCmd(idp.Command...), testcontainers.WithExposedPorts("9401/tcp"),
		testcontainers.WithFiles(
			testcontainers.ContainerFile{Reader: config, ContainerFilePath: idp.Configs[0].Target, FileMode: 0o444},
			testcontainers.ContainerFile{Reader: strings.NewReader("a-token-of-your-own"), ContainerFilePath: "/run/secrets/" + idp.Secrets[0], FileMode: 0o444},
		),
		testcontainers.WithWaitStrategy(wait.ForHTTP("/readyz").WithPort("9401/tcp")))
	testcontainers.CleanupContainer(t, c)
	if err != nil {
		t.Fatal(err)
	}
	endpoint, err := c.PortEndpoint(ctx, "9401/tcp", "http")
	if err != nil {
		t.Fatal(err)
	}
	manage := control.Client{URL: endpoint, Token: "a-token-of-your-own"}
	issuers, err := manage.Issuers(ctx)
	if err != nil || len(issuers) == 0 || issuers[0].Issuer != "http://localhost:9400/acme" {
		t.Errorf("issuers %+v, %v", issuers, err)
	}
}

var action = regexp.MustCompile(`<form[^>]* action="([^"]*)"`)

// signIn signs ada in and is the state of the answer.
func signIn(ctx context.Context, t *testing.T, issuer, redirect string) string {
	t.Helper()
	provider, err := oidc.NewProvider(ctx, issuer)
	if err != nil {
		t.Fatal(err)
	}
	config := oauth2.Config{ClientID: "shop", RedirectURL: redirect, Endpoint: provider.Endpoint(), Scopes: []string{"openid"}}
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	browser := http.Client{Jar: jar, CheckRedirect: func(r *http.Request, _ []*http.Request) error {
		if strings.HasPrefix(r.URL.String(), redirect) {
			return http.ErrUseLastResponse
		}
		return nil
	}}
	page := fetch(t, &browser, mustRequest(ctx, t, http.MethodGet, config.AuthCodeURL("asked"), nil))
	form := action.FindSubmatch(page.body)
	if form == nil {
		t.Fatalf("no form in %s", page.body)
	}
	target, err := page.at.Parse(html.UnescapeString(string(form[1])))
	if err != nil {
		t.Fatal(err)
	}
	done := fetch(t, &browser, mustRequest(ctx, t, http.MethodPost, target.String(), url.Values{"username": {"ada"}, "password": {"correct horse"}}))
	answer, err := url.Parse(done.location)
	if err != nil || answer.Query().Get("code") == "" {
		t.Fatalf("no code in the answer %q", done.location)
	}
	return answer.Query().Get("state")
}

func mustRequest(ctx context.Context, t *testing.T, method, target string, form url.Values) *http.Request {
	t.Helper()
	r, err := http.NewRequestWithContext(ctx, method, target, strings.NewReader(form.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	return r
}

type page struct {
	at       *url.URL
	body     []byte
	location string
}

func fetch(t *testing.T, browser *http.Client, r *http.Request) page {
	t.Helper()
	resp, err := browser.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, 1<<20))
	if err != nil {
		t.Fatal(err)
	}
	return page{resp.Request.URL, body, resp.Header.Get("Location")}
}
