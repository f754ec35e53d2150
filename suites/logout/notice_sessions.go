package logout

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"

	"github.com/countersign-oidc/countersign/mockidp/fault"
	"github.com/countersign-oidc/countersign/mockidp/journal"
	"github.com/countersign-oidc/countersign/runner/check"
	"github.com/countersign-oidc/countersign/suites/attempt"
	"github.com/countersign-oidc/countersign/suites/harness"
	"github.com/countersign-oidc/countersign/suites/judge"
)

// held is a session that goes on in a browser of its own: its cookies are
// kept, and the check's browser forgets them.
type held struct {
	name    string
	in      *attempt.SignIn
	cookies []attempt.Cookie
}

// hold signs in and puts the session aside.
func hold(ctx context.Context, s *harness.Spec, t harness.Try) (held, judge.Finding, error) {
	in, f, err := s.SignedIn(ctx, t)
	if err != nil || f.Verdict != check.Pass {
		return held{}, f, err
	}
	return held{t.Title, in, s.ShopCookies(in.Cookies)}, f, s.Browser.Clear(ctx)
}

// states asks which of some sessions are signed in.
func states(ctx context.Context, s *harness.Spec, all []held) (map[string]bool, error) {
	out := map[string]bool{}
	for _, h := range all {
		who, err := s.Replay(ctx, h.cookies)
		if err != nil {
			return nil, err
		}
		out[h.name] = who.SignedIn
	}
	return out, nil
}

// told sends a notice about one of several sessions and gives the states
// before and after it.
func told(ctx context.Context, s *harness.Spec, n harness.Notice, about held, all ...held) (a *attempt.SignIn, before, after map[string]bool, err error) {
	if before, err = states(ctx, s, all); err != nil {
		return nil, nil, nil, err
	}
	n.Who = func(ctx context.Context) (attempt.Who, error) { return s.Replay(ctx, about.cookies) }
	if a, err = s.Notify(ctx, about.in, n); err != nil {
		return nil, nil, nil, err
	}
	after, err = states(ctx, s, all)
	return a, before, after, err
}

func noticeSession(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	var findings []judge.Finding
	for _, n := range []harness.Notice{
		{Title: "A notice about the first session alone", NoUser: true},
		{Title: "A notice about the first session and its subject"},
	} {
		u := s.Person(nil)
		first, f, err := hold(ctx, s, harness.Try{Title: "The first browser", User: u})
		if err != nil || f.Verdict != check.Pass {
			return f, err
		}
		second, f, err := hold(ctx, s, harness.Try{Title: "The second browser", User: u})
		if err != nil || f.Verdict != check.Pass {
			return f, err
		}
		a, before, after, err := told(ctx, s, n, first, first, second)
		if err != nil {
			return judge.Finding{}, err
		}
		findings = append(findings, s.Case(a, judge.First(judge.NoticeTaken(*a), judge.Untouched(*a, before, after, first.name))))
	}
	return judge.Worst(findings...), nil
}

func noticeSubject(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	u := s.Person(nil)
	var own []held
	for _, name := range []string{"The first browser", "The second browser", "The third browser"} {
		h, f, err := hold(ctx, s, harness.Try{Title: name, User: u})
		if err != nil || f.Verdict != check.Pass {
			return f, err
		}
		own = append(own, h)
	}
	other, f, err := hold(ctx, s, harness.Try{Title: "Somebody else"})
	if err != nil || f.Verdict != check.Pass {
		return f, err
	}
	stays, err := states(ctx, s, []held{other})
	if err != nil {
		return judge.Finding{}, err
	}
	a, before, after, err := told(ctx, s, harness.Notice{Title: "A notice about a person without a session", NoSID: true}, own[0], own...)
	if err != nil {
		return judge.Finding{}, err
	}
	stayed, err := states(ctx, s, []held{other})
	if err != nil {
		return judge.Finding{}, err
	}
	return judge.First(judge.Untouched(*a, stays, stayed), judge.AllEnded(*a, before, after)), nil
}

func noticeUnknown(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	stranger := s.Person(nil)
	u := s.Person(nil)
	h, f, err := hold(ctx, s, harness.Try{Title: "A session that has nothing to do with it", User: u})
	if err != nil || f.Verdict != check.Pass {
		return f, err
	}
	var findings []judge.Finding
	for _, n := range []harness.Notice{
		{Title: "A notice about a session that never was", NoUser: true, SID: "never-was"},
		{Title: "A notice about a person who was never here", User: stranger.Username, NoSID: true},
	} {
		a, before, after, err := told(ctx, s, n, h, h)
		if err != nil {
			return judge.Finding{}, err
		}
		findings = append(findings, s.Case(a, judge.First(judge.NoticeGranted(*a), judge.Untouched(*a, before, after))))
	}
	in, f, err := s.SignedIn(ctx, harness.Try{Title: "A session that the customer leaves", User: u})
	if err != nil || f.Verdict != check.Pass {
		return f, err
	}
	if _, err := s.SignOut(ctx, in, harness.Try{}); err != nil {
		return judge.Finding{}, err
	}
	for _, title := range []string{"A notice about the session that the customer has left", "The same with another identifier"} {
		a, err := s.Notify(ctx, in, harness.Notice{Title: title, NoUser: true, Who: func(ctx context.Context) (attempt.Who, error) {
			return s.Replay(ctx, s.ShopCookies(in.Cookies))
		}})
		if err != nil {
			return judge.Finding{}, err
		}
		findings = append(findings, s.Case(a, judge.NoticeGranted(*a)))
	}
	return judge.Worst(findings...), nil
}

func noticeMismatch(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	first, f, err := hold(ctx, s, harness.Try{Title: "The first person"})
	if err != nil || f.Verdict != check.Pass {
		return f, err
	}
	second, f, err := hold(ctx, s, harness.Try{Title: "The second person"})
	if err != nil || f.Verdict != check.Pass {
		return f, err
	}
	n := harness.Notice{Title: "A notice with the session of the first person and the subject of the second", User: second.in.Username}
	a, before, after, err := told(ctx, s, n, first, first, second)
	if err != nil {
		return judge.Finding{}, err
	}
	return judge.Untouched(*a, before, after), nil
}

// noticeReplay sends a notice about a subject, which fits each session.
func noticeReplay(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	u := s.Person(nil)
	in, f, err := s.SignedIn(ctx, harness.Try{User: u})
	if err != nil || f.Verdict != check.Pass {
		return f, err
	}
	const jti = `"taken-once"`
	e := fault.TokenEdit{SetClaims: one("jti", jti)}
	first, err := s.Notify(ctx, in, harness.Notice{Title: "A notice", NoSID: true, Edit: &e})
	if err != nil {
		return judge.Finding{}, err
	}
	if f := judge.NoticeTaken(*first); f.Verdict != check.Pass {
		return judge.Undecided("%s", f.Reason), nil
	}
	findings := make([]judge.Finding, 0, 2)
	for _, again := range []func(*attempt.SignIn) (*attempt.SignIn, error){
		func(in *attempt.SignIn) (*attempt.SignIn, error) {
			return s.Deliver(ctx, in, "The same notice again", tokenOf(first), formOf(s, tokenOf(first)))
		},
		func(in *attempt.SignIn) (*attempt.SignIn, error) {
			other := fault.TokenEdit{SetClaims: map[string]json.RawMessage{"jti": json.RawMessage(jti), "more": json.RawMessage(`1`)}}
			return s.Notify(ctx, in, harness.Notice{Title: "Another notice with the same identifier", NoSID: true, Edit: &other})
		},
	} {
		if err := s.Browser.Clear(ctx); err != nil {
			return judge.Finding{}, err
		}
		in, f, err := s.SignedIn(ctx, harness.Try{Title: "The next sign-in", User: u})
		if err != nil || f.Verdict != check.Pass {
			return f, err
		}
		a, err := again(in)
		if err != nil {
			return judge.Finding{}, err
		}
		findings = append(findings, s.Case(a, judge.Untouched(*a, map[string]bool{"The customer": true}, map[string]bool{"The customer": a.Who.SignedIn})))
	}
	return judge.Worst(findings...), nil
}

// noticeOtherProvider has the second provider speak of what is not its own.
func noticeOtherProvider(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	u := s.Person(nil)
	if err := s.Lane.Second.PutUser(u); err != nil {
		return judge.Finding{}, err
	}
	main, f, err := hold(ctx, s, harness.Try{Title: "The session of the first provider", User: u})
	if err != nil || f.Verdict != check.Pass {
		return f, err
	}
	second, f, err := hold(ctx, s, harness.Try{
		Title: "The session of the second provider", User: u, Visit: s.Lane.Shop.StartWithProvider + s.Lane.Shop.SecondName,
	})
	if err != nil || f.Verdict != check.Pass {
		return f, err
	}
	var findings []judge.Finding
	for _, n := range []harness.Notice{
		{Title: "A notice of the second provider about a session of the first", NoUser: true},
		{Title: "A notice of the second provider about the subject", NoSID: true},
	} {
		n.From = s.Lane.Second
		a, before, after, err := told(ctx, s, n, main, main)
		if err != nil {
			return judge.Finding{}, err
		}
		findings = append(findings, s.Case(a, judge.Untouched(*a, before, after)))
	}
	own, err := states(ctx, s, []held{second})
	if err != nil {
		return judge.Finding{}, err
	}
	if own[second.name] {
		findings = append(findings, judge.Undecided("The notice of the second provider does not end its own session either, so nothing can be concluded."))
	}
	return judge.Worst(findings...), nil
}

// noticeDuringSignIn keeps an authorization response back, and then a UserInfo
// answer, while the notice comes in.
func noticeDuringSignIn(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	u := s.Person(nil)
	late := func(title string, notify bool) (*attempt.SignIn, error) {
		in, f, err := s.SignedIn(ctx, harness.Try{Title: "A session at the provider", User: u})
		if err != nil || f.Verdict != check.Pass {
			return nil, errors.Join(err, errors.New(f.Reason))
		}
		if err := s.ForgetShop(ctx); err != nil {
			return nil, err
		}
		response, err := keptBack(ctx, s, harness.Try{Title: "Another sign-in of that session, whose answer is kept back", User: u})
		if err != nil {
			return nil, err
		}
		if notify {
			if _, err := s.Notify(ctx, in, harness.Notice{Title: "The notice about that session", NoUser: true, Who: nobody}); err != nil {
				return nil, err
			}
		}
		return s.Open(ctx, response, harness.Try{Title: title, User: u})
	}
	bad, err := late("The answer is delivered after the notice", true)
	if err != nil {
		return judge.Finding{}, err
	}
	if err := s.Browser.Clear(ctx); err != nil {
		return judge.Finding{}, err
	}
	good, err := late("The answer is delivered without a notice", false)
	if err != nil {
		return judge.Finding{}, err
	}
	findings := []judge.Finding{s.Case(bad, judge.NotBegun(*bad, *good))}
	if s.Lane.Shop.Has(check.UserInfo) {
		between, err := noticeBetween(ctx, s)
		if err != nil {
			return judge.Finding{}, err
		}
		findings = append(findings, s.Case(between, judge.NotBegun(*between, *good)))
	}
	return judge.Worst(findings...), nil
}

func nobody(context.Context) (attempt.Who, error) { return attempt.Who{}, nil }

// keptBack signs in with the provider's session and keeps the authorization
// response from the shop.
func keptBack(ctx context.Context, s *harness.Spec, t harness.Try) (string, error) {
	t.KeepPage = true
	t.Written = &fault.Spec{
		ID: "authorize.status.200", Title: "The authorization response is shown and not followed",
		Response: &fault.ResponseEdit{Endpoint: journal.Authorize, Status: http.StatusOK},
	}
	a, err := s.SignIn(ctx, t)
	if err != nil {
		return "", err
	}
	for _, e := range a.Of(journal.Authorize) {
		if e.Location != "" {
			return e.Location, nil
		}
	}
	return "", errors.New("the provider made no authorization response that could be kept back")
}

// noticeBetween sends the notice once the tokens are there and before UserInfo
// answers.
func noticeBetween(ctx context.Context, s *harness.Spec) (*attempt.SignIn, error) {
	if err := s.Browser.Clear(ctx); err != nil {
		return nil, err
	}
	u := s.Person(nil)
	first, f, err := s.SignedIn(ctx, harness.Try{Title: "A session at the provider", User: u})
	if err != nil || f.Verdict != check.Pass {
		return nil, errors.Join(err, errors.New(f.Reason))
	}
	if err := s.ForgetShop(ctx); err != nil {
		return nil, err
	}
	p, mark := s.Lane.Provider, s.Lane.Provider.Journal().Mark()
	sent := make(chan error, 1)
	go func() {
		_, err := p.Journal().Await(ctx, journal.Query{Kind: journal.Token, After: mark})
		if err == nil {
			_, err = p.SendLogout(ctx, logoutOf(s, first))
		}
		sent <- err
	}()
	a, err := s.SignIn(ctx, harness.Try{
		Title: "A sign-in with a notice between tokens and UserInfo", User: u,
		Written: &fault.Spec{
			ID: "userinfo.delay.notice", Title: "UserInfo answers only after the notice",
			Response: &fault.ResponseEdit{Endpoint: journal.UserInfo, Delay: "700ms"},
		},
	})
	return a, errors.Join(err, <-sent)
}

func formOf(s *harness.Spec, token string) harness.Request {
	return harness.Request{Method: http.MethodPost, Path: s.Lane.Shop.BackChannelLogout, Form: url.Values{"logout_token": {token}}}
}

// noticeKeys rotates the keys while nobody can fetch them.
func noticeKeys(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	in, f, err := s.SignedIn(ctx, harness.Try{})
	if err != nil || f.Verdict != check.Pass {
		return f, err
	}
	down := fault.Spec{
		ID: "jwks.status.503", Title: "the JWKS endpoint does not work",
		Response: &fault.ResponseEdit{Endpoint: journal.JWKS, Status: http.StatusServiceUnavailable},
	}
	ticket, err := s.Lane.Provider.Arm(down, fault.Scope{}, fault.Always)
	if err != nil {
		return judge.Finding{}, err
	}
	rotated := about("signed with a new key while the keys cannot be fetched", fault.TokenEdit{Rotate: fault.RotateOverlap})
	a, err := s.Notify(ctx, in, rotated)
	ticket.Disarm()
	if err != nil {
		return judge.Finding{}, err
	}
	s.Note("Answers of the JWKS endpoint meanwhile", "%d, each 503", ticket.Fired())
	b, err := s.Notify(ctx, in, harness.Notice{Title: "A notice signed with the new key, which can be fetched now"})
	if err != nil {
		return judge.Finding{}, err
	}
	return judge.Worst(s.Case(a, judge.Honest(*a)), s.Case(b, judge.NoticeTaken(*b))), nil
}
