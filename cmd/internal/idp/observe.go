package idp

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"

	"github.com/spf13/pflag"

	"github.com/countersign-oidc/countersign/mockidp"
	"github.com/countersign-oidc/countersign/mockidp/logs"
	"github.com/countersign-oidc/countersign/mockidp/metrics"
	"github.com/countersign-oidc/countersign/mockidp/traces"
)

// observeFlags are the flags of idp about logs, metrics and traces.
type observeFlags struct {
	logFormat, logLevel string
	metrics             bool
	otlp                string
}

func (f *observeFlags) register(fs *pflag.FlagSet) {
	fs.StringVar(&f.logFormat, "log-format", "text", "how exchanges are logged to the standard error: text or json")
	fs.StringVar(&f.logLevel, "log-level", "info", "debug, info (a line for each exchange), warn, error or off")
	fs.BoolVar(&f.metrics, "metrics", false, "serve metrics for Prometheus at /metrics of the management API")
	fs.StringVar(&f.otlp, "otlp-endpoint", "", "send traces to this OpenTelemetry collector, such as http://127.0.0.1:4318")
}

// observed is what sees the exchanges of a provider.
type observed struct {
	logger  *slog.Logger
	metrics http.Handler // nil without metrics
	traces  *traces.Exporter
	each    []func(mockidp.Observation)
}

func (o observed) observe(x mockidp.Observation) {
	for _, see := range o.each {
		see(x)
	}
}

// close sends the traces that wait.
func (o observed) close(ctx context.Context) error {
	if o.traces == nil {
		return nil
	}
	return Close(ctx, o.traces.Close)
}

// start begins to observe. Its error lists everything that is wrong with the
// flags.
func (f observeFlags) start(ctx context.Context, p program, managed bool) (observed, error) {
	var problems []error
	logger, err := f.newLogger(p.stderr)
	problems = append(problems, err)
	o := observed{logger: logger, each: []func(mockidp.Observation){logs.Exchanges(logger)}}
	if f.metrics {
		if !managed {
			problems = append(problems, errors.New("--metrics needs the management API, which serves them"))
		}
		m := metrics.New()
		o.metrics, o.each = m, append(o.each, m.Observe)
	}
	if f.otlp != "" {
		if o.traces, err = traces.Start(ctx, f.otlp, p.version, logger); err != nil {
			problems = append(problems, fmt.Errorf("--otlp-endpoint: %w", err))
		} else {
			o.each = append(o.each, o.traces.Observe)
		}
	}
	return o, errors.Join(problems...)
}

func (f observeFlags) newLogger(out io.Writer) (*slog.Logger, error) {
	var problems []error
	var level slog.Level
	if f.logLevel == "off" {
		out = io.Discard
	} else if err := level.UnmarshalText([]byte(f.logLevel)); err != nil {
		problems = append(problems, fmt.Errorf("--log-level %q: debug, info, warn, error or off", f.logLevel))
	}
	o := &slog.HandlerOptions{Level: level}
	var h slog.Handler = slog.NewTextHandler(out, o)
	switch f.logFormat {
	case "text":
	case "json":
		h = slog.NewJSONHandler(out, o)
	default:
		problems = append(problems, fmt.Errorf("--log-format %q: text or json", f.logFormat))
	}
	return slog.New(h), errors.Join(problems...)
}
