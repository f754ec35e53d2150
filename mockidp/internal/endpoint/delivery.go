package endpoint

import (
	"time"

	"github.com/countersign-oidc/countersign/mockidp/fault"
)

// delivery is how an answer travels, after faults. The zero value is as it
// should.
type delivery struct {
	delay, drip time.Duration
	drop        bool
	truncate    int // bytes of the body to send; 0 sends all
	// headOnly ends the answer behind the header.
	headOnly bool
	end      fault.End
	length   int // by how much Content-Length is off
	chunked  bool
	raw      *string
}

// cut reports whether the answer ends before it is whole.
func (d delivery) cut() bool { return d.drop || d.truncate > 0 || d.headOnly }

func (d *delivery) edit(e *fault.ResponseEdit, body int) {
	// Validate has refused what does not parse.
	if wait, err := time.ParseDuration(e.Delay); err == nil {
		d.delay += wait
	}
	if pause, err := time.ParseDuration(e.Drip); err == nil && body > 1 {
		d.drip = pause
	}
	d.drop = d.drop || e.Drop
	if e.Truncate > 0 && e.Truncate < body {
		d.truncate = e.Truncate
	}
	if e.End != "" {
		d.headOnly = d.headOnly || !e.Drop && e.Truncate == 0
		if d.cut() {
			d.end = e.End
		}
	}
	if e.Length != 0 && body+e.Length >= 0 {
		d.length = e.Length
	}
	if body > 0 {
		d.chunked = d.chunked || e.Chunked
	}
	if e.Raw != nil {
		d.raw = e.Raw
	}
}

// body is the part of a body that is sent.
func (d delivery) body(whole []byte) []byte {
	switch {
	case d.headOnly:
		return nil
	case d.truncate > 0:
		return whole[:d.truncate]
	case d.length < 0:
		return whole[:len(whole)+d.length]
	}
	return whole
}
