package control

import (
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/countersign-oidc/countersign/mockidp/document"
)

// Problem is why something was refused (RFC 9457). Its type is about:blank:
// the status says what kind of problem it is.
type Problem struct {
	// Title is the name of the status, Detail what was wrong this time.
	Title  string `json:"title"`
	Status int    `json:"status"`
	Detail string `json:"detail"`
	// Errors is everything that is wrong with what was sent.
	Errors []Wrong `json:"errors,omitempty"`
}

// Wrong is one thing that is wrong with what was sent.
type Wrong struct {
	// Pointer leads to the value (RFC 6901); it is empty for the whole.
	Pointer string `json:"pointer"`
	Detail  string `json:"detail"`
}

// Error is the detail, and below it what is wrong, one a line.
func (p *Problem) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s", strings.ToLower(p.Title), p.Detail)
	for _, w := range p.Errors {
		b.WriteString("\n")
		if w.Pointer != "" {
			b.WriteString(document.Path(w.Pointer) + ": ")
		}
		b.WriteString(w.Detail)
	}
	return b.String()
}

func problem(status int, format string, args ...any) *Problem {
	return &Problem{Title: http.StatusText(status), Status: status, Detail: fmt.Sprintf(format, args...)}
}

// unfit is a value that is not as it has to be. Its errors are those of a
// document, or joined ones about the value as a whole.
func unfit(what string, err error) error {
	if err == nil {
		return nil
	}
	p := problem(http.StatusUnprocessableEntity, "%s is not as it has to be", what)
	if problems, ok := errors.AsType[document.Problems](err); ok {
		for _, q := range problems {
			p.Errors = append(p.Errors, Wrong{q.Pointer, q.Text})
		}
		return p
	}
	for line := range strings.SplitSeq(err.Error(), "\n") {
		p.Errors = append(p.Errors, Wrong{"", line})
	}
	return p
}

// missing is something that is not there.
func missing(what, name string, known []string) error {
	return problem(http.StatusNotFound, "no %s %q%s", what, name, document.Suggest(name, known))
}
