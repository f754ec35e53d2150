// Package telemetry holds the hand-written formats of metrics and traces to the
// parsers of those who defined them.
package telemetry

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"
	tracepb "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/protobuf/encoding/protojson"

	"github.com/countersign-oidc/countersign/mockidp"
	"github.com/countersign-oidc/countersign/mockidp/journal"
	"github.com/countersign-oidc/countersign/mockidp/metrics"
	"github.com/countersign-oidc/countersign/mockidp/traces"
)

func exchange() mockidp.Observation {
	return mockidp.Observation{
		Issuer: "http://op.test/\"odd\"\\\none", Began: time.Now(), Took: 7 * time.Millisecond,
		Entry: journal.Entry{
			Kind: journal.Token, Method: "POST", Path: "/op1/swap", Status: 500, Sent: true, Client: "shop", User: "ada", Error: "server_error",
			Faults: []string{"a.b"}, Tokens: []journal.Issued{{Kind: "id_token"}},
			Header: http.Header{"Traceparent": {"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"}},
		},
	}
}

func TestPrometheusReadsTheMetrics(t *testing.T) {
	m := metrics.New()
	m.Observe(exchange())
	m.Observe(exchange())
	w := httptest.NewRecorder()
	m.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/metrics", nil))
	if format := expfmt.ResponseFormat(w.Header()); format.FormatType() != expfmt.TypeTextPlain {
		t.Errorf("format %s of %v", format, w.Header())
	}
	parser := expfmt.NewTextParser(model.LegacyValidation)
	families, err := parser.TextToMetricFamilies(w.Body)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"countersign_exchanges_total", "countersign_faults_fired_total", "countersign_tokens_issued_total"} {
		f := families[name]
		if f == nil || f.GetHelp() == "" || f.Metric[0].GetCounter().GetValue() != 2 || f.Metric[0].Label[0].GetValue() != exchange().Issuer {
			t.Errorf("%s: %v", name, f)
		}
	}
	h := families["countersign_exchange_duration_seconds"].GetMetric()[0].GetHistogram()
	if h.GetSampleCount() != 2 || h.GetSampleSum() < 0.013 || h.GetSampleSum() > 0.015 {
		t.Errorf("histogram %v", h)
	}
	for _, b := range h.GetBucket() {
		if want := b.GetUpperBound() >= 0.007; (b.GetCumulativeCount() == 2) != want {
			t.Errorf("bucket %v", b)
		}
	}
}

func TestCollectorsReadTheTraces(t *testing.T) {
	got := make(chan []byte, 1)
	collector := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		text, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		got <- text
	}))
	defer collector.Close()
	e, err := traces.Start(t.Context(), collector.URL, "v1", slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	e.Observe(exchange())
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	if err := e.Close(ctx); err != nil {
		t.Fatal(err)
	}
	text := <-got
	// IDs are hexadecimal in OTLP's JSON and base64 in that of protocol buffers
	// (OTLP 1.0, JSON Protobuf Encoding): all else has to be as defined.
	var data tracepb.TracesData
	if err := protojson.Unmarshal(text, &data); err != nil {
		t.Fatalf("%v in %s", err, text)
	}
	span := data.ResourceSpans[0].ScopeSpans[0].Spans[0]
	if span.Name != "POST token" || span.Kind != tracepb.Span_SPAN_KIND_SERVER || span.Status.Code != tracepb.Status_STATUS_CODE_ERROR ||
		span.EndTimeUnixNano-span.StartTimeUnixNano != 7_000_000 || len(span.Attributes) != 9 {
		t.Errorf("span %v", span)
	}
	var ids struct {
		ResourceSpans []struct {
			ScopeSpans []struct {
				Spans []struct{ TraceID, SpanID, ParentSpanID string }
			}
		}
	}
	if err := json.Unmarshal(text, &ids); err != nil {
		t.Fatal(err)
	}
	if s := ids.ResourceSpans[0].ScopeSpans[0].Spans[0]; s.TraceID != "0af7651916cd43dd8448eb211c80319c" || s.ParentSpanID != "b7ad6b7169203331" || len(s.SpanID) != 16 {
		t.Errorf("IDs %+v", s)
	}
}
