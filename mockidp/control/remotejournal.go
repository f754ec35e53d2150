package control

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/countersign-oidc/countersign/mockidp/journal"
)

func (q Query) values() url.Values {
	v := make(url.Values)
	set := func(name, value string) {
		if value != "" {
			v.Set(name, value)
		}
	}
	set("kind", string(q.Kind))
	set("user", q.User)
	set("client", q.Client)
	set("fault", q.Fault)
	if q.After > 0 {
		set("after", strconv.FormatUint(q.After, 10))
	}
	if q.Limit != 0 {
		set("limit", strconv.Itoa(q.Limit))
	}
	if q.Secrets {
		set("secrets", "show")
	}
	return v
}

func (h *remoteHandle) Journal(ctx context.Context, q Query) (p journal.Page, err error) {
	err = h.client.do(ctx, request{method: http.MethodGet, path: h.path("/journal"), query: q.values()}, &p)
	return p, err
}

func (h *remoteHandle) ClearJournal(ctx context.Context) error {
	return h.remove(ctx, "/journal", nil, nil)
}

// lastWord is how long Await takes beyond its context to learn what was seen.
const lastWord = time.Second

// Await asks again for as long as the context lasts.
func (h *remoteHandle) Await(ctx context.Context, q Query) (journal.Entry, error) {
	for {
		a, err := h.await(ctx, q, maxWait)
		switch {
		case ctx.Err() != nil && (err != nil || !a.Found):
			return h.missed(ctx, q)
		case err != nil:
			return journal.Entry{}, err
		case a.Found && a.Entry != nil:
			return *a.Entry, nil
		}
	}
}

func (h *remoteHandle) await(ctx context.Context, q Query, wait time.Duration) (a awaited, err error) {
	q.Limit = 0
	query := q.values()
	query.Set("wait", wait.String())
	err = h.client.do(ctx, request{method: http.MethodGet, path: h.path("/journal/await"), query: query}, &a)
	return a, err
}

// missed says what was seen in place of what was awaited, unless that has come
// at the last moment.
func (h *remoteHandle) missed(ctx context.Context, q Query) (journal.Entry, error) {
	last, cancel := context.WithTimeout(context.WithoutCancel(ctx), lastWord)
	defer cancel()
	a, err := h.await(last, q, 0)
	switch {
	case err != nil:
		return journal.Entry{}, fmt.Errorf("no %s; %w: %w", q.Query, err, context.Cause(ctx))
	case a.Found && a.Entry != nil:
		return *a.Entry, nil
	}
	return journal.Entry{}, fmt.Errorf("no %s; saw %s: %w", q.Query, a.Seen, context.Cause(ctx))
}

func (h *remoteHandle) Follow(ctx context.Context, q Query) iter.Seq2[journal.Page, error] {
	return func(yield func(journal.Page, error) bool) {
		q.Limit = 0
		resp, err := h.client.send(ctx, request{method: http.MethodGet, path: h.path("/journal/stream"), query: q.values()})
		if err != nil {
			yield(journal.Page{}, err)
			return
		}
		defer func() { _ = resp.Body.Close() }() // it ends when we do
		lines := bufio.NewScanner(resp.Body)
		lines.Buffer(nil, maxEvent)
		last := q.After
		for {
			p, err := readEvent(lines, last)
			if err != nil && ctx.Err() != nil {
				err = context.Cause(ctx)
			}
			last = p.Next
			if !yield(p, err) || err != nil {
				return
			}
		}
	}
}

// maxEvent bounds a line of a stream. An entry has the parts of a request that
// a provider reads, 64 KiB each.
const maxEvent = 4 << 20

// readEvent reads one server-sent event, or a comment, as a page (HTML Living
// Standard, section 9.2.6).
func readEvent(lines *bufio.Scanner, last uint64) (journal.Page, error) {
	p := journal.Page{Next: last}
	var event, data string
	for lines.Scan() {
		name, value, _ := strings.Cut(lines.Text(), ": ")
		switch name {
		case "event":
			event = value
		case "data":
			data = value
		case "":
			if lines.Text() == "" {
				return eventPage(p, event, data)
			}
		}
	}
	if err := lines.Err(); err != nil {
		return p, fmt.Errorf("stream of the journal: %w", err)
	}
	return p, errors.New("the stream of the journal has ended: has the provider stopped?")
}

func eventPage(p journal.Page, event, data string) (journal.Page, error) {
	var err error
	switch event {
	case "entry":
		p.Entries = make([]journal.Entry, 1)
		err = json.Unmarshal([]byte(data), &p.Entries[0])
		p.Next = p.Entries[0].Seq
	case "missed":
		p.Missed, err = strconv.ParseUint(data, 10, 64)
	}
	if err != nil {
		return p, fmt.Errorf("stream of the journal: event %q: %w", event, err)
	}
	return p, nil
}
