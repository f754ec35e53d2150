// Package fault is what a provider does wrong on request. A fault is data: it
// is composed of token edits, response edits and redirect edits and of nothing
// else, so that it can cross a process boundary and be written by hand.
package fault

import "github.com/countersign-oidc/countersign/mockidp/protocol"

// ID names a fault as place.part.how, for example "id_token.aud.other". It is
// stable: reports cite it.
type ID string

// Spec is one deliberate deviation of a provider. Without edits it changes
// nothing and is refused when armed.
type Spec struct {
	ID    ID             `json:"id"`
	Title string         `json:"title"`
	Refs  []protocol.Ref `json:"refs,omitempty"`
	// Skip lets the first exchanges that the fault could change pass: a good
	// answer first, then spoilt ones.
	Skip int `json:"skip,omitempty"`

	Token    *TokenEdit    `json:"token,omitempty"`
	Response *ResponseEdit `json:"response,omitempty"`
	Redirect *RedirectEdit `json:"redirect,omitempty"`
}

// Scope limits an armed fault. The zero value is every exchange.
type Scope struct {
	User   string `json:"user,omitempty"`
	Client string `json:"client,omitempty"`
}

// Budget is how many exchanges an armed fault changes before it disarms itself.
// Edits at several seams of one exchange count once; an exchange that a fault
// could not change counts nothing. The zero value is always.
type Budget int

// Always and Once are the usual budgets; any n > 0 is the next n times.
const (
	Always Budget = 0
	Once   Budget = 1
)
