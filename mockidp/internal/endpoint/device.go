package endpoint

import (
	_ "embed" // the pages are files, so that editors know them for HTML
	"errors"
	"net/http"
	"net/url"

	"github.com/countersign-oidc/countersign/mockidp/internal/state"
	"github.com/countersign-oidc/countersign/mockidp/journal"
	"github.com/countersign-oidc/countersign/mockidp/protocol"
)

//go:embed device.html
var deviceHTML string

// The steps of the device page that a form answers.
const (
	deviceSignIn = "sign-in"
	deviceFactor = "second-factor"
	deviceAnswer = "answer"
)

// Device serves the page on which people allow a device (RFC 8628, section
// 3.3): they type its code, sign in if they are not, and see what it wants.
// Every form carries the code, so that the provider need not remember pages.
type Device struct {
	Site      Site
	Directory *Directory
	Store     *state.Store
	Browser   *Browser
	Pages     *Pages
}

type deviceView struct {
	Action, Code, Message  string
	Client, User, Username string
	Scopes                 []string
	Ticket                 string
}

// Mount registers the endpoint.
func (e *Device) Mount(rt *Router) {
	rt.handle(journal.Device, []string{http.MethodGet, http.MethodPost}, e.serve)
}

func (e *Device) serve(x *Exchange) Response {
	if x.Request.Method == http.MethodGet {
		// A code that came with the address still has to be confirmed
		// (section 3.3.1).
		return e.page(x, http.StatusOK, "device", deviceView{Code: x.Query.Get("user_code")})
	}
	if !sameOrigin(x.Request) {
		return e.Pages.crossOrigin(x)
	}
	form, err := single(x.Form)
	if err != nil {
		return e.Pages.failure(x, err)
	}
	grant, stateErr := e.Store.Device(form["user_code"])
	if stateErr != nil {
		return e.refuse(x, form, stateErr)
	}
	x.Entry.Client = grant.Client
	switch form["step"] {
	case deviceSignIn:
		return e.signIn(x, form, grant)
	case deviceFactor:
		return e.secondFactor(x, form, grant)
	}
	session, signedIn := e.Browser.session(x.Request)
	if _, known := e.Directory.user(session.User); !signedIn || !known || form["answer"] == "switch" {
		return e.signInPage(x, http.StatusOK, form, grant, "")
	}
	x.Entry.User = session.User
	if form["step"] == deviceAnswer {
		return e.answer(x, form, session)
	}
	return e.confirm(x, form, grant, session.User)
}

// refuse shows the first page again, as the code is of no use.
func (e *Device) refuse(x *Exchange, form map[string]string, err error) Response {
	if errors.Is(err, state.ErrGuesses) {
		x.fail(&protocol.Error{Code: protocol.SlowDown, Description: err.Error()})
		resp := e.page(x, http.StatusTooManyRequests, "device", deviceView{
			Message: "Too many wrong codes were typed. Wait a minute and try again.",
		})
		resp.Header.Set("Retry-After", "60")
		return resp
	}
	x.fail(invalid("the user code is wrong, used or expired"))
	return e.page(x, http.StatusBadRequest, "device", deviceView{
		Code: form["user_code"], Message: "This code is wrong or has expired. Compare it with what your device shows.",
	})
}

func (e *Device) page(x *Exchange, status int, name string, v deviceView) Response {
	v.Action = e.Site.front(journal.Device)
	return e.Pages.render(x, status, name, v)
}

// view is what all pages after the first one show.
func (e *Device) view(form map[string]string, g state.Grant) deviceView {
	client, _ := e.Directory.Client(g.Client)
	return deviceView{Code: form["user_code"], Client: client.DisplayName(), Scopes: g.Scopes}
}

func (e *Device) signInPage(x *Exchange, status int, form map[string]string, g state.Grant, message string) Response {
	v := e.view(form, g)
	v.Username, v.Message = form["username"], message
	return e.page(x, status, "device-sign-in", v)
}

func (e *Device) signIn(x *Exchange, form map[string]string, g state.Grant) Response {
	user, ok := e.Directory.authenticate(form["username"], form["password"])
	if !ok {
		return e.signInPage(x, http.StatusUnauthorized, form, g, "The username or the password is wrong.")
	}
	x.Entry.User = user.Username
	if user.SecondFactor != "" {
		return e.factorPage(x, http.StatusOK, form, g, user.Username, "")
	}
	return e.signedIn(x, form, g, user.Username, acrPassword)
}

// factorPage asks for the second factor of somebody whose password was right.
func (e *Device) factorPage(x *Exchange, status int, form map[string]string, g state.Grant, user, message string) Response {
	secret, cookie := e.Browser.interaction(x.Request)
	v := e.view(form, g)
	v.Message = message
	v.Ticket = e.Store.Hold(state.Interaction{
		Browser: secret, Step: deviceFactor, User: user, Password: true, Request: url.Values{"user_code": {form["user_code"]}},
	})
	resp := e.page(x, status, "device-factor", v)
	if cookie != "" {
		resp.Header.Set("Set-Cookie", cookie)
	}
	return resp
}

func (e *Device) secondFactor(x *Exchange, form map[string]string, g state.Grant) Response {
	secret, _ := e.Browser.interaction(x.Request)
	held, ok := e.Store.Resume(form["ticket"], secret)
	user, known := e.Directory.user(held.User)
	if !ok || !known || held.Step != deviceFactor || held.Request.Get("user_code") != form["user_code"] {
		return e.signInPage(x, http.StatusBadRequest, form, g, "This took too long. Sign in again.")
	}
	x.Entry.User = user.Username
	if !equal(user.SecondFactor, form["otp"]) {
		return e.factorPage(x, http.StatusUnauthorized, form, g, user.Username, "The security code is wrong.")
	}
	return e.signedIn(x, form, g, user.Username, acrSecondFactor)
}

func (e *Device) signedIn(x *Exchange, form map[string]string, g state.Grant, user, acr string) Response {
	_, cookie := e.Browser.start(x.Request, user, acr, amrOf(acr))
	resp := e.confirm(x, form, g, user)
	resp.Header.Set("Set-Cookie", cookie)
	return resp
}

func (e *Device) confirm(x *Exchange, form map[string]string, g state.Grant, user string) Response {
	v := e.view(form, g)
	v.User = user
	return e.page(x, http.StatusOK, "device-confirm", v)
}

func (e *Device) answer(x *Exchange, form map[string]string, s state.Session) Response {
	allowed := form["answer"] == "allow"
	if !allowed && form["answer"] != "deny" {
		return e.Pages.failure(x, invalid("answer must be allow or deny"))
	}
	err := e.Store.AnswerDevice(form["user_code"], allowed, state.Grant{
		User: s.User, AuthTime: s.AuthTime, SID: s.SID, ACR: s.ACR, AMR: s.AMR,
	})
	switch {
	case err != nil:
		return e.refuse(x, form, err)
	case allowed:
		return e.page(x, http.StatusOK, "device-done", deviceView{})
	default:
		return e.page(x, http.StatusOK, "device-denied", deviceView{})
	}
}
