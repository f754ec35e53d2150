package harness

import (
	"context"
	"net/url"
	"strings"
	"time"

	"github.com/countersign-oidc/countersign/mockidp"
	"github.com/countersign-oidc/countersign/mockidp/fault"
	"github.com/countersign-oidc/countersign/mockidp/journal"
	"github.com/countersign-oidc/countersign/runner/check"
	"github.com/countersign-oidc/countersign/runner/environ"
	"github.com/countersign-oidc/countersign/suites/attempt"
	"github.com/countersign-oidc/countersign/suites/judge"
)

// Notice is a logout token that the provider sends to the shop (OpenID Connect
// Back-Channel Logout 1.0, section 2.5), about the session of a sign-in unless
// it says otherwise.
type Notice struct {
	Title string
	// User is the username whose subject the token names, SID its session.
	User, SID string
	// NoSID leaves the session out, NoUser the subject.
	NoSID, NoUser bool
	// Edit changes the token, Delivery the request.
	Edit     *fault.TokenEdit
	Delivery *fault.RedirectEdit
	// From sends the notice in the name of another provider of the lane.
	From *mockidp.Provider
	// Who asks who is signed in afterwards; nil asks in the check's own browser.
	Who func(context.Context) (attempt.Who, error)
}

// Notify has the provider send a notice about a sign-in and asks who is signed
// in afterwards.
func (s *Spec) Notify(ctx context.Context, in *attempt.SignIn, n Notice) (*attempt.SignIn, error) {
	a := s.beginNotice(in, n.Title)
	p := s.Lane.Provider
	if n.From != nil {
		p = n.From
	}
	send := mockidp.LogoutNotice{Client: s.Lane.Client.ID, User: n.User, SID: n.SID, Edit: n.Edit, Delivery: n.Delivery}
	if send.User == "" && !n.NoUser {
		send.User = in.Username
	}
	if send.SID == "" && !n.NoSID {
		send.SID = in.Claim("sid")
	}
	if n.Edit != nil || n.Delivery != nil {
		a.Fault = &fault.Spec{ID: mockidp.NoticeFault, Title: n.Title, Token: n.Edit, Redirect: n.Delivery}
	}
	mark := p.Journal().Mark()
	answer, err := p.SendLogout(ctx, send)
	a.Notice = &attempt.Answer{Status: answer.Status, Header: answer.Header, Body: answer.Body}
	if err != nil {
		a.Notice.Failed = err.Error()
	}
	a.Entries = p.Journal().Select(journal.Query{After: mark, Kind: journal.BackChannelLogout})
	for _, e := range a.Entries { // also of a notice that was not answered
		a.Fired += len(e.Faults)
	}
	return a, s.whoAfter(ctx, in, a, n.Who)
}

func (s *Spec) beginNotice(in *attempt.SignIn, title string) *attempt.SignIn {
	a := s.begin(Try{Title: title})
	a.Username, a.Subject = in.Username, in.Subject
	return a
}

func (s *Spec) whoAfter(ctx context.Context, in, a *attempt.SignIn, who func(context.Context) (attempt.Who, error)) error {
	if who == nil {
		who = func(ctx context.Context) (attempt.Who, error) { return s.Again(ctx, in) }
	}
	var err error
	a.Who, err = who(ctx)
	return err
}

// Deliver sends a request to where the shop takes notices of logouts and asks
// who is signed in afterwards. A request without an answer is an observation.
// Token is the logout token in it, for the evidence.
func (s *Spec) Deliver(ctx context.Context, in *attempt.SignIn, title, token string, r Request) (*attempt.SignIn, error) {
	a := s.beginNotice(in, title)
	e := journal.Entry{At: time.Now(), Kind: journal.FrontChannelLogout, Method: r.Method, Path: r.Path}
	if path, query, ok := strings.Cut(r.Path, "?"); ok {
		e.Path = path
		e.Query, _ = url.ParseQuery(query) // for the evidence, as far as it goes
	}
	answer, err := s.Send(ctx, r)
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	a.Notice = &attempt.Answer{Status: answer.Status, Header: answer.Header, Body: answer.Body}
	if err != nil {
		a.Notice.Failed = err.Error()
	}
	e.Status, e.Sent = answer.Status, err == nil
	if token != "" {
		e.Kind = journal.BackChannelLogout
		e.Tokens = []journal.Issued{{Kind: "logout_token", Value: token}}
		e.Query.Del("logout_token")
	}
	a.Entries = []journal.Entry{e}
	return a, s.whoAfter(ctx, in, a, nil)
}

// SignedIn signs a new person in, or the one of a try, and is undecided if that
// does not work.
func (s *Spec) SignedIn(ctx context.Context, t Try) (*attempt.SignIn, judge.Finding, error) {
	if t.User.Username == "" {
		t.User = s.Person(nil)
	}
	t.Control = true
	in, err := s.SignIn(ctx, t)
	if err != nil {
		return nil, judge.Finding{}, err
	}
	return in, judge.Control(*in), nil
}

// NoticesRefused sends bad notices about one session, each of which must leave
// it alone, and then the same without the deviation, which must end it.
func (s *Spec) NoticesRefused(ctx context.Context, notices ...Notice) (judge.Finding, error) {
	return s.RequestsRefused(ctx, judge.NoticeRefused, len(notices), func(i int, in *attempt.SignIn) (*attempt.SignIn, error) {
		return s.Notify(ctx, in, notices[i])
	})
}

// RequestsRefused is NoticesRefused for requests of any kind, each made by its
// number. Where one ends the session, the next meets a new one.
func (s *Spec) RequestsRefused(
	ctx context.Context, decide func(bad, good attempt.SignIn) judge.Finding, n int,
	try func(i int, in *attempt.SignIn) (*attempt.SignIn, error),
) (judge.Finding, error) {
	u := s.Person(nil)
	in, f, err := s.SignedIn(ctx, Try{User: u})
	if err != nil || f.Verdict != check.Pass {
		return f, err
	}
	var bad []*attempt.SignIn
	for i := range n {
		a, err := try(i, in)
		if err != nil {
			return judge.Finding{}, err
		}
		bad = append(bad, a)
		if a.Who.SignedIn {
			continue
		}
		if err := s.Browser.Clear(ctx); err != nil {
			return judge.Finding{}, err
		}
		if in, f, err = s.SignedIn(ctx, Try{Title: "A new session", User: u}); err != nil || f.Verdict != check.Pass {
			return f, err
		}
	}
	good, err := s.Notify(ctx, in, Notice{Title: "The same notice without the deviation"})
	if err != nil {
		return judge.Finding{}, err
	}
	return s.Against(good, decide, bad...), nil
}

// RefusesNotices registers a negative check of back-channel logout.
func (h *Harness) RefusesNotices(c check.Check, notices ...Notice) {
	h.CheckWith(c, environ.Setup{BackChannel: true}, func(ctx context.Context, s *Spec) (judge.Finding, error) {
		return s.NoticesRefused(ctx, notices...)
	})
}
