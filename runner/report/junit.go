package report

import (
	"encoding/xml"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/countersign-oidc/countersign/runner/check"
)

type junitRun struct {
	XMLName  xml.Name     `xml:"testsuites"`
	Name     string       `xml:"name,attr"`
	Tests    int          `xml:"tests,attr"`
	Failures int          `xml:"failures,attr"`
	Errors   int          `xml:"errors,attr"`
	Skipped  int          `xml:"skipped,attr"`
	Time     string       `xml:"time,attr"`
	Suites   []junitSuite `xml:"testsuite"`
}

type junitSuite struct {
	Name       string          `xml:"name,attr"`
	Tests      int             `xml:"tests,attr"`
	Failures   int             `xml:"failures,attr"`
	Errors     int             `xml:"errors,attr"`
	Skipped    int             `xml:"skipped,attr"`
	Time       string          `xml:"time,attr"`
	Timestamp  string          `xml:"timestamp,attr"`
	Properties []junitProperty `xml:"properties>property"`
	Cases      []junitCase     `xml:"testcase"`
}

type junitProperty struct {
	Name  string `xml:"name,attr"`
	Value string `xml:"value,attr"`
}

type junitCase struct {
	Class      string          `xml:"classname,attr"`
	Name       string          `xml:"name,attr"`
	Time       string          `xml:"time,attr"`
	Properties []junitProperty `xml:"properties>property"`
	Failure    *junitText      `xml:"failure"`
	Error      *junitText      `xml:"error"`
	Skipped    *junitText      `xml:"skipped"`
	Out        string          `xml:"system-out,omitempty"`
}

type junitText struct {
	Message string `xml:"message,attr"`
	Type    string `xml:"type,attr,omitempty"`
	Text    string `xml:",chardata"`
}

// WriteJUnit writes the report as JUnit XML: a suite per area, a case per
// check, and a failed case for each problem of the run itself. JUnit knows no warnings: a check that warns passes there, with the
// reason in system-out and a property verdict=warn.
func (r Report) WriteJUnit(w io.Writer) error {
	r = Scrub(guarded(r), visible)
	run := junitRun{
		Name: "countersign", Tests: len(r.Checks) + len(r.Problems),
		Failures: r.Summary.Fail + len(r.Problems), Errors: r.Summary.Error, Skipped: r.Summary.Skip,
		Time: seconds(r.Run.DurationMS),
	}
	for _, g := range byArea(r.Checks) {
		run.Suites = append(run.Suites, suiteOf(r.Run, g))
	}
	if n := len(r.Problems); n > 0 {
		s := junitSuite{Name: "run", Tests: n, Failures: n, Time: seconds(0), Timestamp: r.Run.Started.UTC().Format(time.RFC3339)}
		for _, problem := range r.Problems {
			s.Cases = append(s.Cases, junitCase{Class: "run", Name: problem, Time: seconds(0), Failure: &junitText{Message: problem, Text: problem}})
		}
		run.Suites = append(run.Suites, s)
	}
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return fmt.Errorf("report as JUnit: %w", err)
	}
	e := xml.NewEncoder(w)
	e.Indent("", "  ")
	if err := e.Encode(run); err != nil {
		return fmt.Errorf("report as JUnit: %w", err)
	}
	if _, err := io.WriteString(w, "\n"); err != nil {
		return fmt.Errorf("report as JUnit: %w", err)
	}
	return nil
}

func suiteOf(run Run, g group) junitSuite {
	n := count(g.checks)
	s := junitSuite{
		Name: g.name, Tests: len(g.checks),
		Failures: n.Fail, Errors: n.Error, Skipped: n.Skip,
		Timestamp: run.Started.UTC().Format(time.RFC3339),
	}
	for _, f := range runFacts(run) {
		s.Properties = append(s.Properties, junitProperty(f))
	}
	var ms int64
	for _, c := range g.checks {
		ms += c.DurationMS
		s.Cases = append(s.Cases, caseOf(g.name, c))
	}
	s.Time = seconds(ms)
	return s
}

func caseOf(class string, c check.Result) junitCase {
	out := junitCase{
		Class: class, Name: strings.TrimSpace(string(c.ID) + " " + c.Title), Time: seconds(c.DurationMS),
		Properties: []junitProperty{{"level", string(c.Level)}, {"verdict", string(c.Verdict)}},
	}
	for _, ref := range c.Refs {
		out.Properties = append(out.Properties, junitProperty{"ref", ref})
	}
	text := &junitText{Message: c.Reason, Type: string(c.Level), Text: story(c)}
	switch c.Verdict {
	case check.Fail:
		out.Failure = text
	case check.Error:
		text.Type = "undecided"
		out.Error = text
	case check.Skip:
		out.Skipped = &junitText{Message: c.Reason}
	case check.Warn:
		out.Out = text.Text
	}
	return out
}

// story is what somebody who sees only a test log needs to act.
func story(c check.Result) string {
	lines := []string{c.Reason}
	add := func(label, text string) {
		if text != "" {
			lines = append(lines, label+": "+text)
		}
	}
	if c.Verdict != check.Error {
		add("What can happen", c.Harm)
		add("Remedy", c.Remedy)
	}
	add("References", strings.Join(c.Refs, "; "))
	return strings.Join(lines, "\n")
}

func seconds(ms int64) string { return fmt.Sprintf("%d.%03d", ms/1000, ms%1000) }
