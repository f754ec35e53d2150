package attempt

import "time"

// Control is what another customer met while something went on that was none
// of their business.
type Control struct {
	// Quiet is how long each of the rounds before it took.
	Quiet []time.Duration
	// Rounds are those that began once it went on and ended while it did.
	Rounds []time.Duration
	// Slowest is the slowest round that began while it went on, also if it
	// ended later.
	Slowest time.Duration
	// Lasted is how long it went on.
	Lasted time.Duration
	// Failures are the rounds that did not end as they should.
	Failures []string
}

// Place is something that a browser saw, and where.
type Place struct {
	Where, Text string
	// Shop is true for what the shop sent, Page for the text of a page and
	// Address for a URL.
	Shop, Page, Address bool
	// Carries names the secrets that belong here by specification.
	Carries []string
}

// Secret is a value that only some places may have.
type Secret struct{ Name, Value string }
