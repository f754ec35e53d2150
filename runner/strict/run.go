package strict

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/countersign-oidc/countersign/runner/check"
)

// checkTime bounds one check, which takes several requests.
const checkTime = 2 * time.Minute

// Options are how a run is done. The zero value runs all checks.
type Options struct {
	// Checks are those to run; nil means all.
	Checks []check.ID
	// Decided is told of each result as it comes.
	Decided func(check.Result)
	// Transport carries the requests; nil means one of the run's own, without
	// a proxy.
	Transport http.RoundTripper
	// Wait lets time pass at the provider; nil waits.
	Wait func(context.Context, time.Duration) error
}

// Checks are all checks, in the order in which they run.
func Checks() []check.Check {
	all := rules()
	out := make([]check.Check, 0, len(all))
	for _, r := range all {
		out = append(out, r.Check)
	}
	return out
}

func rules() []rule {
	return slices.Concat(
		discoveryRules, keyRules, authorizeRules, redirectRules, requestRules, promptRules, hintRules, issRules, challengeRules,
		verifierRules, authenticationRules, formRules, codeRules, tokenAnswerRules, idTokenRules, idTokenTimeRules, userInfoRules,
		refreshRules, logoutRules, pageRules,
	)
}

// Run judges a target. Its error is a target that cannot be judged at all;
// everything else is in the results, which are in the order of Checks. When
// the context ends, the checks that are left are not decided.
func Run(ctx context.Context, t Target, o Options) ([]check.Result, error) {
	if err := t.Validate(); err != nil {
		return nil, fmt.Errorf("target: %w", err)
	}
	if t.Scope == "" {
		t.Scope = "openid"
	}
	if o.Transport == nil {
		own := &http.Transport{MaxIdleConnsPerHost: 4, IdleConnTimeout: time.Minute}
		defer own.CloseIdleConnections()
		o.Transport = own
	}
	if o.Wait == nil {
		o.Wait = pause
	}
	r := &run{target: t, transport: guard{o.Transport, t.Consent}, wait: o.Wait}
	var err error
	if r.home, err = newBrowser(); err != nil {
		return nil, err
	}
	first := &probe{ctx: ctx, run: r, began: time.Now()}
	unready := r.prepare(first)
	var out []check.Result
	for _, next := range rules() {
		if o.Checks != nil && !slices.Contains(o.Checks, next.ID) {
			continue
		}
		res := r.decide(ctx, next, unready)
		out = append(out, res)
		if o.Decided != nil {
			o.Decided(res)
		}
	}
	return out, nil
}

func (r *run) decide(ctx context.Context, next rule, unready error) check.Result {
	ctx, cancel := context.WithTimeout(ctx, checkTime)
	defer cancel()
	p := &probe{ctx: ctx, run: r, began: time.Now()}
	if err := ctx.Err(); err != nil {
		return p.result(next, fmt.Errorf("the run was ended before: %w", err))
	}
	if unready != nil && !slices.ContainsFunc(discoveryRules, func(d rule) bool { return d.ID == next.ID }) {
		return p.result(next, unready)
	}
	return p.result(next, next.judge(p))
}

// pause lets real time pass: what is waited for is the provider's clock, which
// nothing here can see or move.
func pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("wait for the provider's clock: %w", context.Cause(ctx))
	}
}
