package strict

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"net/http"
	"net/url"
	"slices"
	"time"

	jose "github.com/go-jose/go-jose/v4"

	"github.com/countersign-oidc/countersign/runner/check"
)

// rule is a check and how it is judged. The judge returns nil when the
// provider keeps the rule, a breach when it does not, a lack when it cannot be
// tried, and any other error when it could not be decided.
type rule struct {
	check.Check
	judge func(*probe) error
}

// breach is what a provider does wrong.
type breach struct{ reason string }

func (b breach) Error() string { return b.reason }

func breaks(format string, args ...any) error { return breach{fmt.Sprintf(format, args...)} }

// lack is what a check needs and does not find.
type lack struct{ reason string }

func (l lack) Error() string { return l.reason }

func lacks(reason string) error { return lack{reason} }

// run is one run of checks against one target.
type run struct {
	target    Target
	transport http.RoundTripper
	wait      func(context.Context, time.Duration) error
	meta      metadata
	hosts     []string
	keys      *jose.JSONWebKeySet
	// home is the browser in which the end-user is signed in already.
	home *browser
	// first is the honest sign-in that the checks of answers look at.
	first *grant
	// renewable is a way to ask for a refresh token that worked.
	renewable []edit
}

// own reports whether an address is the provider's.
func (r *run) own(u *url.URL) bool { return slices.Contains(r.hosts, u.Host) }

// probe is what one check does and sees.
type probe struct {
	ctx       context.Context
	run       *run
	began     time.Time
	exchanges []check.Exchange
	notes     []check.Fact
	proof     string
}

// note is an observation that the verdict rests on.
func (p *probe) note(name, format string, args ...any) {
	p.notes = append(p.notes, check.Fact{Name: name, Value: shown(fmt.Sprintf(format, args...))})
}

// result turns what a judge returned into a verdict.
func (p *probe) result(r rule, err error) check.Result {
	out := check.Result{Check: r.Check, DurationMS: time.Since(p.began).Milliseconds()}
	var broken breach
	var lacking lack
	switch {
	case err == nil:
		out.Verdict, out.Reason = check.Pass, p.proof
		if out.Reason == "" {
			out.Reason = "The provider does as the rule says."
		}
	case errors.As(err, &broken):
		out.Verdict, out.Reason = check.Fail, broken.reason
		if r.Level == check.Should {
			out.Verdict = check.Warn
		}
	case errors.As(err, &lacking):
		out.Verdict, out.Reason = check.Skip, lacking.reason
	default:
		out.Verdict, out.Reason = check.Error, "Could not be decided: "+err.Error()
	}
	out.Evidence = []check.Evidence{{
		Title: "What was sent to the provider, and what came back", Facts: p.notes, Exchanges: p.exchanges,
	}}
	p.run.target.scrub(&out)
	return out
}

func values[K comparable, V any](m map[K]V) iter.Seq[V] {
	return func(yield func(V) bool) {
		for _, v := range m {
			if !yield(v) {
				return
			}
		}
	}
}
