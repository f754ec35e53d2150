package endpoint

import (
	"bytes"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// maxJournalBody is how much of a JSON answer the journal keeps, in bytes.
const maxJournalBody = 16 << 10

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

	whole := false
	if rt.wait(w, x, d.delay) && !d.drop {
		whole = rt.write(w, x, &r, d)
	}
	if !whole || x.Request.Context().Err() != nil {
		x.Entry.Sent = false
		rt.Journal.Append(x.Entry)
		if !whole {
			panic(http.ErrAbortHandler)
		}
		return
	}
	// Everything but what net/http still buffers has been accepted. The
	// entry comes before that rest leaves, so that whoever has seen the
	// answer finds it in the journal.
	x.Entry.Sent = true
	rt.Journal.Append(x.Entry)
}

// record notes what is about to be answered.
func (x *Exchange) record(r *Response, d delivery) {
	x.Entry.Faults = x.faults.Acted()
	if d.drop {
		x.Entry.Tokens, x.Entry.Page = nil, ""
		return
	}
	x.Entry.Status = r.Status
	x.Entry.Location = r.Header.Get("Location")
	sent := r.Body
	if d.truncate > 0 {
		sent = sent[:d.truncate]
	}
	if strings.Contains(r.Header.Get("Content-Type"), "json") {
		x.Entry.Body = sent[:min(len(sent), maxJournalBody)]
	}
	// A token that a fault kept out of the answer was not handed out.
	for i := len(x.Entry.Tokens) - 1; i >= 0; i-- {
		if !bytes.Contains(sent, []byte(x.Entry.Tokens[i].Value)) {
			x.Entry.Tokens = slices.Delete(x.Entry.Tokens, i, i+1)
		}
	}
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

// write sends the answer and reports whether all of it was accepted. The last
// byte is written by itself: it stays in net/http's buffer until the handler
// returns.
func (rt *Router) write(w http.ResponseWriter, x *Exchange, r *Response, d delivery) bool {
	control := http.NewResponseController(w)
	_ = control.SetWriteDeadline(time.Now().Add(rt.WriteTimeout))
	header := w.Header()
	for name, values := range r.Header {
		header[name] = values
	}
	if r.Status != http.StatusNoContent && r.Status != http.StatusNotModified {
		header.Set("Content-Length", strconv.Itoa(len(r.Body)))
	}
	w.WriteHeader(r.Status)
	if x.Request.Method == http.MethodHead || len(r.Body) == 0 {
		return true
	}
	body := r.Body
	if d.truncate > 0 {
		body = body[:d.truncate]
	}
	if d.drip > 0 {
		if !rt.drip(w, x, body, d) {
			return false
		}
		if len(body) < len(r.Body) {
			_ = control.Flush()
		}
		return len(body) == len(r.Body)
	}
	last := len(body) - 1
	if _, err := w.Write(body[:last]); err != nil {
		return false
	}
	if _, err := w.Write(body[last:]); err != nil {
		return false
	}
	if len(body) < len(r.Body) {
		// Otherwise the part that is meant to arrive would be lost with
		// the connection.
		_ = control.Flush()
		return false
	}
	return true
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
