package endpoint

import (
	"html/template"
	"net/http"

	"github.com/countersign-oidc/countersign/mockidp/journal"
)

// pageOf is what a page of a step shows beside the request.
type pageOf struct {
	step      string
	status    int // 200 when zero
	username  string
	message   string
	password  bool // the identifier is known already
	applicant applicant
}

// stepView is a page with a form.
type stepView struct {
	Action, Ticket, Client, Username, Message string

	Registration bool
	Accounts     []account
	Asked        []string
	Applicant    applicant
	Fields       template.HTML // the form, where a profile describes it
}

// account is a line of the account chooser.
type account struct {
	Username, Name string
	Hinted         bool
}

// page shows the page of a step. The sign-in form of a plain request posts to a
// URL that carries the whole request, so that the provider need not remember
// it; the others carry a ticket.
func (e *Authorize) page(x *Exchange, req *authRequest, v *visit, p pageOf) Response {
	view := stepView{
		Action: e.Site.front(journal.SignIn), Client: req.client.DisplayName(),
		Username: p.username, Message: p.message, Applicant: p.applicant,
	}
	switch p.step {
	case stepSignIn:
		view.Registration = e.offersRegistration(req)
		if view.Username == "" {
			view.Username = req.loginHint
		}
	case stepChoose:
		view.Accounts = e.accounts(req, v)
	case stepSecondFactor:
		view.Username = v.User
	case stepConsent:
		view.Username, view.Asked = v.User, x.texts().asked(req.asked())
	}
	if p.step == stepSignIn && !req.from.kept && !req.from.anyRedirect && !v.begun() {
		view.Action += "?" + req.params.Encode()
	} else {
		view.Ticket = e.hold(x, req, v, p.step)
	}
	if p.status == 0 {
		p.status = http.StatusOK
	}
	switch login := e.Site.Profile.Login; {
	case p.step == stepSignIn && !login.Standard():
		view.Fields = describe(login, view, p.password)
	case p.step == stepConsent && login.Accept.Name != "":
		view.Fields = consentForm(login, view)
	}
	return e.Pages.render(x, p.status, p.step, view).withCookies(v.cookies)
}

// begun reports whether the end-user has done anything that must not be
// forgotten.
func (v *visit) begun() bool { return v.User != "" || v.Fresh || v.Chosen }

// offersRegistration reports whether people may register on the way.
func (e *Authorize) offersRegistration(req *authRequest) bool {
	return e.SelfRegistration || req.prompted(promptCreate)
}

// accounts are the end-users whom the browser has sessions of.
func (e *Authorize) accounts(req *authRequest, v *visit) []account {
	var out []account
	for _, s := range v.sessions {
		p, known := e.Directory.user(s.User)
		if !known {
			continue
		}
		name, _ := p.Claims["name"].(string)
		out = append(out, account{Username: p.Username, Name: name, Hinted: p.hinted(req.loginHint)})
	}
	return out
}
