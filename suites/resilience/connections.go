package resilience

import (
	"context"
	"fmt"

	"github.com/countersign-oidc/countersign/mockidp/fault"
	"github.com/countersign-oidc/countersign/mockidp/journal"
	"github.com/countersign-oidc/countersign/runner/environ"
	"github.com/countersign-oidc/countersign/suites/attempt"
	"github.com/countersign-oidc/countersign/suites/catalog"
	"github.com/countersign-oidc/countersign/suites/harness"
	"github.com/countersign-oidc/countersign/suites/judge"
)

func connections(h *harness.Harness) {
	h.CheckWith(catalog.ResilienceUnreachable, environ.Setup{Gates: environ.GatesPlain}, unreachable)
	h.Check(catalog.ResilienceTokenConnection, weather(judge.Outage, named(broken("token")...)...))
	h.Check(catalog.ResilienceKeysConnection, weather(judge.Outage, named(broken("jwks")...)...))
	h.Check(catalog.ResilienceUserInfoConnection, weather(judge.Weathered, named(broken("userinfo")...)...))
	h.Check(catalog.ResilienceCodeOnce, weather(sentOnce,
		named("token.connection.dropped", "token.connection.reset_within", "token.body.cut", "token.status.500")...))
	h.Check(catalog.ResilienceLengths, weather(judge.Weathered, named(
		"token.length.too_long", "token.length.too_short", "jwks.length.too_long", "jwks.length.too_short",
		"userinfo.length.too_long", "userinfo.length.too_short",
		"token.body.other_coding", "jwks.body.other_coding", "userinfo.body.other_coding")...))
	h.Check(catalog.ResilienceSignOut, signOut)
}

// broken are the ways in which a connection ends too early.
func broken(place fault.ID) []fault.ID {
	var ids []fault.ID
	for _, how := range []fault.ID{"connection.dropped", "connection.reset", "connection.reset_within", "connection.not_http", "body.cut", "body.empty"} {
		ids = append(ids, place+"."+how)
	}
	return ids
}

func sentOnce(bad, _ attempt.SignIn) judge.Finding {
	if bad.Fired == 0 {
		return judge.Weathered(bad, bad)
	}
	return judge.SentOnce(bad)
}

// unreachable shuts the ports of the endpoints, one after the other. The keys
// come first: once they are known, nobody asks for them.
func unreachable(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	u := s.Person(nil)
	var all []*attempt.SignIn
	for _, kind := range []journal.Kind{journal.JWKS, journal.Token, journal.UserInfo} {
		gate := s.Lane.Gates[kind]
		if err := gate.Shut(); err != nil {
			return judge.Finding{}, err
		}
		a, err := s.SignIn(ctx, harness.Try{
			Title: fmt.Sprintf("A sign-in while nobody listens at the %s endpoint", kind), User: u, NoPicture: len(all) > 0,
		})
		if err != nil {
			return judge.Finding{}, err
		}
		all = append(all, a)
		if err := gate.Open(ctx); err != nil {
			return judge.Finding{}, err
		}
		if err := s.ForgetShop(ctx); err != nil {
			return judge.Finding{}, err
		}
	}
	good, err := s.SignIn(ctx, harness.Try{Title: "The sign-in once all ports are open", User: u, Control: true})
	if err != nil {
		return judge.Finding{}, err
	}
	findings := []judge.Finding{judge.Control(*good)}
	for i, kind := range []journal.Kind{journal.JWKS, journal.Token, journal.UserInfo} {
		f := judge.Endured(*all[i], *good, fmt.Sprintf("nobody listened at the %s endpoint", kind))
		if all[i].Who.SignedIn && kind != journal.UserInfo {
			f = judge.Fail("The shop signed the customer in although nobody listened at the %s endpoint.", kind)
		}
		if kind == journal.JWKS && all[i].Who.SignedIn && judge.KeysFetched(*good) == 0 {
			f = judge.Unasked()
		}
		findings = append(findings, s.Case(all[i], f))
	}
	return judge.Worst(findings...), nil
}

// signOut breaks the end session endpoint: the shop's own session must be over
// before the browser goes there.
func signOut(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	u := s.Person(nil)
	var findings []judge.Finding
	for _, t := range named("end_session.connection.dropped", "end_session.connection.reset", "end_session.connection.not_http", fault.EndSessionStatus500) {
		in, err := s.SignIn(ctx, harness.Try{Title: "The sign-in before", User: u, Control: true})
		if err != nil {
			return judge.Finding{}, err
		}
		t.User, t.Everybody = u, true
		t.Title = "A sign-out while " + t.Title[len("A sign-in while "):]
		out, err := s.SignOut(ctx, in, t)
		if err != nil {
			return judge.Finding{}, err
		}
		findings = append(findings, s.Case(out, judge.First(judge.Control(*in), judge.SignedOutAnyway(*out))))
		if err := s.ForgetShop(ctx); err != nil {
			return judge.Finding{}, err
		}
	}
	return judge.Worst(findings...), nil
}
