package endpoint

import (
	"context"
	_ "embed" // the pages are files, so that editors know them for HTML
	"net/http"
	"slices"
	"strings"

	"github.com/countersign-oidc/countersign/mockidp/fault"
	"github.com/countersign-oidc/countersign/mockidp/identity"
	"github.com/countersign-oidc/countersign/mockidp/internal/state"
	"github.com/countersign-oidc/countersign/mockidp/journal"
	"github.com/countersign-oidc/countersign/mockidp/protocol"
)

//go:embed logout.html
var logoutHTML string

// EndSession serves the logout endpoint (OpenID Connect RP-Initiated Logout
// 1.0, section 2). Refresh tokens live on: all were issued for offline_access,
// and such ones are not to be revoked (OpenID Connect Back-Channel Logout 1.0,
// section 2.7).
type EndSession struct {
	Site      Site
	Directory *Directory
	Store     *state.Store
	Browser   *Browser
	Pages     *Pages
	// BackChannel tells the clients that can be told without the browser.
	BackChannel *BackChannel
	// SessionState is nil without session management.
	SessionState *SessionState

	router *Router
}

// Mount registers the endpoint.
func (e *EndSession) Mount(rt *Router) {
	e.router = rt
	rt.handle(journal.EndSession, []string{http.MethodGet, http.MethodPost}, e.serve)
}

// logout is a valid logout request.
type logout struct {
	client identity.Client // zero when the request names none
	hint   idHint          // zero without a hint
	to     string          // post_logout_redirect_uri, or ""
	params map[string]string
}

type signOutView struct {
	Action string
	Client string
	Users  []string
	Params []Param
}

func (e *EndSession) serve(x *Exchange) Response {
	values := x.Query
	if x.Request.Method == http.MethodPost {
		values = x.Form
	}
	params, err := single(values)
	if err != nil {
		return e.Pages.failure(x, err)
	}
	sessions, _ := e.Browser.sessions(x.Request)
	if current, ok := e.Browser.session(x.Request); ok {
		x.Entry.User = current.User
	}
	if x.logout.SignInAgain != "" && params[x.logout.SignInAgain] != "" && params["response_type"] != "" {
		return e.signInAgain(x)
	}
	req, err := e.parse(x, params)
	if err != nil {
		return e.Pages.failure(x, err)
	}
	ending := req.ending(sessions)
	if len(ending) == 1 {
		x.Entry.User = ending[0].User
	} else if len(ending) == 0 {
		x.Entry.User = req.hint.user
	}

	answer := ""
	if x.Request.Method == http.MethodPost {
		answer = params["confirmed"]
	}
	switch {
	case answer != "" && !sameOrigin(x.Request):
		return e.Pages.crossOrigin(x)
	case answer == "no":
		return e.Pages.render(x, http.StatusOK, "stayed", nil)
	case x.logout.Mismatch && req.hint.sub != "" && len(sessions) > 0 && ending[0].User != req.hint.user:
		return e.Pages.failure(x, mistake(protocol.CaseOtherSubject, "the id_token_hint is of somebody else"))
	case answer == "yes", x.logout.Unasked, req.hint.sub != "" && e.vouches(req.hint, ending):
		return e.leave(x, req, ending, len(ending) == len(sessions))
	default:
		return e.confirm(x, req, ending)
	}
}

// ending are the sessions of the browser that are to end: that of the end-user
// of the hints, or all of them.
func (l logout) ending(sessions []state.Session) []state.Session {
	for _, user := range []string{l.hint.user, l.params["logout_hint"]} {
		for i, s := range sessions {
			if user != "" && s.User == user {
				return sessions[i : i+1]
			}
		}
	}
	return sessions
}

// vouches reports whether a hint comes from the session that is to end, or
// from a recent one of the same end-user. A hint of any other session is
// suspect (section 2). Sessions that are over leave nothing to vouch for.
func (e *EndSession) vouches(h idHint, ending []state.Session) bool {
	return !slices.ContainsFunc(ending, func(s state.Session) bool {
		return h.user != s.User || h.sid != "" && h.sid != s.SID && !e.Store.Recent(h.sid, s.User)
	})
}

func (e *EndSession) parse(x *Exchange, params map[string]string) (logout, *protocol.Error) {
	req := logout{to: params[x.logout.ReturnParameter()], params: params}
	if name := x.logout.Lacks(params); name != "" {
		return req, mistake(lacking(name), name+" is missing")
	}
	id := params["client_id"]
	if raw := params["id_token_hint"]; raw != "" {
		hint, err := e.Directory.readHint(raw)
		if err != nil {
			return req, invalid("id_token_hint: " + err.Error())
		}
		if id == "" && len(hint.clients) == 1 {
			id = hint.clients[0]
		}
		if !slices.Contains(hint.clients, id) {
			return req, invalid("id_token_hint was issued to another client")
		}
		req.hint = hint
	}
	if id != "" {
		client, known := e.Directory.Client(id)
		if !known {
			return req, invalid("the client is not registered")
		}
		req.client = client
		x.Entry.Client = client.ID
	}
	return req, e.allow(x, &req)
}

func lacking(parameter string) protocol.Case {
	if parameter == "client_id" {
		return protocol.CaseNoLogoutClient
	}
	return protocol.CaseNoHint
}

// allow holds the address to return to against those that the client may use.
func (e *EndSession) allow(x *Exchange, req *logout) *protocol.Error {
	allowed := req.client.PostLogoutRedirectURIs
	if x.logout.SignIns {
		allowed = req.client.RedirectURIs
	}
	if len(allowed) > 0 && (x.logout.Fixed || x.logout.First && req.to == "") {
		req.to = allowed[0]
	}
	listed := slices.ContainsFunc(allowed, func(uri string) bool {
		return uri == req.to || x.logout.PathOnly && withoutQuery(uri) == withoutQuery(req.to)
	})
	switch {
	case req.to == "", listed, x.waived(fault.RuleRedirectURI):
		return nil
	case x.logout.IgnoreUnlisted:
		req.to = ""
		return nil
	}
	return mistake(protocol.CasePostLogout, "the post_logout_redirect_uri is not registered for this client")
}

func withoutQuery(uri string) string {
	bare, _, _ := strings.Cut(uri, "?")
	return bare
}

// signInAgain ends the browser's sessions and begins another sign-in.
func (e *EndSession) signInAgain(x *Exchange) Response {
	cookie := e.Browser.end(x.Request)
	to := e.Site.front(journal.Authorize) + "?" + x.values().Encode()
	return withCookie(Response{Status: http.StatusFound, Header: http.Header{"Location": {to}}}, cookie)
}

// confirm asks the end-user first: without a hint of theirs, any site could
// have sent the request.
func (e *EndSession) confirm(x *Exchange, req logout, ending []state.Session) Response {
	view := signOutView{Action: e.Site.Front + x.path, Client: req.client.DisplayName()}
	for _, s := range ending {
		view.Users = append(view.Users, s.User)
	}
	for _, name := range []string{"id_token_hint", "logout_hint", "client_id", x.logout.ReturnParameter(), "state", "ui_locales"} {
		if v := req.params[name]; v != "" {
			view.Params = append(view.Params, Param{name, v})
		}
	}
	return e.Pages.render(x, http.StatusOK, "sign-out", view)
}

// leave ends sessions and tells every client that they signed in to, before
// the browser goes on.
func (e *EndSession) leave(x *Exchange, req logout, ending []state.Session, all bool) Response {
	cookie := ""
	if all {
		cookie = e.Browser.end(x.Request)
	} else {
		e.Browser.endOne(x.Request, ending[0].User)
	}
	left := e.left(req.hint, ending)
	// The sessions are over even if the browser does not wait for this.
	e.BackChannel.Send(context.WithoutCancel(x.Request.Context()), e.BackChannel.reachable(left))
	frames := e.frames(left)

	var onward *Redirect
	if req.to != "" {
		onward = &Redirect{To: req.to}
		if state := req.params["state"]; state != "" && !x.logout.NoState {
			onward.Params = []Param{{"state", state}}
		}
	}
	var resp Response
	switch {
	case len(frames) > 0:
		resp = e.framed(x, frames, onward)
	case onward != nil:
		resp = Response{Redirect: onward}
	default:
		resp = e.Pages.render(x, http.StatusOK, "signed-out", framesView{Text: x.logout.SignedOut})
	}
	if cookie != "" {
		resp = withCookie(resp, cookie)
	}
	if _, goesOn := e.Browser.session(x.Request); !goesOn {
		resp = e.SessionState.clear(resp)
	}
	return resp
}

// left is a notice for every client that the sessions signed in to. A browser
// whose session expired signs out of that one, but not out of a session that
// goes on in another browser.
func (e *EndSession) left(h idHint, ending []state.Session) []Notice {
	if len(ending) == 0 && h.sid != "" && !e.Store.Live(h.sid) && e.Store.Recent(h.sid, h.user) {
		ending = []state.Session{{SID: h.sid, User: h.user}}
	}
	var out []Notice
	for _, s := range ending {
		for _, client := range e.Store.Leave(s.SID) {
			out = append(out, Notice{Client: client, User: s.User, SID: s.SID})
		}
	}
	return out
}
