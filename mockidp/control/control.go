// Package control manages the issuers of a mock provider from outside of its
// process: users, clients, faults, the journal, keys, the clock, tokens,
// sessions and logout tokens.
//
// Host and Handle say what can be done. Local does it to a server of this
// process, Server offers it over HTTP and Client calls that from elsewhere;
// controltest holds that the two cannot be told apart. All values are data, and
// what is refused is a *Problem. docs/control.md is about the API as HTTP.
package control

import (
	"context"
	"iter"
	"strings"
	"time"

	"github.com/countersign-oidc/countersign/mockidp"
	"github.com/countersign-oidc/countersign/mockidp/fault"
	"github.com/countersign-oidc/countersign/mockidp/identity"
	"github.com/countersign-oidc/countersign/mockidp/journal"
	"github.com/countersign-oidc/countersign/mockidp/keys"
	"github.com/countersign-oidc/countersign/mockidp/settings"
)

// Host makes issuers and finds them. *Local and *Client are hosts.
type Host interface {
	// Ready is nil when the provider serves.
	Ready(ctx context.Context) error
	// Faults are the named faults, one's own in front of the catalogue.
	Faults(ctx context.Context) ([]fault.Spec, error)
	// NewIssuer adds an issuer.
	NewIssuer(ctx context.Context, i settings.Issuer) (Handle, error)
	// Issuers are all issuers, in the order of their paths.
	Issuers(ctx context.Context) ([]Info, error)
	// Issuer is the issuer of an ID.
	Issuer(ctx context.Context, id string) (Handle, error)
}

// Handle manages one issuer.
type Handle interface {
	Info(ctx context.Context) (Info, error)
	// Reset takes the issuer back to how it was made; see
	// mockidp.Provider.Reset.
	Reset(ctx context.Context) error
	// Close takes the issuer off its server.
	Close(ctx context.Context) error

	Users(ctx context.Context) ([]identity.User, error)
	// PutUser adds a user or replaces the one of the same username.
	PutUser(ctx context.Context, u identity.User) error
	RemoveUser(ctx context.Context, username string) error
	// EndSessions ends a user's sessions in all browsers and says how many
	// there were; see mockidp.Provider.EndSessions.
	EndSessions(ctx context.Context, username string) (int, error)

	Clients(ctx context.Context) ([]identity.Client, error)
	// PutClient adds a client or replaces the one of the same ID.
	PutClient(ctx context.Context, c identity.Client) error
	RemoveClient(ctx context.Context, id string) error

	// Arm arms a fault; settings.Arm and settings.ArmSpec make one to arm.
	Arm(ctx context.Context, a settings.Armed) (Ticket, error)
	// Tickets are the faults that were armed since the last Reset; see
	// mockidp.Provider.Tickets.
	Tickets(ctx context.Context) ([]Ticket, error)
	Ticket(ctx context.Context, id int) (Ticket, error)
	// Disarm keeps a fault from acting again. Disarming twice is harmless.
	Disarm(ctx context.Context, id int) error

	// Journal is a page of the journal.
	Journal(ctx context.Context, q Query) (journal.Page, error)
	// Await is the oldest entry that matches, once there is one. It waits for
	// as long as the context lasts.
	Await(ctx context.Context, q Query) (journal.Entry, error)
	// Follow is the pages of the journal as they come, until the context ends.
	// A page without entries is a sign of life. An error is the last value.
	Follow(ctx context.Context, q Query) iter.Seq2[journal.Page, error]
	ClearJournal(ctx context.Context) error

	// Rotate replaces the signing keys.
	Rotate(ctx context.Context, how keys.Rotation) error
	// MoveClock moves the issuer's clock, ahead or back.
	MoveClock(ctx context.Context, by time.Duration) (Info, error)
	// Mint makes a token without a flow; see mockidp.Provider.Mint.
	Mint(ctx context.Context, o Order) (string, error)
	// SendLogout sends a logout token; see mockidp.Provider.SendLogout.
	SendLogout(ctx context.Context, n mockidp.LogoutNotice) (mockidp.LogoutAnswer, error)
}

// Info is what there is to know of an issuer before anything else.
type Info struct {
	// ID names the issuer in this API: its path without the first slash and
	// with colons for the others, "root" for the bare origin.
	ID   string `json:"id"`
	Path string `json:"path"`
	// Issuer is the issuer identifier, a URL.
	Issuer string `json:"issuer"`
	// Now is the time by the issuer's clock, Moved how far that was moved.
	Now   time.Time         `json:"now"`
	Moved settings.Duration `json:"moved"`
	// Mark is the number of the newest exchange: as Query.After it leaves out
	// what has been.
	Mark uint64 `json:"mark"`
}

// root is the ID of the issuer at the bare origin.
const root = "root"

// idOf is the ID of the issuer at a path. No path has a colon.
func idOf(path string) string {
	switch path {
	case "/":
		return root
	case "/" + root:
		return ":" + root
	default:
		return strings.ReplaceAll(path[1:], "/", ":")
	}
}

// Ticket is a fault that was armed.
type Ticket struct {
	ID    int        `json:"id"`
	Fault fault.Spec `json:"fault"`
	// User and Client limit it to exchanges of theirs, Budget to a number of
	// exchanges unless it is zero.
	User   string `json:"user,omitempty"`
	Client string `json:"client,omitempty"`
	Budget int    `json:"budget,omitempty"`
	// Fired is the number of exchanges that it changed so far, Armed whether it
	// can still act.
	Fired int  `json:"fired"`
	Armed bool `json:"armed"`
}

// Query selects entries of a journal.
type Query struct {
	journal.Query

	// Secrets leaves codes, passwords and tokens as they were received. Over
	// HTTP that is for loopback only.
	Secrets bool
}

// The limits of a page of the journal, in entries.
const (
	DefaultLimit = 100
	MaxLimit     = 1000
)

// Order is a token to mint; see mockidp.Token for its members.
type Order struct {
	Kind        string            `json:"kind"`
	Client      string            `json:"client"`
	User        string            `json:"user,omitempty"`
	Scopes      []string          `json:"scopes,omitempty"`
	Nonce       string            `json:"nonce,omitempty"`
	AuthTime    time.Time         `json:"auth_time,omitzero"`
	SID         string            `json:"sid,omitempty"`
	ACR         string            `json:"acr,omitempty"`
	AMR         []string          `json:"amr,omitempty"`
	AccessToken string            `json:"access_token,omitempty"`
	Code        string            `json:"code,omitempty"`
	Lifetime    settings.Duration `json:"lifetime,omitempty"`
	Edit        *fault.TokenEdit  `json:"edit,omitempty"`
}
