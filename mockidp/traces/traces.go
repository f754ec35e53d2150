// Package traces sends a span for each exchange of a mock provider to a
// collector, over OTLP/HTTP with JSON (OpenTelemetry Protocol 1.0). Requests
// with a traceparent become part of that trace (W3C Trace Context).
//
// It is written by hand: OpenTelemetry's own exporter brings gRPC along and
// would make the program 8 MB larger.
package traces

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/countersign-oidc/countersign/mockidp"
)

const (
	// queued is how many spans wait at most; more are dropped and counted.
	queued = 2048
	batch  = 512
	// pause is how long a span waits for others to be sent with it.
	pause   = 2 * time.Second
	timeout = 10 * time.Second
)

// Exporter sends spans until it is closed.
type Exporter struct {
	target  string
	version string
	logger  *slog.Logger
	http    *http.Client
	spans   chan span
	dropped atomic.Int64
	end     chan struct{}
	once    sync.Once
	sending sync.WaitGroup
}

// Start begins to send to a collector. The endpoint is its base URL, such as
// "http://127.0.0.1:4318"; version is that of the service. What cannot be sent
// is logged and lost.
func Start(ctx context.Context, endpoint, version string, l *slog.Logger) (*Exporter, error) {
	u, err := url.Parse(endpoint)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" || u.RawQuery != "" || u.Fragment != "" {
		return nil, fmt.Errorf("OTLP endpoint %q is not a URL such as http://127.0.0.1:4318", endpoint)
	}
	e := &Exporter{
		target: strings.TrimSuffix(endpoint, "/") + "/v1/traces", version: version, logger: l,
		http:  &http.Client{Timeout: timeout, Transport: &http.Transport{IdleConnTimeout: time.Minute}},
		spans: make(chan span, queued), end: make(chan struct{}),
	}
	e.sending.Go(func() { e.run(context.WithoutCancel(ctx)) })
	return e, nil
}

// Observe is a mockidp.Options.Observe that makes spans.
func (e *Exporter) Observe(o mockidp.Observation) {
	s, sampled := newSpan(o)
	if !sampled {
		return
	}
	select {
	case e.spans <- s:
	default:
		e.dropped.Add(1)
	}
}

// Close sends what waits, for as long as the context lasts.
func (e *Exporter) Close(ctx context.Context) error {
	e.once.Do(func() { close(e.end) })
	sent := make(chan struct{})
	go func() {
		e.sending.Wait()
		close(sent)
	}()
	select {
	case <-sent:
	case <-ctx.Done():
		return fmt.Errorf("traces: %d spans were not sent: %w", len(e.spans), context.Cause(ctx))
	}
	if n := e.dropped.Load(); n > 0 {
		e.logger.WarnContext(ctx, "traces: the collector is slower than the provider", "dropped", n)
	}
	return nil
}

func (e *Exporter) run(ctx context.Context) {
	tick := time.NewTicker(pause)
	defer tick.Stop()
	var waiting []span
	flush := func() {
		if len(waiting) == 0 {
			return
		}
		if err := e.send(ctx, waiting); err != nil {
			e.logger.WarnContext(ctx, "traces", "lost", len(waiting), "to", e.target, "err", err)
		}
		waiting = nil
	}
	for {
		select {
		case s := <-e.spans:
			if waiting = append(waiting, s); len(waiting) >= batch {
				flush()
			}
		case <-tick.C:
			flush()
		case <-e.end:
			for len(e.spans) > 0 {
				waiting = append(waiting, <-e.spans)
			}
			flush()
			return
		}
	}
}

// send posts some spans.
func (e *Exporter) send(ctx context.Context, spans []span) error {
	text, err := json.Marshal(e.document(spans))
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, e.target, bytes.NewReader(text))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	resp, err := e.http.Do(req)
	if err != nil {
		return err
	}
	_, err = io.Copy(io.Discard, io.LimitReader(resp.Body, 1<<20)) // so that the connection can be used again
	if resp.StatusCode/100 != 2 {
		err = fmt.Errorf("the collector answered %s", resp.Status)
	}
	return errors.Join(err, resp.Body.Close())
}
