package mockidp

import (
	"context"
	"fmt"
	"net/http"

	"github.com/countersign-oidc/countersign/mockidp/fault"
	"github.com/countersign-oidc/countersign/mockidp/internal/endpoint"
	"github.com/countersign-oidc/countersign/mockidp/journal"
)

// EndSessions ends a user's sessions at the provider, in all browsers, and
// says how many there were. Relying parties with a backchannel_logout_uri that
// these sessions signed in to are told (OpenID Connect Back-Channel Logout 1.0);
// it waits for their answers, 5 seconds at most. Sessions at other relying
// parties go on.
func (p *Provider) EndSessions(username string) int {
	n := p.store.EndSessions(username)
	p.notices.EndSessions(p.router.Closing, p.store.LeaveAll(username))
	return n
}

// LogoutNotice is a logout token to send to a client (OpenID Connect
// Back-Channel Logout 1.0, section 2.4).
type LogoutNotice struct {
	Client string `json:"client"`
	// User is the username whose "sub" the token names, SID its "sid". One of
	// them may be empty.
	User string `json:"user,omitempty"`
	SID  string `json:"sid,omitempty"`
	// Edit makes a bad token of it, Delivery another request. Their Token and
	// Endpoint are filled in.
	Edit     *fault.TokenEdit    `json:"edit,omitempty"`
	Delivery *fault.RedirectEdit `json:"delivery,omitempty"`
}

// LogoutAnswer is what a client said to a notice.
type LogoutAnswer struct {
	// Status is 200 (or 204) when the session ended and 400 when the token was
	// refused (section 2.8).
	Status int `json:"status"`
	// Body is at most 16 KiB of what was answered.
	Body []byte `json:"body,omitempty"`
	// Header is that of the answer.
	Header http.Header `json:"header,omitempty"`
	// Faults are the IDs of the faults that changed the notice. Those of Edit
	// and Delivery go by NoticeFault.
	Faults []string `json:"faults,omitempty"`
}

// NoticeFault is the ID that the edits of a LogoutNotice have in the journal.
const NoticeFault fault.ID = "logout_token.notice.edited"

// SendLogout sends a logout token and returns the answer, whatever its status.
// The error says why there was none. It takes 5 seconds at most, follows no
// redirects and uses no proxy.
func (p *Provider) SendLogout(ctx context.Context, n LogoutNotice) (LogoutAnswer, error) {
	own, err := n.script()
	if err != nil {
		return LogoutAnswer{}, fmt.Errorf("logout notice: %w", err)
	}
	a := p.notices.Send(ctx, []endpoint.Notice{{Client: n.Client, User: n.User, SID: n.SID, Faults: own}})[0]
	if a.Err != nil {
		return LogoutAnswer{}, fmt.Errorf("logout notice: %w", a.Err)
	}
	return LogoutAnswer{Status: a.Status, Body: a.Body, Header: a.Header, Faults: a.Faults}, nil
}

// script arms the edits of the notice for nobody else.
func (n LogoutNotice) script() (*fault.Script, error) {
	if n.Edit == nil && n.Delivery == nil {
		return nil, nil
	}
	spec := fault.Spec{ID: NoticeFault, Title: "a logout notice as it was asked for"}
	if n.Edit != nil {
		edit := *n.Edit
		edit.Token = "logout_token"
		spec.Token = &edit
	}
	if n.Delivery != nil {
		delivery := *n.Delivery
		delivery.Endpoint = journal.BackChannelLogout
		spec.Redirect = &delivery
	}
	own := &fault.Script{}
	_, err := own.Arm(spec, fault.Scope{}, fault.Always)
	return own, err
}
