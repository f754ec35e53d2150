package report

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// WriteJSON writes the report as report.json. Traces are files of their own.
func (r Report) WriteJSON(w io.Writer) error {
	r = guarded(r)
	for i := range r.Checks {
		r.Checks[i].Trace = nil
	}
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(r); err != nil {
		return fmt.Errorf("report as JSON: %w", err)
	}
	return nil
}

// Read reads what WriteJSON wrote. The counts are taken from the checks, not
// from the summary, so that an edited file cannot contradict itself.
func Read(in io.Reader) (Report, error) {
	var r Report
	d := json.NewDecoder(in)
	if err := d.Decode(&r); err != nil {
		return Report{}, fmt.Errorf("not a countersign report: %w", err)
	}
	if err := d.Decode(new(json.RawMessage)); !errors.Is(err, io.EOF) {
		return Report{}, errors.New("not a countersign report: something follows the report in the same file")
	}
	switch r.Schema {
	case Schema:
	case "":
		return Report{}, fmt.Errorf("not a countersign report: it names no schema, want %q", Schema)
	default:
		return Report{}, fmt.Errorf("report schema %q is unknown to this version, which reads %q", r.Schema, Schema)
	}
	for i, c := range r.Checks {
		if !known(c.Verdict) {
			return Report{}, fmt.Errorf("check %d of the report (%q) has the unknown verdict %q", i+1, c.ID, c.Verdict)
		}
	}
	r.Summary = count(r.Checks)
	return r, nil
}
