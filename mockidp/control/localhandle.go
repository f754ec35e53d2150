package control

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/countersign-oidc/countersign/mockidp"
	"github.com/countersign-oidc/countersign/mockidp/fault"
	"github.com/countersign-oidc/countersign/mockidp/identity"
	"github.com/countersign-oidc/countersign/mockidp/keys"
	"github.com/countersign-oidc/countersign/mockidp/settings"
)

// localHandle is a provider of this process. What it is given goes through the
// schemas of the wire, so that both ways refuse the same in the same words.
type localHandle struct {
	host     *Local
	provider *mockidp.Provider
}

func (h *localHandle) Info(context.Context) (Info, error) {
	now, moved := h.provider.Clock()
	path := h.provider.Path()
	return Info{
		ID: idOf(path), Path: path, Issuer: h.provider.Issuer(), Now: now, Moved: settings.Duration(moved),
		Mark: h.provider.Journal().Mark(),
	}, nil
}

func (h *localHandle) Reset(context.Context) error {
	h.provider.Reset()
	return nil
}

func (h *localHandle) Close(context.Context) error {
	h.provider.Close()
	return nil
}

func (h *localHandle) Users(context.Context) ([]identity.User, error) { return h.provider.Users(), nil }

func (h *localHandle) PutUser(_ context.Context, u identity.User) error {
	text, err := json.Marshal(u)
	if err != nil {
		return unfit("the user", err)
	}
	if u, err = settings.ParseUser(text, h.provider.Users()); err != nil {
		return unfit("the user", err)
	}
	return unfit("the user", h.provider.PutUser(u))
}

func (h *localHandle) RemoveUser(_ context.Context, username string) error {
	if !h.provider.RemoveUser(username) {
		return h.noUser(username)
	}
	return nil
}

func (h *localHandle) noUser(name string) error {
	var known []string
	for _, u := range h.provider.Users() {
		known = append(known, u.Username)
	}
	return missing("user", name, known)
}

func (h *localHandle) EndSessions(_ context.Context, username string) (int, error) {
	if !slices.ContainsFunc(h.provider.Users(), func(u identity.User) bool { return u.Username == username }) {
		return 0, h.noUser(username)
	}
	return h.provider.EndSessions(username), nil
}

func (h *localHandle) Clients(context.Context) ([]identity.Client, error) {
	return h.provider.Clients(), nil
}

func (h *localHandle) PutClient(_ context.Context, c identity.Client) error {
	text, err := json.Marshal(c)
	if err != nil {
		return unfit("the client", err)
	}
	if c, err = settings.ParseClient(text); err != nil {
		return unfit("the client", err)
	}
	return unfit("the client", h.provider.PutClient(c))
}

func (h *localHandle) RemoveClient(_ context.Context, id string) error {
	if h.provider.RemoveClient(id) {
		return nil
	}
	var known []string
	for _, c := range h.provider.Clients() {
		known = append(known, c.ID)
	}
	return missing("client", id, known)
}

func (h *localHandle) Arm(_ context.Context, a settings.Armed) (Ticket, error) {
	text, err := json.Marshal(a)
	if err != nil {
		return Ticket{}, unfit("the fault", err)
	}
	if a, err = settings.ParseArmed(text, h.host.Own, h.provider.Users(), h.provider.Clients()); err != nil {
		return Ticket{}, unfit("the fault", err)
	}
	arming := a.Arming()
	t, err := h.provider.Arm(arming.Spec, arming.Scope, arming.Budget)
	if err != nil {
		return Ticket{}, unfit("the fault", err)
	}
	return ticketOf(t), nil
}

func ticketOf(t *fault.Ticket) Ticket {
	a := t.Arming()
	return Ticket{
		ID: t.ID(), Fault: a.Spec, User: a.Scope.User, Client: a.Scope.Client, Budget: int(a.Budget),
		Fired: t.Fired(), Armed: t.Armed(),
	}
}

func (h *localHandle) Tickets(context.Context) ([]Ticket, error) {
	var out []Ticket
	for _, t := range h.provider.Tickets() {
		out = append(out, ticketOf(t))
	}
	return out, nil
}

func (h *localHandle) ticket(id int) (*fault.Ticket, error) {
	for _, t := range h.provider.Tickets() {
		if t.ID() == id {
			return t, nil
		}
	}
	return nil, missing("armed fault", strconv.Itoa(id), nil)
}

func (h *localHandle) Ticket(_ context.Context, id int) (Ticket, error) {
	t, err := h.ticket(id)
	if err != nil {
		return Ticket{}, err
	}
	return ticketOf(t), nil
}

func (h *localHandle) Disarm(_ context.Context, id int) error {
	t, err := h.ticket(id)
	if err != nil {
		return err
	}
	t.Disarm()
	return nil
}

func (h *localHandle) Rotate(_ context.Context, how keys.Rotation) error {
	r := rotate{how}
	if err := checked("rotate", &r); err != nil {
		return err
	}
	return unfit("the rotation", h.provider.Keys().Rotate(r.How))
}

func (h *localHandle) MoveClock(ctx context.Context, by time.Duration) (Info, error) {
	if err := h.provider.MoveClock(by); err != nil {
		return Info{}, unfit("the move", err)
	}
	return h.Info(ctx)
}

func (h *localHandle) Mint(_ context.Context, o Order) (string, error) {
	if err := checked("order", &o); err != nil {
		return "", err
	}
	token, err := h.provider.Mint(mockidp.Token{
		Kind: o.Kind, Client: o.Client, User: o.User, Scopes: o.Scopes, Nonce: o.Nonce, AuthTime: o.AuthTime,
		SID: o.SID, ACR: o.ACR, AMR: o.AMR, AccessToken: o.AccessToken, Code: o.Code,
		Lifetime: time.Duration(o.Lifetime), Edit: o.Edit,
	})
	return token, unfit("the order", err)
}

func (h *localHandle) SendLogout(ctx context.Context, n mockidp.LogoutNotice) (mockidp.LogoutAnswer, error) {
	n = addressed(n)
	if err := checked("logout_notice", &n); err != nil {
		return mockidp.LogoutAnswer{}, err
	}
	answer, err := h.provider.SendLogout(ctx, n)
	if err != nil {
		return answer, problem(http.StatusBadGateway, "%v", err)
	}
	return answer, nil
}
