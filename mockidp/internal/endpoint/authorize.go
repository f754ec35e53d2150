package endpoint

import (
	"net/http"
	"net/url"
	"time"

	"github.com/countersign-oidc/countersign/mockidp/internal/state"
	"github.com/countersign-oidc/countersign/mockidp/journal"
	"github.com/countersign-oidc/countersign/mockidp/protocol"
)

// Authorize serves the authorization endpoint (OpenID Connect Core 1.0,
// section 3.1.2).
type Authorize struct {
	Site      Site
	Now       func() time.Time
	Directory *Directory
	Store     *state.Store
	Browser   *Browser
	Pages     *Pages
	// SessionState is nil without session management.
	SessionState *SessionState
}

// Mount registers the endpoint.
func (e *Authorize) Mount(rt *Router) {
	rt.handle(AuthorizePath, journal.Authorize, []string{http.MethodGet, http.MethodPost}, e.serve)
}

func (e *Authorize) serve(x *Exchange) Response {
	params := x.Query
	if x.Request.Method == http.MethodPost {
		params = x.Form
	}
	req, resp, ok := e.parse(x, params)
	if !ok {
		return resp
	}
	session, _, signedIn := e.Browser.session(x.Request)
	if signedIn && e.usable(req, session) {
		x.Entry.User = session.User
		return e.success(req, session)
	}
	if !req.mayPrompt() {
		return e.failure(req, &protocol.Error{Code: protocol.LoginRequired})
	}
	return e.signInPage(x, http.StatusOK, req, req.loginHint, "")
}

// parse validates a request. When it reports false the response is the answer.
func (e *Authorize) parse(x *Exchange, params url.Values) (*authRequest, Response, bool) {
	req, err := destination(e.Directory, params)
	if req != nil {
		x.Entry.Client = req.client.ID
	}
	if err != nil {
		return nil, e.Pages.failure(x, err), false
	}
	if err := req.complete(e.Directory.readHint); err != nil {
		return nil, e.failure(req, err), false
	}
	return req, Response{}, true
}

// usable reports whether a session answers the request without the page.
func (e *Authorize) usable(req *authRequest, s state.Session) bool {
	if req.mustPrompt() || req.maxAge >= 0 && e.Now().Sub(s.AuthTime) > req.maxAge {
		return false
	}
	_, known := e.Directory.user(s.User)
	return known && req.allows(s.User)
}

// success is the authorization response with a code. RFC 9207 adds iss.
func (e *Authorize) success(req *authRequest, s state.Session) Response {
	code := e.Store.NewCode(state.Grant{
		Client: req.client.ID, User: s.User, RedirectURI: req.redirectURI, Challenge: req.challenge,
		Nonce: req.nonce, Scopes: req.scopes, AuthTime: s.AuthTime, SID: s.SID,
	})
	return e.SessionState.mark(e.redirect(req, Param{"code", code}), req.client.ID, s)
}

// failure is the authorization response with an error.
func (e *Authorize) failure(req *authRequest, err *protocol.Error) Response {
	params := []Param{{"error", string(err.Code)}}
	if err.Description != "" {
		params = append(params, Param{"error_description", err.Description})
	}
	return e.redirect(req, params...)
}

func (e *Authorize) redirect(req *authRequest, params ...Param) Response {
	if req.state != "" {
		params = append(params, Param{"state", req.state})
	}
	return Response{Redirect: &Redirect{To: req.redirectURI, Params: append(params, Param{"iss", e.Site.Issuer})}}
}

// signInPage shows the form. It posts to a URL that carries the whole request,
// so that the provider need not remember requests.
func (e *Authorize) signInPage(x *Exchange, status int, req *authRequest, username, message string) Response {
	return e.Pages.signIn(x, status, signInView{
		Action:   e.Site.Front + SignInPath + "?" + req.params.Encode(),
		Client:   req.client.ID,
		Username: username,
		Message:  message,
	})
}
