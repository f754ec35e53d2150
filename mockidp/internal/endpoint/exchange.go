// Package endpoint holds the endpoints of a provider, one struct each. An
// endpoint decides on a Response and never sees a ResponseWriter: the Router
// lets the faults that are armed spoil the response, writes it and records
// the exchange.
package endpoint

import (
	"encoding/json"
	"net/http"
	"net/url"
	"time"

	"github.com/countersign-oidc/countersign/mockidp/fault"
	"github.com/countersign-oidc/countersign/mockidp/journal"
	"github.com/countersign-oidc/countersign/mockidp/profile"
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

	began  time.Time // by the machine's clock
	path   string    // below the address of the provider
	site   Site
	logout profile.Logout // the rules of a logout endpoint at this path
	faults fault.Exchange
	facts  *Facts
	hangUp func() // closes a connection that was taken over
	// language is that of the pages, or "" for English.
	language string
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
	// form is the page of a form_post response.
	form []byte
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
