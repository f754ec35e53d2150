package token

import (
	"context"
	"encoding/json"
	"net/http"

	"github.com/countersign-oidc/countersign/mockidp/fault"
	"github.com/countersign-oidc/countersign/mockidp/journal"
	"github.com/countersign-oidc/countersign/suites/attempt"
	"github.com/countersign-oidc/countersign/suites/harness"
	"github.com/countersign-oidc/countersign/suites/judge"
)

// tried signs in with each fault and then without one.
func tried(ctx context.Context, s *harness.Spec, faults []fault.Spec) (cases []*attempt.SignIn, good *attempt.SignIn, err error) {
	u := s.Person(nil)
	for i := range faults {
		a, err := s.SignIn(ctx, harness.Try{Title: "Sign-in: " + faults[i].Title, User: u, Written: &faults[i], NoPicture: i > 0})
		if err != nil {
			return nil, nil, err
		}
		cases = append(cases, a)
		if err := s.ForgetShop(ctx); err != nil {
			return nil, nil, err
		}
	}
	good, err = s.SignIn(ctx, harness.Try{Title: "The same sign-in without the deviation", User: u, Control: true})
	return cases, good, err
}

func typeOther(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	cases, good, err := tried(ctx, s, typesOther())
	if err != nil {
		return judge.Finding{}, err
	}
	return s.Each(cases, func(a attempt.SignIn) judge.Finding {
		return judge.First(judge.Survived(a, *good), judge.NoBearer(a))
	}), nil
}

func accessTokenMissing(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	cases, good, err := tried(ctx, s, accessTokensMissing())
	if err != nil {
		return judge.Finding{}, err
	}
	return s.Each(cases, func(a attempt.SignIn) judge.Finding {
		return judge.First(judge.NoBearer(a), judge.Survived(a, *good))
	}), nil
}

func errorAnswers(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	cases, good, err := tried(ctx, s, refusals())
	if err != nil {
		return judge.Finding{}, err
	}
	return s.Each(cases, func(a attempt.SignIn) judge.Finding {
		return judge.First(judge.RedeemedOnce(a), judge.NoSecrets(
			map[string]string{"the page": a.Page.Text, "its address": a.Page.URL}, map[string]string{"client secret": s.Lane.Client.Secret},
		), judge.Refused(a, *good))
	}), nil
}

// expiresInOdd asks again later who is signed in: a session that lasts as long
// as the access token says would be over, or never began.
func expiresInOdd(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	u := s.Person(nil)
	faults := expiresIn()
	var cases []*attempt.SignIn
	lost := map[*attempt.SignIn]bool{}
	for i := range faults {
		a, err := s.SignIn(ctx, harness.Try{Title: "Sign-in: " + faults[i].Title, User: u, Written: &faults[i], NoPicture: i > 0})
		if err != nil {
			return judge.Finding{}, err
		}
		again, err := s.Again(ctx, a)
		if err != nil {
			return judge.Finding{}, err
		}
		lost[a] = a.Who.SignedIn && !again.SignedIn
		cases = append(cases, a)
		if err := s.ForgetShop(ctx); err != nil {
			return judge.Finding{}, err
		}
	}
	good, err := s.SignIn(ctx, harness.Try{Title: "The same sign-in without the deviation", User: u, Control: true})
	if err != nil {
		return judge.Finding{}, err
	}
	findings := make([]judge.Finding, 0, len(cases))
	for _, a := range cases {
		f := judge.First(judge.Survived(*a, *good), judge.RequestsOnce(*a))
		if lost[a] {
			f = judge.Fail("With %s the session was over at once.", a.Fault.Title)
		}
		findings = append(findings, s.Case(a, f))
	}
	return judge.Worst(findings...), nil
}

// scope takes a missing scope for granted; of a narrower one a shop may think
// as it likes.
func scope(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	cases, good, err := tried(ctx, s, scopes())
	if err != nil {
		return judge.Finding{}, err
	}
	return s.Each(cases, func(a attempt.SignIn) judge.Finding {
		if a.Fault.ID == narrower {
			return judge.Survived(a, *good)
		}
		return judge.Accepted(a, *good)
	}), nil
}

// accessTokenNoProof has UserInfo answer whatever it is asked with, as an
// attacker's would.
func accessTokenNoProof(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	u := s.Person(nil)
	body, err := json.Marshal(map[string]string{"sub": s.Subject(u)})
	if err != nil {
		return judge.Finding{}, err
	}
	text := string(body)
	ticket, err := s.Lane.Provider.Arm(fault.Spec{
		ID: "userinfo.status.granted", Title: "UserInfo answers every access token",
		Response: &fault.ResponseEdit{
			Endpoint: journal.UserInfo, Status: http.StatusOK, Body: &text, Header: map[string]string{"Content-Type": "application/json"},
		},
	}, fault.Scope{}, fault.Always)
	if err != nil {
		return judge.Finding{}, err
	}
	defer ticket.Disarm()
	f := accessTokenIsIDToken()
	return s.RefusedTries(ctx, harness.Try{Title: "The same sign-in without the fault", User: u, Control: true},
		harness.Try{Title: "Sign-in: " + f.Title, User: u, Written: &f})
}
