package endpoint

import (
	"maps"
	"net/http"
	"net/url"
	"time"

	"github.com/countersign-oidc/countersign/mockidp/identity"
	"github.com/countersign-oidc/countersign/mockidp/internal/state"
	"github.com/countersign-oidc/countersign/mockidp/journal"
	"github.com/countersign-oidc/countersign/mockidp/protocol"
)

// pushedPrefix begins the request_uri of pushed requests (RFC 9126, section
// 2.2).
const pushedPrefix = "urn:ietf:params:oauth:request_uri:"

// PAR serves the pushed authorization request endpoint (RFC 9126).
type PAR struct {
	Clients   *ClientAuth
	Authorize *Authorize
}

// Mount registers the endpoint.
func (e *PAR) Mount(rt *Router) {
	rt.handle(journal.PAR, []string{http.MethodPost}, e.Clients.called(e.serve))
}

func (e *PAR) serve(x *Exchange, client identity.Client, _ map[string]string) Response {
	params, err := e.pushed(x, client)
	if err != nil {
		return x.errorJSON(err)
	}
	return jsonResponse(http.StatusCreated, protocol.PushedResponse{
		RequestURI: pushedPrefix + e.Authorize.Store.Push(client.ID, params),
		ExpiresIn:  int64(state.PushedLifetime / time.Second),
	})
}

// pushed are the parameters of a valid request. Nothing is pushed that the
// authorization endpoint would refuse.
func (e *PAR) pushed(x *Exchange, client identity.Client) (url.Values, *protocol.Error) {
	params := maps.Clone(x.Form)
	for _, name := range []string{"client_secret", "client_assertion", "client_assertion_type"} {
		params.Del(name)
	}
	if params.Get("request_uri") != "" {
		return nil, invalid("request_uri cannot be pushed")
	}
	params.Set("client_id", client.ID)
	params, from, err := e.Authorize.resolve(x, params)
	if err != nil {
		return nil, err
	}
	from.pushed = true
	req, err := e.Authorize.destination(x, params, from)
	if err != nil {
		return nil, err
	}
	return params, req.complete(e.Authorize.Directory)
}
