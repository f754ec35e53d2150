// Package traces sends a span for each exchange of a mock provider to a
// collector, over OTLP/HTTP (OpenTelemetry Protocol 1.0). Requests with a
// traceparent become part of that trace (W3C Trace Context).
package traces

import (
	"context"
	"fmt"
	"log/slog"
	"net/url"
	"strings"
	"sync/atomic"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/sdk/resource"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	semconv "go.opentelemetry.io/otel/semconv/v1.41.0"
	"go.opentelemetry.io/otel/trace"

	"github.com/countersign-oidc/countersign/mockidp"
	"github.com/countersign-oidc/countersign/mockidp/journal"
)

const (
	// pause is how long a span waits for others to be sent with it.
	pause   = 2 * time.Second
	timeout = 10 * time.Second
)

// Exporter sends spans until it is closed. At most 2,048 wait; more are
// dropped and counted.
type Exporter struct {
	ctx      context.Context
	provider *sdktrace.TracerProvider
	tracer   trace.Tracer
	logger   *slog.Logger
	waiting  *atomic.Int64
}

// Start begins to send to a collector. The endpoint is its base URL, such as
// "http://127.0.0.1:4318"; version is that of the service. What cannot be sent
// is logged and lost.
func Start(ctx context.Context, endpoint, version string, l *slog.Logger) (*Exporter, error) {
	u, err := url.Parse(endpoint)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" || u.RawQuery != "" || u.Fragment != "" {
		return nil, fmt.Errorf("OTLP endpoint %q is not a URL such as http://127.0.0.1:4318", endpoint)
	}
	target := strings.TrimSuffix(endpoint, "/") + "/v1/traces"
	ctx = context.WithoutCancel(ctx)
	sender, err := otlptracehttp.New(ctx, otlptracehttp.WithEndpointURL(target), otlptracehttp.WithTimeout(timeout),
		otlptracehttp.WithRetry(otlptracehttp.RetryConfig{}))
	if err != nil {
		return nil, fmt.Errorf("sender of traces to %s: %w", target, err)
	}
	return start(ctx, telling{SpanExporter: sender, target: target, logger: l, waiting: new(atomic.Int64)}, version), nil
}

func start(ctx context.Context, sender telling, version string) *Exporter {
	p := sdktrace.NewTracerProvider(
		sdktrace.WithBatcher(sender, sdktrace.WithBatchTimeout(pause), sdktrace.WithExportTimeout(timeout)),
		sdktrace.WithResource(resource.NewWithAttributes(semconv.SchemaURL, semconv.ServiceName("countersign-idp"), semconv.ServiceVersion(version))))
	return &Exporter{
		ctx: ctx, provider: p, tracer: p.Tracer("github.com/countersign-oidc/countersign/mockidp/traces"),
		logger: sender.logger, waiting: sender.waiting,
	}
}

// Observe is a mockidp.Options.Observe that makes spans. Their attributes are
// those of the semantic conventions for HTTP and own ones; parameters and tokens
// are none of them.
func (x *Exporter) Observe(o mockidp.Observation) {
	e := o.Entry
	kind, attributes := trace.SpanKindServer, []attribute.KeyValue{
		semconv.HTTPRequestMethodKey.String(e.Method), attribute.String("countersign.kind", string(e.Kind)),
	}
	switch e.Kind {
	case journal.BackChannelLogout:
		kind = trace.SpanKindClient
	case journal.InitiateLogin, journal.FrontChannelLogout:
		// The browser makes these, and the path is a relying party's address.
	default:
		attributes = append(attributes, semconv.URLPath(e.Path))
	}
	if e.Status > 0 {
		attributes = append(attributes, semconv.HTTPResponseStatusCode(e.Status))
	}
	for _, a := range []attribute.KeyValue{
		attribute.String("countersign.issuer", o.Issuer), attribute.String("countersign.client", e.Client),
		attribute.String("countersign.user", e.User), semconv.ErrorTypeKey.String(e.Error),
	} {
		if a.Value.AsString() != "" {
			attributes = append(attributes, a)
		}
	}
	if len(e.Faults) > 0 {
		attributes = append(attributes, attribute.StringSlice("countersign.faults", e.Faults))
	}
	parent := propagation.TraceContext{}.Extract(x.ctx, propagation.HeaderCarrier(e.Header))
	_, span := x.tracer.Start(parent, e.Method+" "+string(e.Kind), trace.WithTimestamp(o.Began), trace.WithSpanKind(kind), trace.WithAttributes(attributes...))
	if e.Status >= 500 || !e.Sent {
		span.SetStatus(codes.Error, "")
	}
	if span.IsRecording() {
		x.waiting.Add(1)
	}
	span.End(trace.WithTimestamp(o.Began.Add(o.Took)))
}

// Close sends what waits, for as long as the context lasts.
func (x *Exporter) Close(ctx context.Context) error {
	if err := x.provider.Shutdown(ctx); err != nil {
		return fmt.Errorf("traces: %d spans were not sent: %w", x.waiting.Load(), err)
	}
	if n := x.waiting.Swap(0); n > 0 {
		x.logger.WarnContext(ctx, "traces: the collector is slower than the provider", "dropped", n)
	}
	return nil
}

// telling is an exporter that tells of what it lost.
type telling struct {
	sdktrace.SpanExporter
	target  string
	logger  *slog.Logger
	waiting *atomic.Int64
}

// ExportSpans sends some spans. Those that cannot be sent are lost.
func (t telling) ExportSpans(ctx context.Context, spans []sdktrace.ReadOnlySpan) error {
	t.waiting.Add(-int64(len(spans)))
	if err := t.SpanExporter.ExportSpans(ctx, spans); err != nil {
		t.logger.WarnContext(ctx, "traces", "lost", len(spans), "to", t.target, "err", err)
	}
	return nil
}
