package engine

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/onsi/ginkgo/v2/types"

	"github.com/countersign-oidc/countersign/runner/check"
)

func spec(id string, state types.SpecState, entries ...types.ReportEntry) types.SpecReport {
	return types.SpecReport{
		LeafNodeType: types.NodeTypeIt, LeafNodeText: id, LeafNodeLabels: []string{id}, State: state,
		ReportEntries: entries, Failure: types.Failure{Message: "what Ginkgo says"},
	}
}

func result(t *testing.T, r check.Result) types.ReportEntry {
	t.Helper()
	return types.ReportEntry{Name: EntryName, Value: types.WrapEntryValue(r)}
}

func write(t *testing.T, reports []types.Report) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), reportFile)
	data, err := json.Marshal(reports)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestOutcome reads a report in which one check was decided, one died and one
// was never begun: none of them is lost.
func TestOutcome(t *testing.T) {
	t.Parallel()
	decided := check.Result{
		Check: check.Check{ID: "a.decided", Title: "t"}, Verdict: check.Fail, Reason: "because",
		Evidence: []check.Evidence{{Title: "e", Screenshot: []byte{1, 2, 3}}},
	}
	path := write(t, []types.Report{{SpecReports: types.SpecReports{
		spec("a.decided", types.SpecStateFailed, result(t, decided)),
		spec("a.died", types.SpecStatePanicked),
		{LeafNodeType: types.NodeTypeBeforeSuite, State: types.SpecStatePassed},
	}}})
	out, err := read(path)
	if err != nil {
		t.Fatal(err)
	}
	if len(out.Broken) != 0 {
		t.Errorf("broken = %q", out.Broken)
	}
	results := out.Complete("", []check.Check{{ID: "a.decided"}, {ID: "a.died"}, {ID: "a.never"}})
	want := []struct {
		verdict check.Verdict
		reason  string
	}{{check.Fail, "because"}, {check.Error, "what Ginkgo says"}, {check.Error, "its process died"}}
	for i, w := range want {
		if results[i].Verdict != w.verdict || !strings.Contains(results[i].Reason, w.reason) {
			t.Errorf("result %d = %s %q, want %s %q", i, results[i].Verdict, results[i].Reason, w.verdict, w.reason)
		}
	}
	if string(results[0].Evidence[0].Screenshot) != "\x01\x02\x03" {
		t.Errorf("screenshot = %v", results[0].Evidence[0].Screenshot)
	}
	out.Interrupted = true
	if r := out.Complete("", []check.Check{{ID: "a.never"}})[0]; r.Verdict != check.Error || !strings.Contains(r.Reason, "interrupted") {
		t.Errorf("interrupted = %+v", r)
	}
}

func TestBrokenSuite(t *testing.T) {
	t.Parallel()
	out, err := read(write(t, []types.Report{{SpecReports: types.SpecReports{
		{LeafNodeType: types.NodeTypeBeforeSuite, State: types.SpecStateFailed, Failure: types.Failure{Message: "no Chrome"}},
	}}}))
	if err != nil || len(out.Broken) != 1 {
		t.Fatalf("read = %+v, %v", out, err)
	}
	if r := out.Complete("", []check.Check{{ID: "a.b"}})[0]; !strings.Contains(r.Reason, "no Chrome") {
		t.Errorf("reason = %q", r.Reason)
	}
}

func TestUnreadableReports(t *testing.T) {
	t.Parallel()
	if _, err := read(filepath.Join(t.TempDir(), "none")); err == nil || !strings.Contains(err.Error(), "without a report") {
		t.Errorf("no report: %v", err)
	}
	for _, text := range []string{"", "{", `[{"SpecReports":7}]`} {
		path := filepath.Join(t.TempDir(), reportFile)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := read(path); err == nil {
			t.Errorf("%q was read", text)
		}
	}
}
