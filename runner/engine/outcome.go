package engine

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"

	"github.com/onsi/ginkgo/v2/types"

	"github.com/countersign-oidc/countersign/runner/check"
)

// EntryName is the name of the report entry that carries a check's result.
const EntryName = "countersign/result"

// Outcome is what the workers reported.
type Outcome struct {
	Results []check.Result
	// Died are the labels of the checks that began and ended without a
	// verdict, with what is known of the reason.
	Died map[string]string
	// Broken says what kept whole workers from running, if anything.
	Broken []string
	// Interrupted is true when the run was ended early.
	Interrupted bool
}

// read takes the results out of Ginkgo's aggregated report.
func read(path string) (Outcome, error) {
	out := Outcome{Died: map[string]string{}}
	data, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) {
		return out, errors.New("the workers ended without a report")
	}
	if err != nil {
		return out, fmt.Errorf("report of the workers: %w", err)
	}
	var reports []types.Report
	if err := json.Unmarshal(data, &reports); err != nil {
		return out, fmt.Errorf("report of the workers: %w", err)
	}
	for _, report := range reports {
		for _, spec := range report.SpecReports {
			if err := out.add(spec); err != nil {
				return out, err
			}
		}
	}
	return out, nil
}

func (o *Outcome) add(spec types.SpecReport) error {
	if !spec.LeafNodeType.Is(types.NodeTypeIt) {
		if spec.Failed() {
			o.Broken = append(o.Broken, fmt.Sprintf("%s: %s", spec.LeafNodeType, spec.FailureMessage()))
		}
		return nil
	}
	i := slices.IndexFunc(spec.ReportEntries, func(e types.ReportEntry) bool { return e.Name == EntryName })
	if i < 0 {
		for _, label := range spec.Labels() {
			o.Died[label] = spec.FailureMessage()
		}
		return nil
	}
	var r check.Result
	if err := json.Unmarshal([]byte(spec.ReportEntries[i].Value.AsJSON), &r); err != nil {
		return fmt.Errorf("result of %q: %w", spec.LeafNodeText, err)
	}
	o.Results = append(o.Results, r)
	return nil
}

// Label is what Ginkgo calls a check, in a trial if it is named.
func Label(trial string, id check.ID) string {
	if trial == "" {
		return string(id)
	}
	return string(id) + "@" + trial
}

// Complete gives every selected check of a trial a result: one that is missing
// from what the workers reported could not be decided.
func (o Outcome) Complete(trial string, selected []check.Check) []check.Result {
	results := make([]check.Result, 0, len(selected))
	for _, c := range selected {
		i := slices.IndexFunc(o.Results, func(r check.Result) bool { return r.ID == c.ID && r.Trial == trial })
		if i >= 0 {
			results = append(results, o.Results[i])
			continue
		}
		results = append(results, check.Result{Check: c, Verdict: check.Error, Trial: trial, Reason: o.missing(Label(trial, c.ID))})
	}
	return results
}

func (o Outcome) missing(label string) string {
	switch reason := o.Died[label]; {
	case o.Interrupted:
		return "Not decided: the run was interrupted."
	case len(o.Broken) > 0:
		return "Not decided: " + o.Broken[0]
	case reason != "":
		return "The check ended without a verdict: " + reason
	default:
		return "The check ended without a verdict: its process died."
	}
}
