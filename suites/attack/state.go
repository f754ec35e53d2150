package attack

import (
	"context"
	"net/url"
	"strings"
	"time"
	"unicode"

	"github.com/countersign-oidc/countersign/suites/catalog"
	"github.com/countersign-oidc/countersign/suites/harness"
	"github.com/countersign-oidc/countersign/suites/judge"
)

func stateSpecs(h *harness.Harness) {
	h.Check(catalog.AttackStateForged, altered(judge.Rejected,
		change{"whose state has one character more", spelled("state", func(v string) string { return v + "1" })},
		change{"whose state has one character less", spelled("state", func(v string) string { return v[:max(0, len(v)-1)] })},
		change{"whose state has lower and upper case swapped", spelled("state", swapCase)},
		change{"whose state is as long and another", spelled("state", func(v string) string { return strings.Repeat("A", len(v)) })},
		change{"whose state is undefined", set("state", "undefined")},
		change{"whose state is null", set("state", "null")},
		change{"whose state is *", set("state", "*")},
	))
	h.Check(catalog.AttackStateAbsent, altered(judge.Rejected,
		change{"without a state", func(q url.Values) { q.Del("state") }},
		change{"whose state is empty", set("state", "")},
		change{"whose state is a space", set("state", " ")},
		change{"whose state is called state[]", renamed("state", "state[]")},
		change{"whose state is called State", renamed("state", "State")},
	))
	h.Check(catalog.AttackStateExpired, stateExpired)
	h.Check(catalog.AttackParametersTwice, parametersTwice)
}

func renamed(name, to string) func(url.Values) {
	return func(q url.Values) {
		q[to] = q[name]
		q.Del(name)
	}
}

func swapCase(v string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsUpper(r) {
			return unicode.ToLower(r)
		}
		return unicode.ToUpper(r)
	}, v)
}

// longEnough is more than anybody takes to sign in.
const longEnough = 48 * time.Hour

// stateExpired delivers an answer two days after its request.
func stateExpired(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	u := s.Person(nil)
	answer, err := s.Hold(ctx, harness.Try{Title: "A sign-in whose answer is held back", User: u})
	if err != nil {
		return judge.Finding{}, err
	}
	s.Lane.Advance(longEnough)
	late, err := s.Open(ctx, answer, harness.Try{Title: "The answer two days later", User: u})
	if err != nil {
		return judge.Finding{}, err
	}
	s.Lane.Advance(-longEnough) // the tokens are of today
	return weighed(ctx, s, u, judge.Rejected, []*observed{late})
}

// parametersTwice sends parameters twice, the good value first and then last.
func parametersTwice(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	u := s.Person(nil)
	var tried [2][]*observed
	for i, where := range []string{"in front", "behind"} {
		for _, name := range []string{"state", "code", "iss"} {
			answer, err := s.Hold(ctx, harness.Try{Title: "A sign-in whose answer is held back", User: u})
			if err != nil {
				return judge.Finding{}, err
			}
			good := query(answer).Get(name)
			if good == "" {
				continue
			}
			answer, err = changed(answer, func(q url.Values) {
				if q[name] = []string{good, "another"}; i == 1 {
					q[name] = []string{"another", good}
				}
			})
			if err != nil {
				return judge.Finding{}, err
			}
			a, err := s.Open(ctx, answer, harness.Try{Title: "An answer with two of " + name + ", the good one " + where, User: u, NoPicture: true})
			if err != nil {
				return judge.Finding{}, err
			}
			tried[i] = append(tried[i], a)
			if err := s.ForgetShop(ctx); err != nil {
				return judge.Finding{}, err
			}
		}
	}
	control, err := ordinary(ctx, s, u)
	if err != nil {
		return judge.Finding{}, err
	}
	return judge.Consistent(values(tried[0]), values(tried[1]), *control), nil
}

func values(list []*observed) []observed {
	out := make([]observed, 0, len(list))
	for _, a := range list {
		out = append(out, *a)
	}
	return out
}
