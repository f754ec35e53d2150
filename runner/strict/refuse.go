package strict

import (
	"net/http"
	"slices"
	"strings"
)

// refused wants a token request refused in the form of RFC 6749, section 5.2.
// The control that follows must be served: a provider that refuses everything
// proves nothing.
func (p *probe) refused(c call, codes ...string) error {
	a, err := p.token(c)
	if err != nil {
		return err
	}
	if served(a) {
		return breaks("The token endpoint served the request: status %d, with tokens.", a.status)
	}
	if _, err := p.sign(p.run.target.Client); err != nil {
		return err
	}
	if err := errorForm(a, codes); err != nil {
		return err
	}
	p.proof = "Refused with " + a.text("error") + "; the same request done right was served."
	return nil
}

// errorForm wants a JSON error with one of some codes. Without codes any will
// do.
func errorForm(a *answer, codes []string) error {
	code := a.text("error")
	switch {
	case a.status < 400 || a.status >= 500:
		return breaks("The request was neither served nor refused as RFC 6749, section 5.2 says: status %d, %s.", a.status, describe(a))
	case code == "":
		return breaks("The request was refused, but not with a JSON error: status %d, %s.", a.status, describe(a))
	case len(codes) > 0 && !slices.Contains(codes, code):
		return breaks("The request was refused with %s; the code for this is %s.", code, strings.Join(codes, " or "))
	case a.status != http.StatusBadRequest && (a.status != http.StatusUnauthorized || code != "invalid_client"):
		return breaks("The request was refused with %s, but with status %d.", code, a.status)
	}
	return nil
}

// withheld wants an authorization request refused without any redirect away:
// the client or the redirect URI cannot be trusted.
func (p *probe) withheld(edits ...edit) error {
	a, err := p.walk(p.run.home, p.attempt(p.run.target.Client, edits...))
	if err != nil {
		return err
	}
	if a.away != nil {
		what := "without a code"
		if a.away.Query().Has("code") {
			what = "with a code"
		}
		return breaks("The browser was sent to %s, %s.", place(a.away), what)
	}
	if _, err := p.code(p.run.target.Client); err != nil {
		return err
	}
	if a.page.status >= 500 {
		return breaks("The provider answered with status %d rather than refuse the request.", a.page.status)
	}
	if s, known := p.run.target.step(a.page, true); known && !s.password {
		return breaks("The provider asks the end-user to go on: %v.", a.landing)
	}
	p.proof = "Refused on a page of the provider; the same request done right returned with a code."
	return nil
}

// returned wants an authorization request refused by redirect with an error,
// and the state and iss that belong to it (RFC 6749, section 4.1.2.1).
func (p *probe) returned(b *browser, codes []string, edits ...edit) error {
	a, err := p.walk(b, p.attempt(p.run.target.Client, edits...))
	if err != nil {
		return err
	}
	if a.code() != "" {
		return breaks("The request was served: a code came back.")
	}
	if _, err := p.code(p.run.target.Client); err != nil {
		return err
	}
	v := a.back()
	switch {
	case v == nil && a.away != nil:
		return breaks("The browser was sent to %s, which is not the redirect URI.", place(a.away))
	case v == nil:
		return breaks("The error was not returned to the redirect URI; the browser is left %v.", a.landing)
	case v.Get("error") == "":
		return breaks("The redirect has neither a code nor an error.")
	case len(codes) > 0 && !slices.Contains(codes, v.Get("error")):
		return breaks("The request was refused with %s; the code for this is %s.", errorOf(v), strings.Join(codes, " or "))
	case len(a.params["state"]) == 1 && v.Get("state") != a.params.Get("state"):
		return breaks("The error %s came back without the state of the request.", v.Get("error"))
	}
	p.proof = "Refused by redirect with " + v.Get("error") + "; the same request done right returned with a code."
	return nil
}
