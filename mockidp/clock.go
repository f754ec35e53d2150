package mockidp

import (
	"fmt"
	"sync/atomic"
	"time"
)

// movedClock is a provider's clock: another one that can be moved.
type movedClock struct {
	base  func() time.Time
	moved atomic.Int64 // nanoseconds
}

func (c *movedClock) now() time.Time { return c.base().Add(c.offset()) }

func (c *movedClock) offset() time.Duration { return time.Duration(c.moved.Load()) }

func (c *movedClock) reset() { c.moved.Store(0) }

// MaxMove is how far a provider's clock can be from the one of its Config.
const MaxMove = 100 * 365 * 24 * time.Hour

// MoveClock moves the provider's clock, ahead or back. What it issued expires
// by the moved clock; a relying party keeps its own. It refuses to go further
// than MaxMove.
func (p *Provider) MoveClock(by time.Duration) error {
	for {
		old := p.clock.moved.Load()
		to := time.Duration(old) + by
		if by.Abs() > 2*MaxMove || to.Abs() > MaxMove {
			return fmt.Errorf("clock: %v from %v would be more than %v off", by, time.Duration(old), MaxMove)
		}
		if p.clock.moved.CompareAndSwap(old, int64(to)) {
			return nil
		}
	}
}

// Clock is the time of the provider and how far it was moved.
func (p *Provider) Clock() (now time.Time, moved time.Duration) {
	return p.clock.now(), p.clock.offset()
}
