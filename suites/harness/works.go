package harness

import (
	"context"
	"errors"

	"github.com/countersign-oidc/countersign/runner/check"
	"github.com/countersign-oidc/countersign/runner/environ"
	"github.com/countersign-oidc/countersign/suites/judge"
	"github.com/countersign-oidc/countersign/suites/plain"
)

// firstCheck is the check that tells a shop without a working sign-in.
const firstCheck check.ID = "login.signs-in"

// signsIn finds out, once for all checks, whether an ordinary sign-in works.
// Where it does not, whatever else a check would find comes of that, and one
// reason says more than hundreds. A shop with flaws is another matter: what its
// checks say is what is asked.
func (s *Spec) signsIn(ctx context.Context) judge.Finding {
	h := s.harness
	if len(h.plan.Trials) > 0 || s.check.ID == firstCheck {
		return judge.Pass("Not asked.")
	}
	if h.works == nil {
		f := s.ordinarySignIn(ctx)
		h.works = &f
	}
	return *h.works
}

// ordinarySignIn tries a sign-in without a fault in a lane of its own. A shop
// that does not start passes: each check tells of that itself.
func (s *Spec) ordinarySignIn(ctx context.Context) judge.Finding {
	own, err := s.beside(ctx, environ.Setup{})
	if err != nil {
		return judge.Pass("Not to be tried: %s.", err)
	}
	f, err := own.signInTwice(ctx)
	if errors.Is(err, plain.ErrScripts) {
		f, err = judge.Pass("Not to be tried: %s.", err), nil
	}
	if err = errors.Join(err, own.refused, own.leaveLane(ctx)); err != nil {
		return judge.Undecided("Not tried, for an ordinary sign-in could not be made: %s", sentence(err))
	}
	switch f.Verdict {
	case check.Pass:
		return f
	case check.Error:
		return judge.Undecided("Not tried: %s", f.Reason)
	default:
		return judge.Undecided("Not tried, for an ordinary sign-in does not work: %s", f.Reason)
	}
}

// signInTwice signs in, and once more if that does not work.
func (s *Spec) signInTwice(ctx context.Context) (judge.Finding, error) {
	var f judge.Finding
	for range 2 {
		b, err := s.Stranger(ctx)
		if err != nil {
			return f, err
		}
		if f, err = s.toldApart(ctx, b); err != nil || f.Verdict != check.Pass {
			s.Release(b)
			return f, err
		}
		a, err := s.SignIn(ctx, Try{Title: "The first sign-in", User: s.Person(nil), Browser: b, NoPicture: true})
		if err != nil {
			s.Release(b)
			return f, err
		}
		if f = judge.SignedIn(*a); f.Verdict == check.Pass {
			s.harness.outside = s.look(ctx, b, a)
		}
		s.Release(b)
		if f.Verdict == check.Pass || a.Page.Failed != "" {
			break // what keeps a browser waiting does so again
		}
	}
	return f, nil
}
