// Package metrics counts the exchanges of a mock provider for Prometheus.
package metrics

import (
	"net/http"
	"strconv"
	"strings"
	"sync"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/countersign-oidc/countersign/mockidp"
)

// maxSeries is how many label values a metric has at most, so that a test run
// with thousands of issuers does not fill the memory. What comes later counts
// for the issuer "(other)", and for the fault "(other)": a fault's ID is the
// user's own.
const (
	maxSeries = 2000
	other     = "(other)"
)

// Metrics are the counts. They are safe for concurrent use.
type Metrics struct {
	exchanges, faults, tokens *series
	durations                 *prometheus.HistogramVec
	handler                   http.Handler
}

// New is metrics without a count.
func New() *Metrics {
	r := prometheus.NewRegistry()
	m := &Metrics{
		exchanges: newSeries(r, "exchanges", "Exchanges of the provider.", "kind", "status"),
		faults:    newSeries(r, "faults_fired", "Exchanges that a fault changed.", "fault"),
		tokens:    newSeries(r, "tokens_issued", "Tokens that exchanges handed out.", "kind"),
		durations: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "countersign_exchange_duration_seconds", Help: "How long exchanges took until they were recorded.",
			Buckets: []float64{0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5, 30},
		}, []string{"kind"}),
		handler: promhttp.HandlerFor(r, promhttp.HandlerOpts{}),
	}
	r.MustRegister(m.durations)
	return m
}

// Observe is a mockidp.Options.Observe that counts.
func (m *Metrics) Observe(o mockidp.Observation) {
	e := o.Entry
	kind := string(e.Kind) // there are only so many kinds
	m.exchanges.count(o.Issuer, kind, strconv.Itoa(e.Status))
	for _, id := range e.Faults {
		m.faults.count(o.Issuer, id)
	}
	for _, t := range e.Tokens {
		m.tokens.count(o.Issuer, t.Kind)
	}
	m.durations.WithLabelValues(kind).Observe(o.Took.Seconds())
}

// ServeHTTP writes all metrics.
func (m *Metrics) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Cache-Control", "no-store")
	m.handler.ServeHTTP(w, r)
}

// series is a counter for issuers, with a bounded number of label values.
type series struct {
	vec     *prometheus.CounterVec
	ofFault bool

	mu    sync.Mutex
	known map[string]bool
}

func newSeries(r *prometheus.Registry, name, help string, labels ...string) *series {
	s := &series{
		vec:     prometheus.NewCounterVec(prometheus.CounterOpts{Name: "countersign_" + name + "_total", Help: help}, append([]string{"issuer"}, labels...)),
		ofFault: labels[0] == "fault", known: make(map[string]bool),
	}
	r.MustRegister(s.vec)
	return s
}

func (s *series) count(labels ...string) {
	for i, l := range labels {
		labels[i] = strings.ToValidUTF8(l, "?")
	}
	if !s.keep(strings.Join(labels, "\x00")) {
		labels[0] = other
		if s.ofFault {
			labels[1] = other
		}
	}
	s.vec.WithLabelValues(labels...).Inc()
}

// keep reports whether label values have a count of their own.
func (s *series) keep(key string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.known[key] && len(s.known) >= maxSeries {
		return false
	}
	s.known[key] = true
	return true
}
