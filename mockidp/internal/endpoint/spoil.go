package endpoint

import (
	"bytes"
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"time"

	"github.com/countersign-oidc/countersign/mockidp/fault"
	"github.com/countersign-oidc/countersign/mockidp/journal"
)

// delivery is how an answer travels, after faults.
type delivery struct {
	delay, drip time.Duration
	drop        bool
	truncate    int // bytes of the body to send; 0 sends all
}

// redirectKind says which redirect an exchange answers with: the sign-in page
// answers with the authorization response too.
func redirectKind(k journal.Kind) journal.Kind {
	if k == journal.SignIn {
		return journal.Authorize
	}
	return k
}

// editRedirect makes a redirect edit and reports whether it changed anything.
func editRedirect(r *Redirect, e *fault.RedirectEdit) bool {
	before := slices.Clone(r.Params)
	if e.Error != "" {
		r.Params = remove(r.Params, "code")
		r.Params = set(r.Params, "error", e.Error)
	}
	for _, name := range slices.Sorted(maps.Keys(e.Set)) {
		r.Params = set(r.Params, name, e.Set[name])
	}
	for _, name := range slices.Sorted(maps.Keys(e.Append)) {
		if old := r.param(name); old != "" {
			r.Params = set(r.Params, name, old+e.Append[name])
		}
	}
	for _, name := range e.Remove {
		r.Params = remove(r.Params, name)
	}
	for _, name := range slices.Sorted(maps.Keys(e.Duplicate)) {
		if r.param(name) != "" {
			r.Params = append(r.Params, Param{name, e.Duplicate[name]})
		}
	}
	return !slices.Equal(before, r.Params)
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

// editResponse makes a response edit and reports whether it changed anything
// that the other side can notice. A merge patch is meant for what the endpoint
// serves, so it leaves honest errors alone.
func editResponse(r *Response, d *delivery, honestStatus int, e *fault.ResponseEdit) bool {
	changed := false
	if e.Status != 0 && e.Status != r.Status {
		r.Status, changed = e.Status, true
	}
	if e.Body != nil && string(r.Body) != *e.Body {
		r.Body, changed = []byte(*e.Body), true
	}
	if len(e.Merge) > 0 && honestStatus < 300 {
		if merged, ok := mergeJSON(r.Body, e.Merge); ok {
			r.Body, changed = merged, true
		}
	}
	if e.Pad > 0 {
		r.Body, changed = slices.Concat(r.Body, bytes.Repeat([]byte(" "), e.Pad)), true
	}
	for name, value := range e.Header {
		if r.Header.Get(name) == value {
			continue
		}
		changed = true
		if value == "" {
			r.Header.Del(name)
		} else {
			r.Header.Set(name, value)
		}
	}
	return d.edit(e, len(r.Body)) || changed
}

func (d *delivery) edit(e *fault.ResponseEdit, body int) bool {
	before := *d
	// Validate has refused what does not parse.
	if wait, err := time.ParseDuration(e.Delay); err == nil {
		d.delay += wait
	}
	if pause, err := time.ParseDuration(e.Drip); err == nil && body > 1 {
		d.drip = pause
	}
	d.drop = d.drop || e.Drop
	if e.Truncate > 0 && e.Truncate < body {
		d.truncate = e.Truncate
	}
	return *d != before
}

// mergeJSON is a JSON merge patch (RFC 7396) and whether it changed the body.
func mergeJSON(body, patch []byte) ([]byte, bool) {
	var target, change any
	if decode(body, &target) != nil || decode(patch, &change) != nil {
		return nil, false
	}
	before, err := json.Marshal(target)
	if err != nil {
		return nil, false
	}
	after, err := json.Marshal(merge(target, change))
	if err != nil || bytes.Equal(before, after) {
		return nil, false
	}
	return after, true
}

// decode keeps numbers as they are written.
func decode(data []byte, into *any) error {
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.UseNumber()
	return dec.Decode(into)
}

func merge(target, patch any) any {
	changes, ok := patch.(map[string]any)
	if !ok {
		return patch
	}
	object, ok := target.(map[string]any)
	if !ok {
		object = make(map[string]any)
	}
	for name, value := range changes {
		if value == nil {
			delete(object, name)
		} else {
			object[name] = merge(object[name], value)
		}
	}
	return object
}

// spoil lets the armed faults act on a response.
func (x *Exchange) spoil(r *Response) delivery {
	var d delivery
	if r.Redirect != nil {
		x.faults.Each(x.Entry.User, x.Entry.Client, func(s fault.Spec) bool {
			return s.Redirect != nil && s.Redirect.Endpoint == redirectKind(x.Entry.Kind) && editRedirect(r.Redirect, s.Redirect)
		})
		r.materialise(x)
	}
	honest := r.Status
	x.faults.Each(x.Entry.User, x.Entry.Client, func(s fault.Spec) bool {
		return s.Response != nil && s.Response.Endpoint == x.Entry.Kind && editResponse(r, &d, honest, s.Response)
	})
	if r.Status == http.StatusNoContent || r.Status == http.StatusNotModified {
		// These have no body (RFC 9110, section 6.4.1): net/http would refuse it.
		r.Body, d.truncate, d.drip = nil, 0, 0
	}
	return d
}

func (r *Response) materialise(x *Exchange) {
	if r.Header == nil {
		r.Header = make(http.Header)
	}
	r.Header.Set("Location", r.Redirect.location())
	// A 307 would repeat the password to the relying party (RFC 9700,
	// section 4.12).
	r.Status = http.StatusFound
	if x.Request.Method == http.MethodPost {
		r.Status = http.StatusSeeOther
	}
	if code := r.Redirect.param("error"); code != "" {
		x.Entry.Error, x.Entry.ErrorDescription = code, r.Redirect.param("error_description")
	}
}
