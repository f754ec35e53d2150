package endpoint

import (
	"net/url"
	"strings"
	"time"

	"github.com/countersign-oidc/countersign/mockidp/journal"
)

// begin is an exchange that the provider begins, with a relying party and for
// one of its users. Nobody requested it, so it has no Request.
func (rt *Router) begin(kind journal.Kind, client, user string) *Exchange {
	return &Exchange{
		began:  time.Now(),
		faults: rt.Script.Open(),
		facts:  rt.Facts,
		Entry:  journal.Entry{At: rt.Now(), Kind: kind, Client: client, User: user},
	}
}

// aim lets redirect faults act on the parameters that go to a relying party,
// and notes where they go and by which method.
func (x *Exchange) aim(r *Redirect, method string) {
	x.spoilRedirect(r)
	x.Entry.Method, x.Entry.Path = method, r.To
	values := make(url.Values, len(r.Params))
	for _, p := range r.Params {
		values.Add(p.Name, p.Value)
	}
	if r.inBody() {
		x.Entry.Form = values
	} else {
		x.Entry.Query = values
	}
}

// close records an exchange that the provider began.
func (rt *Router) close(x *Exchange) {
	x.Entry.Faults = x.faults.Acted()
	rt.append(x)
}

// inBody reports whether the parameters travel in a request's body.
func (r *Redirect) inBody() bool { return r.Mode == "form_post" || r.Mode == "json" }

// form is the parameters in their order, form encoded.
func (r *Redirect) form() string {
	pairs := make([]string, len(r.Params))
	for i, p := range r.Params {
		pairs[i] = url.QueryEscape(p.Name) + "=" + url.QueryEscape(p.Value)
	}
	return strings.Join(pairs, "&")
}
