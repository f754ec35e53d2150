package endpoint

import (
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/countersign-oidc/countersign/mockidp/journal"
	"github.com/countersign-oidc/countersign/mockidp/profile"
	"github.com/countersign-oidc/countersign/mockidp/protocol"
	"github.com/countersign-oidc/countersign/mockidp/token"
)

// byForm shows an error as the message of the sign-in form.
const byForm profile.Delivery = "form"

// worded is an error as the provider words it, with all that its answer has
// beside code and description.
func (x *Exchange) worded(e *protocol.Error) (*protocol.Error, profile.Answer) {
	a, own := x.site.Profile.Errors[e.Case]
	if !own {
		return e, profile.Answer{}
	}
	out := *e
	if a.Error != "" {
		out.Code = protocol.Code(a.Error)
	}
	if a.Status != 0 {
		out.Status = a.Status
	}
	words := x.words()
	if out.Description = words.Text(a.Description); out.Description != "" {
		out.Description += words.Text(x.site.Profile.ErrorSuffix)
	}
	a.Text = words.Text(a.Text)
	return &out, a
}

// words are what an error can be about.
func (x *Exchange) words() profile.Values {
	return profile.Values(func(word string) (any, bool) {
		switch word {
		case "time":
			return x.Entry.At.UTC().Format(profile.ErrorTime), true
		case "client_name":
			c, ok := x.facts.client(x.Entry.Client)
			return c.DisplayName(), ok
		case "grant_types":
			c, _ := x.facts.client(x.Entry.Client)
			return strings.Join(c.GrantNames(), " "), true
		case "return_to":
			return x.values().Get(x.logout.ReturnParameter()), true
		}
		if v := x.values().Get(word); v != "" {
			return v, true
		}
		return x.Entry.Client, word == "client_id"
	}).Or(x.site.words).Or(profile.Made(""))
}

// values are the parameters of the request.
func (x *Exchange) values() url.Values {
	all := maps.Clone(x.Query)
	if all == nil {
		all = url.Values{}
	}
	maps.Copy(all, x.Form)
	return all
}

// errorJSON answers a protocol error outside of redirects (RFC 6749, section
// 5.2).
func (x *Exchange) errorJSON(e *protocol.Error) Response {
	e, a := x.worded(e)
	x.fail(e)
	var resp Response
	switch {
	case a.As == profile.ByText:
		resp = plain(e.HTTPStatus(), a.Text)
	case a.As == profile.ByHeader:
		resp = Response{Status: e.HTTPStatus(), Header: http.Header{}}
	default:
		resp = rawJSON(e.HTTPStatus(), x.errorBody(e, a))
	}
	if a.Challenge != "" {
		resp.Header.Set("WWW-Authenticate", x.words().Text(a.Challenge))
	}
	return resp
}

func (x *Exchange) errorBody(e *protocol.Error, a profile.Answer) []byte {
	if a.Body != nil {
		body, _ := x.words().Expand(a.Body)
		return body
	}
	var body token.Members
	body.Add("error", string(e.Code))
	if e.Description != "" {
		body.Add("error_description", e.Description)
	}
	body = withMembers(body, profile.Members{Add: a.More}, x.words())
	if x.Entry.Kind == journal.Token {
		body = withMembers(body, profile.Members{Add: x.site.Profile.ErrorBody}, x.words())
	}
	return body.JSON()
}

// withMembers is an object as a profile changes it. What is added comes in the
// order of the names.
func withMembers(object token.Members, change profile.Members, words profile.Values) token.Members {
	for _, name := range change.Remove {
		object.Remove(name)
	}
	for _, name := range slices.Sorted(maps.Keys(change.Add)) {
		if value, ok := words.Expand(change.Add[name]); ok {
			object.Set(name, value)
		}
	}
	return object
}

// elsewhere sends the browser to the provider's own page about an error.
func (x *Exchange) otherPage(e *protocol.Error, a profile.Answer) Response {
	x.fail(e)
	return Response{Status: http.StatusFound, Header: http.Header{"Location": {x.site.Front + x.words().Text(a.To)}}}
}

// ErrorPage shows an error that the browser was sent to; see
// profile.ByOtherPage.
type ErrorPage struct {
	Site  Site
	Pages *Pages
}

// Mount registers the endpoint, where the profile has one.
func (e *ErrorPage) Mount(rt *Router) {
	rt.handle(journal.ErrorPage, readOnly(), e.serve)
}

func (e *ErrorPage) serve(x *Exchange) Response {
	code := x.Query.Get("error")
	text := code
	for _, c := range slices.Sorted(maps.Keys(e.Site.Profile.Errors)) {
		a := e.Site.Profile.Errors[c]
		_, query, _ := strings.Cut(a.To, "?")
		if q, err := url.ParseQuery(query); err == nil && a.To != "" && q.Get("error") == code {
			text = x.words().Text(a.Text)
			break
		}
	}
	return e.Pages.render(x, http.StatusBadRequest, "error", messageView{Title: x.texts().Error, Text: text, Code: code})
}

// timeText is a time as profiles write it.
func timeText(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }
