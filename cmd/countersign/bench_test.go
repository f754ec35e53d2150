package main

import (
	"fmt"
	"net"
	"net/http"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

// BenchmarkFirstDiscovery measures from the start of "countersign idp" to its
// first discovery response, process start included.
func BenchmarkFirstDiscovery(b *testing.B) {
	program := filepath.Join(b.TempDir(), "countersign")
	if out, err := exec.CommandContext(b.Context(), "go", "build", "-o", program, ".").CombinedOutput(); err != nil {
		b.Fatalf("build: %v\n%s", err, out)
	}
	var total time.Duration
	n := 0
	for b.Loop() {
		total += firstDiscovery(b, program)
		n++
	}
	b.ReportMetric(float64(total.Microseconds())/1000/float64(n), "ms/first-discovery")
}

func firstDiscovery(b *testing.B, program string) time.Duration {
	b.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	addr := l.Addr().String()
	if err := l.Close(); err != nil {
		b.Fatal(err)
	}
	cmd := exec.CommandContext(b.Context(), program, "idp", "--addr", addr, "--host", "127.0.0.1")
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	began := time.Now()
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	defer func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	}()
	for time.Since(began) < 10*time.Second {
		resp, err := client.Get(fmt.Sprintf("http://%s/.well-known/openid-configuration", addr))
		if err != nil {
			continue // nobody listens yet
		}
		took := time.Since(began)
		if err := resp.Body.Close(); err != nil {
			b.Fatal(err)
		}
		switch resp.StatusCode {
		case http.StatusOK:
			return took
		case http.StatusNotFound: // it listens, and the issuer comes next
		default:
			b.Fatalf("discovery: status %d", resp.StatusCode)
		}
	}
	b.Fatal("no discovery response within 10 s")
	return 0
}
