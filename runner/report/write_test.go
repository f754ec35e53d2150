package report

import (
	"bytes"
	"flag"
	"io"
	"os"
	"path/filepath"
	"testing"
)

var update = flag.Bool("update", false, "rewrite the golden files")

func TestGolden(t *testing.T) {
	r := fixture(t)
	for _, tt := range []struct {
		file  string
		write func(io.Writer) error
	}{{"report.json", r.WriteJSON}, {"junit.xml", r.WriteJUnit}, {"report.html", r.WriteHTML}} {
		t.Run(tt.file, func(t *testing.T) {
			var got bytes.Buffer
			if err := tt.write(&got); err != nil {
				t.Fatal(err)
			}
			path := filepath.Join("testdata", tt.file)
			if *update {
				if err := os.WriteFile(path, got.Bytes(), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(got.Bytes(), want) {
				t.Errorf("%s differs from testdata; if that is meant, run the test with -update and read the diff", tt.file)
			}
		})
	}
}
