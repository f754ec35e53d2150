package journal

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
)

// DefaultSize is how many entries a log keeps; the oldest go first.
const DefaultSize = 4096

// Query selects entries. The zero value of a member matches everything.
type Query struct {
	Kind   Kind
	User   string
	Client string
	// After matches entries with a greater sequence number: pass a Mark.
	After uint64
	// Fault matches entries that the fault of this ID changed.
	Fault string
}

// String is the query as an error of waiting words it.
func (q Query) String() string {
	var b strings.Builder
	if q.Kind == "" {
		b.WriteString("entry")
	} else {
		b.WriteString(string(q.Kind) + " entry")
	}
	if q.User != "" {
		fmt.Fprintf(&b, " of user %q", q.User)
	}
	if q.Client != "" {
		fmt.Fprintf(&b, " of client %q", q.Client)
	}
	if q.Fault != "" {
		fmt.Fprintf(&b, " with fault %s", q.Fault)
	}
	if q.After > 0 {
		fmt.Fprintf(&b, " after %d", q.After)
	}
	return b.String()
}

func (q Query) matches(e *Entry) bool {
	return e.Seq > q.After &&
		(q.Kind == "" || q.Kind == e.Kind) &&
		(q.User == "" || q.User == e.User) &&
		(q.Client == "" || q.Client == e.Client) &&
		(q.Fault == "" || slices.Contains(e.Faults, q.Fault))
}

// Log is the record of a provider: append-only, bounded, safe for concurrent
// use. It does not copy the bodies and faults that it is given; entries that it
// hands out are the receiver's, but for their faults.
type Log struct {
	mu      sync.Mutex
	records []record // a ring once it is full; next is then the oldest
	next    int
	size    int
	seq     uint64
	changed chan struct{} // closed by the next Append; nil while nobody waits
}

// NewLog is a log of at most size entries; zero means DefaultSize.
func NewLog(size int) *Log {
	if size <= 0 {
		size = DefaultSize
	}
	return &Log{size: size}
}

// Append records an entry and gives it its sequence number, from 1.
func (l *Log) Append(e Entry) {
	r := pack(e)
	l.mu.Lock()
	defer l.mu.Unlock()
	l.seq++
	r.Seq = l.seq
	if len(l.records) < l.size {
		l.records = append(l.records, r)
	} else {
		l.records[l.next] = r
		l.next = (l.next + 1) % l.size
	}
	if l.changed != nil {
		close(l.changed)
		l.changed = nil
	}
}

// Mark is the sequence number of the newest entry, zero when there is none.
func (l *Log) Mark() uint64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.seq
}

// Clear forgets all entries. Sequence numbers go on, so marks stay good.
func (l *Log) Clear() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.records, l.next = nil, 0
}

// Select is the entries that match, oldest first. An exchange is recorded
// before the last byte of its answer leaves, so whoever has seen an answer
// finds its entry.
func (l *Log) Select(q Query) []Entry {
	l.mu.Lock()
	defer l.mu.Unlock()
	var out []Entry
	for i := range l.records {
		if r := &l.records[(l.next+i)%len(l.records)]; q.matches(&r.Entry) {
			out = append(out, r.entry())
		}
	}
	return out
}

// Await is the oldest entry that matches, once there is one. Its error says
// what was waited for and what was recorded in its place.
func (l *Log) Await(ctx context.Context, q Query) (Entry, error) {
	for {
		found, changed := l.first(q)
		if found != nil {
			return *found, nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return Entry{}, fmt.Errorf("no %s; saw %s: %w", q, l.summary(q.After), context.Cause(ctx))
		}
	}
}

func (l *Log) first(q Query) (*Entry, <-chan struct{}) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for i := range l.records {
		if r := &l.records[(l.next+i)%len(l.records)]; q.matches(&r.Entry) {
			found := r.entry()
			return &found, nil
		}
	}
	if l.changed == nil {
		l.changed = make(chan struct{})
	}
	return nil, l.changed
}

// summary counts what was recorded after a mark, for example
// "3 entries: 2 authorize, 1 token (400 invalid_grant)".
func (l *Log) summary(after uint64) string {
	seen := l.Select(Query{After: after})
	if len(seen) == 0 {
		return "nothing"
	}
	var kinds []string
	counts := make(map[string]int)
	for _, e := range seen {
		k := string(e.Kind)
		if e.Error != "" {
			k += fmt.Sprintf(" (%d %s)", e.Status, e.Error)
		}
		if counts[k] == 0 {
			kinds = append(kinds, k)
		}
		counts[k]++
	}
	for i, k := range kinds {
		kinds[i] = fmt.Sprintf("%d %s", counts[k], k)
	}
	return strings.Join(kinds, ", ")
}
