package endpoint

import (
	"encoding/base64"
	"errors"
	"net/http"
	"net/url"
	"strings"

	"github.com/countersign-oidc/countersign/mockidp/identity"
	"github.com/countersign-oidc/countersign/mockidp/protocol"
)

// credentials are what a client presented at the token endpoint.
type credentials struct {
	id, secret string
	method     identity.AuthMethod
}

// readCredentials finds out how a client authenticates (RFC 6749, section
// 2.3). The query is not looked at.
func readCredentials(headers []string, form map[string]string) (credentials, *protocol.Error) {
	switch len(headers) {
	case 0:
		c := credentials{id: form["client_id"], secret: form["client_secret"], method: identity.AuthPost}
		if c.secret == "" {
			c.method = identity.AuthNone
		}
		if c.id == "" {
			return c, refused("the client does not say who it is")
		}
		return c, nil
	case 1:
	default:
		return credentials{}, refused("more than one Authorization header")
	}
	id, secret, err := parseBasic(headers[0])
	if err != nil {
		return credentials{}, refused(err.Error())
	}
	c := credentials{id, secret, identity.AuthBasic}
	if form["client_secret"] != "" {
		return c, invalid("the client authenticates in two ways at once")
	}
	if other := form["client_id"]; other != "" && other != id {
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

func refused(description string) *protocol.Error {
	return &protocol.Error{Code: protocol.InvalidClient, Description: description, Status: http.StatusUnauthorized}
}

// authenticate is the client behind a token request.
func (e *Token) authenticate(x *Exchange, form map[string]string) (identity.Client, *protocol.Error) {
	got, err := readCredentials(x.Request.Header.Values("Authorization"), form)
	client, known := e.Directory.Client(got.id)
	if known {
		x.Entry.Client = client.ID
	}
	x.Entry.ClientAuth = string(got.method)
	switch {
	case err != nil:
		return identity.Client{}, err
	case !known:
		return identity.Client{}, refused("the client is unknown or its secret is wrong")
	case client.Method() != got.method:
		return identity.Client{}, refused("this client is registered for " + string(client.Method()))
	case got.method != identity.AuthNone && !equal(client.Secret, got.secret):
		return identity.Client{}, refused("the client is unknown or its secret is wrong")
	}
	return client, nil
}
