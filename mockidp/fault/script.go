package fault

import (
	"encoding/json"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
)

// Script is the list of faults that are armed on a provider. It is safe for
// concurrent use and costs an exchange next to nothing while it is empty.
type Script struct {
	mu    sync.Mutex
	armed atomic.Pointer[[]*Ticket] // replaced, never changed in place
}

// Ticket is an armed fault.
type Ticket struct {
	script *Script
	spec   Spec
	scope  Scope

	mu      sync.Mutex
	budget  Budget
	fired   int
	skipped int
	over    bool
}

// Arm validates a fault and arms it behind those already armed. Faults act in
// the order in which they were armed.
func (s *Script) Arm(spec Spec, scope Scope, b Budget) (*Ticket, error) {
	if err := spec.Validate(); err != nil {
		return nil, err
	}
	if b < Always {
		return nil, fmt.Errorf("fault %s: budget %d is negative", spec.ID, b)
	}
	own, err := spec.clone()
	if err != nil {
		return nil, err
	}
	t := &Ticket{script: s, spec: own, scope: scope, budget: b}
	s.mu.Lock()
	defer s.mu.Unlock()
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

// DisarmAll disarms every fault.
func (s *Script) DisarmAll() {
	for _, t := range s.list() {
		t.Disarm()
	}
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
	next := slices.DeleteFunc(slices.Clone(s.list()), func(o *Ticket) bool { return o == t })
	s.armed.Store(&next)
}

// Fired is the number of exchanges that the fault has changed.
func (t *Ticket) Fired() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.fired
}

// Spec is the fault that was armed.
func (t *Ticket) Spec() Spec { return t.spec }

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
		if t.scope.User != "" && t.scope.User != user || t.scope.Client != "" && t.scope.Client != client {
			continue
		}
		if slices.Contains(x.passed, t) {
			continue
		}
		if slices.Contains(x.acted, t) {
			if edit := prepare(t.spec); edit != nil {
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
	edit := prepare(t.spec)
	if edit == nil {
		t.mu.Unlock()
		return unchanged
	}
	if t.skipped < t.spec.Skip {
		t.skipped++
		t.mu.Unlock()
		return passed
	}
	edit()
	t.fired++
	t.over = t.budget != Always && t.fired >= int(t.budget)
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
		ids = append(ids, string(t.spec.ID))
	}
	return ids
}
