package endpoint

import (
	"github.com/countersign-oidc/countersign/mockidp/identity"
	"github.com/countersign-oidc/countersign/mockidp/internal/state"
	"github.com/countersign-oidc/countersign/mockidp/protocol"
)

// clientCredentials answers a client that acts for itself (RFC 6749, section
// 4.4). There is no end-user, so there is neither an ID token nor a refresh
// token.
func (e *Token) clientCredentials(x *Exchange, client identity.Client, form map[string]string) Response {
	if client.Method() == identity.AuthNone {
		return x.errorJSON(unauthorized("client_credentials is for clients that authenticate"))
	}
	scopes := protocol.SplitScope(form["scope"])
	for _, s := range scopes {
		switch {
		case s == protocol.ScopeOpenID, s == protocol.ScopeOffline:
			return x.errorJSON(badScope("the scope " + s + " needs an end-user"))
		case !client.Knows(s):
			return x.errorJSON(badScope("the scope " + safe(s) + " is unknown"))
		}
	}
	grant := state.Grant{Client: client.ID}
	out, err := e.bearer(x, state.NewFamily(grant), scopes)
	if err != nil {
		return x.broken(err)
	}
	return e.granting(out, e.Mint.words(client, person{}, grant))
}

func badScope(description string) *protocol.Error {
	return &protocol.Error{Code: protocol.InvalidScope, Description: description}
}
