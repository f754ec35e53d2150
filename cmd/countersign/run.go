package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/countersign-oidc/countersign/mockidp/vendor"
	"github.com/countersign-oidc/countersign/runner/check"
	"github.com/countersign-oidc/countersign/runner/config"
	"github.com/countersign-oidc/countersign/runner/engine"
	"github.com/countersign-oidc/countersign/runner/report"
	"github.com/countersign-oidc/countersign/suites/browser"
	"github.com/countersign-oidc/countersign/suites/catalog"
	"github.com/countersign-oidc/countersign/suites/harness"
)

// defaultOut is where the report goes.
const defaultOut = "countersign-report"

// runFlags are the flags of run; the configuration file has the same settings.
type runFlags struct {
	config  string
	waivers string
	asked   selection
	flaws   []string
	procs   int
	out     string
	browser string
	strict  bool
	asJSON  bool
	trace   bool
	seed    int64
	vendor  string

	// shop and provider come from the configuration file alone.
	shop     config.Shop
	provider config.Provider
}

func (p program) newRun() *cobra.Command {
	var f runFlags
	c := &cobra.Command{
		Use: "run", Short: "Run suites against a shop and write a report", Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error { return p.run(c.Context(), c, f) },
	}
	c.Flags().StringVar(&f.config, "config", "", "configuration file (YAML)")
	c.Flags().StringVar(&f.waivers, "waivers", "", "file of known failures, each with a reason, an owner and an end (YAML)")
	f.asked.flags(c, "the profile to run (default: release, or all checks when suites or checks are named)")
	c.Flags().StringSliceVar(&f.flaws, "flaw", nil, "take these verification steps out of the embedded shop")
	c.Flags().IntVar(&f.procs, "procs", 0, "processes side by side (default: one more than cores, at most 4)")
	c.Flags().StringVar(&f.out, "out", defaultOut, "folder of the report")
	c.Flags().StringVar(&f.browser, "browser", "", "path of the browser (default: the one that is found)")
	c.Flags().BoolVar(&f.strict, "strict", false, "a warning or a missing prerequisite is a failure")
	c.Flags().BoolVar(&f.asJSON, "json", false, "write the report to standard output as JSON, and nothing else")
	c.Flags().BoolVar(&f.trace, "trace", false, "write all that happened while a check was tried to a file for each check")
	c.Flags().StringVar(&f.vendor, "vendor", "", "have the provider imitate a vendor's: "+strings.Join(vendor.Names(), ", "))
	c.Flags().Int64Var(&f.seed, "seed", 0, "order of the checks (default: a new one each time)")
	return c
}

// merge takes what the command line does not say from the configuration file.
func (f runFlags) merge(c *cobra.Command) (runFlags, error) {
	if f.config == "" {
		return f, nil
	}
	file, err := config.Load(f.config)
	if err != nil {
		return f, err
	}
	if err := unsupported(f.config, file.Shop); err != nil {
		return f, err
	}
	set := c.Flags().Changed
	if !set("profile") && !set("suite") && !set("check") {
		f.asked = selection{string(file.Profile), file.Suites, file.Checks}
	}
	if !set("procs") {
		f.procs = file.Processes
	}
	if !set("out") && file.Out != "" {
		f.out = file.Out
	}
	if !set("waivers") {
		f.waivers = file.Waivers
	}
	if !set("browser") {
		f.browser = file.Browser.Exec
	}
	f.strict = f.strict || file.Strict
	f.shop, f.provider = file.Shop, file.Provider
	if p := f.shop.Process; p != nil {
		// The workers live in a folder of their own.
		if p.Dir, err = filepath.Abs(p.Dir); err != nil {
			return f, fmt.Errorf("%s: shop.process.dir: %w", f.config, err)
		}
	}
	switch kind := f.shop.Kind(); {
	case kind == config.KindEmbedded && set("flaw"):
		f.shop.Embedded = nil
	case kind == config.KindEmbedded:
		f.flaws = f.shop.FlawNames()
	case set("flaw"):
		return f, fmt.Errorf("--flaw is for the embedded shop; %s describes another", f.config)
	}
	return f, nil
}

// unsupported refuses what a configuration may say of a shop and a run does
// not act on: nothing that a file says is ignored.
func unsupported(name string, s config.Shop) error {
	embedded := s.Kind() == config.KindEmbedded
	var problems []error
	for _, key := range []struct {
		name string
		set  bool
	}{
		{"capabilities", len(s.Capabilities) > 0},
		{"client", s.Client != config.Client{}},
		{"session", s.Session != config.Session{}},
		{"user", len(s.User.Claims) > 0},
		{"policies", len(s.Policies.Choices) > 0 || s.Policies.Leeway != nil},
	} {
		if embedded && key.set {
			problems = append(problems, fmt.Errorf("%s: shop.%s has no effect on the embedded shop; each check sets what it needs", name, key.name))
		}
	}
	for _, c := range s.Capabilities {
		if !slices.Contains(check.Capabilities(), c) {
			problems = append(problems, fmt.Errorf("%s: shop.capabilities: unknown capability %q; known: %q", name, c, check.Capabilities()))
		}
	}
	return errors.Join(problems...)
}

func (p program) run(ctx context.Context, c *cobra.Command, f runFlags) error {
	f, err := f.merge(c)
	if err != nil {
		return err
	}
	if f.vendor != "" && f.asked.profile == "" && len(f.asked.suites)+len(f.asked.checks) == 0 {
		f.asked.suites = vendorSuites()
	}
	f.asked = f.asked.orRelease()
	selected, err := f.asked.resolve()
	waivers, waiverErr := loadWaivers(f.waivers)
	chrome, browserErr := browser.Find(f.browser)
	if err := errors.Join(err, waiverErr, checkVendor(f), checkFlaws(f.flaws), checkProcs(f.procs), browserErr, writable(f.out)); err != nil {
		return err
	}
	j := job{checks: selected, flaws: f.flaws, shop: f.shop, provider: f.provider, procs: f.procs, seed: f.seed, browser: chrome, hurry: p.hurry, trace: f.trace, vendor: f.vendor}
	show := newProgress(p.stdout, len(selected), f.asJSON)
	r, err := j.execute(ctx, show.decided)
	if err != nil {
		return err
	}
	show.end()
	r.Waive(waivers, time.Now())
	r.Run.Profile, r.Run.Selection = f.asked.named(), f.asked.String()
	r.Requirements = cited(selected)
	r.Run.Command = commandText(c, f)
	return p.conclude(r, f.out, f.asJSON, f.strict)
}

// conclude writes the report and ends with its exit code.
func (p program) conclude(r report.Report, out string, asJSON, strict bool) error {
	paths, err := report.WriteDir(out, r)
	if err != nil {
		return fmt.Errorf("write the report: %w", err)
	}
	if asJSON {
		if err := r.WriteJSON(p.stdout); err != nil {
			return err
		}
	} else {
		summarize(p.stdout, r, paths)
	}
	if code := r.ExitCode(strict); code != exitOK {
		return exitError{code}
	}
	return nil
}

// loadWaivers reads a file of waivers, each of which must name a check.
func loadWaivers(path string) ([]report.Waiver, error) {
	if path == "" {
		return nil, nil
	}
	list, err := config.LoadWaivers(path)
	if err != nil {
		return nil, err
	}
	var problems []error
	out := make([]report.Waiver, 0, len(list))
	for _, w := range list {
		where := fmt.Sprintf("%s:%d", path, w.Line)
		if _, ok := catalog.Find(w.Check); !ok {
			problems = append(problems, fmt.Errorf("%s: no check is called %q; \"countersign list\" names them", where, w.Check))
		}
		out = append(out, report.Waiver{Check: w.Check, Reason: w.Reason, Owner: w.Owner, Until: w.Until, Where: where})
	}
	return out, errors.Join(problems...)
}

// job is one run of checks, of run or of selftest.
type job struct {
	checks []check.Check
	// flaws are taken out of the embedded shop; shop and provider are set for
	// another.
	flaws    []string
	shop     config.Shop
	provider config.Provider
	procs    int
	seed     int64
	browser  string
	hurry    <-chan struct{}
	trace    bool
	vendor   string // whose provider is imitated
}

func (j job) execute(ctx context.Context, progress func(engine.Progress)) (report.Report, error) {
	if len(j.flaws) > 0 {
		j.shop.Embedded = &config.Embedded{Flaws: j.flaws}
	}
	if j.shop.Kind() == config.KindURL {
		// A shop that runs already knows one issuer, and one process serves it.
		j.procs = 1
	}
	j = j.withDefaults()
	plan := harness.Plan{Shop: j.shop, Provider: j.provider, Trace: j.trace, Vendor: j.vendor}
	for _, c := range j.checks {
		plan.Checks = append(plan.Checks, c.ID)
	}
	began := time.Now()
	out, err := j.work(ctx, plan, len(j.checks), progress)
	if err != nil {
		return report.Report{}, err
	}
	return report.New(report.Run{
		Tool: "countersign", Version: version, Started: began, DurationMS: time.Since(began).Milliseconds(),
		Target: targetText(j.shop), Provider: providerText(j.vendor), Flaws: j.flaws, Browser: filepath.Base(j.browser),
		Processes: j.procs, Seed: j.seed, Interrupted: out.Interrupted,
	}, out.Complete("", j.checks)), nil
}

// work gives a plan of so many specs to the workers.
func (j job) work(ctx context.Context, plan harness.Plan, specs int, progress func(engine.Progress)) (_ engine.Outcome, err error) {
	exe, err := os.Executable()
	if err != nil {
		return engine.Outcome{}, fmt.Errorf("path of this program: %w", err)
	}
	dir, err := os.MkdirTemp("", "countersign-")
	if err != nil {
		return engine.Outcome{}, fmt.Errorf("folder for the run: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	plan.Browser, plan.Dir, plan.SearchPath = j.browser, dir, os.Getenv("PATH")
	return engine.Run(ctx, engine.Job{
		Executable: exe, Plan: plan, Processes: min(j.procs, specs), Seed: j.seed, Dir: dir, Progress: progress,
		Environment: append(os.Environ(), "PATH="), Hurry: j.hurry,
	})
}

func (j job) withDefaults() job {
	if j.procs == 0 {
		// One more than cores: a process often waits for its browser.
		j.procs = min(runtime.NumCPU()+1, 4)
	}
	if j.seed == 0 {
		j.seed = time.Now().Unix()
	}
	return j
}

func targetText(s config.Shop) string {
	switch s.Kind() {
	case config.KindProcess:
		return "process " + strings.Join(s.Process.Command, " ")
	case config.KindURL:
		return s.BaseURL
	default:
		return "embedded shop"
	}
}

// vendorSuites are those that a run against an imitated vendor is about: what
// a shop has to do with any provider of its customers.
func vendorSuites() []string { return []string{"login", "claims", "session", "logout"} }

func providerText(name string) string {
	if name == "" {
		return "embedded provider"
	}
	return "embedded provider as " + name
}

// checkVendor refuses unknown vendors, and shops that are not told of the
// settings of the run's own provider.
func checkVendor(f runFlags) error {
	if f.vendor == "" {
		return nil
	}
	_, err := vendor.ByName(f.vendor)
	if err != nil {
		err = fmt.Errorf("--vendor: %w", err)
	}
	if f.shop.Kind() != config.KindEmbedded {
		err = errors.Join(err, fmt.Errorf("--vendor is for the embedded shop; for another, serve the provider with: countersign idp --vendor %s", f.vendor))
	}
	return err
}

func checkProcs(n int) error {
	if n < 0 || n > 64 {
		return fmt.Errorf("--procs %d: 1 to 64 processes, or 0 for as many as there are cores", n)
	}
	return nil
}

// writable makes sure, before an hour is spent, that the report can be written.
func writable(dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("folder of the report: %w; name another with --out", err)
	}
	f, err := os.CreateTemp(dir, ".countersign-*")
	if err != nil {
		return fmt.Errorf("folder of the report: %w; name another with --out", err)
	}
	return errors.Join(f.Close(), os.Remove(f.Name()))
}

func commandText(c *cobra.Command, f runFlags) string {
	words := []string{"countersign", c.Name()}
	if f.asked.profile != "" {
		words = append(words, "--profile", f.asked.profile)
	}
	if f.config != "" {
		words = append(words, "--config", f.config)
	}
	if f.waivers != "" {
		words = append(words, "--waivers", f.waivers)
	}
	for _, s := range f.asked.suites {
		words = append(words, "--suite", s)
	}
	for _, s := range f.asked.checks {
		words = append(words, "--check", s)
	}
	if f.vendor != "" {
		words = append(words, "--vendor", f.vendor)
	}
	for _, s := range f.flaws {
		words = append(words, "--flaw", s)
	}
	return strings.Join(words, " ")
}
