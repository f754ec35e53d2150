package fault

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/countersign-oidc/countersign/mockidp/journal"
)

// maxPad bounds what an answer costs the provider itself, in bytes.
const maxPad = 64 << 20

// endpoints are the kinds of exchange that a ResponseEdit can be about: those
// that the provider answers.
func endpoints() []journal.Kind {
	return []journal.Kind{
		journal.Discovery, journal.JWKS, journal.Authorize, journal.SignIn,
		journal.Token, journal.UserInfo, journal.EndSession, journal.PAR,
		journal.DeviceAuthorization, journal.Device, journal.Introspection,
		journal.Revocation, journal.Registration, journal.CheckSession, journal.Apps, journal.Direct,
	}
}

func (e *ResponseEdit) validate(p *problems) {
	if !slices.Contains(endpoints(), e.Endpoint) {
		p.add("response.endpoint: %q; known: %q", e.Endpoint, endpoints())
	}
	if !edits(*e, "Endpoint") {
		p.add("response: no edits")
	}
	if e.Status != 0 {
		p.between("response.status", e.Status, 200, 599)
	}
	for _, rule := range e.Waive {
		if !slices.Contains(Rules(), rule) {
			p.add("response.waive: %q; known: %q", rule, Rules())
		}
	}
	known(p, "response.end", e.End, []End{EndClose, EndReset, EndStall})
	known(p, "response.encoding", e.Encoding, []string{encodingUTF16, encodingLatin1, encodingGzip})
	e.validateBody(p)
	e.validateDelivery(p)
	if e.Redirect != nil {
		e.Redirect.validate(p)
	}
	if e.Keys != nil {
		e.Keys.validate(p, e.Endpoint)
	}
	if e.Raw != nil && edits(*e, "Endpoint", "Raw", "Delay", "Waive") {
		p.add("response.raw: it takes the place of the answer; leave all but delay and waive out")
	}
}

func (e *ResponseEdit) validateBody(p *problems) {
	if len(e.Merge) > 0 && !json.Valid(e.Merge) {
		p.add("response.merge: not JSON")
	}
	p.values("response.set", e.Set, e.Remove)
	p.values("response.duplicate", e.Duplicate, e.Remove)
	for _, name := range slices.Sorted(maps.Keys(e.Rename)) {
		if slices.Contains(e.Remove, name) {
			p.add("response.rename.%s: removed as well", name)
		}
		if e.Rename[name] == name || e.Rename[name] == "" {
			p.add("response.rename.%s: %q is no other name", name, e.Rename[name])
		}
	}
	if edits := len(e.Merge) + len(e.Set) + len(e.Remove) + len(e.Duplicate) + len(e.Rename); e.Body != nil && (edits > 0 || e.Keys != nil) {
		p.add("response.body: it takes the place of the JSON; leave the edits of that out")
	}
	for _, name := range slices.Sorted(maps.Keys(e.Header)) {
		if strings.ContainsAny(name+e.Header[name], "\r\n\x00") || name == "" || strings.ContainsAny(name, " :\t") {
			p.add("response.header.%q: no header field; raw writes anything", name)
		}
	}
}

func (e *ResponseEdit) validateDelivery(p *problems) {
	if err := positiveDuration(e.Delay); err != nil {
		p.add("response.delay: %w", err)
	}
	if err := positiveDuration(e.Drip); err != nil {
		p.add("response.drip: %w", err)
	}
	if e.Truncate < 0 {
		p.add("response.truncate: %d is negative", e.Truncate)
	}
	p.between("response.pad", e.Pad, 0, maxPad)
	p.between("response.headers", e.Headers, 0, 100_000)
	p.between("response.header_pad", e.HeaderPad, 0, maxPad)
	p.between("response.length", e.Length, -maxPad, maxPad)
	switch {
	case e.Drop && e.Truncate > 0:
		p.add("response.truncate: nothing is left of an answer that is dropped")
	case e.Chunked && e.Length != 0:
		p.add("response.length: an answer in chunks has no Content-Length")
	case e.Length != 0 && (e.Truncate > 0 || e.Drip != "" || e.End != ""):
		p.add("response.length: leave truncate, drip and end out")
	}
}

func (e *Elsewhere) validate(p *problems) {
	if e.Status != 0 && !slices.Contains([]int{301, 302, 303, 307, 308}, e.Status) {
		p.add("response.redirect.status: %d; known: 301, 302, 303, 307, 308", e.Status)
	}
	if strings.ContainsAny(e.To, "\r\n\x00") {
		p.add("response.redirect.to: %q is no header value", e.To)
	}
}

func (e *KeysEdit) validate(p *problems, endpoint journal.Kind) {
	if endpoint != journal.JWKS {
		p.add("response.keys: only %q has a key set", journal.JWKS)
	}
	p.values("response.keys.set", e.Set, e.Remove)
	for i, list := range [][]json.RawMessage{e.First, e.Last} {
		for j, value := range list {
			if err := checkValue(value); err != nil {
				p.add("response.keys.%s[%d]: %w", []string{"first", "last"}[i], j, err)
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(e.Where)) {
		if !json.Valid(e.Where[name]) || bytes.HasPrefix(bytes.TrimSpace(e.Where[name]), []byte("{")) && checkValue(e.Where[name]) != nil {
			p.add("response.keys.where.%s: not JSON", name)
		}
	}
	p.between("response.keys.fill", e.Fill, 0, 100_000)
	if e.Drop && (e.Repeat || len(e.Set) > 0 || len(e.Remove) > 0) {
		p.add("response.keys.drop: what is left out cannot be edited")
	}
	if !edits(*e, "Where") {
		p.add("response.keys: no edits")
	}
}

// edits reports whether a member of an edit, but for some, says anything. An
// empty list or object says nothing.
func edits(edit any, but ...string) bool {
	v := reflect.ValueOf(edit)
	for field, value := range v.Fields() {
		if slices.Contains(but, field.Name) || value.IsZero() {
			continue
		}
		if kind := value.Kind(); kind != reflect.Map && kind != reflect.Slice || value.Len() > 0 {
			return true
		}
	}
	return false
}

func positiveDuration(s string) error {
	if s == "" {
		return nil
	}
	d, err := time.ParseDuration(s)
	if err != nil {
		return fmt.Errorf("%q is not a duration such as \"30s\"", s)
	}
	if d <= 0 {
		return fmt.Errorf("%q is not positive", s)
	}
	return nil
}
