package control

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/countersign-oidc/countersign/mockidp"
	"github.com/countersign-oidc/countersign/mockidp/identity"
	"github.com/countersign-oidc/countersign/mockidp/keys"
	"github.com/countersign-oidc/countersign/mockidp/settings"
)

// remoteHandle is an issuer behind a Client.
type remoteHandle struct {
	client *Client
	id     string
}

func (h *remoteHandle) path(below string) string {
	return "/v1/issuers/" + url.PathEscape(h.id) + below
}

func (h *remoteHandle) get(ctx context.Context, below string, into any) error {
	return h.client.do(ctx, request{method: http.MethodGet, path: h.path(below)}, into)
}

func (h *remoteHandle) post(ctx context.Context, below string, body, into any) error {
	return h.client.do(ctx, request{method: http.MethodPost, path: h.path(below), body: body}, into)
}

func (h *remoteHandle) remove(ctx context.Context, below string, query url.Values, into any) error {
	return h.client.do(ctx, request{method: http.MethodDelete, path: h.path(below), query: query}, into)
}

func (h *remoteHandle) Info(ctx context.Context) (info Info, err error) {
	err = h.get(ctx, "", &info)
	return info, err
}

func (h *remoteHandle) Reset(ctx context.Context) error { return h.post(ctx, "/reset", nil, nil) }

func (h *remoteHandle) Close(ctx context.Context) error { return h.remove(ctx, "", nil, nil) }

func (h *remoteHandle) Users(ctx context.Context) ([]identity.User, error) {
	return items[identity.User](ctx, h.client, h.path("/users"), "users")
}

func (h *remoteHandle) PutUser(ctx context.Context, u identity.User) error {
	return h.post(ctx, "/users", u, nil)
}

// named is the parameter of an operation on one user or client. Nobody has an
// empty name.
func named(what, name string) (url.Values, error) {
	if name == "" {
		return nil, missing(what, name, nil)
	}
	return url.Values{what: {name}}, nil
}

func (h *remoteHandle) RemoveUser(ctx context.Context, username string) error {
	query, err := named("user", username)
	if err != nil {
		return err
	}
	return h.remove(ctx, "/users", query, nil)
}

func (h *remoteHandle) EndSessions(ctx context.Context, username string) (int, error) {
	query, err := named("user", username)
	if err != nil {
		return 0, err
	}
	var e ended
	err = h.remove(ctx, "/sessions", query, &e)
	return e.Ended, err
}

func (h *remoteHandle) Clients(ctx context.Context) ([]identity.Client, error) {
	return items[identity.Client](ctx, h.client, h.path("/clients"), "clients")
}

func (h *remoteHandle) PutClient(ctx context.Context, c identity.Client) error {
	return h.post(ctx, "/clients", c, nil)
}

func (h *remoteHandle) RemoveClient(ctx context.Context, id string) error {
	query, err := named("client", id)
	if err != nil {
		return err
	}
	return h.remove(ctx, "/clients", query, nil)
}

func (h *remoteHandle) Arm(ctx context.Context, a settings.Armed) (t Ticket, err error) {
	err = h.post(ctx, "/armed", a, &t)
	return t, err
}

func (h *remoteHandle) Tickets(ctx context.Context) ([]Ticket, error) {
	return items[Ticket](ctx, h.client, h.path("/armed"), "armed")
}

func (h *remoteHandle) Ticket(ctx context.Context, id int) (t Ticket, err error) {
	err = h.get(ctx, "/armed/"+strconv.Itoa(id), &t)
	return t, err
}

func (h *remoteHandle) Disarm(ctx context.Context, id int) error {
	return h.remove(ctx, "/armed/"+strconv.Itoa(id), nil, nil)
}

func (h *remoteHandle) Rotate(ctx context.Context, how keys.Rotation) error {
	return h.post(ctx, "/keys/rotate", rotate{how}, nil)
}

func (h *remoteHandle) MoveClock(ctx context.Context, by time.Duration) (info Info, err error) {
	err = h.post(ctx, "/clock", move{settings.Duration(by)}, &info)
	return info, err
}

func (h *remoteHandle) Mint(ctx context.Context, o Order) (string, error) {
	var m minted
	err := h.post(ctx, "/tokens", o, &m)
	return m.Token, err
}

func (h *remoteHandle) SendLogout(ctx context.Context, n mockidp.LogoutNotice) (a mockidp.LogoutAnswer, err error) {
	err = h.post(ctx, "/logout-tokens", addressed(n), &a)
	return a, err
}
