package endpoint

import (
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/countersign-oidc/countersign/mockidp/internal/state"
	"github.com/countersign-oidc/countersign/mockidp/journal"
	"github.com/countersign-oidc/countersign/mockidp/protocol"
)

// Authorize serves the authorization endpoint (OpenID Connect Core 1.0,
// sections 3.1.2, 3.2.2 and 3.3.2).
type Authorize struct {
	Site      Site
	Now       func() time.Time
	Directory *Directory
	Store     *state.Store
	Browser   *Browser
	Mint      *Mint
	Pages     *Pages
	// SessionState is nil without session management.
	SessionState *SessionState
	// Lifetime is what expires_in says of access tokens.
	Lifetime time.Duration
	// SelfRegistration offers to register on the sign-in page.
	SelfRegistration bool
}

// Mount registers the endpoint.
func (e *Authorize) Mount(rt *Router) {
	rt.handle(journal.Authorize, []string{http.MethodGet, http.MethodPost}, e.serve)
}

func (e *Authorize) serve(x *Exchange) Response {
	params := x.Query
	if x.Request.Method == http.MethodPost {
		params = x.Form
	}
	resolved, from, err := e.resolve(x, params)
	if err != nil {
		return e.unresolved(x, params, err)
	}
	req, resp, ok := e.parse(x, resolved, from)
	if !ok {
		return resp
	}
	return e.proceed(x, req, e.visit(x, state.Interaction{}))
}

// parse validates a request. When it reports false the response is the answer.
func (e *Authorize) parse(x *Exchange, params url.Values, from source) (*authRequest, Response, bool) {
	req, err := e.destination(x, params, from)
	if err != nil {
		return nil, e.Pages.failure(x, err), false
	}
	if err := req.complete(e.Directory); err != nil {
		return nil, e.failure(x, req, err), false
	}
	x.language = req.language
	return req, Response{}, true
}

// resolve finds the parameters of a request that came by reference (RFC 9126,
// section 4) or in a request object (RFC 9101).
func (e *Authorize) resolve(x *Exchange, params url.Values) (url.Values, source, *protocol.Error) {
	object, reference := params.Get("request"), params.Get("request_uri")
	if object == "" && reference == "" {
		return params, source{}, nil
	}
	for _, name := range []string{"request", "request_uri", "client_id"} {
		if len(params[name]) > 1 {
			return nil, source{}, invalid("parameter " + name + " is given more than once")
		}
	}
	client, known := e.Directory.Client(params.Get("client_id"))
	if !known {
		// What is wrong will be found without the parameters, too.
		return params, source{}, nil
	}
	x.Entry.Client = client.ID
	kept := source{kept: true}
	if reference == "" {
		resolved, err := e.readObject(client, object)
		if err == nil {
			err = repeats(params, resolved)
		}
		if err != nil {
			return nil, kept, &protocol.Error{Code: protocol.InvalidRequestObject, Description: "the request object " + err.Error()}
		}
		return resolved, kept, nil
	}
	key, own := strings.CutPrefix(reference, pushedPrefix)
	switch {
	case object != "":
		return nil, kept, invalid("request and request_uri exclude each other")
	case !own:
		return nil, kept, &protocol.Error{
			Code: protocol.RequestURINotSupported, Description: "only the request_uri of a pushed authorization request is served",
		}
	}
	resolved, ok := e.Store.Pushed(key, client.ID)
	if !ok {
		return nil, kept, &protocol.Error{
			Code: protocol.InvalidRequestURI, Description: "the request_uri is unknown, expired, used before or another client's",
		}
	}
	kept.pushed = true
	return resolved, kept, nil
}

// repeats refuses a response_type beside a request object that differs from
// the one inside (OpenID Connect Core 1.0, section 6.1).
func repeats(outside, inside url.Values) error {
	if t := outside.Get("response_type"); t != "" && canonical(t) != canonical(inside.Get("response_type")) {
		return errors.New("has another response_type than the request around it")
	}
	return nil
}

// unresolved answers a request whose parameters could not be found. A
// registered redirect_uri beside them is as good as any.
func (e *Authorize) unresolved(x *Exchange, params url.Values, err *protocol.Error) Response {
	req, wrong := e.destination(x, params, source{})
	if wrong != nil {
		return e.Pages.failure(x, err)
	}
	return e.failure(x, req, err)
}
