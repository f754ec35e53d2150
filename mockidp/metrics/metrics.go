// Package metrics counts the exchanges of a mock provider and writes the counts
// in the text format of Prometheus (exposition format, version 0.0.4). It is
// written by hand: Prometheus' own client would make the program 3 MB larger.
package metrics

import (
	"bytes"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/countersign-oidc/countersign/mockidp"
)

// maxSeries is how many label values a metric has at most, so that a test run
// with thousands of issuers does not fill the memory. What comes later counts
// for the issuer "(other)".
const maxSeries = 2000

const otherIssuer = "(other)"

// buckets are the upper bounds of the histogram, in seconds.
func buckets() []float64 {
	return []float64{0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5, 30}
}

// Metrics are the counts. They are safe for concurrent use.
type Metrics struct {
	mu        sync.Mutex
	exchanges map[string]uint64 // by labels
	faults    map[string]uint64
	tokens    map[string]uint64
	durations map[string]*histogram
}

type histogram struct {
	counts []uint64 // by bucket; the last is what is above all bounds
	sum    float64
}

// New is metrics without a count.
func New() *Metrics {
	return &Metrics{
		exchanges: make(map[string]uint64), faults: make(map[string]uint64), tokens: make(map[string]uint64),
		durations: make(map[string]*histogram),
	}
}

// Observe is a mockidp.Options.Observe that counts.
func (m *Metrics) Observe(o mockidp.Observation) {
	e := o.Entry
	kind := string(e.Kind)
	m.mu.Lock()
	defer m.mu.Unlock()
	count(m.exchanges, o.Issuer, "kind", kind, "status", strconv.Itoa(e.Status))
	for _, id := range e.Faults {
		count(m.faults, o.Issuer, "fault", id)
	}
	for _, t := range e.Tokens {
		count(m.tokens, o.Issuer, "kind", t.Kind)
	}
	h := m.durations[kind] // there are only so many kinds
	if h == nil {
		h = &histogram{counts: make([]uint64, len(buckets())+1)}
		m.durations[kind] = h
	}
	h.add(o.Took)
}

func count(in map[string]uint64, issuer string, more ...string) {
	key := labels(append([]string{"issuer", issuer}, more...)...)
	if _, known := in[key]; !known && len(in) >= maxSeries {
		// A fault's ID is the user's own, so it does not stay either.
		for i := 1; i < len(more); i += 2 {
			if more[i-1] == "fault" {
				more[i] = otherIssuer
			}
		}
		key = labels(append([]string{"issuer", otherIssuer}, more...)...)
	}
	in[key]++
}

func (h *histogram) add(took time.Duration) {
	seconds := took.Seconds()
	i, _ := slices.BinarySearch(buckets(), seconds)
	h.counts[i]++
	h.sum += seconds
}

// labels are names and values as they stand between braces.
func labels(pairs ...string) string {
	escape := strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`)
	var b strings.Builder
	for i := 0; i < len(pairs); i += 2 {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(pairs[i] + `="` + escape.Replace(strings.ToValidUTF8(pairs[i+1], "?")) + `"`)
	}
	return b.String()
}

// ServeHTTP writes all metrics.
func (m *Metrics) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	var b bytes.Buffer
	m.mu.Lock()
	for _, c := range []struct {
		name, help string
		values     map[string]uint64
	}{
		{"countersign_exchanges_total", "Exchanges of the provider.", m.exchanges},
		{"countersign_faults_fired_total", "Exchanges that a fault changed.", m.faults},
		{"countersign_tokens_issued_total", "Tokens that exchanges handed out.", m.tokens},
	} {
		fmt.Fprintf(&b, "# HELP %s %s\n# TYPE %s counter\n", c.name, c.help, c.name)
		for _, key := range slices.Sorted(maps.Keys(c.values)) {
			fmt.Fprintf(&b, "%s{%s} %d\n", c.name, key, c.values[key])
		}
	}
	m.writeDurations(&b)
	m.mu.Unlock()
	w.Header().Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	_, _ = w.Write(b.Bytes()) // the caller went away
}

func (m *Metrics) writeDurations(b *bytes.Buffer) {
	const name = "countersign_exchange_duration_seconds"
	fmt.Fprintf(b, "# HELP %s How long exchanges took until they were recorded.\n# TYPE %s histogram\n", name, name)
	for _, kind := range slices.Sorted(maps.Keys(m.durations)) {
		h, total := m.durations[kind], uint64(0)
		for i, bound := range buckets() {
			total += h.counts[i]
			fmt.Fprintf(b, "%s_bucket{%s} %d\n", name, labels("kind", kind, "le", strconv.FormatFloat(bound, 'g', -1, 64)), total)
		}
		total += h.counts[len(h.counts)-1]
		fmt.Fprintf(b, "%s_bucket{%s} %d\n", name, labels("kind", kind, "le", "+Inf"), total)
		fmt.Fprintf(b, "%s_sum{%s} %g\n%s_count{%s} %d\n", name, labels("kind", kind), h.sum, name, labels("kind", kind), total)
	}
}
