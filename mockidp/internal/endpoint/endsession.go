package endpoint

import (
	"net/http"
	"slices"

	"github.com/countersign-oidc/countersign/mockidp/identity"
	"github.com/countersign-oidc/countersign/mockidp/journal"
	"github.com/countersign-oidc/countersign/mockidp/protocol"
)

// EndSession serves the logout endpoint (OpenID Connect RP-Initiated Logout
// 1.0, section 2).
type EndSession struct {
	Site      Site
	Directory *Directory
	Browser   *Browser
	Pages     *Pages
}

// Mount registers the endpoint.
func (e *EndSession) Mount(rt *Router) {
	rt.handle(EndSessionPath, journal.EndSession, []string{http.MethodGet, http.MethodPost}, e.serve)
}

// logout is a valid logout request.
type logout struct {
	client identity.Client // zero when the request names none
	hint   idHint          // zero without a hint
	to     string          // post_logout_redirect_uri, or ""
	params map[string]string
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
	req, err := e.parse(params)
	if err != nil {
		return e.Pages.failure(x, err)
	}
	x.Entry.Client = req.client.ID
	session, _, signedIn := e.Browser.session(x.Request)
	if signedIn {
		x.Entry.User = session.User
	} else {
		x.Entry.User = req.hint.user
	}

	confirmed := x.Request.Method == http.MethodPost && params["confirmed"] == "yes"
	if confirmed && !sameOrigin(x.Request) {
		return e.Pages.crossOrigin(x)
	}
	// A hint of a session that is over already leaves nothing to confirm.
	vouched := req.hint.sub != "" && (!signedIn || req.hint.user == session.User)
	if !vouched && !confirmed {
		return e.confirm(x, req, session.User)
	}
	return e.leave(x, req)
}

func (e *EndSession) parse(params map[string]string) (logout, *protocol.Error) {
	req := logout{to: params["post_logout_redirect_uri"], params: params}
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
	}
	if req.to != "" && !slices.Contains(req.client.PostLogoutRedirectURIs, req.to) {
		return req, invalid("the post_logout_redirect_uri is not registered for this client")
	}
	return req, nil
}

// confirm asks the end-user first: without a hint of theirs, any site could
// have sent the request.
func (e *EndSession) confirm(x *Exchange, req logout, user string) Response {
	view := signOutView{Action: e.Site.Front + EndSessionPath, Client: req.client.ID, User: user}
	for _, name := range []string{"id_token_hint", "client_id", "post_logout_redirect_uri", "state"} {
		if v := req.params[name]; v != "" {
			view.Params = append(view.Params, Param{name, v})
		}
	}
	return e.Pages.render(x, http.StatusOK, "sign-out", view)
}

func (e *EndSession) leave(x *Exchange, req logout) Response {
	cookie := e.Browser.end(x.Request)
	var resp Response
	if req.to == "" {
		resp = e.Pages.render(x, http.StatusOK, "signed-out", nil)
	} else {
		resp.Redirect = &Redirect{To: req.to}
		if state := req.params["state"]; state != "" {
			resp.Redirect.Params = []Param{{"state", state}}
		}
		resp.Header = make(http.Header)
	}
	resp.Header.Set("Set-Cookie", cookie)
	return resp
}
