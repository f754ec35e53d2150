package endpoint

import (
	"slices"

	"github.com/countersign-oidc/countersign/mockidp/fault"
	"github.com/countersign-oidc/countersign/mockidp/identity"
	"github.com/countersign-oidc/countersign/mockidp/internal/state"
	"github.com/countersign-oidc/countersign/mockidp/protocol"
)

// The steps that an end-user may have to take. Each is a page of that name.
const (
	stepSignIn       = "sign-in"
	stepSecondFactor = "second-factor"
	stepChoose       = "choose-account"
	stepRegister     = "register"
	stepConsent      = "consent"
	stepDone         = ""
)

// visit is where an end-user stands with an authorization request.
type visit struct {
	state.Interaction
	// sessions are those of the browser, and current the username of the one
	// that was used last, or "".
	sessions []state.Session
	current  string
	// consented says that the end-user has just agreed.
	consented bool
	cookies   []string // to set
}

// visit looks up who is signed in.
func (e *Authorize) visit(x *Exchange, i state.Interaction) *visit {
	v := &visit{Interaction: i}
	v.sessions, _ = e.Browser.sessions(x.Request)
	if s, ok := e.Browser.session(x.Request); ok {
		v.current = s.User
	}
	return v
}

// signed notes that an account of the browser is the one to go on with.
func (v *visit) signed(s state.Session, cookie string) {
	v.User, v.current, v.Password = s.User, s.User, false
	v.sessions = []state.Session{s}
	if cookie != "" {
		v.cookies = append(v.cookies, cookie)
	}
}

// outcome is what a request comes to: a step to take, the session to answer
// with, or an error.
type outcome struct {
	step    string
	session state.Session
	person  person
	err     *protocol.Error
}

// proceed goes on with a request: to the next page that it needs, or to the
// authorization response.
func (e *Authorize) proceed(x *Exchange, req *authRequest, v *visit) Response {
	out := e.next(req, v)
	if len(req.prompts) > 0 || req.maxAge >= 0 {
		heedless := req.heedless()
		other := e.next(heedless, v)
		// Without them it would go on otherwise: this is where they count.
		if (out.step != other.step || out.err != nil) && other.err == nil && x.waived(fault.RulePrompt) {
			req, out = heedless, other
		}
	}
	if out.step == stepSecondFactor || out.step == stepConsent {
		v.User, x.Entry.User = out.person.Username, out.person.Username
	}
	var resp Response
	switch {
	case out.err != nil:
		resp = e.failure(x, req, out.err)
	case out.step == stepDone:
		resp = e.success(x, req, out.session, out.person)
	default:
		return e.page(x, req, v, pageOf{step: out.step, username: v.User})
	}
	return resp.withCookies(v.cookies)
}

func (r Response) withCookies(cookies []string) Response {
	for _, cookie := range cookies {
		r = withCookie(r, cookie)
	}
	return r
}

// next decides what comes next, and for prompt none which error stands for it
// (OpenID Connect Core 1.0, section 3.1.2.6).
func (e *Authorize) next(req *authRequest, v *visit) outcome {
	out := e.required(req, v)
	if out.err != nil || out.step == stepDone || req.mayPrompt() {
		return out
	}
	switch out.step {
	case stepChoose:
		out.err = &protocol.Error{Code: protocol.AccountSelection, Description: "several end-users are signed in and none is chosen"}
	case stepConsent:
		out.err = &protocol.Error{Code: protocol.ConsentRequired, Case: protocol.CaseConsentRequired, Description: "the end-user has not consented yet"}
	case stepSecondFactor:
		out.err = &protocol.Error{Code: protocol.InteractionRequired, Description: "the end-user has to give a second factor"}
	default:
		out.err = loginRequired()
	}
	return out
}

func (e *Authorize) required(req *authRequest, v *visit) outcome {
	if !v.Fresh {
		switch {
		case req.prompted(promptCreate):
			return outcome{step: stepRegister}
		case req.prompted(promptSelect) && !v.Chosen && len(v.sessions) > 0:
			return outcome{step: stepChoose}
		}
	}
	s, signedIn := e.account(req, v)
	if !signedIn {
		if v.User == "" && v.current == "" && len(v.sessions) > 0 && !req.names() && !v.Chosen {
			return outcome{step: stepChoose}
		}
		return outcome{step: stepSignIn}
	}
	p, known := e.Directory.user(s.User)
	if !known {
		return outcome{step: stepSignIn}
	}
	if !e.meant(req, p) {
		return outcome{err: &protocol.Error{Code: protocol.LoginRequired, Description: "another end-user than the request names"}}
	}
	if !v.Fresh && (req.prompted(promptLogin) || p.askedAgain() || e.tooOld(req, s)) {
		return outcome{step: stepSignIn, person: p}
	}
	level, possible := req.level(p)
	switch wrong := barred(req.client, p); {
	case wrong != nil:
		return outcome{err: wrong}
	case !possible:
		return outcome{err: unmet("the end-user cannot reach the essential acr")}
	case s.ACR < level:
		return outcome{step: stepSecondFactor, person: p}
	case e.asksConsent(req, p, v):
		return outcome{step: stepConsent, person: p}
	}
	return outcome{session: s, person: p}
}

func loginRequired() *protocol.Error {
	return &protocol.Error{Code: protocol.LoginRequired, Case: protocol.CaseLoginRequired, Description: "the end-user has to sign in"}
}

// barred is why a person may not sign in to a client, or nil.
func barred(c identity.Client, p person) *protocol.Error {
	switch {
	case p.Disabled:
		return &protocol.Error{Code: protocol.AccessDenied, Case: protocol.CaseUserDisabled, Description: "the end-user's account is disabled"}
	case c.Users != nil && !slices.Contains(c.Users, p.Username):
		return &protocol.Error{Code: protocol.AccessDenied, Case: protocol.CaseNotAssigned, Description: "the end-user is not assigned to the client"}
	}
	return nil
}

// tooOld reports whether max_age wants a new authentication. Zero always does.
func (e *Authorize) tooOld(req *authRequest, s state.Session) bool {
	return req.maxAge == 0 || req.maxAge > 0 && e.Now().Sub(s.AuthTime) > req.maxAge
}

// names reports whether the request insists on an end-user.
func (r *authRequest) names() bool { return r.hint.sub != "" || len(r.subjects) > 0 }

// meant reports whether a request is about a person, if it names one with an
// id_token_hint or a sub in the claims parameter (OpenID Connect Core 1.0,
// sections 3.1.2.1 and 5.5.1).
func (e *Authorize) meant(req *authRequest, p person) bool {
	if req.hint.sub != "" && req.hint.user != p.Username {
		return false
	}
	return len(req.subjects) == 0 || slices.Contains(req.subjects, e.Directory.subject(req.client, p))
}

// account is the session that a request is about: the one that the end-user
// signed in to or chose, else the one that the request names or hints at, else
// the current one.
func (e *Authorize) account(req *authRequest, v *visit) (state.Session, bool) {
	find := func(match func(person) bool) (state.Session, bool) {
		for _, s := range v.sessions {
			if p, known := e.Directory.user(s.User); known && match(p) {
				return s, true
			}
		}
		return state.Session{}, false
	}
	switch {
	case v.User != "":
		return find(func(p person) bool { return p.Username == v.User })
	case req.names():
		return find(func(p person) bool { return e.meant(req, p) })
	}
	if s, ok := find(func(p person) bool { return p.hinted(req.loginHint) }); ok {
		return s, true
	}
	return find(func(p person) bool { return p.Username == v.current })
}

// hinted reports whether a login_hint is about the person, by username or by
// e-mail address.
func (p person) hinted(hint string) bool {
	if hint == "" {
		return false
	}
	email, _ := p.Claims["email"].(string)
	return hint == p.Username || hint == email
}

// hold keeps the interaction for the answer to a page, and returns the ticket
// for its form.
func (e *Authorize) hold(x *Exchange, req *authRequest, v *visit, step string) string {
	secret, cookie := e.Browser.interaction(x.Request)
	if cookie != "" {
		v.cookies = append(v.cookies, cookie)
	}
	i := v.Interaction
	i.Browser, i.Step, i.Request, i.AnyRedirect = secret, step, req.params, req.from.anyRedirect
	return e.Store.Hold(i)
}
