package harness

import (
	"context"
	"time"
)

// pollEvery is how often a condition is looked at that nobody announces.
const pollEvery = 2 * time.Millisecond

// Until waits for a condition.
func (s *Spec) Until(ctx context.Context, met func() bool) error {
	tick := time.NewTicker(pollEvery)
	defer tick.Stop()
	for !met() {
		select {
		case <-tick.C:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
	return nil
}
