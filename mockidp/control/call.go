package control

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"strconv"
	"time"

	"github.com/countersign-oidc/countersign/mockidp"
	"github.com/countersign-oidc/countersign/mockidp/document"
	"github.com/countersign-oidc/countersign/mockidp/identity"
	"github.com/countersign-oidc/countersign/mockidp/settings"
)

// call is one request to an operation.
type call struct {
	*http.Request
	w      http.ResponseWriter
	api    *api
	handle Handle // nil where the operation is on none
}

// decode reads the body of an operation.
func decode[T any](c *call, def string) (T, error) {
	var v T
	if kind, _, err := mime.ParseMediaType(c.Header.Get("Content-Type")); err != nil || kind != "application/json" {
		return v, problem(http.StatusUnsupportedMediaType, "the body is to be application/json")
	}
	data, err := io.ReadAll(http.MaxBytesReader(c.w, c.Body, document.MaxSize))
	if _, large := errors.AsType[*http.MaxBytesError](err); large {
		return v, problem(http.StatusRequestEntityTooLarge, "the body is larger than 1 MiB")
	}
	if err != nil {
		return v, problem(http.StatusBadRequest, "the body could not be read: %v", err)
	}
	if !json.Valid(data) {
		p := problem(http.StatusBadRequest, "the body is not JSON")
		if _, err := document.Parse("body.json", data); err != nil {
			p.Errors = append(p.Errors, Wrong{"", err.Error()})
		}
		return v, p
	}
	return v, unfit("the body", read(def, data, &v))
}

// act is an operation that needs nothing and answers nothing.
func act(do func(Handle, context.Context) error) func(*call) (any, error) {
	return func(c *call) (any, error) { return nil, do(c.handle, c.Context()) }
}

func (c *call) ready() (any, error) { return health{"ok"}, c.api.host.Ready(c.Context()) }

// list is a list with a name, never null.
func list[T any](name string, items []T, err error) (any, error) {
	if items == nil {
		items = []T{}
	}
	return map[string][]T{name: items}, err
}

func (c *call) faults() (any, error) {
	all, err := c.api.host.Faults(c.Context())
	return list("faults", all, err)
}

func (c *call) issuers() (any, error) {
	all, err := c.api.host.Issuers(c.Context())
	return list("issuers", all, err)
}

func (c *call) newIssuer() (any, error) {
	i, err := decode[settings.Issuer](c, "issuer")
	if err != nil {
		return nil, err
	}
	h, err := c.api.host.NewIssuer(c.Context(), i)
	if err != nil {
		return nil, err
	}
	return h.Info(c.Context())
}

func (c *call) info() (any, error) { return c.handle.Info(c.Context()) }

func (c *call) moveClock() (any, error) {
	m, err := decode[move](c, "move")
	if err != nil {
		return nil, err
	}
	return c.handle.MoveClock(c.Context(), time.Duration(m.By))
}

func (c *call) users() (any, error) {
	all, err := c.handle.Users(c.Context())
	return list("users", all, err)
}

func (c *call) putUser() (any, error) {
	u, err := decode[identity.User](c, "user")
	if err != nil {
		return nil, err
	}
	return nil, c.handle.PutUser(c.Context(), u)
}

func (c *call) removeUser() (any, error) {
	return nil, c.handle.RemoveUser(c.Context(), c.FormValue("user"))
}

func (c *call) endSessions() (any, error) {
	n, err := c.handle.EndSessions(c.Context(), c.FormValue("user"))
	return ended{n}, err
}

func (c *call) clients() (any, error) {
	all, err := c.handle.Clients(c.Context())
	return list("clients", all, err)
}

func (c *call) putClient() (any, error) {
	client, err := decode[identity.Client](c, "client")
	if err != nil {
		return nil, err
	}
	return nil, c.handle.PutClient(c.Context(), client)
}

func (c *call) removeClient() (any, error) {
	return nil, c.handle.RemoveClient(c.Context(), c.FormValue("client"))
}

func (c *call) arm() (any, error) {
	a, err := decode[settings.Armed](c, "armed")
	if err != nil {
		return nil, err
	}
	return c.handle.Arm(c.Context(), a)
}

func (c *call) tickets() (any, error) {
	all, err := c.handle.Tickets(c.Context())
	return list("armed", all, err)
}

func (c *call) ticketID() (int, error) {
	id, err := strconv.Atoi(c.PathValue("ticket"))
	if err != nil {
		return 0, missing("armed fault", c.PathValue("ticket"), nil)
	}
	return id, nil
}

func (c *call) ticket() (any, error) {
	id, err := c.ticketID()
	if err != nil {
		return nil, err
	}
	return c.handle.Ticket(c.Context(), id)
}

func (c *call) disarm() (any, error) {
	id, err := c.ticketID()
	if err != nil {
		return nil, err
	}
	return nil, c.handle.Disarm(c.Context(), id)
}

func (c *call) rotate() (any, error) {
	r, err := decode[rotate](c, "rotate")
	if err != nil {
		return nil, err
	}
	return nil, c.handle.Rotate(c.Context(), r.How)
}

func (c *call) mint() (any, error) {
	o, err := decode[Order](c, "order")
	if err != nil {
		return nil, err
	}
	token, err := c.handle.Mint(c.Context(), o)
	return minted{token}, err
}

func (c *call) sendLogout() (any, error) {
	n, err := decode[mockidp.LogoutNotice](c, "logout_notice")
	if err != nil {
		return nil, err
	}
	return c.handle.SendLogout(c.Context(), n)
}
