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

// MaxBytes is about how much memory the entries of a log take at most, however
// many it may keep; the oldest go first.
const MaxBytes = 32 << 20

// maxPage is about how many bytes a limited page of entries has at most.
const maxPage = 4 << 20

// Query selects entries. The zero value of a member matches everything.
type Query struct {
	Kind   Kind
	User   string
	Client string
	// After matches entries with a greater sequence number: pass a Mark.
	After uint64
	// Fault matches entries that the fault of this ID changed.
	Fault string
	// Limit is how many entries Read returns at most; zero is all. With a limit
	// they stop at 4 MiB, too.
	Limit int
}

// Page is a part of a journal.
type Page struct {
	// Entries are those that match, oldest first.
	Entries []Entry `json:"entries"`
	// Next is the Query.After for what comes behind this page.
	Next uint64 `json:"next"`
	// Missed is how many entries after Query.After, matching or not, were
	// dropped before they could be read.
	Missed uint64 `json:"missed"`
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
	ring    []record
	oldest  int // its index in the ring
	count   int
	bytes   int
	size    int
	seq     uint64
	cleared uint64        // seq of the last Clear
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
	l.bytes += r.size()
	for l.count > 0 && (l.count == l.size || l.bytes > MaxBytes) {
		l.drop()
	}
	if l.count == len(l.ring) {
		l.grow()
	}
	l.count++
	*l.at(l.count - 1) = r
	if l.changed != nil {
		close(l.changed)
		l.changed = nil
	}
}

// at is the record of an index, counted from the oldest.
func (l *Log) at(i int) *record { return &l.ring[(l.oldest+i)%len(l.ring)] }

func (l *Log) drop() {
	r := l.at(0)
	l.bytes -= r.size()
	*r = record{}
	l.oldest = (l.oldest + 1) % len(l.ring)
	l.count--
}

func (l *Log) grow() {
	next := make([]record, min(max(2*l.count, 16), l.size))
	for i := range l.count {
		next[i] = *l.at(i)
	}
	l.ring, l.oldest = next, 0
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
	l.ring, l.oldest, l.count, l.bytes, l.cleared = nil, 0, 0, 0, l.seq
}

// Select is the entries that match, oldest first. An exchange is recorded
// before the last byte of its answer leaves, so whoever has seen an answer
// finds its entry.
func (l *Log) Select(q Query) []Entry { return l.Read(q).Entries }

// Read is the entries that match, and where to go on.
func (l *Log) Read(q Query) Page {
	l.mu.Lock()
	defer l.mu.Unlock()
	p := Page{Next: max(l.seq, q.After)}
	if gone, from := l.seq-uint64(l.count), max(q.After, l.cleared); gone > from {
		p.Missed = gone - from
	}
	bytes := 0
	for i := l.first(q.After); i < l.count; i++ {
		r := l.at(i)
		if !q.matches(&r.Entry) {
			continue
		}
		bytes += r.size()
		if q.Limit > 0 && len(p.Entries) > 0 && (len(p.Entries) == q.Limit || bytes > maxPage) {
			p.Next = p.Entries[len(p.Entries)-1].Seq
			break
		}
		p.Entries = append(p.Entries, r.entry())
	}
	return p
}

// first is the index of the oldest record behind a mark.
func (l *Log) first(after uint64) int {
	gone := l.seq - uint64(l.count) // entries before the oldest
	if after <= gone {
		return 0
	}
	return int(min(after-gone, uint64(l.count)))
}

// Await is the oldest entry that matches, once there is one. Its error says
// what was waited for and what was recorded in its place.
func (l *Log) Await(ctx context.Context, q Query) (Entry, error) {
	for rest := q; ; {
		found, changed := l.find(&rest)
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

// find is the oldest entry that matches, or what is closed when there is more
// to look at; the query is then about that.
func (l *Log) find(q *Query) (*Entry, <-chan struct{}) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for i := l.first(q.After); i < l.count; i++ {
		if r := l.at(i); q.matches(&r.Entry) {
			found := r.entry()
			return &found, nil
		}
	}
	q.After = max(l.seq, q.After)
	if l.changed == nil {
		l.changed = make(chan struct{})
	}
	return nil, l.changed
}

func (l *Log) summary(after uint64) string { return Summary(l.Select(Query{After: after})) }

// Summary counts entries, for example
// "2 authorize, 1 token (400 invalid_grant)".
func Summary(seen []Entry) string {
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
