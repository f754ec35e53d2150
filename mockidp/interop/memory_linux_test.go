package interop

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"testing"
	"time"

	"github.com/countersign-oidc/countersign/mockidp/identity"
	"github.com/countersign-oidc/countersign/mockidp/keys"
)

// mostMemory is how many MB "countersign idp" may take, no matter how many
// have signed in.
const mostMemory = 40

// BenchmarkMemoryOfIDP drives the program through 100,000 sign-ins with ES256
// and 4,000 with RS256 and reports its resident memory on the way, in MB.
func BenchmarkMemoryOfIDP(b *testing.B) {
	for b.Loop() {
		p := startIDP(b)
		var most float64
		run := func(name string, d *driver, signIns int) {
			if err := d.signIns(b.Context(), signIns); err != nil {
				b.Fatal(err)
			}
			now := p.memory(b, "VmRSS")
			most = max(most, now)
			b.ReportMetric(now, "MB-"+name)
		}
		run("after-20k", p.es, 20_000)
		run("after-60k", p.es, 40_000)
		run("after-100k", p.es, 40_000)
		run("after-RS256", p.rs, 4000)
		b.ReportMetric(p.memory(b, "VmHWM"), "MB-peak")
		if most > mostMemory {
			b.Errorf("%.1f MB, want at most %d", most, mostMemory)
		}
		p.stop()
	}
}

// idp is a process of "countersign idp" and a relying party for each
// algorithm.
type idp struct {
	pid    int
	es, rs *driver
	stop   func()
}

func startIDP(b *testing.B) *idp {
	b.Helper()
	dir := b.TempDir()
	program := filepath.Join(dir, "countersign")
	build(b, program, "./cmd/countersign", filepath.Join("..", ".."))
	addr := freeAddr(b)
	es := identity.Client{ID: "es", Secret: "secret", AuthMethod: identity.AuthPost, RedirectURIs: []string{driverCallback}, IDTokenAlg: keys.ES256}
	rs := es
	rs.ID, rs.IDTokenAlg = "rs", keys.RS256
	ctx, cancel := context.WithCancel(b.Context())
	cmd := exec.CommandContext(ctx, program, "idp", "--addr", addr, "--host", "127.0.0.1", "--control", "127.0.0.1:0", "--config", config(b, dir, es, rs))
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	p := &idp{pid: cmd.Process.Pid}
	p.stop = func() {
		cancel()
		_ = cmd.Wait() // it was killed, and says so
	}
	b.Cleanup(p.stop)
	answering(b, addr)
	issuer := "http://" + addr + "/op"
	for c, d := range map[string]**driver{es.ID: &p.es, rs.ID: &p.rs} {
		var err error
		*d, err = newDriver(b.Context(), facts{issuer, c, "secret", ada().Username, ada().Password})
		if err != nil {
			b.Fatal(err)
		}
		b.Cleanup((*d).close)
	}
	return p
}

// config writes a configuration of one issuer and returns its path.
func config(b *testing.B, dir string, clients ...identity.Client) string {
	b.Helper()
	text, err := json.Marshal(map[string]any{"issuers": []any{
		map[string]any{"path": "/op", "clients": clients, "users": []identity.User{ada()}},
	}})
	if err != nil {
		b.Fatal(err)
	}
	file := filepath.Join(dir, "idp.json")
	if err := os.WriteFile(file, text, 0o600); err != nil {
		b.Fatal(err)
	}
	return file
}

func freeAddr(b *testing.B) string {
	b.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// answering waits for the program to listen.
func answering(b *testing.B, addr string) {
	b.Helper()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for began := time.Now(); ; <-tick.C {
		resp, err := http.Get("http://" + addr + "/op/.well-known/openid-configuration")
		if err == nil {
			resp.Body.Close()
			return
		}
		if time.Since(began) > patience {
			b.Fatal(err)
		}
	}
}

// memory is a value of /proc/PID/status in MB.
func (p *idp) memory(b *testing.B, name string) float64 {
	b.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.pid))
	if err != nil {
		b.Fatal(err)
	}
	m := regexp.MustCompile(name + `:\s*(\d+) kB`).FindSubmatch(status)
	if m == nil {
		b.Fatalf("no %s in %s", name, status)
	}
	kb, err := strconv.ParseFloat(string(m[1]), 64)
	if err != nil {
		b.Fatal(err)
	}
	return kb / 1024
}
