package endpoint

import (
	"net/http"
	"slices"

	"github.com/countersign-oidc/countersign/mockidp/fault"
	"github.com/countersign-oidc/countersign/mockidp/journal"
)

// redirectKind says which redirect an exchange answers with: the sign-in page
// answers with the authorization response too.
func redirectKind(k journal.Kind) journal.Kind {
	if k == journal.SignIn {
		return journal.Authorize
	}
	return k
}

// waived reports whether a fault makes the endpoint forget a rule. Ask only
// where the rule would refuse: asking is what counts as the fault's effect.
func (x *Exchange) waived(rule fault.Rule) bool {
	waived := false
	x.faults.Each(x.Entry.User, x.Entry.Client, func(s fault.Spec) func() {
		if s.Response == nil || s.Response.Endpoint != x.Entry.Kind || !slices.Contains(s.Response.Waive, rule) {
			return nil
		}
		return func() { waived = true }
	})
	return waived
}

// spoil lets the armed faults act on a response.
func (x *Exchange) spoil(r *Response) delivery {
	var d delivery
	if r.Redirect != nil {
		x.spoilRedirect(r.Redirect)
		r.materialise(x)
		r.repeat()
	}
	honest := r.Status
	x.faults.Each(x.Entry.User, x.Entry.Client, func(s fault.Spec) func() {
		if s.Response == nil || s.Response.Endpoint != x.Entry.Kind {
			return nil
		}
		response, way, changed := x.edited(*r, d, honest, s.Response)
		if !changed {
			return nil
		}
		return func() { *r, d = response, way }
	})
	if r.Status == http.StatusNoContent || r.Status == http.StatusNotModified {
		// These have no body (RFC 9110, section 6.4.1): net/http would refuse it.
		r.Body, d.truncate, d.drip, d.length = nil, 0, 0, 0
	}
	return d
}

// spoilRedirect lets the armed faults act on parameters that go to a relying
// party.
func (x *Exchange) spoilRedirect(r *Redirect) {
	x.faults.Each(x.Entry.User, x.Entry.Client, func(s fault.Spec) func() {
		if s.Redirect == nil || s.Redirect.Endpoint != redirectKind(x.Entry.Kind) {
			return nil
		}
		edited, changed := x.editedRedirect(*r, s.Redirect)
		if !changed {
			return nil
		}
		return func() { *r = edited }
	})
}
