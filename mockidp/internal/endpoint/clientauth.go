package endpoint

import (
	"encoding/base64"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/countersign-oidc/countersign/mockidp/fault"
	"github.com/countersign-oidc/countersign/mockidp/identity"
	"github.com/countersign-oidc/countersign/mockidp/internal/state"
	"github.com/countersign-oidc/countersign/mockidp/protocol"
)

// ClientAuth authenticates clients wherever they call (RFC 6749, section 2.3;
// OpenID Connect Core 1.0, section 9).
type ClientAuth struct {
	Directory *Directory
	Site      Site
	Store     *state.Store
	Now       func() time.Time
}

// credentials are what a client presented.
type credentials struct {
	id, secret, assertion string
	method                identity.AuthMethod
}

// readCredentials finds out how a client authenticates. The query is not
// looked at.
func readCredentials(headers []string, form map[string]string) (credentials, *protocol.Error) {
	ways := len(headers)
	if form["client_secret"] != "" {
		ways++
	}
	asserts := form["client_assertion"] != "" || form["client_assertion_type"] != ""
	if asserts {
		ways++
	}
	switch {
	case len(headers) > 1:
		return credentials{}, refusedAs(protocol.CaseBadHeader, "more than one Authorization header")
	case ways > 1:
		return credentials{id: form["client_id"]}, mistake(protocol.CaseBothMethods, "the client authenticates in two ways at once")
	case len(headers) == 1:
		return basicCredentials(headers[0], form["client_id"])
	case asserts:
		return assertedCredentials(form)
	}
	c := credentials{id: form["client_id"], secret: form["client_secret"], method: identity.AuthPost}
	if c.secret == "" {
		c.method = identity.AuthNone
	}
	if c.id == "" {
		return c, refusedAs(protocol.CaseNoClientID, "the client does not say who it is")
	}
	return c, nil
}

func basicCredentials(header, inForm string) (credentials, *protocol.Error) {
	id, secret, err := parseBasic(header)
	if err != nil {
		return credentials{}, refusedAs(protocol.CaseBadHeader, err.Error())
	}
	c := credentials{id: id, secret: secret, method: identity.AuthBasic}
	if inForm != "" && inForm != id {
		return c, invalid("client_id differs from the Authorization header")
	}
	return c, nil
}

// parseBasic reads an Authorization header whose halves are form encoded
// (RFC 6749, section 2.3.1; RFC 7617, section 2).
func parseBasic(header string) (id, secret string, err error) {
	scheme, encoded, ok := strings.Cut(header, " ")
	if !ok || !strings.EqualFold(scheme, "Basic") {
		return "", "", errors.New("the Authorization header is not Basic")
	}
	raw, err := base64.StdEncoding.DecodeString(strings.TrimSpace(encoded))
	if err != nil {
		return "", "", errors.New("the Authorization header is not base64")
	}
	user, password, ok := strings.Cut(string(raw), ":")
	if !ok {
		return "", "", errors.New("the Authorization header has no colon")
	}
	if id, err = url.QueryUnescape(user); err == nil {
		secret, err = url.QueryUnescape(password)
	}
	if err != nil || id == "" {
		return "", "", errors.New("the Authorization header is not form encoded inside")
	}
	return id, secret, nil
}

func refused(description string) *protocol.Error { return refusedAs("", description) }

// refusedAs is a client that is refused in words of a provider's own.
func refusedAs(c protocol.Case, description string) *protocol.Error {
	return &protocol.Error{Code: protocol.InvalidClient, Case: c, Description: description, Status: http.StatusUnauthorized}
}

// called is an endpoint for clients: next is given the one that asks, and what
// it sends.
func (a *ClientAuth) called(next func(*Exchange, identity.Client, map[string]string) Response) func(*Exchange) Response {
	return func(x *Exchange) Response {
		form, err := single(x.Form)
		if err != nil {
			return x.errorJSON(err)
		}
		client, err := a.authenticate(x, form)
		if err != nil {
			return a.refuse(x, err)
		}
		return next(x, client, form)
	}
}

// authenticate is the client behind a request.
func (a *ClientAuth) authenticate(x *Exchange, form map[string]string) (identity.Client, *protocol.Error) {
	got, err := readCredentials(x.Request.Header.Values("Authorization"), form)
	client, known := a.Directory.Client(got.id)
	if known {
		x.Entry.Client = client.ID
	}
	x.Entry.ClientAuth = string(got.method)
	switch {
	case a.inQuery(x):
		return identity.Client{}, mistake(protocol.CaseSecretInQuery, "client credentials are in the query")
	case err != nil:
		return identity.Client{}, err
	case a.Site.Profile.Client.IDInBody && form["client_id"] == "":
		return identity.Client{}, refusedAs(protocol.CaseWrongMethod, "client_id is not in the form")
	case !known:
		return identity.Client{}, refusedAs(protocol.CaseUnknownClientToken, "the client is unknown or its secret is wrong")
	case client.Method() != got.method && !a.either(client, got) && !x.waived(fault.RuleClientMethod):
		return identity.Client{}, refusedAs(wrongMethod(client, got), "this client is registered for "+string(client.Method()))
	case client.Method() == identity.AuthNone:
		return client, nil
	}
	if err := a.verify(x, client, got); err != nil && !x.waived(fault.RuleClientSecret) {
		return identity.Client{}, err
	}
	return client, nil
}

func (a *ClientAuth) verify(x *Exchange, c identity.Client, got credentials) *protocol.Error {
	if got.assertion != "" {
		return a.verifyAssertion(x, c, got)
	}
	// Without a secret there is nothing that another method could show.
	if c.Secret == "" || !equal(c.Secret, got.secret) {
		return refusedAs(protocol.CaseWrongSecret, "the client is unknown or its secret is wrong")
	}
	return nil
}

// inQuery reports whether credentials are in the query, for providers that look
// there to refuse them.
func (a *ClientAuth) inQuery(x *Exchange) bool {
	_, own := a.Site.Profile.Errors[protocol.CaseSecretInQuery]
	return own && x.Query.Has("client_secret")
}

// either reports whether the profile takes the client's secret in the way in
// which it came, which is not the registered one.
func (a *ClientAuth) either(c identity.Client, got credentials) bool {
	secret := func(m identity.AuthMethod) bool { return m == identity.AuthBasic || m == identity.AuthPost }
	return a.Site.Profile.Client.EitherSecret && secret(c.Method()) && secret(got.method)
}

// wrongMethod is the case of a client that authenticates in another way than it
// is registered for.
func wrongMethod(c identity.Client, got credentials) protocol.Case {
	switch {
	case got.method == identity.AuthNone:
		return protocol.CaseNoClientAuth
	case c.Method() == identity.AuthNone:
		return protocol.CaseNeedlessSecret
	}
	return protocol.CaseWrongMethod
}

// refuse answers a request that authenticate or the endpoint refused. A 401
// names the scheme to try (RFC 6749, section 5.2).
func (a *ClientAuth) refuse(x *Exchange, err *protocol.Error) Response {
	resp := x.errorJSON(err)
	if resp.Status == http.StatusUnauthorized {
		resp.Header.Set("WWW-Authenticate", `Basic realm="client", charset="UTF-8"`)
	}
	return resp
}
