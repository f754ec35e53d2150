package endpoint

import (
	"cmp"
	"net/http"
	"strings"

	"github.com/countersign-oidc/countersign/mockidp/internal/state"
	"github.com/countersign-oidc/countersign/mockidp/journal"
	"github.com/countersign-oidc/countersign/mockidp/protocol"
)

// SignIn takes the forms of the pages that an authorization request leads to.
// A plain request travels in the query of the sign-in form and is validated
// again; of everything else the provider keeps note itself, under a ticket.
// Nothing in a form vouches for itself.
type SignIn struct {
	Authorize *Authorize
}

// Mount registers the endpoint.
func (e *SignIn) Mount(rt *Router) {
	rt.handle(journal.SignIn, []string{http.MethodPost}, e.serve)
}

// submission is a form, with the request and the interaction it belongs to.
type submission struct {
	x    *Exchange
	req  *authRequest
	v    *visit
	form map[string]string
}

func (e *SignIn) serve(x *Exchange) Response {
	a := e.Authorize
	if !sameOrigin(x.Request) {
		return a.Pages.crossOrigin(x)
	}
	form, err := single(x.Form)
	if err != nil {
		return a.Pages.failure(x, err)
	}
	i := state.Interaction{Step: stepSignIn, Request: x.Query}
	var from source
	if ticket := form["ticket"]; ticket != "" {
		var ok bool
		if i, ok = a.resume(x, ticket); !ok {
			return a.Pages.failure(x, invalid("this page is out of date; go back to where you came from and start again"))
		}
		from = source{kept: true, pushed: true, anyRedirect: i.AnyRedirect}
	}
	req, resp, ok := a.parse(x, i.Request, from)
	if !ok {
		return resp
	}
	if !req.mayPrompt() {
		return a.failure(x, req, loginRequired())
	}
	s := submission{x, req, a.visit(x, i), form}
	x.Entry.User = i.User
	if form["action"] == "cancel" {
		return a.failure(x, req, &protocol.Error{Code: protocol.AccessDenied, Case: protocol.CaseConsentDenied, Description: "the end-user cancelled"})
	}
	switch i.Step {
	case stepSecondFactor:
		return a.secondFactor(s)
	case stepChoose:
		return a.choose(s)
	case stepRegister:
		return a.registered(s)
	case stepConsent:
		return a.consent(s)
	default:
		return a.password(s)
	}
}

// sameOrigin refuses forms that another site posts for the end-user. Requests
// of programs, which say nothing of their origin, pass.
func sameOrigin(r *http.Request) bool { return http.NewCrossOriginProtection().Check(r) == nil }

// resume is the interaction of a ticket, if it is this browser's.
func (e *Authorize) resume(x *Exchange, ticket string) (state.Interaction, bool) {
	for _, c := range x.Request.CookiesNamed(interactionCookie) {
		if i, ok := e.Store.Resume(ticket, c.Value); ok {
			return i, true
		}
	}
	return state.Interaction{}, false
}

// password takes the sign-in form.
func (e *Authorize) password(s submission) Response {
	if s.form["action"] == "register" && e.offersRegistration(s.req) {
		return e.page(s.x, s.req, s.v, pageOf{step: stepRegister})
	}
	login := e.Site.Profile.Login
	identifier, secret := login.Fields()
	name := s.form[identifier]
	if _, given := s.x.Form[secret]; !given && login.IdentifierFirst && name != "" {
		return e.page(s.x, s.req, s.v, pageOf{step: stepSignIn, username: name, password: true})
	}
	user, ok := e.Directory.authenticate(name, s.form[secret])
	if !ok {
		return e.again(s, name, e.unauthenticated(name))
	}
	s.x.Entry.User = user.Username
	if wrong := barred(s.req.client, user); wrong != nil && e.Site.Profile.Errors[wrong.Case].As == byForm {
		return e.again(s, name, wrong)
	}
	if !e.meant(s.req, user) {
		return e.failure(s.x, s.req, &protocol.Error{Code: protocol.LoginRequired, Description: "another end-user than the request names"})
	}
	switch level, possible := s.req.level(user); {
	case !possible:
		return e.failure(s.x, s.req, unmet("the end-user cannot reach the essential acr"))
	case level == acrSecondFactor:
		s.v.User, s.v.Password = user.Username, true
		return e.page(s.x, s.req, s.v, pageOf{step: stepSecondFactor})
	}
	return e.signedIn(s, user.Username, acrPassword)
}

// unauthenticated is what is wrong with a name and a password.
func (e *Authorize) unauthenticated(name string) *protocol.Error {
	err := &protocol.Error{Code: protocol.AccessDenied, Case: protocol.CaseBadLogin, Status: http.StatusUnauthorized}
	if _, known := e.Directory.user(name); !known {
		if _, own := e.Site.Profile.Errors[protocol.CaseUnknownUser]; own {
			err.Case = protocol.CaseUnknownUser
		}
	}
	return err
}

// again shows the sign-in form with a message.
func (e *Authorize) again(s submission, username string, err *protocol.Error) Response {
	worded, a := s.x.worded(err)
	return e.page(s.x, s.req, s.v, pageOf{
		step: stepSignIn, status: worded.HTTPStatus(), username: username,
		password: true, message: cmp.Or(a.Text, s.x.texts().WrongPassword),
	})
}

// signedIn starts the session of an end-user and goes on with the request.
func (e *Authorize) signedIn(s submission, username, acr string) Response {
	session, cookie := e.Browser.start(s.x.Request, username, acr, amrOf(acr))
	s.v.Fresh = true
	s.v.signed(session, cookie)
	return e.proceed(s.x, s.req, s.v)
}

// secondFactor takes the code that follows the password or that raises a
// session.
func (e *Authorize) secondFactor(s submission) Response {
	user, known := e.Directory.user(s.v.User)
	if !known || user.SecondFactor == "" || !equal(user.SecondFactor, strings.TrimSpace(s.form["otp"])) {
		return e.page(s.x, s.req, s.v, pageOf{
			step: stepSecondFactor, status: http.StatusUnauthorized, message: s.x.texts().WrongCode,
		})
	}
	if s.v.Password {
		return e.signedIn(s, user.Username, acrSecondFactor)
	}
	session, cookie, ok := e.Browser.raise(s.x.Request, user.Username, acrSecondFactor, amrOf(acrSecondFactor))
	if ok {
		s.v.signed(session, cookie)
	}
	return e.proceed(s.x, s.req, s.v)
}

// choose takes the account chooser.
func (e *Authorize) choose(s submission) Response {
	s.v.Chosen = true
	name := s.form["account"]
	if name == "" {
		return e.page(s.x, s.req, s.v, pageOf{step: stepSignIn})
	}
	s.x.Entry.User = name
	session, ok := e.Browser.choose(s.x.Request, name)
	if !ok {
		// The session ended while the page was open.
		return e.page(s.x, s.req, s.v, pageOf{step: stepSignIn, username: name})
	}
	s.v.signed(session, "")
	return e.proceed(s.x, s.req, s.v)
}

// registered takes the registration form.
func (e *Authorize) registered(s submission) Response {
	if s.form["action"] == "sign-in" {
		return e.page(s.x, s.req, s.v, pageOf{step: stepSignIn})
	}
	a := applicant{s.form["username"], s.form["password"], s.form["name"], s.form["email"]}
	t := s.x.texts()
	problems := a.problems(t)
	if len(problems) == 0 && !e.Directory.enrol(a.user()) {
		problems = []string{t.UsernameTaken}
	}
	if len(problems) > 0 {
		return e.page(s.x, s.req, s.v, pageOf{
			step: stepRegister, status: http.StatusUnprocessableEntity, applicant: a, message: strings.Join(problems, " "),
		})
	}
	s.x.Entry.User = a.Username
	return e.signedIn(s, a.Username, acrPassword)
}

// consent takes the consent page.
func (e *Authorize) consent(s submission) Response {
	if accept := e.Site.Profile.Login.Accept; s.form["action"] != "allow" && (accept.Name == "" || s.form[accept.Name] != accept.Value) {
		return e.failure(s.x, s.req, &protocol.Error{Code: protocol.AccessDenied, Case: protocol.CaseConsentDenied, Description: "the end-user did not consent"})
	}
	e.Store.Consent(s.v.User, s.req.client.ID, s.req.asked())
	s.v.consented = true
	return e.proceed(s.x, s.req, s.v)
}
