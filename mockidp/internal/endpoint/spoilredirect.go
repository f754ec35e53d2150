package endpoint

import (
	"maps"
	"slices"
	"strings"

	"github.com/countersign-oidc/countersign/mockidp/fault"
)

// editedRedirect is a redirect with an edit, and whether that changed it.
func (x *Exchange) editedRedirect(r Redirect, e *fault.RedirectEdit) (Redirect, bool) {
	before := r
	r.Params = slices.Clone(r.Params)
	if e.Code != "" {
		honest := r.param("code")
		if honest == "" {
			return before, false
		}
		code, ok := x.facts.code(honest, e.Code)
		if !ok {
			return before, false
		}
		r.Params = set(r.Params, "code", code)
	}
	if e.Error != "" {
		r.Params = remove(r.Params, "code")
		r.Params = set(r.Params, "error", e.Error)
	}
	editParams(&r, e)
	if e.To != "" {
		r.To = e.To
	}
	if e.Path != "" {
		r.To = samePlace(r.To, e.Path)
	}
	if e.Mode != "" {
		r.Mode = e.Mode
	}
	if e.Times > 0 {
		r.times = e.Times
	}
	changed := before.To != r.To || mode(before) != mode(r) || before.times != r.times || !slices.Equal(before.Params, r.Params)
	return r, changed
}

func mode(r Redirect) string {
	if r.Mode == "" {
		return "query"
	}
	return r.Mode
}

func editParams(r *Redirect, e *fault.RedirectEdit) {
	honest := slices.Clone(r.Params)
	if e.RemoveAll {
		r.Params = nil
	}
	for _, name := range slices.Sorted(maps.Keys(e.Set)) {
		r.Params = set(r.Params, name, e.Set[name])
	}
	for _, name := range slices.Sorted(maps.Keys(e.Append)) {
		if old := r.param(name); old != "" {
			r.Params = set(r.Params, name, old+e.Append[name])
		}
	}
	for _, name := range e.Alter {
		if old := r.param(name); old != "" {
			r.Params = set(r.Params, name, strings.Map(nextOfKind, old))
		}
	}
	for _, name := range e.Remove {
		r.Params = remove(r.Params, name)
	}
	for _, name := range slices.Sorted(maps.Keys(e.Duplicate)) {
		own := (&Redirect{Params: honest}).param(name)
		if own == "" {
			continue
		}
		second := e.Duplicate[name]
		if second == "" {
			second = own
		}
		r.Params = append(r.Params, Param{name, second})
	}
	for i, p := range r.Params {
		if to, ok := e.Rename[p.Name]; ok {
			r.Params[i].Name = to
		}
	}
}

// nextOfKind is the next letter or digit, and any other character itself.
func nextOfKind(r rune) rune {
	switch {
	case r == 'z', r == 'Z':
		return r - 25
	case r == '9':
		return '0'
	case r >= 'a' && r < 'z', r >= 'A' && r < 'Z', r >= '0' && r < '9':
		return r + 1
	}
	return r
}

func set(params []Param, name, value string) []Param {
	for i := range params {
		if params[i].Name == name {
			params[i].Value = value
			return params
		}
	}
	return append(params, Param{name, value})
}

func remove(params []Param, name string) []Param {
	return slices.DeleteFunc(params, func(p Param) bool { return p.Name == name })
}
