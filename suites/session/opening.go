package session

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"github.com/countersign-oidc/countersign/runner/check"
	"github.com/countersign-oidc/countersign/suites/attempt"
	"github.com/countersign-oidc/countersign/suites/harness"
	"github.com/countersign-oidc/countersign/suites/judge"
)

// opening is the cookies that open an account: each by itself or, where
// together is set, all of them at once, as of a session that is kept in parts.
type opening struct {
	cookies  []attempt.Cookie
	together bool
}

// session is the cookie with the session, or with the largest part of it.
func (o opening) session() attempt.Cookie { return o.cookies[0] }

// with is some cookies and what has to be beside the session cookie.
func (o opening) with(cookies ...attempt.Cookie) []attempt.Cookie {
	if !o.together {
		return cookies
	}
	return slices.Concat(cookies, o.cookies[1:])
}

// signInCookies signs in and looks for the cookies that open the account. The
// finding is a pass when there are some.
func signInCookies(ctx context.Context, s *harness.Spec) (opening, judge.Finding, error) {
	if err := s.Fetched(); err != nil {
		return opening{}, judge.Finding{}, err
	}
	a, err := s.SignIn(ctx, harness.Try{User: s.Person(nil), Control: true})
	if err != nil {
		return opening{}, judge.Finding{}, err
	}
	if f := judge.Control(*a); f.Verdict != check.Pass {
		return opening{}, f, nil
	}
	all := s.ShopCookies(a.Cookies)
	var o opening
	for _, c := range all {
		if opened, err := opens(ctx, s, a.Subject, c); err != nil {
			return opening{}, judge.Finding{}, err
		} else if opened {
			o.cookies = append(o.cookies, c)
		}
	}
	if len(o.cookies) == 0 {
		if o, err = inParts(ctx, s, a.Subject, all); err != nil {
			return opening{}, judge.Finding{}, err
		}
	}
	if len(o.cookies) == 0 {
		return opening{}, judge.Undecided("No cookies were found that open the account by themselves."), nil
	}
	return o, judge.Pass("A session cookie was found."), nil
}

func opens(ctx context.Context, s *harness.Spec, subject string, cookies ...attempt.Cookie) (bool, error) {
	answer, err := s.Fetch(ctx, s.WhoAmIPath(), nil, cookies...)
	return err == nil && answer.Status == http.StatusOK && strings.Contains(string(answer.Body), subject), err
}

// inParts are the cookies without any of which the others do not open the
// account, the longest first.
func inParts(ctx context.Context, s *harness.Spec, subject string, all []attempt.Cookie) (opening, error) {
	if opened, err := opens(ctx, s, subject, all...); err != nil || !opened {
		return opening{}, err
	}
	needed := slices.Clone(all)
	for _, c := range all {
		others := attempt.Without(needed, c)
		opened, err := opens(ctx, s, subject, others...)
		if err != nil {
			return opening{}, err
		}
		if opened {
			needed = others
		}
	}
	slices.SortStableFunc(needed, func(a, b attempt.Cookie) int { return len(b.Value) - len(a.Value) })
	return opening{needed, true}, nil
}
