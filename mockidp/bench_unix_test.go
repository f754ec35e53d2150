//go:build unix

package mockidp

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"runtime"
	"syscall"
	"testing"
	"time"

	"github.com/countersign-oidc/countersign/mockidp/keys"
)

// BenchmarkSignInPerSignature reports the CPU time of a sign-in as a multiple
// of the CPU time of the one signature in it. The two take turns, so that a
// busy machine weighs on both alike, on one processor: on a second one the
// garbage collector would spend what is idle there.
func BenchmarkSignInPerSignature(b *testing.B) {
	for alg, id := range map[string]string{keys.RS256: "shop", keys.ES256: "basic-es"} {
		b.Run(alg, func(b *testing.B) {
			defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
			k, err := sharedRing().Signing(alg)
			if err != nil {
				b.Fatal(err)
			}
			run, payload := newDriver(b, id), bytes.Repeat([]byte("x"), 600)
			run(b)
			const turn = 20
			var signing, signIns time.Duration
			for b.Loop() {
				start := cpu(b)
				for range turn {
					if _, err := k.SignRaw(payload); err != nil {
						b.Fatal(err)
					}
				}
				between := cpu(b)
				for range turn {
					run(b)
				}
				signing += between - start
				signIns += cpu(b) - between
			}
			b.ReportMetric(float64(signIns)/float64(signing), "signatures/sign-in")
			b.ReportMetric(float64(signIns.Microseconds())/float64(b.N*turn), "cpu-us/sign-in")
			b.ReportMetric(float64(signing.Microseconds())/float64(b.N*turn), "cpu-us/signature")
		})
	}
}

// BenchmarkSignInWithJournal reports the CPU time of a sign-in at a provider
// whose journal has 10,000 entries as a multiple of that at one whose journal
// has one. The two take turns.
func BenchmarkSignInWithJournal(b *testing.B) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	const entries, turn = 10_000, 100
	short, long := newDriverWith(b, "basic-es", 1), newDriverWith(b, "basic-es", entries)
	for range entries / 3 { // a sign-in has three
		long(b)
		short(b)
	}
	var with, without time.Duration
	for b.Loop() {
		start := cpu(b)
		for range turn {
			short(b)
		}
		between := cpu(b)
		for range turn {
			long(b)
		}
		without += between - start
		with += cpu(b) - between
	}
	b.ReportMetric(float64(with)/float64(without), "x-without")
	b.ReportMetric(float64(with.Microseconds())/float64(b.N*turn), "cpu-us/sign-in")
}

// BenchmarkDiscovery reports the CPU time of fetching the discovery document as
// a multiple of that of fetching the same bytes from a bare handler.
func BenchmarkDiscovery(b *testing.B) { benchFetch(b, "/.well-known/openid-configuration") }

// BenchmarkJWKS does so for the key set.
func BenchmarkJWKS(b *testing.B) { benchFetch(b, "/keys") }

// benchFetch lets the provider and a bare handler take turns on connections of
// the same client, so that a busy machine weighs on both alike.
func benchFetch(b *testing.B, path string) {
	p := newProvider(b, nil)
	fetch := newFetcher(b)
	target := p.Issuer() + path
	header, body := fetch(target)
	bare := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		for name, values := range header {
			w.Header()[name] = values
		}
		// The client would notice a body that is cut short.
		_, _ = w.Write(body)
	}))
	b.Cleanup(bare.Close)
	if h, same := fetch(bare.URL); !bytes.Equal(same, body) || len(h) != len(header) {
		b.Fatalf("the bare handler answers %v %s", h, same)
	}
	const turn = 100
	var ours, theirs time.Duration
	for b.Loop() {
		start := cpu(b)
		for range turn {
			fetch(bare.URL)
		}
		between := cpu(b)
		for range turn {
			fetch(target)
		}
		theirs += between - start
		ours += cpu(b) - between
	}
	b.ReportMetric(float64(ours)/float64(theirs), "x-bare")
	b.ReportMetric(float64(ours.Microseconds())/float64(b.N*turn), "cpu-us/fetch")
}

// newFetcher is a client on loopback that keeps its connections.
func newFetcher(b *testing.B) func(target string) (http.Header, []byte) {
	client := &http.Client{Transport: &http.Transport{}}
	b.Cleanup(client.CloseIdleConnections)
	return func(target string) (http.Header, []byte) {
		req, err := http.NewRequestWithContext(b.Context(), http.MethodGet, target, nil)
		if err != nil {
			b.Fatal(err)
		}
		resp, err := client.Do(req)
		if err != nil {
			b.Fatal(err)
		}
		defer resp.Body.Close()
		body, err := io.ReadAll(resp.Body)
		if err != nil || resp.StatusCode != http.StatusOK {
			b.Fatalf("%d %v", resp.StatusCode, err)
		}
		return resp.Header, body
	}
}

// cpu is the CPU time of this process so far.
func cpu(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
