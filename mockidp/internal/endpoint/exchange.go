// Package endpoint holds the endpoints of a provider, one struct each. An
// endpoint decides on a Response and never sees a ResponseWriter: the Router
// lets the faults that are armed spoil the response, writes it and records
// the exchange.
package endpoint

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/url"

	"github.com/countersign-oidc/countersign/mockidp/fault"
	"github.com/countersign-oidc/countersign/mockidp/journal"
	"github.com/countersign-oidc/countersign/mockidp/protocol"
)

// Exchange is one request and what has been learnt from it so far.
type Exchange struct {
	Request *http.Request
	// Query and Form are the parameters of the URL and of the body.
	Query, Form url.Values
	// Document is the body of an endpoint that takes JSON.
	Document []byte
	// Entry is what the journal will say. Endpoints fill in Client,
	// ClientAuth, User, the error and the tokens as they become known.
	Entry journal.Entry

	path   string // below the issuer
	faults fault.Exchange
	facts  *Facts
	hangUp func() // closes a connection that was taken over
}

// fail notes a protocol error in the journal entry.
func (x *Exchange) fail(e *protocol.Error) {
	x.Entry.Error, x.Entry.ErrorDescription = string(e.Code), e.Description
}

// Response is what an endpoint decided to answer, before faults.
type Response struct {
	Status int
	Header http.Header
	Body   []byte
	// Redirect, when set, sends the browser back to the relying party.
	Redirect *Redirect

	// plain is the body before a fault encoded it.
	plain []byte
}

// Redirect is a redirect with parameters in a fixed order.
type Redirect struct {
	To     string
	Params []Param
	// Mode is how the parameters travel: "query" (also when empty),
	// "fragment" or "form_post".
	Mode string
	// times is how often the browser is made to deliver it; 0 is once.
	times int
}

// Param is one parameter of a redirect.
type Param struct{ Name, Value string }

// location adds the parameters to the target, which may have a query of its
// own (RFC 6749, section 3.1.2).
func (r *Redirect) location() string {
	var b bytes.Buffer
	b.WriteString(r.To)
	sep := byte('?')
	if bytes.IndexByte([]byte(r.To), '?') >= 0 {
		sep = '&'
	}
	for _, p := range r.Params {
		b.WriteByte(sep)
		b.WriteString(url.QueryEscape(p.Name))
		b.WriteByte('=')
		b.WriteString(url.QueryEscape(p.Value))
		sep = '&'
	}
	return b.String()
}

func (r *Redirect) param(name string) string {
	for _, p := range r.Params {
		if p.Name == name {
			return p.Value
		}
	}
	return ""
}

func jsonResponse(status int, v any) Response {
	body, err := json.Marshal(v)
	if err != nil {
		// The values answered are plain structs and cannot fail to encode.
		panic(err)
	}
	return rawJSON(status, body)
}

func rawJSON(status int, body []byte) Response {
	return Response{Status: status, Header: http.Header{"Content-Type": {"application/json"}}, Body: body}
}

// errorJSON answers a protocol error outside of redirects (RFC 6749, section
// 5.2).
func (x *Exchange) errorJSON(e *protocol.Error) Response {
	x.fail(e)
	return jsonResponse(e.HTTPStatus(), protocol.ErrorBody{Error: e.Code, Description: e.Description})
}
