package profile

import (
	"encoding/json"
	"fmt"
	"html"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/countersign-oidc/countersign/mockidp/fault"
	"github.com/countersign-oidc/countersign/mockidp/journal"
	"github.com/countersign-oidc/countersign/mockidp/protocol"
)

// Faults are the errors that no rule of the provider leads to, as faults to
// arm: an expired secret, a rate limit and the like. Their texts name the given
// client and time.
func (p *Profile) Faults(client string, at time.Time) []fault.Spec {
	words := Values(func(word string) (any, bool) {
		switch word {
		case "tenant":
			return p.Tenant, true
		case "client_id":
			return client, true
		case "time":
			return at.UTC().Format(ErrorTime), true
		}
		return nil, false
	}).Or(Made(""))
	var out []fault.Spec
	for _, c := range slices.Sorted(maps.Keys(p.Errors)) {
		if a := p.Errors[c]; a.At != "" {
			out = append(out, p.fault(c, a, words))
		}
	}
	return out
}

// FaultID is the ID of the fault for a case that is met at an endpoint.
func FaultID(at string, c protocol.Case) fault.ID {
	return fault.ID(at + ".mistake." + string(c))
}

func (p *Profile) fault(c protocol.Case, a Answer, words Values) fault.Spec {
	spec := fault.Spec{
		ID: FaultID(a.At, c), Title: p.Title + " answers " + strings.ReplaceAll(string(c), "_", " "),
		Refs: []protocol.Ref{{Spec: "RFC 6749", Section: "5.2"}},
	}
	at := journal.Kind(a.At)
	switch {
	case a.As == ByPage || at == journal.Apps:
		body := pageText(words, a)
		spec.Response = &fault.ResponseEdit{
			Endpoint: at, Status: a.Status, Body: &body, Header: map[string]string{"Location": "", "Content-Type": "text/html; charset=utf-8"},
		}
	case at == journal.Authorize:
		set := map[string]string{"error_description": words.Text(a.Description)}
		spec.Redirect = &fault.RedirectEdit{Endpoint: at, Error: a.Error, Set: set}
	default:
		body := string(a.json(words, p))
		spec.Response = &fault.ResponseEdit{
			Endpoint: at, Status: a.Status, Body: &body, Header: map[string]string{"Content-Type": "application/json"},
		}
	}
	return spec
}

func pageText(words Values, a Answer) string {
	text := a.Text
	if text == "" {
		text = a.Description
	}
	return fmt.Sprintf("<!doctype html>\n<html lang=\"en\"><title>%[1]s</title><h1>%[1]s</h1><p id=\"message\">%[2]s</p><p><code id=\"error\">%[3]s</code></p></html>\n",
		html.EscapeString(a.Title), html.EscapeString(words.Text(text)), html.EscapeString(a.Error))
}

// json is the answer as a JSON body.
func (a Answer) json(words Values, p *Profile) []byte {
	if a.Body != nil {
		body, _ := words.Expand(a.Body)
		return body
	}
	members := map[string]any{"error": a.Error}
	if a.Description != "" {
		members["error_description"] = words.Text(a.Description + p.ErrorSuffix)
	}
	for _, more := range []map[string]json.RawMessage{a.More, p.ErrorBody} {
		for name, value := range more {
			expanded, _ := words.Expand(value)
			members[name] = expanded
		}
	}
	body, _ := json.Marshal(members) // texts and JSON always encode
	return body
}
