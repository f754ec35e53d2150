package endpoint

import (
	_ "embed" // the page is a file, so that editors know it for HTML
	"net/http"
	"net/url"

	"github.com/countersign-oidc/countersign/mockidp/identity"
	"github.com/countersign-oidc/countersign/mockidp/journal"
	"github.com/countersign-oidc/countersign/mockidp/protocol"
)

//go:embed apps.html
var appsHTML string

// Apps serves the provider's own page of relying parties, from which people
// start them (OpenID Connect Core 1.0, section 4). With a client_id it starts
// that one; target_link_uri is passed on and method is "get" (also when empty)
// or "post". It does not ask people to sign in: the relying party's
// authorization request will, and until then there is no login_hint.
type Apps struct {
	Site      Site
	Directory *Directory
	Browser   *Browser
	Pages     *Pages

	router *Router
}

// Mount registers the endpoint.
func (e *Apps) Mount(rt *Router) {
	e.router = rt
	rt.handle(journal.Apps, []string{http.MethodGet}, e.serve)
}

type appsView struct {
	User string
	Apps []appView
}

type appView struct {
	ID, Name, URL string
}

func (e *Apps) serve(x *Exchange) Response {
	params, err := single(x.Query)
	if err != nil {
		return e.Pages.failure(x, err)
	}
	session, signedIn := e.Browser.session(x.Request)
	if signedIn {
		x.Entry.User = session.User
	}
	if id := params["client_id"]; id != "" {
		return e.start(x, id, session.User, params)
	}
	view := appsView{User: session.User}
	for _, c := range e.Directory.Clients() {
		view.Apps = append(view.Apps, appView{c.ID, c.DisplayName(), e.startURL(c, params["target_link_uri"])})
	}
	return e.Pages.render(x, http.StatusOK, "apps", view)
}

func (e *Apps) startURL(c identity.Client, target string) string {
	v := url.Values{"client_id": {c.ID}}
	if target != "" {
		v.Set("target_link_uri", target)
	}
	return e.Site.front(journal.Apps) + "?" + v.Encode()
}

// start sends the browser to the relying party's initiate_login_uri.
func (e *Apps) start(x *Exchange, id, user string, params map[string]string) Response {
	client, known := e.Directory.Client(id)
	if !known {
		return e.Pages.failure(x, invalid("the client is not registered"))
	}
	x.Entry.Client = client.ID
	if client.InitiateLoginURI == "" {
		return e.Pages.failure(x, &protocol.Error{
			Code: protocol.MissingInitiateLogin, Case: protocol.CaseNoInitiateLogin,
			Description: "The provider does not know where " + client.DisplayName() + " starts a sign-in. " +
				"Register its initiate_login_uri, or start at the application itself.",
		})
	}
	to := &Redirect{To: client.InitiateLoginURI, Params: []Param{{"iss", e.Site.Issuer}}}
	for _, p := range []Param{{"login_hint", user}, {"target_link_uri", params["target_link_uri"]}} {
		if p.Value != "" {
			to.Params = append(to.Params, p)
		}
	}
	switch params["method"] {
	case "", "get":
	case "post":
		to.Mode = "form_post"
	default:
		return e.Pages.failure(x, invalid("method is get or post"))
	}
	out := e.router.begin(journal.InitiateLogin, client.ID, user)
	out.aim(to, http.MethodGet)
	out.Entry.Location, out.Entry.Sent = to.location(), true
	resp := Response{Redirect: to}
	if to.inBody() {
		out.Entry.Method, out.Entry.Location = http.MethodPost, to.To
		resp = e.Pages.posted(x, to)
	}
	e.router.close(out)
	return resp
}

type postView struct {
	To     string
	Params []Param
}

// submitJS is the script of the page that posts.
const submitJS = `document.forms[0].submit();`

// posted is a page that posts parameters to a relying party by itself, or by a
// button in a browser without JavaScript.
func (p *Pages) posted(x *Exchange, to *Redirect) Response {
	resp := p.render(x, http.StatusOK, "start", postView{To: to.To, Params: to.Params})
	resp.Header.Set("Content-Security-Policy",
		resp.Header.Get("Content-Security-Policy")+"; script-src '"+digest(submitJS)+"'")
	return resp
}
