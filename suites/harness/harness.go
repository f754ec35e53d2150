// Package harness is the glue between Ginkgo and the checks: it gives every
// check a lane and a browser profile of its own, and turns what the check found
// into one recorded result.
package harness

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/onsi/ginkgo/v2"

	"github.com/countersign-oidc/countersign/runner/check"
	"github.com/countersign-oidc/countersign/runner/config"
	"github.com/countersign-oidc/countersign/runner/engine"
	"github.com/countersign-oidc/countersign/runner/environ"
	"github.com/countersign-oidc/countersign/suites/browser"
	"github.com/countersign-oidc/countersign/suites/judge"
)

// checkTimeout bounds one check, its sign-ins and its tear-down.
const checkTimeout = 90 * time.Second

// Plan is what a process is to run. It is plain data: it crosses processes.
type Plan struct {
	// Checks are the checks to run.
	Checks []check.ID `json:"checks"`
	// Browser is the path of the browser, Dir the folder for its profile.
	Browser string `json:"browser"`
	Dir     string `json:"dir"`
	// SearchPath is the PATH of the browser, which may be a script.
	SearchPath string `json:"search_path"`
	// Shop is the shop of every check; the zero value is the embedded one.
	// Provider is where the provider has to be for a shop that runs already.
	Shop     config.Shop     `json:"shop"`
	Provider config.Provider `json:"provider"`
	// Environment is what a started shop gets, as "NAME=value". Every process
	// has it already, so it does not travel.
	Environment []string `json:"-"`
}

// Progress is told of each decided check; nil tells nobody.
type Progress func(Decided) error

// Decided is one decided check.
type Decided = engine.Progress

// Harness runs the checks of one process: with one browser, one provider host
// and as many lanes as it needs.
type Harness struct {
	plan    Plan
	chrome  *browser.Chrome
	clean   *profiles
	environ *environ.Environment
	tell    Progress
	failed  bool
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

func (h *Harness) start(ctx ginkgo.SpecContext) {
	base := context.WithoutCancel(ctx)
	env, err := environ.Start(base, environ.Options{
		Shop: h.plan.Shop, Provider: h.plan.Provider, Environment: h.plan.Environment, Dir: h.plan.Dir,
	})
	if err != nil {
		ginkgo.Fail(err.Error())
	}
	h.environ = env
	h.chrome, err = browser.Start(base, browser.Options{Exec: h.plan.Browser, Dir: h.plan.Dir})
	if err != nil {
		ginkgo.Fail(err.Error())
	}
	h.clean = newProfiles(base, h.chrome)
}

func (h *Harness) stop(ctx ginkgo.SpecContext) {
	if h.clean != nil {
		if err := h.clean.close(); err != nil {
			ginkgo.GinkgoWriter.Println(err)
		}
	}
	if h.chrome != nil {
		if err := h.chrome.Close(ctx); err != nil {
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
	if !slices.Contains(h.plan.Checks, c.ID) {
		return
	}
	ginkgo.It(c.Title, ginkgo.Label(string(c.ID)), ginkgo.SpecTimeout(checkTimeout), func(ctx ginkgo.SpecContext) {
		began := time.Now()
		s := &Spec{check: c, harness: h}
		f, err := s.try(ctx, setup, body)
		if err != nil {
			f = judge.Undecided("%s", sentence(err))
		}
		if s.Lane != nil {
			f = judge.ByPolicy(f, c.Policy, s.Lane.Shop.Policies[c.Policy])
		}
		h.conclude(s, judge.Weigh(f, c.Level), time.Since(began))
	})
}

// conclude is the one place where a verdict is recorded and where Ginkgo
// learns of it.
func (h *Harness) conclude(s *Spec, f judge.Finding, took time.Duration) {
	r := check.Result{
		Check: s.check, Verdict: f.Verdict, Reason: f.Reason,
		DurationMS: took.Milliseconds(), Evidence: s.evidence(),
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
