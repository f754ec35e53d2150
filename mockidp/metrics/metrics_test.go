package metrics

import (
	"fmt"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/countersign-oidc/countersign/mockidp"
	"github.com/countersign-oidc/countersign/mockidp/journal"
)

func written(m *Metrics) string {
	w := httptest.NewRecorder()
	m.ServeHTTP(w, httptest.NewRequest("GET", "/metrics", nil))
	return w.Body.String()
}

func TestMetrics(t *testing.T) {
	t.Parallel()
	m := New()
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for _, took := range []time.Duration{time.Millisecond, 3 * time.Millisecond, time.Minute} {
				m.Observe(mockidp.Observation{Issuer: "http://op.test/a\"\\\n\xff", Took: took, Entry: journal.Entry{
					Kind: journal.Token, Status: 200, Faults: []string{"a.b", "c.d"},
					Tokens: []journal.Issued{{Kind: "id_token", Value: "s3cret"}}, User: "ada",
				}})
			}
		})
	}
	all.Wait()
	got := written(m)
	const issuer = `issuer="http://op.test/a\"\\\n?"`
	for _, want := range []string{
		"# TYPE countersign_exchanges_total counter\ncountersign_exchanges_total{" + issuer + `,kind="token",status="200"} 24` + "\n",
		`countersign_faults_fired_total{fault="a.b",` + issuer + "} 24\n",
		"countersign_tokens_issued_total{" + issuer + `,kind="id_token"} 24` + "\n",
		`countersign_exchange_duration_seconds_bucket{kind="token",le="0.001"} 8` + "\n",
		`countersign_exchange_duration_seconds_bucket{kind="token",le="0.0025"} 8` + "\n",
		`countersign_exchange_duration_seconds_bucket{kind="token",le="0.005"} 16` + "\n",
		`countersign_exchange_duration_seconds_bucket{kind="token",le="30"} 16` + "\n",
		`countersign_exchange_duration_seconds_bucket{kind="token",le="+Inf"} 24` + "\n",
		`countersign_exchange_duration_seconds_count{kind="token"} 24` + "\n",
		`countersign_exchange_duration_seconds_sum{kind="token"} 480.03`,
	} {
		if !strings.Contains(got, want) {
			t.Errorf("lacks %s", want)
		}
	}
	for _, secret := range []string{"s3cret", "ada"} {
		if strings.Contains(got, secret) {
			t.Errorf("says %q", secret)
		}
	}
	if t.Failed() {
		t.Log(got)
	}
}

// TestSeriesAreBounded holds that any number of issuers and faults leaves the
// totals right and their number small.
func TestSeriesAreBounded(t *testing.T) {
	t.Parallel()
	m := New()
	for i := range 3 * maxSeries {
		m.Observe(mockidp.Observation{Issuer: fmt.Sprintf("http://op.test/%d", i), Entry: journal.Entry{
			Kind: journal.Token, Status: 200, Faults: []string{fmt.Sprintf("a.b%d", i)},
		}})
	}
	got := written(m)
	if n := strings.Count(got, "\n"); n > 2*maxSeries+100 {
		t.Errorf("%d lines", n)
	}
	for _, want := range []string{
		fmt.Sprintf(`countersign_exchanges_total{issuer="(other)",kind="token",status="200"} %d`, 2*maxSeries),
		fmt.Sprintf(`countersign_faults_fired_total{fault="(other)",issuer="(other)"} %d`, 2*maxSeries),
	} {
		if !strings.Contains(got, want) {
			t.Errorf("lacks %s", want)
		}
	}
}
