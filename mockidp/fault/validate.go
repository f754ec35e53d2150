package fault

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"regexp"
	"slices"
)

var idShape = regexp.MustCompile(`^[a-z0-9_]+(\.[a-z0-9_]+)+$`)

// Parse reads a spec from JSON and validates it. Unknown members are refused:
// a misspelt edit would otherwise be a fault that never fires.
func Parse(data []byte) (Spec, error) {
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	var s Spec
	if err := dec.Decode(&s); err != nil {
		return Spec{}, fmt.Errorf("fault spec: %w", err)
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return Spec{}, errors.New("fault spec: more than one JSON value")
	}
	return s, s.Validate()
}

// Validate lists everything that is wrong with a spec.
func (s Spec) Validate() error {
	p := &problems{}
	p.between("skip", s.Skip, 0, maxTimes)
	if !idShape.MatchString(string(s.ID)) {
		p.add("id %q is not of the form place.part.how", s.ID)
	}
	if s.Token == nil && s.Response == nil && s.Redirect == nil {
		p.add("no edits: give token, response or redirect")
	}
	if s.Token != nil {
		s.Token.validate(p)
	}
	if s.Response != nil {
		s.Response.validate(p)
	}
	if s.Redirect != nil {
		s.Redirect.validate(p)
	}
	if len(p.errs) == 0 {
		return nil
	}
	return fmt.Errorf("fault %s: %w", s.ID, errors.Join(p.errs...))
}

type problems struct{ errs []error }

func (p *problems) add(format string, args ...any) {
	p.errs = append(p.errs, fmt.Errorf(format, args...))
}

// values checks the values of an edit, and that no member is both given a
// value and removed.
func (p *problems) values(where string, values map[string]json.RawMessage, removed []string) {
	for _, name := range slices.Sorted(maps.Keys(values)) {
		if err := checkValue(values[name]); err != nil {
			p.add("%s.%s: %w", where, name, err)
		}
		if slices.Contains(removed, name) {
			p.add("%s.%s: removed as well", where, name)
		}
	}
}

// known refuses a word that is not one of a list. The zero value passes.
func known[T ~string](p *problems, where string, word T, list []T) {
	if word != "" && !slices.Contains(list, word) {
		p.add("%s: %q; known: %q", where, word, list)
	}
}

// between refuses a number outside of a range.
func (p *problems) between(where string, n, low, high int) {
	if n < low || n > high {
		p.add("%s: %d is not from %d to %d", where, n, low, high)
	}
}
