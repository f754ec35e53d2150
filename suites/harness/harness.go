// Package harness is the glue between Ginkgo and the checks: it gives every
// check a lane and a browser profile of its own, and turns what the check found
// into one recorded result.
package harness

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/onsi/ginkgo/v2"

	"github.com/countersign-oidc/countersign/mockidp/profile"
	"github.com/countersign-oidc/countersign/mockidp/vendor"
	"github.com/countersign-oidc/countersign/runner/check"
	"github.com/countersign-oidc/countersign/runner/config"
	"github.com/countersign-oidc/countersign/runner/engine"
	"github.com/countersign-oidc/countersign/runner/environ"
	"github.com/countersign-oidc/countersign/suites/browser"
	"github.com/countersign-oidc/countersign/suites/judge"
	"github.com/countersign-oidc/countersign/suites/plain"
)

// checkTimeout bounds one check, its sign-ins and its tear-down.
const checkTimeout = 90 * time.Second

// Plan is what a process is to run. It is plain data: it crosses processes.
type Plan struct {
	// Checks are the checks to run.
	Checks []check.ID `json:"checks"`
	// Trials, where there are any, are run in place of Checks: the same shop
	// with different flaws.
	Trials []Trial `json:"trials,omitempty"`
	// Plain visits the shop without a browser; what needs scripts is skipped.
	Plain bool `json:"plain,omitempty"`
	// Trace keeps all that happens.
	Trace bool `json:"trace,omitempty"`
	// Lean keeps no evidence.
	Lean bool `json:"lean,omitempty"`
	// Browser is the path of the browser, Dir the folder for its profile.
	Browser string `json:"browser"`
	Dir     string `json:"dir"`
	// SearchPath is the PATH of the browser, which may be a script.
	SearchPath string `json:"search_path"`
	// Shop is the shop of every check; the zero value is the embedded one.
	// Provider is where the provider has to be for a shop that runs already.
	Shop     config.Shop     `json:"shop"`
	Provider config.Provider `json:"provider"`
	// Vendor is the name of the profile that the provider imitates, if any.
	Vendor string `json:"vendor,omitempty"`
	// Environment is what a started shop gets, as "NAME=value". Every process
	// has it already, so it does not travel.
	Environment []string `json:"-"`
}

// Trial is a run of checks against the embedded shop with flaws.
type Trial struct {
	Flaws  []string   `json:"flaws"`
	Checks []check.ID `json:"checks"`
}

// Progress is told of each decided check; nil tells nobody.
type Progress func(Decided) error

// Decided is one decided check.
type Decided = engine.Progress

// Harness runs the checks of one process: with one browser, one provider host
// and as many lanes as it needs.
type Harness struct {
	plan    Plan
	clean   visitors
	environ *environ.Environment
	tell    Progress
	failed  bool
	// refusals say how the shop of each trial answers an ordinary sign-in that
	// it refuses, once that had to be found out.
	refusals map[string]refusal
	// works is what came of an ordinary sign-in, once that was tried.
	works *judge.Finding
	// shownToAll is true where visitors see the element that names the customer,
	// too, without text.
	shownToAll bool
	// outside is what of that sign-in works outside of its browser.
	outside outside
}

// New is a harness for a plan. Suites register their checks on it before
// Ginkgo runs them.
func New(p Plan, tell Progress) *Harness {
	h := &Harness{plan: p, tell: tell}
	ginkgo.BeforeSuite(h.start)
	ginkgo.AfterSuite(h.stop)
	return h
}

// Fail makes Ginkgo's failure known to the process (GinkgoTestingT).
func (h *Harness) Fail() { h.failed = true }

// Failed reports whether Ginkgo failed.
func (h *Harness) Failed() bool { return h.failed }

// Brief reports whether the checks are tried without a browser against many
// flaws: then the shortest wait and one of several cases that only take time
// are enough, for what surprises is tried again in Chrome.
func (h *Harness) Brief() bool { return h.plan.Plain }

func (h *Harness) start(ctx ginkgo.SpecContext) {
	base := context.WithoutCancel(ctx)
	var imitated profile.Profile
	if h.plan.Vendor != "" {
		var err error
		if imitated, err = vendor.ByName(h.plan.Vendor); err != nil {
			ginkgo.Fail(err.Error())
		}
	}
	env, err := environ.Start(base, environ.Options{
		Shop: h.plan.Shop, Provider: h.plan.Provider, Profile: imitated, Environment: h.plan.Environment, Dir: h.plan.Dir,
	})
	if err != nil {
		ginkgo.Fail(err.Error())
	}
	h.environ = env
	if h.plan.Plain {
		h.clean = plainVisitors{}
		return
	}
	h.clean, err = newProfiles(base, browser.Options{Exec: h.plan.Browser, Dir: h.plan.Dir})
	if err != nil {
		ginkgo.Fail(err.Error())
	}
}

func (h *Harness) stop(ctx ginkgo.SpecContext) {
	if h.clean != nil {
		if err := h.clean.close(ctx); err != nil {
			ginkgo.GinkgoWriter.Println(err)
		}
	}
	if h.environ != nil {
		if err := h.environ.Close(ctx); err != nil {
			ginkgo.GinkgoWriter.Println(err)
		}
	}
}

// Body tries one check and says what it found. An error means that the check
// could not be tried, which is never the shop's fault.
type Body func(ctx context.Context, s *Spec) (judge.Finding, error)

// Check registers a check whose lane is an ordinary one.
func (h *Harness) Check(c check.Check, body Body) { h.CheckWith(c, environ.Setup{}, body) }

// CheckWith registers a check with a lane of its own making.
func (h *Harness) CheckWith(c check.Check, setup environ.Setup, body Body) {
	for _, t := range h.trials() {
		if !slices.Contains(t.Checks, c.ID) {
			continue
		}
		trial := strings.Join(t.Flaws, "+")
		ginkgo.It(c.Title+trial, ginkgo.Label(engine.Label(trial, c.ID)), ginkgo.SpecTimeout(checkTimeout), func(ctx ginkgo.SpecContext) {
			own := setup
			own.Flaws = t.Flaws
			s := &Spec{check: c, harness: h, trial: trial}
			if h.plan.Trace {
				s.trace = newTracer()
			}
			h.decide(ctx, s, own, body)
		})
	}
}

func (h *Harness) trials() []Trial {
	if len(h.plan.Trials) > 0 {
		return h.plan.Trials
	}
	return []Trial{{Checks: h.plan.Checks}}
}

func (h *Harness) decide(ctx context.Context, s *Spec, setup environ.Setup, body Body) {
	began := time.Now()
	f, err := s.try(ctx, setup, body)
	unfit, notTried := errors.AsType[notTriedError](err)
	switch {
	case notTried:
		f = judge.Skip("Not tried: %s.", unfit)
	case errors.Is(err, plain.ErrScripts):
		f = judge.Skip("Not tried: it needs a browser that runs scripts.")
	case err != nil:
		f = judge.Undecided("%s", sentence(err))
	}
	if s.Lane != nil {
		f = judge.ByPolicy(f, s.check.Policy, s.Lane.Shop.Policies[s.check.Policy])
	}
	h.conclude(s, judge.Weigh(f, s.check.Level), time.Since(began))
}

// conclude is the one place where a verdict is recorded and where Ginkgo
// learns of it.
func (h *Harness) conclude(s *Spec, f judge.Finding, took time.Duration) {
	f.Reason = redactText(f.Reason)
	r := check.Result{
		Check: s.check, Trial: s.trial, Verdict: f.Verdict, Reason: f.Reason, DurationMS: took.Milliseconds(),
	}
	if h.plan.Lean {
		r.Check = check.Check{ID: s.check.ID, Level: s.check.Level}
	} else {
		r.Evidence, r.Trace = s.evidence(), s.trace.told()
	}
	ginkgo.AddReportEntry(engine.EntryName, ginkgo.ReportEntryVisibilityNever, entry{r})
	if h.tell != nil {
		if err := h.tell(Decided{ID: r.ID, Verdict: r.Verdict, Reason: r.Reason, DurationMS: r.DurationMS}); err != nil {
			ginkgo.GinkgoWriter.Println(err)
		}
	}
	switch f.Verdict {
	case check.Fail, check.Error:
		ginkgo.Fail(fmt.Sprintf("%s: %s", f.Verdict, f.Reason))
	case check.Skip:
		ginkgo.Skip(f.Reason)
	}
}

// entry keeps Ginkgo from printing a whole result where it only needs a word.
type entry struct{ check.Result }

// String is the verdict.
func (e entry) String() string { return string(e.Verdict) }

func sentence(err error) string {
	text := err.Error()
	if !strings.HasSuffix(text, ".") {
		text += "."
	}
	return strings.ToUpper(text[:1]) + text[1:]
}
