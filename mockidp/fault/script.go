package fault

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
)

// remembered is how many tickets a script keeps that act no longer.
const remembered = 256

// Script is the list of faults that are armed on a provider. It is safe for
// concurrent use and costs an exchange next to nothing while it is empty.
type Script struct {
	mu    sync.Mutex
	armed atomic.Pointer[[]*Ticket] // replaced, never changed in place
	ended []*Ticket                 // oldest first
	made  int
}

// Arming is a fault with the exchanges that it is armed for.
type Arming struct {
	Spec   Spec
	Scope  Scope
	Budget Budget
}

// Validate lists everything that is wrong with it.
func (a Arming) Validate() error {
	if a.Budget < Always {
		return errors.Join(a.Spec.Validate(), fmt.Errorf("fault %s: budget %d is negative", a.Spec.ID, a.Budget))
	}
	return a.Spec.Validate()
}

// Ticket is a fault that was armed.
type Ticket struct {
	script *Script
	id     int
	arming Arming

	mu      sync.Mutex
	fired   int
	skipped int
	over    bool
}

// Arm validates a fault and arms it behind those already armed. Faults act in
// the order in which they were armed.
func (s *Script) Arm(spec Spec, scope Scope, b Budget) (*Ticket, error) {
	if err := (Arming{spec, scope, b}).Validate(); err != nil {
		return nil, err
	}
	own, err := spec.clone()
	if err != nil {
		return nil, err
	}
	t := &Ticket{script: s, arming: Arming{own, scope, b}}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.made++
	t.id = s.made
	next := append(slices.Clone(s.list()), t)
	s.armed.Store(&next)
	return t, nil
}

// clone keeps an armed fault from what the caller does to its maps later.
func (s Spec) clone() (Spec, error) {
	text, err := json.Marshal(s)
	if err != nil {
		return Spec{}, fmt.Errorf("fault %s: %w", s.ID, err)
	}
	return Parse(text)
}

// Reset disarms every fault and forgets all tickets.
func (s *Script) Reset() {
	for _, t := range s.list() {
		t.Disarm()
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ended = nil
}

func (s *Script) list() []*Ticket {
	if p := s.armed.Load(); p != nil {
		return *p
	}
	return nil
}

func (s *Script) drop(t *Ticket) {
	s.mu.Lock()
	defer s.mu.Unlock()
	i := slices.Index(s.list(), t)
	if i < 0 {
		return
	}
	next := slices.Delete(slices.Clone(s.list()), i, i+1)
	s.armed.Store(&next)
	s.ended = append(s.ended, t)
	if len(s.ended) > remembered {
		s.ended = slices.Clone(s.ended[1:])
	}
}

// Tickets are all that were armed, in that order: those that can act and the
// newest 256 of those that no longer do.
func (s *Script) Tickets() []*Ticket {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := slices.Concat(s.ended, s.list())
	slices.SortFunc(all, func(a, b *Ticket) int { return a.id - b.id })
	return all
}

// Fired is the number of exchanges that the fault has changed.
func (t *Ticket) Fired() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.fired
}

// ID tells the tickets of a script apart, from 1 in the order of arming.
func (t *Ticket) ID() int { return t.id }

// Arming is what was armed. The caller may not change what the spec points to.
func (t *Ticket) Arming() Arming { return t.arming }

// Armed reports whether the fault can still act on an exchange.
func (t *Ticket) Armed() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return !t.over
}

// Disarm keeps the fault from acting on exchanges that it has not acted on
// yet. Disarming twice is harmless.
func (t *Ticket) Disarm() {
	t.mu.Lock()
	t.over = true
	t.mu.Unlock()
	t.script.drop(t)
}

// Exchange is the faults' side of one exchange: which may act on it, and
// which did. It belongs to the goroutine that serves the exchange.
type Exchange struct {
	candidates []*Ticket
	acted      []*Ticket
	passed     []*Ticket // let this exchange go: see Spec.Skip
}

// Open begins an exchange with the faults that are armed now.
func (s *Script) Open() Exchange { return Exchange{candidates: s.list()} }

// Each offers the exchange to every fault whose scope covers the user and the
// client; either is "" while it is unknown. The function prepares the edit of
// its seam without making it, and returns what makes it: nil when the fault
// changes nothing there. A fault that acts at several seams of one exchange is
// counted once.
func (x *Exchange) Each(user, client string, prepare func(Spec) (edit func())) {
	for _, t := range x.candidates {
		if t.arming.Scope.User != "" && t.arming.Scope.User != user || t.arming.Scope.Client != "" && t.arming.Scope.Client != client {
			continue
		}
		if slices.Contains(x.passed, t) {
			continue
		}
		if slices.Contains(x.acted, t) {
			if edit := prepare(t.arming.Spec); edit != nil {
				edit()
			}
			continue
		}
		switch t.try(prepare) {
		case acted:
			x.acted = append(x.acted, t)
		case passed:
			x.passed = append(x.passed, t)
		}
	}
}

// outcome is what became of an exchange that was offered to a fault.
type outcome int

const (
	unchanged outcome = iota
	passed
	acted
)

// try holds the ticket while the edit is made, so that a budget of one is
// spent by one exchange even if many arrive at once.
func (t *Ticket) try(prepare func(Spec) func()) outcome {
	t.mu.Lock()
	if t.over {
		t.mu.Unlock()
		return unchanged
	}
	edit := prepare(t.arming.Spec)
	if edit == nil {
		t.mu.Unlock()
		return unchanged
	}
	if t.skipped < t.arming.Spec.Skip {
		t.skipped++
		t.mu.Unlock()
		return passed
	}
	edit()
	t.fired++
	t.over = t.arming.Budget != Always && t.fired >= int(t.arming.Budget)
	spent := t.over
	t.mu.Unlock()
	if spent {
		t.script.drop(t)
	}
	return acted
}

// Acted are the IDs of the faults that changed the exchange.
func (x *Exchange) Acted() []string {
	var ids []string
	for _, t := range x.acted {
		ids = append(ids, string(t.arming.Spec.ID))
	}
	return ids
}
