package endpoint

import (
	"bytes"
	_ "embed" // the page is a file, so that editors know it for HTML
	"html/template"
	"net/http"
	"sync"
)

//go:embed repeat.html
var repeatHTML string

// repeatPage is parsed when a fault first needs it.
var repeatPage = sync.OnceValues(func() (*template.Template, error) { return template.New("repeat").Parse(repeatHTML) })

// repeat makes a page of a redirect that the browser is to deliver several
// times: in hidden frames, and then in place of the page. Browsers send a
// SameSite cookie to a frame only where provider and relying party are one
// site.
func (r *Response) repeat() {
	if r.Redirect.times < 2 || r.Header.Get("Location") == "" {
		return
	}
	page, err := repeatPage()
	if err != nil {
		return
	}
	var b bytes.Buffer
	err = page.Execute(&b, struct {
		Location template.URL
		Frames   []struct{}
	}{template.URL(r.Header.Get("Location")), make([]struct{}, r.Redirect.times-1)})
	if err != nil {
		return
	}
	r.Header.Del("Location")
	r.Header.Set("Content-Type", "text/html; charset=utf-8")
	r.Status, r.Body = http.StatusOK, b.Bytes()
}
