package report

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"io"
)

//go:embed assets/*.tmpl
var pages embed.FS

//go:embed assets/report.css
var styles string

//go:embed assets/report.js
var script string

// WriteHTML writes the report as one file that needs no network and no
// JavaScript: styles, script and pictures are inside, and its policy lets a
// browser load nothing else.
func (r Report) WriteHTML(w io.Writer) error {
	t, err := template.ParseFS(pages, "assets/*.tmpl")
	if err != nil {
		return fmt.Errorf("template of the report: %w", err)
	}
	v := newView(Scrub(guarded(r), visible))
	v.CSS, v.JS = template.CSS(styles), template.JS(script)
	v.Policy = "default-src 'none'; img-src data:; style-src " + digest(styles) + "; script-src " + digest(script) +
		"; base-uri 'none'; form-action 'none'"
	var out bytes.Buffer
	if err := t.ExecuteTemplate(&out, "report.tmpl", v); err != nil {
		return fmt.Errorf("report as HTML: %w", err)
	}
	if _, err := out.WriteTo(w); err != nil {
		return fmt.Errorf("report as HTML: %w", err)
	}
	return nil
}

// digest is the source expression that allows exactly this text inline
// (Content Security Policy Level 3, section 2.3.1).
func digest(text string) string {
	sum := sha256.Sum256([]byte(text))
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}
