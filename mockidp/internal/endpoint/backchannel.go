package endpoint

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/countersign-oidc/countersign/mockidp/fault"
	"github.com/countersign-oidc/countersign/mockidp/internal/state"
	"github.com/countersign-oidc/countersign/mockidp/journal"
)

// NoticeTimeout is how long all notices of one logout may take together: a
// relying party that is gone must not keep people from signing out.
const NoticeTimeout = 5 * time.Second

// parallelNotices is how many relying parties are told at the same time.
const parallelNotices = 8

// logoutEvent is the member of "events" (OpenID Connect Back-Channel Logout
// 1.0, section 2.4).
const logoutEvent = "http://schemas.openid.net/event/backchannel-logout"

// logoutTokenLifetime is what section 2.4 recommends at most.
const logoutTokenLifetime = 2 * time.Minute

// BackChannel tells relying parties by itself that their users have left
// (OpenID Connect Back-Channel Logout 1.0).
type BackChannel struct {
	Router    *Router
	Directory *Directory
	Mint      *Mint
	// HTTP makes the calls: see NewCaller.
	HTTP *http.Client
}

// Notice is one logout token to send. User or SID may be empty, but not both.
type Notice struct {
	Client, User, SID string
	// Faults act on this notice beside those that are armed.
	Faults *fault.Script
}

// Answer is what a relying party said to a notice.
type Answer struct {
	Status int
	Body   []byte // at most 16 KiB
	Header http.Header
	Faults []string // IDs of the faults that changed the notice
	Err    error    // why there was no answer
}

// NewCaller is an HTTP client for addresses that relying parties registered.
// It goes there directly and nowhere else: no proxies, no redirects.
func NewCaller() *http.Client {
	return &http.Client{
		Transport: &http.Transport{
			DialContext:            (&net.Dialer{Timeout: NoticeTimeout}).DialContext,
			TLSHandshakeTimeout:    NoticeTimeout,
			MaxResponseHeaderBytes: 64 << 10,
			// Notices are rare: a connection that is kept open for the next
			// one would only outlive the provider.
			DisableKeepAlives: true,
		},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// Send sends notices and returns the answers in the same order, after
// NoticeTimeout at the latest.
func (b *BackChannel) Send(ctx context.Context, notices []Notice) []Answer {
	ctx, cancel := context.WithTimeout(ctx, NoticeTimeout)
	defer cancel()
	//nolint:contextcheck // the provider's end is a second one, beside the caller's
	defer context.AfterFunc(b.Router.Closing, cancel)()
	answers := make([]Answer, len(notices))
	slots := make(chan struct{}, parallelNotices)
	var all sync.WaitGroup
	for i, n := range notices {
		slots <- struct{}{}
		all.Go(func() {
			defer func() { <-slots }()
			answers[i] = b.send(ctx, n)
		})
	}
	all.Wait()
	return answers
}

// reachable are the notices to clients with a backchannel_logout_uri.
func (b *BackChannel) reachable(all []Notice) []Notice {
	return slices.DeleteFunc(slices.Clone(all), func(n Notice) bool {
		client, _ := b.Directory.Client(n.Client)
		return client.BackChannelLogoutURI == ""
	})
}

// EndSessions tells the clients of all sessions of a user that these are over.
func (b *BackChannel) EndSessions(ctx context.Context, over []state.Visit) {
	var all []Notice
	for _, v := range over {
		for _, client := range v.Clients {
			all = append(all, Notice{Client: client, User: v.User, SID: v.SID})
		}
	}
	b.Send(ctx, b.reachable(all))
}

// send makes the logout token, delivers it and records what came of it.
func (b *BackChannel) send(ctx context.Context, n Notice) Answer {
	x := b.Router.begin(journal.BackChannelLogout, n.Client, n.User)
	if n.Faults != nil {
		x.faults.Join(n.Faults)
	}
	answer := b.exchange(ctx, x, n)
	x.Entry.Status, x.Entry.Sent = answer.Status, answer.Err == nil
	if answer.Err != nil {
		x.Entry.ErrorDescription = answer.Err.Error()
	}
	if json.Valid(answer.Body) {
		x.Entry.Body = answer.Body
	}
	answer.Faults = x.faults.Acted()
	b.Router.close(x)
	return answer
}

func (b *BackChannel) exchange(ctx context.Context, x *Exchange, n Notice) Answer {
	client, known := b.Directory.Client(n.Client)
	if !known {
		return Answer{Err: fmt.Errorf("client %q is not registered", n.Client)}
	}
	if client.BackChannelLogoutURI == "" {
		return Answer{Err: fmt.Errorf("client %q has no backchannel_logout_uri", n.Client)}
	}
	issued, err := b.Mint.logoutToken(x, client, n.User, n.SID, logoutTokenLifetime)
	if err != nil {
		return Answer{Err: err}
	}
	to := &Redirect{To: client.BackChannelLogoutURI, Params: []Param{{"logout_token", issued.Value}}, Mode: "form_post"}
	x.aim(to, http.MethodPost)
	if slices.ContainsFunc(to.Params, func(p Param) bool { return p.Value == issued.Value }) {
		x.Entry.Tokens = []journal.Issued{issued}
	}
	return b.post(ctx, x, to)
}

// post delivers a notice (section 2.5) and reads the answer (section 2.8).
func (b *BackChannel) post(ctx context.Context, x *Exchange, to *Redirect) Answer {
	target, body, kind := to.To, "", ""
	switch to.Mode {
	case "form_post":
		body, kind = to.form(), "application/x-www-form-urlencoded"
	case "json":
		body, kind = to.json(), "application/json"
	default:
		target = to.location()
	}
	req, err := http.NewRequestWithContext(ctx, x.Entry.Method, target, strings.NewReader(body))
	if err != nil {
		return Answer{Err: err}
	}
	if kind != "" {
		req.Header.Set("Content-Type", kind)
	}
	x.Entry.Header = req.Header.Clone()
	resp, err := b.HTTP.Do(req)
	if err != nil {
		return Answer{Err: err}
	}
	defer resp.Body.Close()
	// The status is the answer; of the body any part will do.
	text, _ := io.ReadAll(io.LimitReader(resp.Body, maxJournalBody))
	return Answer{Status: resp.StatusCode, Body: text, Header: resp.Header}
}

func (r *Redirect) json() string {
	members := make(map[string]string, len(r.Params))
	for _, p := range r.Params {
		members[p.Name] = p.Value
	}
	return string(jsonResponse(0, members).Body)
}
