package profile

import "encoding/json"

// Answer is how a provider words a mistake.
type Answer struct {
	// As is how the answer travels; empty is the way of the place where the
	// mistake is met.
	As Delivery `json:"as,omitempty"`
	// Status is the HTTP status of an answer that is no redirect.
	Status int `json:"status,omitempty"`
	// Error and Description are the error and error_description. An answer
	// without Error keeps the standard code, one without Description has none.
	Error       string `json:"error,omitempty"`
	Description string `json:"description,omitempty"`
	// More are further members or parameters; texts are expanded.
	More map[string]json.RawMessage `json:"more,omitempty"`
	// Body is a JSON body in place of all of these.
	Body json.RawMessage `json:"body,omitempty"`
	// Title and Text are those of a page, or the text of a plain answer.
	Title string `json:"title,omitempty"`
	Text  string `json:"text,omitempty"`
	// Challenge is the WWW-Authenticate of the answer.
	Challenge string `json:"challenge,omitempty"`
	// To is the path that the browser is sent to, below the address of the
	// provider, with the query that the page there is made of.
	To string `json:"to,omitempty"`
	// At is where the answer is met when no rule of the provider leads to it,
	// so that it can be armed as a fault.
	At string `json:"at,omitempty"`
}

// ErrorTime is the form of times in errors.
const ErrorTime = "2006-01-02 15:04:05Z"

// Delivery is how an error travels.
type Delivery string

// The ways.
const (
	// ByBody is a JSON body, ByText a plain one, ByHeader WWW-Authenticate and
	// an empty body.
	ByBody   Delivery = "json"
	ByText   Delivery = "text"
	ByHeader Delivery = "header"
	// ByRedirect sends the browser back to the relying party with it.
	ByRedirect Delivery = "redirect"
	// ByPage shows it to the end-user, and ByOtherPage sends the browser to a
	// page of the provider's that does.
	ByPage      Delivery = "page"
	ByOtherPage Delivery = "page-redirect"
)
