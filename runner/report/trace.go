package report

import (
	"bytes"
	"fmt"
	"html/template"
	"io"
	"strings"

	"github.com/countersign-oidc/countersign/runner/check"
)

// traceFile is the name of the file with the trace of a check.
func traceFile(id check.ID) string { return "trace-" + string(id) + ".html" }

// traceView is the page of one trace, in the order in which it shows it.
type traceView struct {
	item
	Run   []check.Fact
	Parts []tracePart

	Policy string
	CSS    template.CSS
}

// tracePart is what happened from one step of the check to the next.
type tracePart struct {
	At, Title string
	Facts     []factView
	Events    []eventView
}

type eventView struct {
	At, Who, Class string
	What           text
	Status         int
	Odd, Open      bool
	Facts          []factView
	Exchange       *exchangeView
}

// Detail says whether there is more than the line itself.
func (e eventView) Detail() bool {
	return len(e.Facts) > 0 || e.Exchange != nil && e.Exchange.Detail()
}

// writeTrace writes what happened while a check was tried as one file that
// needs nothing else: the steps of the check, what browsers did and were
// answered, and what the providers recorded, in the order of time.
func (r Report) writeTrace(w io.Writer, id check.ID) error {
	t, err := template.ParseFS(pages, "assets/*.tmpl")
	if err != nil {
		return fmt.Errorf("template of the trace: %w", err)
	}
	var out bytes.Buffer
	for _, c := range Scrub(guarded(r), visible).Checks {
		if c.ID != id {
			continue
		}
		if err := t.ExecuteTemplate(&out, "trace.tmpl", newTrace(r, c)); err != nil {
			return fmt.Errorf("trace as HTML: %w", err)
		}
		break
	}
	if _, err := out.WriteTo(w); err != nil {
		return fmt.Errorf("trace as HTML: %w", err)
	}
	return nil
}

func newTrace(r Report, c check.Result) traceView {
	v := traceView{
		item: newItem(c, map[string]int{}, r.rows()), Run: runFacts(r.Run), CSS: template.CSS(styles),
		Policy: "default-src 'none'; style-src " + digest(styles) + "; base-uri 'none'; form-action 'none'",
	}
	for _, e := range c.Trace {
		if e.Who == check.Step {
			v.Parts = append(v.Parts, tracePart{At: offset(e.AtMS), Title: e.What, Facts: facts(e.Facts)})
			continue
		}
		if len(v.Parts) == 0 {
			v.Parts = append(v.Parts, tracePart{At: offset(e.AtMS), Title: "Before the first step"})
		}
		last := &v.Parts[len(v.Parts)-1]
		last.Events = append(last.Events, newEvent(e))
	}
	return v
}

func newEvent(e check.Event) eventView {
	v := eventView{
		At: offset(e.AtMS), Who: e.Who, What: fold(e.What), Status: e.Status,
		Odd: e.Status >= 400, Facts: facts(e.Facts), Open: e.Who == "Outcome",
	}
	v.Class, _, _ = strings.Cut(strings.ToLower(e.Who), " ")
	if e.Exchange != nil {
		x := newExchange(*e.Exchange)
		v.Exchange = &x
		v.What = fold(x.Endpoint + ": " + x.Request)
		v.Open = x.Open
	}
	return v
}
