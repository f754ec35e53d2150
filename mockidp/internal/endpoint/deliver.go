package endpoint

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/countersign-oidc/countersign/mockidp/fault"
	"github.com/countersign-oidc/countersign/mockidp/journal"
)

// maxJournalBody is how much of a JSON answer the journal keeps, in bytes.
const maxJournalBody = 16 << 10

// stallTimeout ends an answer that stalls. Any relying party has given up by
// then.
const stallTimeout = time.Hour

// finish spoils a response, delivers it and records the exchange. It does not
// return when the connection has to be cut.
func (rt *Router) finish(w http.ResponseWriter, x *Exchange, r Response) {
	if r.Header == nil {
		r.Header = make(http.Header)
	}
	if r.Header.Get("Cache-Control") == "" {
		r.Header.Set("Cache-Control", "no-store")
	}
	r.Header.Set("X-Content-Type-Options", "nosniff")
	if shared(x.Entry.Kind) {
		share(r.Header)
	}
	d := x.spoil(&r)
	x.record(&r, d)

	whole := rt.deliver(w, x, &r, d)
	// Everything but what net/http still buffers has been accepted. The
	// entry comes before that rest leaves, so that whoever has seen the
	// answer finds it in the journal.
	x.Entry.Sent = whole && x.Request.Context().Err() == nil
	rt.append(x)
	switch {
	case x.hangUp != nil:
		x.hangUp()
	case !whole:
		rt.end(w, x, d)
	}
}

// append records an exchange.
func (rt *Router) append(x *Exchange) {
	rt.Journal.Append(x.Entry)
	if rt.Observe != nil {
		rt.Observe(x.Entry, x.began)
	}
}

// deliver sends an answer and reports whether all of it was accepted.
func (rt *Router) deliver(w http.ResponseWriter, x *Exchange, r *Response, d delivery) bool {
	if !rt.wait(w, x, d.delay) || d.drop {
		return false
	}
	if d.raw != nil {
		return rt.writeRaw(w, x, *d.raw)
	}
	return rt.write(w, x, r, d)
}

// record notes what is about to be answered.
func (x *Exchange) record(r *Response, d delivery) {
	x.Entry.Faults = x.faults.Acted()
	if d.drop || d.raw != nil {
		x.Entry.Tokens, x.Entry.Page = nil, ""
		return
	}
	x.Entry.Status = r.Status
	x.Entry.Location = r.Header.Get("Location")
	sent := d.body(r.Body)
	if strings.Contains(r.Header.Get("Content-Type"), "json") {
		x.Entry.Body = sent[:min(len(sent), maxJournalBody)]
	}
	if r.plain != nil && !d.cut() {
		sent = r.plain
	}
	if r.form != nil && bytes.HasPrefix(sent, r.form) {
		x.Entry.Location, x.Entry.Response = r.Redirect.To, r.Redirect.values()
	}
	// A token that a fault kept out of the answer was not handed out.
	x.Entry.Tokens = slices.DeleteFunc(x.Entry.Tokens, func(t journal.Issued) bool {
		return !carries(sent, x.Entry.Location, t.Value)
	})
}

// carries reports whether an answer has a token in it: as it is, as JSON or,
// in a redirect, as a parameter.
func carries(body []byte, location, value string) bool {
	if bytes.Contains(body, []byte(value)) || strings.Contains(location, url.QueryEscape(value)) {
		return true
	}
	quoted, err := json.Marshal(value)
	return err == nil && bytes.Contains(body, quoted)
}

// wait holds an answer back. It reports false when the client has gone or the
// provider closes.
func (rt *Router) wait(w http.ResponseWriter, x *Exchange, d time.Duration) bool {
	if d <= 0 {
		return true
	}
	// The server's read timeout would end the wait as if the client had gone.
	// Writers without deadlines have none to lift.
	_ = http.NewResponseController(w).SetReadDeadline(time.Time{})
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-x.Request.Context().Done():
		return false
	case <-rt.Closing.Done():
		return false
	}
}

// write sends an HTTP response and reports whether all of it was accepted. The
// last byte is written by itself: it stays in net/http's buffer until the
// handler returns.
func (rt *Router) write(w http.ResponseWriter, x *Exchange, r *Response, d delivery) bool {
	control := http.NewResponseController(w)
	_ = control.SetWriteDeadline(time.Now().Add(rt.WriteTimeout))
	header := w.Header()
	for name, values := range r.Header {
		header[name] = values
	}
	if r.Header.Get("Content-Type") == "" {
		// Otherwise net/http would guess one.
		header["Content-Type"] = nil
	}
	if r.Status != http.StatusNoContent && r.Status != http.StatusNotModified && !d.chunked {
		header.Set("Content-Length", strconv.Itoa(len(r.Body)+d.length))
	}
	w.WriteHeader(r.Status)
	body := d.body(r.Body)
	whole := len(body) == len(r.Body) && d.length <= 0 || d.length < 0
	if x.Request.Method == http.MethodHead || len(r.Body) == 0 {
		return !d.headOnly
	}
	switch {
	case d.drip > 0:
		if !rt.drip(w, x, body, d) {
			return false
		}
	case !writeBody(w, body, d.chunked):
		return false
	}
	if !whole {
		// Otherwise the part that is meant to arrive would be lost with
		// the connection.
		_ = control.Flush()
	}
	return whole
}

func writeBody(w http.ResponseWriter, body []byte, chunked bool) bool {
	if len(body) == 0 {
		return true
	}
	last := len(body) - 1
	if _, err := w.Write(body[:last]); err != nil {
		return false
	}
	if chunked {
		// A body of one write would get a Content-Length after all.
		_ = http.NewResponseController(w).Flush()
	}
	_, err := w.Write(body[last:])
	return err == nil
}

func (rt *Router) drip(w http.ResponseWriter, x *Exchange, body []byte, d delivery) bool {
	control := http.NewResponseController(w)
	for i := range body {
		if i > 0 {
			if control.Flush() != nil || !rt.wait(w, x, d.drip) {
				return false
			}
		}
		_ = control.SetWriteDeadline(time.Now().Add(rt.WriteTimeout))
		if _, err := w.Write(body[i : i+1]); err != nil {
			return false
		}
	}
	return true
}

// end cuts an answer off that is not whole. It returns only if it could reset
// the connection.
func (rt *Router) end(w http.ResponseWriter, x *Exchange, d delivery) {
	switch {
	case d.end == fault.EndStall:
		rt.wait(w, x, stallTimeout)
	case d.end == fault.EndReset && reset(w):
		return
	}
	panic(http.ErrAbortHandler)
}
