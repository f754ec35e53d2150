package traces

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"reflect"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	"go.opentelemetry.io/otel/trace"
	collector "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	"google.golang.org/protobuf/proto"

	"github.com/countersign-oidc/countersign/mockidp"
	"github.com/countersign-oidc/countersign/mockidp/journal"
)

func exchange(header http.Header) mockidp.Observation {
	values := url.Values{"code": {"s3cret"}}
	return mockidp.Observation{
		Issuer: "http://op.test/op1", Began: time.Unix(1, 5), Took: 2 * time.Second,
		Entry: journal.Entry{
			Kind: journal.Token, Method: "POST", Path: "/op1/swap", Status: 500, Sent: true, Client: "shop", User: "ada", Error: "server_error",
			Header: header, Query: values, Form: values, Body: []byte("s3cret"), ErrorDescription: "s3cret", Location: "s3cret",
			Faults: []string{"a.b", "c.d"}, Tokens: []journal.Issued{{Value: "s3cret"}},
		},
	}
}

// exported are the spans that exchanges become.
func exported(t *testing.T, all ...mockidp.Observation) tracetest.SpanStubs {
	t.Helper()
	memory := tracetest.NewInMemoryExporter()
	x := start(t.Context(), telling{SpanExporter: kept{memory}, logger: slog.New(slog.DiscardHandler), waiting: new(atomic.Int64)}, "v9")
	for _, o := range all {
		x.Observe(o)
	}
	if err := x.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	return memory.GetSpans()
}

// kept is an exporter that keeps its spans when it is closed.
type kept struct{ sdktrace.SpanExporter }

func (kept) Shutdown(context.Context) error { return nil }

// TestSpan holds what a span says, and that it says no secret.
func TestSpan(t *testing.T) {
	t.Parallel()
	notice := exchange(nil)
	notice.Entry.Kind, notice.Entry.Path, notice.Entry.Status = journal.BackChannelLogout, "http://shop.test/ok", 0
	browser := exchange(nil)
	browser.Entry.Kind, browser.Entry.Path = journal.FrontChannelLogout, "http://shop.test/?s3cret"
	spans := exported(t, exchange(nil), notice, browser)
	if len(spans) != 3 {
		t.Fatalf("%d spans", len(spans))
	}
	s := spans[0]
	got := map[string]any{}
	for _, a := range s.Attributes {
		got[string(a.Key)] = a.Value.AsInterface()
	}
	want := map[string]any{
		"http.request.method": "POST", "countersign.kind": "token", "url.path": "/op1/swap", "http.response.status_code": int64(500),
		"countersign.issuer": "http://op.test/op1", "countersign.client": "shop", "countersign.user": "ada", "error.type": "server_error",
		"countersign.faults": []string{"a.b", "c.d"},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %v\nwant %v", got, want)
	}
	if s.Name != "POST token" || s.SpanKind != trace.SpanKindServer || s.Status.Code.String() != "Error" ||
		!s.StartTime.Equal(time.Unix(1, 5)) || s.EndTime.Sub(s.StartTime) != 2*time.Second || s.Parent.IsValid() {
		t.Errorf("%+v", s)
	}
	if resource := fmt.Sprint(s.Resource); resource != "service.name=countersign-idp,service.version=v9" {
		t.Errorf("of %s", resource)
	}
	if text := fmt.Sprintf("%+v", spans); strings.Contains(text, "s3cret") {
		t.Errorf("says a secret: %s", text)
	}
	if text := fmt.Sprint(spans[1].Attributes); spans[1].SpanKind != trace.SpanKindClient || strings.Contains(text, "status_code") {
		t.Errorf("a request of the provider's own: %v", spans[1])
	}
}

func TestTraceparent(t *testing.T) {
	t.Parallel()
	const id, parent = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
	for value, want := range map[string]struct {
		parent  string
		sampled bool
	}{
		"00-" + id + "-" + parent + "-01": {parent, true},
		"00-" + id + "-" + parent + "-00": {parent, false},
		"00-nonsense":                     {"", true},
		"":                                {"", true},
	} {
		h := http.Header{}
		h.Set("traceparent", value)
		spans := exported(t, exchange(h))
		if len(spans) == 0 {
			if want.sampled {
				t.Errorf("%q: no span", value)
			}
			continue
		}
		gotParent := ""
		if p := spans[0].Parent; p.IsValid() {
			gotParent = p.SpanID().String()
		}
		if !want.sampled || gotParent != want.parent || (spans[0].SpanContext.TraceID().String() == id) != (want.parent != "") {
			t.Errorf("%q: %+v", value, spans[0])
		}
	}
}

// TestCollectorsReadTheTraces holds what a collector is sent, and how.
func TestCollectorsReadTheTraces(t *testing.T) {
	t.Parallel()
	got := make(chan string, 1)
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		var request collector.ExportTraceServiceRequest
		if err := proto.Unmarshal(body, &request); err != nil {
			t.Error(err)
		}
		got <- fmt.Sprintf("%s %s %s", r.URL.Path, r.Header.Get("Content-Type"), request.ResourceSpans[0].ScopeSpans[0].Spans[0].Name)
	}))
	defer server.Close()
	x, err := Start(t.Context(), server.URL+"/base/", "v1", slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	x.Observe(exchange(nil))
	if err := x.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	if text := <-got; text != "/base/v1/traces application/x-protobuf POST token" {
		t.Error(text)
	}
	if err := x.Close(t.Context()); err != nil {
		t.Errorf("a second Close: %v", err)
	}
}

// stuck is an exporter that waits until it is let go, and then fails.
type stuck struct {
	sdktrace.SpanExporter
	began, letGo chan struct{}
}

func (s stuck) ExportSpans(context.Context, []sdktrace.ReadOnlySpan) error {
	select {
	case s.began <- struct{}{}:
	default:
	}
	<-s.letGo
	return errors.New("answered 503")
}

func (stuck) Shutdown(context.Context) error { return nil }

// TestSlowCollector holds that a collector which does not answer keeps neither
// the provider nor the end waiting, and that losses are told.
func TestSlowCollector(t *testing.T) {
	t.Parallel()
	const batch, queue = sdktrace.DefaultMaxExportBatchSize, sdktrace.DefaultMaxQueueSize
	open := func(out io.Writer) (*Exporter, stuck) {
		s := stuck{began: make(chan struct{}, 1), letGo: make(chan struct{})}
		x := start(t.Context(), telling{SpanExporter: s, logger: slog.New(slog.NewTextHandler(out, nil)), waiting: new(atomic.Int64)}, "v9")
		for range batch {
			x.Observe(exchange(nil))
		}
		<-s.began
		for range queue + 7 {
			x.Observe(exchange(nil))
		}
		return x, s
	}
	x, s := open(io.Discard)
	ctx, cancel := context.WithTimeoutCause(t.Context(), 10*time.Millisecond, errors.New("no time"))
	defer cancel()
	if err := x.Close(ctx); err == nil || !strings.Contains(err.Error(), "spans were not sent") {
		t.Errorf("%v", err)
	}
	close(s.letGo)
	var out bytes.Buffer
	x, s = open(&out)
	close(s.letGo)
	if err := x.Close(t.Context()); err != nil {
		t.Error(err)
	}
	for _, part := range []string{"lost=512", "503", "dropped=7"} {
		if !strings.Contains(out.String(), part) {
			t.Errorf("%q does not say %s", out.String(), part)
		}
	}
}

func TestEndpoint(t *testing.T) {
	t.Parallel()
	for _, endpoint := range []string{"", "127.0.0.1:4318", "ftp://x", "http://", "http://x/?y", "http://x#y", "://"} {
		if x, err := Start(t.Context(), endpoint, "v1", slog.New(slog.DiscardHandler)); err == nil || x != nil || !strings.Contains(err.Error(), "http://127.0.0.1:4318") {
			t.Errorf("%q: %v", endpoint, err)
		}
	}
}
