package endpoint

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/countersign-oidc/countersign/mockidp/fault"
	"github.com/countersign-oidc/countersign/mockidp/identity"
	"github.com/countersign-oidc/countersign/mockidp/internal/state"
	"github.com/countersign-oidc/countersign/mockidp/journal"
	"github.com/countersign-oidc/countersign/mockidp/protocol"
)

// Order is a token that somebody wants outside of any flow. Its members are
// those of mockidp.Token.
type Order struct {
	Kind, Client, User string
	Scopes             []string
	Nonce              string
	AuthTime           time.Time
	SID, ACR           string
	AMR                []string
	AccessToken, Code  string
	Lifetime           time.Duration
	Edit               *fault.TokenEdit
}

// Make fills an order. Faults that are armed leave it alone.
func (m *Mint) Make(o Order, facts *Facts) (string, error) {
	client, err := m.check(o)
	if err != nil {
		return "", err
	}
	grant := m.grant(o)
	switch o.Kind {
	case "access_token":
		return m.newAccess(facts.Store, state.NewFamily(grant), grant.Scopes, lifetime(o, m.AccessLifetime))
	case "refresh_token":
		return facts.Store.MintRefresh(state.NewFamily(grant), lifetime(o, state.RefreshLifetime)), nil
	}
	x := &Exchange{facts: facts}
	var edit *fault.Ticket
	if o.Edit != nil {
		own := *o.Edit
		own.Token = o.Kind
		script := &fault.Script{}
		if edit, err = script.Arm(fault.Spec{ID: "mint.own.edit", Token: &own}, fault.Scope{}, fault.Once); err != nil {
			return "", err
		}
		x.faults = script.Open()
	}
	issued, err := m.makeJWT(x, o, client)
	if err != nil {
		return "", err
	}
	if edit != nil && edit.Fired() == 0 {
		return "", errors.New("the edit changes nothing in this token")
	}
	return issued.Value, nil
}

func (m *Mint) makeJWT(x *Exchange, o Order, c identity.Client) (journal.Issued, error) {
	if o.Kind == "logout_token" {
		return m.logoutToken(x, c, o.User, o.SID, lifetime(o, logoutTokenLifetime))
	}
	// The user has been looked up before.
	p, _ := m.Directory.user(o.User)
	own := *m
	own.Lifetime = lifetime(o, m.Lifetime)
	return own.idToken(x, c, p, m.grant(o), hashed{accessToken: o.AccessToken, code: o.Code})
}

// check lists everything that is wrong with an order.
func (m *Mint) check(o Order) (identity.Client, error) {
	var errs []error
	kinds := []string{"id_token", "access_token", "refresh_token", "logout_token"}
	if !slices.Contains(kinds, o.Kind) {
		errs = append(errs, fmt.Errorf("kind %q; known: %q", o.Kind, kinds))
	}
	client, known := m.Directory.Client(o.Client)
	if !known {
		errs = append(errs, fmt.Errorf("no client %q", o.Client))
	}
	// A client has access tokens of its own, and a session may be all that a
	// logout token names.
	optional := o.Kind == "access_token" || o.Kind == "logout_token" && o.SID != ""
	if _, known := m.Directory.user(o.User); !known && (o.User != "" || !optional) {
		errs = append(errs, fmt.Errorf("no user %q", o.User))
	}
	if opaque := o.Kind == "access_token" || o.Kind == "refresh_token"; opaque && o.Edit != nil {
		errs = append(errs, fmt.Errorf("an edit of a token of kind %s, which is opaque", o.Kind))
	}
	if len(errs) > 0 {
		return client, fmt.Errorf("token to mint: %w", errors.Join(errs...))
	}
	return client, nil
}

func (m *Mint) grant(o Order) state.Grant {
	g := state.Grant{
		Client: o.Client, User: o.User, Nonce: o.Nonce, Scopes: o.Scopes, AuthTime: o.AuthTime,
		SID: o.SID, ACR: o.ACR, AMR: o.AMR,
	}
	if g.AuthTime.IsZero() && o.User != "" {
		g.AuthTime = m.Now()
	}
	if g.Scopes == nil && o.User != "" {
		g.Scopes = []string{protocol.ScopeOpenID}
		if o.Kind == "refresh_token" {
			g.Scopes = append(g.Scopes, protocol.ScopeOffline)
		}
	}
	return g
}

func lifetime(o Order, usual time.Duration) time.Duration {
	if o.Lifetime == 0 {
		return usual
	}
	return o.Lifetime
}
