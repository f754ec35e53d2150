package endpoint

import (
	"net/http"

	"github.com/countersign-oidc/countersign/mockidp/journal"
	"github.com/countersign-oidc/countersign/mockidp/protocol"
)

// SignIn takes the form of the sign-in page. The authorization request is in
// the query and is validated again: nothing vouches for it.
type SignIn struct {
	Authorize *Authorize
}

// Mount registers the endpoint.
func (e *SignIn) Mount(rt *Router) {
	rt.handle(SignInPath, journal.SignIn, []string{http.MethodPost}, e.serve)
}

func (e *SignIn) serve(x *Exchange) Response {
	if !sameOrigin(x.Request) {
		return e.Authorize.Pages.crossOrigin(x)
	}
	req, resp, ok := e.Authorize.parse(x, x.Query)
	if !ok {
		return resp
	}
	if !req.mayPrompt() {
		return e.Authorize.failure(req, &protocol.Error{Code: protocol.LoginRequired})
	}
	form, err := single(x.Form)
	if err != nil {
		return e.Authorize.Pages.failure(x, err)
	}
	if form["action"] == "cancel" {
		return e.Authorize.failure(req, &protocol.Error{Code: protocol.AccessDenied, Description: "the end-user cancelled"})
	}
	user, ok := e.Authorize.Directory.authenticate(form["username"], form["password"])
	if !ok {
		return e.Authorize.signInPage(x, http.StatusUnauthorized, req, form["username"], "The username or the password is wrong.")
	}
	x.Entry.User = user.Username
	if !req.allows(user.Username) {
		return e.Authorize.failure(req, &protocol.Error{Code: protocol.LoginRequired, Description: "another end-user than the id_token_hint names"})
	}
	session, cookie := e.Authorize.Browser.start(x.Request, user.Username, "", nil)
	return withCookie(e.Authorize.success(req, session), cookie)
}

// sameOrigin refuses forms that another site posts for the end-user. Requests
// of programs, which say nothing of their origin, pass.
func sameOrigin(r *http.Request) bool { return http.NewCrossOriginProtection().Check(r) == nil }
