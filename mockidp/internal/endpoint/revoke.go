package endpoint

import (
	"errors"
	"net/http"

	"github.com/countersign-oidc/countersign/mockidp/identity"
	"github.com/countersign-oidc/countersign/mockidp/internal/state"
	"github.com/countersign-oidc/countersign/mockidp/journal"
	"github.com/countersign-oidc/countersign/mockidp/protocol"
)

// Revocation serves the revocation endpoint (RFC 7009). The token_type_hint
// is not needed, and an invalid one must not matter (section 2.2).
type Revocation struct {
	Clients   *ClientAuth
	Directory *Directory
	Store     *state.Store
}

// Mount registers the endpoint.
func (e *Revocation) Mount(rt *Router) {
	rt.handle(journal.Revocation, []string{http.MethodPost}, e.Clients.called(e.serve))
}

func (e *Revocation) serve(x *Exchange, client identity.Client, form map[string]string) Response {
	if form["token"] == "" {
		return x.errorJSON(invalid("token is missing"))
	}
	grant, revokeErr := e.Store.Revoke(form["token"], client.ID)
	x.Entry.User = grant.User
	switch {
	case errors.Is(revokeErr, state.ErrOtherClient):
		return x.errorJSON(badGrant("the token was issued to another client"))
	case revokeErr != nil:
		if _, err := e.Directory.readHint(form["token"]); err == nil {
			return x.errorJSON(&protocol.Error{Code: protocol.UnsupportedTokenType, Description: "an ID token cannot be revoked"})
		}
	}
	// A token that is unknown is useless already (section 2.2).
	return Response{Status: http.StatusOK}
}
