// Package logs writes a line for each exchange of a mock provider. Parameters,
// headers, tokens and bodies are not in it: those are for the journal.
package logs

import (
	"log/slog"
	"strings"

	"github.com/countersign-oidc/countersign/mockidp"
)

// Exchanges is a mockidp.Options.Observe that logs. A failure of the provider's
// own, not one that a fault made, is logged as an error.
func Exchanges(l *slog.Logger) func(mockidp.Observation) {
	return func(o mockidp.Observation) {
		e := o.Entry
		attrs := []any{
			slog.String("kind", string(e.Kind)), slog.String("method", e.Method), slog.String("path", path(e.Path)),
			slog.Int("status", e.Status), slog.Float64("took_ms", float64(o.Took.Microseconds())/1000),
		}
		for _, a := range []slog.Attr{
			slog.String("issuer", o.Issuer), slog.String("client", e.Client), slog.String("user", e.User),
			slog.String("error", e.Error), slog.String("faults", strings.Join(e.Faults, " ")),
		} {
			if a.Value.String() != "" {
				attrs = append(attrs, a)
			}
		}
		if !e.Sent {
			attrs = append(attrs, slog.Bool("sent", false))
		}
		if e.Status >= 500 && len(e.Faults) == 0 {
			l.Error("exchange", attrs...)
		} else {
			l.Info("exchange", attrs...)
		}
	}
}

// path leaves out what a relying party's address has behind its path.
func path(p string) string {
	p, _, _ = strings.Cut(p, "?")
	return p
}
