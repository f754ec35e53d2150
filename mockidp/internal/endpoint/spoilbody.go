package endpoint

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"

	"github.com/countersign-oidc/countersign/mockidp/fault"
	"github.com/countersign-oidc/countersign/mockidp/token"
)

// edited is a response and its delivery with an edit, and whether the other
// side can notice. What changes JSON is meant for what the endpoint serves, so
// it leaves honest errors alone.
func (x *Exchange) edited(r Response, d delivery, honestStatus int, e *fault.ResponseEdit) (Response, delivery, bool) {
	before, way := r, d
	r.Header = r.Header.Clone()
	if e.Redirect != nil {
		x.elsewhere(&r, e.Redirect)
	}
	if e.Status != 0 {
		r.Status = e.Status
	}
	if e.Body != nil {
		r.Body = []byte(*e.Body)
	}
	if honestStatus < 300 {
		r.Body = x.editedJSON(r.Body, e)
	}
	if e.Prefix != "" || e.Suffix != "" || e.Pad > 0 {
		r.Body = slices.Concat([]byte(e.Prefix), r.Body, []byte(e.Suffix), bytes.Repeat([]byte(" "), e.Pad))
	}
	for _, name := range slices.Sorted(maps.Keys(e.Header)) {
		if value := e.Header[name]; value == "" {
			r.Header.Del(name)
		} else {
			r.Header.Set(name, value)
		}
	}
	pad(&r, e)
	if e.Encoding != "" {
		r.plain = r.Body
		r.encode(e.Encoding)
	}
	d.edit(e, len(r.Body))
	changed := r.Status != before.Status || !bytes.Equal(r.Body, before.Body) || d != way ||
		!maps.EqualFunc(r.Header, before.Header, slices.Equal[[]string])
	return r, d, changed
}

// elsewhere makes a redirect of a response.
func (x *Exchange) elsewhere(r *Response, e *fault.Elsewhere) {
	to := e.To
	if to == "" {
		to = x.Request.URL.RequestURI()
	}
	if query := x.Request.URL.RawQuery; e.KeepQuery && query != "" {
		sep := "?"
		if strings.Contains(to, "?") {
			sep = "&"
		}
		to += sep + query
	}
	r.Status, r.Body = 302, nil
	if e.Status != 0 {
		r.Status = e.Status
	}
	r.Header.Set("Location", to)
	r.Header.Del("Content-Type")
}

// pad adds header fields.
func pad(r *Response, e *fault.ResponseEdit) {
	for i := range e.Headers {
		r.Header.Set("X-Pad-"+strconv.Itoa(i+1), "x")
	}
	if e.HeaderPad > 0 {
		r.Header.Set("X-Pad", strings.Repeat("x", e.HeaderPad))
	}
}

// editedJSON is a JSON body with the edits of its members.
func (x *Exchange) editedJSON(body []byte, e *fault.ResponseEdit) []byte {
	if len(e.Merge) > 0 {
		if merged, ok := mergeJSON(body, e.Merge); ok {
			body = merged
		}
	}
	if len(e.Set)+len(e.Remove)+len(e.Duplicate)+len(e.Rename) == 0 && e.Keys == nil {
		return body
	}
	members, err := token.Parse(body)
	if err != nil {
		return body
	}
	honest := x.facts.withKeys(x.facts.honest(x.Entry.Client, x.Entry.User))
	members, changed := members.Edit(honest, e.Set, e.Remove, e.Duplicate)
	for i, m := range members {
		if to, ok := e.Rename[m.Name]; ok {
			members[i].Name, changed = to, true
		}
	}
	if e.Keys != nil {
		changed = editKeys(members, honest, e.Keys) || changed
	}
	if !changed {
		return body
	}
	return members.JSON()
}

// encode writes the body in another way.
func (r *Response) encode(encoding string) {
	switch encoding {
	case "gzip":
		var b bytes.Buffer
		w := gzip.NewWriter(&b)
		// A buffer takes everything.
		_, _ = w.Write(r.Body)
		_ = w.Close()
		r.Body = b.Bytes()
		r.Header.Set("Content-Encoding", "gzip")
	case "utf-16":
		out := []byte{0xfe, 0xff}
		for _, unit := range utf16.Encode([]rune(string(r.Body))) {
			out = binary.BigEndian.AppendUint16(out, unit)
		}
		r.Body = out
	case "latin-1":
		out := make([]byte, 0, len(r.Body))
		for _, c := range string(r.Body) {
			if c > 0xff {
				c = '?'
			}
			out = append(out, byte(c))
		}
		r.Body = out
	}
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
