// Package report turns the results of a run into what people and machines
// read: report.json, junit.xml and one self-contained report.html.
//
// It decides nothing: verdicts come from the checks. Redaction happens where
// evidence is recorded; the writers here only guard against a token that
// slipped through.
package report

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/countersign-oidc/countersign/runner/check"
)

// Schema names the shape of report.json.
const Schema = "countersign/report/v1"

// SlowAfter is how long a check may take before a report names it.
const SlowAfter = 5 * time.Second

// MissingPrerequisite is the name of a fact by which a skipped check says that
// something on our side was missing (a browser, a container runtime) rather
// than a capability of the shop. Its value says what.
const MissingPrerequisite = "missing prerequisite"

// Run is what was run, against what, with what.
type Run struct {
	Tool        string    `json:"tool"`
	Version     string    `json:"version"`
	Started     time.Time `json:"started"`
	DurationMS  int64     `json:"duration_ms"`
	Target      string    `json:"target,omitempty"`
	Provider    string    `json:"provider,omitempty"`
	Shop        string    `json:"shop,omitempty"`
	Flaws       []string  `json:"flaws,omitempty"`
	Browser     string    `json:"browser,omitempty"`
	Processes   int       `json:"processes,omitempty"`
	Seed        int64     `json:"seed,omitempty"`
	Interrupted bool      `json:"interrupted,omitempty"`
	// Profile is the set of checks that was asked for, if it was one.
	Profile *Profile `json:"profile,omitempty"`
	// Selection is what was asked for, Command how.
	Selection string `json:"selection,omitempty"`
	Command   string `json:"command,omitempty"`
}

// Requirement is a row of the requirements catalogue.
type Requirement struct {
	ID    string `json:"id"`
	Level string `json:"level"`
	// Text is what the provider or the browser does.
	Text string `json:"text"`
	// Libraries are what to set or call in libraries that shops use.
	Libraries []Library `json:"libraries,omitempty"`
}

// Library is what to set or call in a library.
type Library struct {
	Name string `json:"name"`
	Text string `json:"text"`
}

// Profile is a set of checks. Two reports of one version asked the same.
type Profile struct {
	Name    string `json:"name"`
	Version string `json:"version"`
}

// String is the name and the version.
func (p Profile) String() string { return p.Name + " " + p.Version }

// Summary counts the checks by verdict.
type Summary struct {
	Pass  int `json:"pass"`
	Fail  int `json:"fail"`
	Warn  int `json:"warn"`
	Skip  int `json:"skip"`
	Error int `json:"error"`
}

// Report is a run and what became of its checks.
type Report struct {
	Schema  string         `json:"schema"`
	Run     Run            `json:"run"`
	Summary Summary        `json:"summary"`
	Checks  []check.Result `json:"checks"`
	// Requirements are the rows of the requirements catalogue that the checks
	// cite.
	Requirements []Requirement `json:"requirements,omitempty"`
	// Problems are what is wrong with the run itself, such as a waiver that
	// nobody needs. A report with problems is a failed one.
	Problems []string `json:"problems,omitempty"`
}

// New is the report of a run: its checks in the order of the suites and of
// their IDs. A result without a verdict becomes an error, since a check that
// died must not vanish.
func New(run Run, results []check.Result) Report {
	checks := make([]check.Result, len(results))
	copy(checks, results)
	for i := range checks {
		// A list is never null in report.json.
		checks[i].Refs = append([]string{}, checks[i].Refs...)
		checks[i].Evidence = append([]check.Evidence{}, checks[i].Evidence...)
		if known(checks[i].Verdict) {
			continue
		}
		checks[i].Verdict = check.Error
		if checks[i].Reason == "" {
			checks[i].Reason = "The check ended without a verdict."
		}
	}
	slices.SortStableFunc(checks, func(a, b check.Result) int {
		return cmp.Or(
			cmp.Compare(rank(a.ID), rank(b.ID)),
			cmp.Compare(area(a.ID), area(b.ID)),
			cmp.Compare(a.ID, b.ID),
		)
	})
	return Report{Schema: Schema, Run: run, Summary: count(checks), Checks: checks}
}

// slowest is how many slow checks are named.
const slowest = 10

// Slow are the checks that took longest of those that took longer than
// SlowAfter, slowest first, and how many more there are.
func (r Report) Slow() (slow []check.Result, more int) {
	for _, c := range r.Checks {
		if c.DurationMS > SlowAfter.Milliseconds() {
			slow = append(slow, c)
		}
	}
	slices.SortStableFunc(slow, func(a, b check.Result) int { return cmp.Compare(b.DurationMS, a.DurationMS) })
	named := min(len(slow), slowest)
	return slow[:named], len(slow) - named
}

// ExitCode is what a program should end with: 1 if a check failed; else 3 if
// one could not be decided or the run was interrupted; else 0. A problem of the
// run counts as a failure, a waived failure as none. When strict, a warning, a
// missing prerequisite and a report without a single check count
// as failures too.
func (r Report) ExitCode(strict bool) int {
	undecided := r.Run.Interrupted
	failed := strict && len(r.Checks) == 0 || len(r.Problems) > 0
	for _, c := range r.Checks {
		switch c.Verdict {
		case check.Pass:
		case check.Fail:
			failed = true
		case check.Warn:
			failed = failed || strict && c.Waived == nil
		case check.Skip:
			failed = failed || strict && lacksPrerequisite(c)
		default:
			undecided = true
		}
	}
	switch {
	case failed:
		return 1
	case undecided:
		return 3
	default:
		return 0
	}
}

// lacksPrerequisite tells our own lack from the shop's. A check that needs no
// capability cannot have been skipped for want of one.
func lacksPrerequisite(c check.Result) bool {
	if len(c.Needs) == 0 {
		return true
	}
	for _, e := range c.Evidence {
		for _, f := range e.Facts {
			if f.Name == MissingPrerequisite {
				return true
			}
		}
	}
	return false
}

func known(v check.Verdict) bool {
	switch v {
	case check.Pass, check.Fail, check.Warn, check.Skip, check.Error:
		return true
	}
	return false
}

func count(checks []check.Result) Summary {
	var s Summary
	for _, c := range checks {
		switch c.Verdict {
		case check.Pass:
			s.Pass++
		case check.Fail:
			s.Fail++
		case check.Warn:
			s.Warn++
		case check.Skip:
			s.Skip++
		default:
			s.Error++
		}
	}
	return s
}

// area is the part of an ID before the first dot.
func area(id check.ID) string {
	a, _, _ := strings.Cut(string(id), ".")
	return a
}

// rank is the place of a check's area among the suites.
func rank(id check.ID) int {
	suites := [...]string{
		"login", "claims", "session", "logout", "idtoken", "signature", "keys", "discovery", "token", "resilience",
		"attack", "initiated", "accounts",
	}
	if i := slices.Index(suites[:], area(id)); i >= 0 {
		return i
	}
	return len(suites)
}
