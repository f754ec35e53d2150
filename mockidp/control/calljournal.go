package control

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/netip"
	"strconv"
	"time"

	"github.com/countersign-oidc/countersign/mockidp/journal"
)

// The bounds of waiting.
const (
	maxWait = 30 * time.Second
	// streamWrite is how long a reader of a stream may take to accept an event.
	streamWrite = 10 * time.Second
	maxStreams  = 32
)

func badParameter(name, format string, args ...any) error {
	return problem(http.StatusBadRequest, "the parameter %s is to be "+format, append([]any{name}, args...)...)
}

// selection reads the parameters that select entries.
func (c *call) selection() (Query, error) {
	q := Query{Query: journal.Query{
		Kind: journal.Kind(c.FormValue("kind")), User: c.FormValue("user"), Client: c.FormValue("client"), Fault: c.FormValue("fault"),
	}}
	var err error
	if text := c.FormValue("after"); text != "" {
		if q.After, err = strconv.ParseUint(text, 10, 63); err != nil {
			return q, badParameter("after", "the number of an entry")
		}
	}
	if text := c.FormValue("limit"); text != "" {
		if q.Limit, err = strconv.Atoi(text); err != nil || q.Limit < 1 {
			return q, badParameter("limit", "a number from 1 to %d", MaxLimit)
		}
	}
	switch c.FormValue("secrets") {
	case "":
	case "show":
		if from, err := netip.ParseAddrPort(c.RemoteAddr); err != nil || !from.Addr().Unmap().IsLoopback() {
			return q, problem(http.StatusForbidden, "secrets are shown to callers on this machine alone")
		}
		q.Secrets = true
	default:
		return q, badParameter("secrets", `"show" or left out`)
	}
	return q, nil
}

func (c *call) journal() (any, error) {
	q, err := c.selection()
	if err != nil {
		return nil, err
	}
	p, err := c.handle.Journal(c.Context(), q)
	if p.Entries == nil {
		p.Entries = []journal.Entry{}
	}
	return p, err
}

func (c *call) await() (any, error) {
	q, err := c.selection()
	if err != nil {
		return nil, err
	}
	wait := maxWait
	if text := c.FormValue("wait"); text != "" {
		if wait, err = time.ParseDuration(text); err != nil || wait < 0 || wait > maxWait {
			return nil, badParameter("wait", "a duration from 0s to %v", maxWait)
		}
	}
	c.patient()
	ctx, cancel := context.WithTimeout(c.Context(), wait)
	defer cancel()
	e, err := c.handle.Await(ctx, q)
	if ctx.Err() != nil && err != nil {
		seen, err := c.seen(q)
		return awaited{Seen: seen}, err
	}
	return awaited{Found: true, Entry: &e}, err
}

// patient lifts the deadline for reading the request, which would end a wait as
// if the caller had gone.
func (c *call) patient() {
	// Writers without deadlines have none to lift.
	_ = http.NewResponseController(c.w).SetReadDeadline(time.Time{})
}

// seen is what was recorded in place of what was awaited.
func (c *call) seen(q Query) (string, error) {
	// The caller may be gone already, and this does not wait.
	p, err := c.handle.Journal(context.WithoutCancel(c.Context()), Query{Query: journal.Query{After: q.After, Limit: MaxLimit}})
	return journal.Summary(p.Entries), err
}

// follow sends the journal as server-sent events (HTML Living Standard, section
// 9.2). It keeps nothing for a reader: one who is too slow misses entries, and
// one who takes nothing is cut off.
func (c *call) follow() (any, error) {
	q, err := c.selection()
	if err != nil {
		return nil, err
	}
	if last := c.Header.Get("Last-Event-ID"); last != "" {
		if q.After, err = strconv.ParseUint(last, 10, 63); err != nil {
			return nil, badParameter("Last-Event-ID", "the number of an entry")
		}
	}
	select {
	case c.api.streams <- struct{}{}:
		defer func() { <-c.api.streams }()
	default:
		return nil, problem(http.StatusServiceUnavailable, "%d streams are open already; close one", maxStreams)
	}
	c.patient()
	header := c.w.Header()
	header.Set("Content-Type", "text/event-stream")
	header.Set("Cache-Control", "no-store")
	out := &events{c.w, http.NewResponseController(c.w)}
	if err := out.send(": the journal follows\n\n"); err != nil {
		return nil, errStreamed
	}
	for p, err := range c.handle.Follow(c.Context(), q) {
		if err != nil || out.page(p) != nil {
			break
		}
	}
	return nil, errStreamed
}

// errStreamed is that an answer was written already.
var errStreamed = errors.New("streamed")

// events writes server-sent events.
type events struct {
	w       io.Writer
	control *http.ResponseController
}

func (e *events) page(p journal.Page) error {
	if p.Missed > 0 {
		if err := e.send(fmt.Sprintf("event: missed\ndata: %d\n\n", p.Missed)); err != nil {
			return err
		}
	}
	for _, entry := range p.Entries {
		text, err := json.Marshal(entry)
		if err != nil {
			return err
		}
		if err := e.send(fmt.Sprintf("id: %d\nevent: entry\ndata: %s\n\n", entry.Seq, text)); err != nil {
			return err
		}
	}
	if len(p.Entries) == 0 {
		return e.send(": nothing new\n\n")
	}
	return nil
}

func (e *events) send(text string) error {
	// Writers without deadlines have none to set.
	_ = e.control.SetWriteDeadline(time.Now().Add(streamWrite))
	if _, err := io.WriteString(e.w, text); err != nil {
		return err
	}
	return e.control.Flush()
}
