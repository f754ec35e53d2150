//go:build unix

package mockidp

import (
	"bytes"
	"syscall"
	"testing"
	"time"

	"github.com/countersign-oidc/countersign/mockidp/keys"
)

// BenchmarkSignInPerSignature reports the CPU time of a sign-in as a multiple
// of the CPU time of the one signature in it. The two take turns, so that a
// busy machine weighs on both alike.
func BenchmarkSignInPerSignature(b *testing.B) {
	for alg, id := range map[string]string{keys.RS256: "shop", keys.ES256: "basic-es"} {
		b.Run(alg, func(b *testing.B) {
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

// cpu is the CPU time of this process so far.
func cpu(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
