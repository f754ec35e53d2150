package report

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/countersign-oidc/countersign/runner/check"
)

var update = flag.Bool("update", false, "rewrite the golden files")

func write(t testing.TB, f func(io.Writer) error) string {
	t.Helper()
	var out bytes.Buffer
	if err := f(&out); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestGolden(t *testing.T) {
	r := fixture(t)
	for _, tt := range []struct {
		file  string
		write func(io.Writer) error
	}{{"report.json", r.WriteJSON}, {"junit.xml", r.WriteJUnit}, {"report.html", r.WriteHTML}} {
		t.Run(tt.file, func(t *testing.T) {
			got := write(t, tt.write)
			path := filepath.Join("testdata", tt.file)
			if *update {
				if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if got != string(want) {
				t.Errorf("%s differs from testdata; if that is meant, run the test with -update and read the diff", tt.file)
			}
		})
	}
}

func TestJSONRoundTrip(t *testing.T) {
	first := write(t, fixture(t).WriteJSON)
	r, err := Read(strings.NewReader(first))
	if err != nil {
		t.Fatal(err)
	}
	if second := write(t, r.WriteJSON); second != first {
		t.Error("a report that was read is not written as it was")
	}
	if want := fixture(t).Summary; r.Summary != want {
		t.Errorf("summary is %+v, want %+v", r.Summary, want)
	}
	if a, b := write(t, fixture(t).WriteHTML), write(t, r.WriteHTML); a != b {
		t.Error("a report that was read makes another page")
	}
}

func TestReadCountsForItself(t *testing.T) {
	in := `{"schema":"countersign/report/v1","summary":{"pass":9},"checks":[{"id":"login.a","verdict":"fail"}]}`
	r, err := Read(strings.NewReader(in))
	if err != nil {
		t.Fatal(err)
	}
	if want := (Summary{Fail: 1}); r.Summary != want {
		t.Errorf("summary is %+v, want %+v", r.Summary, want)
	}
}

func TestReadRefuses(t *testing.T) {
	for in, want := range map[string]string{
		``:                                      `not a countersign report: EOF`,
		`[]`:                                    `not a countersign report: json: cannot unmarshal array into Go value of type report.Report`,
		`{"summary":{}}`:                        `not a countersign report: it names no schema, want "countersign/report/v1"`,
		`{"schema":"other/v2"}`:                 `report schema "other/v2" is unknown to this version, which reads "countersign/report/v1"`,
		`{"schema":"countersign/report/v1"} {}`: `not a countersign report: something follows the report in the same file`,
		`{"schema":"countersign/report/v1","checks":[{"id":"a.b","verdict":"ok"}]}`: `check 1 of the report ("a.b") has the unknown verdict "ok"`,
	} {
		if _, err := Read(strings.NewReader(in)); err == nil || err.Error() != want {
			t.Errorf("%s: error is %v, want %s", in, err, want)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(write(f, fixture(f).WriteJSON)))
	f.Add([]byte(`{"schema":"countersign/report/v1","checks":[{"verdict":"pass","evidence":[{"exchanges":[{"tokens":[{"header":[{"value":1}]}]}]}]}]}`))
	f.Add([]byte(`{"schema":"countersign/report/v1","run":{"duration_ms":-1},"checks":null}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		r, err := Read(bytes.NewReader(data))
		if err != nil {
			return
		}
		again, err := Read(strings.NewReader(write(t, r.WriteJSON)))
		if err != nil {
			t.Fatalf("what was written is refused: %v", err)
		}
		if again.Summary != r.Summary {
			t.Errorf("summary changed from %+v to %+v", r.Summary, again.Summary)
		}
		write(t, r.WriteHTML)
		wellFormed(t, write(t, r.WriteJUnit))
	})
}

func wellFormed(t testing.TB, doc string) {
	t.Helper()
	d := xml.NewDecoder(strings.NewReader(doc))
	for {
		if _, err := d.Token(); errors.Is(err, io.EOF) {
			return
		} else if err != nil {
			t.Fatalf("the XML is not well-formed: %v", err)
		}
	}
}

func TestJUnitParsesBack(t *testing.T) {
	r := fixture(t)
	doc := write(t, r.WriteJUnit)
	wellFormed(t, doc)
	var got junitRun
	if err := xml.Unmarshal([]byte(doc), &got); err != nil {
		t.Fatal(err)
	}
	if got.Tests != 10 || got.Failures != 1 || got.Errors != 1 || got.Skipped != 1 {
		t.Errorf("%d tests, %d failures, %d errors, %d skipped; want 10, 1, 1, 1", got.Tests, got.Failures, got.Errors, got.Skipped)
	}
	last := got.Suites[4]
	c := last.Cases[0]
	if last.Name != "idtoken" || c.Class != "idtoken" || c.Name != "idtoken.audience-other An ID token for another client is refused" || c.Time != "2.310" {
		t.Errorf("the failed case is %q %q %q, %q", last.Name, c.Class, c.Name, c.Time)
	}
	for _, want := range []string{"issued for another client", "Remedy: Compare the aud claim", "References: TOK-19; OpenID Connect Core"} {
		if !strings.Contains(c.Failure.Text, want) {
			t.Errorf("the failure lacks %q: %q", want, c.Failure.Text)
		}
	}
	refs := 0
	for _, p := range c.Properties {
		if p.Name == "ref" {
			refs++
		}
	}
	if refs != 4 || c.Properties[0] != (junitProperty{"level", "must"}) {
		t.Errorf("properties are %v", c.Properties)
	}
}

func TestJUnitShowsProblems(t *testing.T) {
	r := fixture(t)
	r.Problems = []string{"w.yaml:3: the waiver of a.b is stale"}
	doc := write(t, r.WriteJUnit)
	wellFormed(t, doc)
	var got junitRun
	if err := xml.Unmarshal([]byte(doc), &got); err != nil {
		t.Fatal(err)
	}
	last := got.Suites[len(got.Suites)-1]
	if got.Tests != 11 || got.Failures != 2 || last.Name != "run" || last.Failures != 1 || last.Cases[0].Failure.Message != r.Problems[0] {
		t.Errorf("%d tests, %d failures, last suite %+v", got.Tests, got.Failures, last)
	}
}

func TestEmptyReport(t *testing.T) {
	r := New(Run{Tool: "countersign"}, nil)
	if page := write(t, r.WriteHTML); !strings.Contains(page, "Nothing was checked.") {
		t.Error("the page does not say that nothing was checked")
	}
	wellFormed(t, write(t, r.WriteJUnit))
	got := write(t, r.WriteJSON)
	if !strings.Contains(got, `"checks": []`) {
		t.Errorf("an empty report lacks its list of checks: %s", got)
	}
	if _, err := Read(strings.NewReader(got)); err != nil {
		t.Error(err)
	}
}

func TestManyChecks(t *testing.T) {
	base := badSignIn(t)
	base.Screenshot = nil
	var results []check.Result
	for i := range 300 {
		c := result(fmt.Sprintf("idtoken.check-%03d", i), check.Pass)
		c.Evidence = []check.Evidence{base, base, base}
		results = append(results, c)
	}
	r := New(fixtureRun(), results)
	start := time.Now()
	page := write(t, r.WriteHTML)
	if took := time.Since(start); took > 20*time.Second {
		t.Errorf("300 checks took %s to write", took)
	}
	if len(page) > 10<<20 {
		t.Errorf("300 checks make %d KiB", len(page)>>10)
	}
	t.Logf("300 checks: %d KiB of HTML, %d KiB of JSON, %s", len(page)>>10, len(write(t, r.WriteJSON))>>10, time.Since(start))
}

func TestWriteDir(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "a", "b")
	for range 2 { // the second replaces the first
		p, err := WriteDir(dir, fixture(t))
		if err != nil {
			t.Fatal(err)
		}
		f, err := os.Open(p.JSON)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := Read(f); err != nil {
			t.Error(err)
		}
		_ = f.Close()
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
		if info, err := e.Info(); err != nil || info.Mode().Perm()&0o044 != 0o044 {
			t.Errorf("%s is not readable by others: %v", e.Name(), err)
		}
	}
	if got := strings.Join(names, " "); got != "junit.xml report.html report.json" {
		t.Errorf("the directory holds %s", got)
	}
}

func TestAFailedWriteLeavesTheOldFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "report.json")
	if err := os.WriteFile(path, []byte("old"), 0o600); err != nil {
		t.Fatal(err)
	}
	broken := errors.New("disk full")
	err := replace(path, func(w io.Writer) error {
		_, _ = io.WriteString(w, "half")
		return broken
	})
	if !errors.Is(err, broken) {
		t.Errorf("error is %v", err)
	}
	if got, _ := os.ReadFile(path); string(got) != "old" {
		t.Errorf("the file holds %q", got)
	}
	if entries, _ := os.ReadDir(filepath.Dir(path)); len(entries) != 1 {
		t.Errorf("%d files are left, want 1", len(entries))
	}
}

func TestWriteDirNamesWhatIsInTheWay(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := WriteDir(file, Report{}); err == nil || !strings.Contains(err.Error(), file) {
		t.Errorf("error is %v", err)
	}
}

func TestRawEvidenceNeedNotBeJSON(t *testing.T) {
	r := New(Run{}, []check.Result{{Verdict: check.Pass, Evidence: []check.Evidence{{Exchanges: []check.Exchange{{Tokens: []check.Token{{Claims: []check.Member{{Value: raw("{broken\xff")}}}}}}}}}})
	if got := write(t, r.WriteJSON); !json.Valid([]byte(got)) || !strings.Contains(got, `"{broken`) {
		t.Errorf("report is %s", got)
	}
}
