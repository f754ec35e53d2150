package attempt

import (
	"fmt"
	"time"
)

// UnansweredError is about a browser that got no page in time.
type UnansweredError struct{ Waited time.Duration }

// Error says how long that was.
func (e UnansweredError) Error() string { return fmt.Sprintf("no page within %s", e.Waited) }
