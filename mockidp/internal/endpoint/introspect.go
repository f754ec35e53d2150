package endpoint

import (
	"net/http"
	"strings"

	"github.com/countersign-oidc/countersign/mockidp/identity"
	"github.com/countersign-oidc/countersign/mockidp/internal/state"
	"github.com/countersign-oidc/countersign/mockidp/journal"
	"github.com/countersign-oidc/countersign/mockidp/protocol"
)

// Introspection serves the introspection endpoint (RFC 7662).
type Introspection struct {
	Site      Site
	Clients   *ClientAuth
	Directory *Directory
	Store     *state.Store
}

// Mount registers the endpoint.
func (e *Introspection) Mount(rt *Router) {
	rt.handle(journal.Introspection, []string{http.MethodPost}, e.Clients.called(e.serve))
}

func (e *Introspection) serve(x *Exchange, client identity.Client, form map[string]string) Response {
	switch {
	case client.Method() == identity.AuthNone:
		// Otherwise anybody could try tokens out (section 4).
		return e.Clients.refuse(x, refused("introspection is for clients that authenticate"))
	case form["token"] == "":
		return x.errorJSON(invalid("token is missing"))
	}
	found, live := e.Store.Lookup(form["token"])
	// A resource asks about the access tokens that clients bring it; nobody
	// else has a use for a client's refresh token.
	if !live || found.Grant.Client != client.ID && found.Kind != state.AccessToken {
		return inactive()
	}
	owner, known := e.Directory.Client(found.Grant.Client)
	if !known {
		return inactive()
	}
	x.Entry.User = found.Grant.User
	return e.active(owner, found)
}

// inactive says nothing of why (section 2.2).
func inactive() Response { return jsonResponse(http.StatusOK, protocol.Introspection{}) }

func (e *Introspection) active(client identity.Client, found state.Token) Response {
	out := protocol.Introspection{
		Active: true, Scope: strings.Join(found.Scopes, " "), ClientID: client.ID,
		IssuedAt: found.Issued.Unix(), Expires: found.Expires.Unix(),
		// The only resource that takes these tokens is the issuer's UserInfo.
		Issuer: e.Site.Issuer, Audience: e.Site.Issuer,
		// Without an end-user the client acts for itself (RFC 9068, section 2.2).
		Subject: client.ID,
	}
	if found.Kind == state.AccessToken {
		out.TokenType = "Bearer"
	}
	if found.Grant.User != "" {
		user, known := e.Directory.user(found.Grant.User)
		if !known {
			return inactive()
		}
		out.Username, out.Subject = user.Username, e.Directory.subject(client, user)
	}
	return jsonResponse(http.StatusOK, out)
}
