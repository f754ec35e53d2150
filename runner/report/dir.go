package report

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"
)

// Paths are the files that WriteDir wrote.
type Paths struct {
	JSON  string
	JUnit string
	HTML  string
	// Traces are there for checks that were traced.
	Traces []string
}

// WriteDir writes report.json, junit.xml and report.html into dir, which is
// made if need be, and a file for each trace. Each file appears whole or not
// at all.
func WriteDir(dir string, r Report) (Paths, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return Paths{}, fmt.Errorf("directory of the report: %w", err)
	}
	p := Paths{
		JSON:  filepath.Join(dir, "report.json"),
		JUnit: filepath.Join(dir, "junit.xml"),
		HTML:  filepath.Join(dir, "report.html"),
	}
	type file struct {
		path  string
		write func(io.Writer) error
	}
	files := []file{{p.JSON, r.WriteJSON}, {p.JUnit, r.WriteJUnit}, {p.HTML, r.WriteHTML}}
	for _, c := range r.Checks {
		if len(c.Trace) > 0 {
			path := filepath.Join(dir, traceFile(c.ID))
			p.Traces = append(p.Traces, path)
			files = append(files, file{path, func(w io.Writer) error { return r.writeTrace(w, c.ID) }})
		}
	}
	errs := make([]error, len(files))
	var writing sync.WaitGroup
	for i, f := range files {
		writing.Go(func() {
			if err := replace(f.path, f.write); err != nil {
				errs[i] = fmt.Errorf("%s: %w", f.path, err)
			}
		})
	}
	writing.Wait()
	if err := errors.Join(errs...); err != nil {
		return Paths{}, err
	}
	return p, nil
}

// replace writes beside path and renames, so that nobody reads half a file.
func replace(path string, write func(io.Writer) error) (err error) {
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = f.Close()
			_ = os.Remove(f.Name())
		}
	}()
	if err := write(f); err != nil {
		return err
	}
	// CreateTemp makes files private; a report is for colleagues.
	if err := f.Chmod(0o644); err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}
