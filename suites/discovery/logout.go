package discovery

import (
	"context"

	"github.com/countersign-oidc/countersign/suites/attempt"
	"github.com/countersign-oidc/countersign/suites/harness"
	"github.com/countersign-oidc/countersign/suites/judge"
)

// logoutUnsafe signs out wherever a shop signs people in despite the
// document. An endpoint at another host is a provider's right.
func logoutUnsafe(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	site, err := s.Canary(ctx)
	if err != nil {
		return judge.Finding{}, err
	}
	site.Page("/bye", "You have signed out.")
	const name, elsewhere = "end_session_endpoint", "elsewhere"
	var findings []judge.Finding
	for i, c := range []struct{ how, value string }{
		{"script", `"javascript:document.title='countersign'//"`},
		{"data", `"data:text/html,countersign"`},
		{"file", `"file:///etc/hostname"`},
		{elsewhere, `"` + site.URL("/bye") + `"`},
	} {
		in, f, err := first(ctx, s, i, member(name, c.how, c.value))
		if err != nil || in == nil {
			return f, err
		}
		out := in
		if in.Who.SignedIn {
			if out, err = s.SignOut(ctx, in, harness.Try{Title: "A sign-out with a logout endpoint that is " + c.how, NoPicture: true}); err != nil {
				return judge.Finding{}, err
			}
		}
		findings = append(findings, s.Case(out, judge.First(judge.Reached(*in), judge.Anonymous(*out), stayed(s, out, c.how == elsewhere))))
	}
	good, err := control(ctx, s)
	if err != nil {
		return judge.Finding{}, err
	}
	return judge.First(judge.Control(*good), judge.Worst(findings...)), nil
}

func stayed(s *harness.Spec, out *attempt.SignIn, mayLeave bool) judge.Finding {
	if mayLeave {
		return judge.StillUp(*out)
	}
	return judge.First(judge.LedAway(*out, s.Lane.Provider.Issuer()), judge.StillUp(*out))
}
