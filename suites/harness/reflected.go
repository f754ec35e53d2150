package harness

import (
	"context"

	"github.com/countersign-oidc/countersign/suites/attempt"
	"github.com/countersign-oidc/countersign/suites/judge"
)

// Breakout is a parameter's value that becomes an element of the page, or a
// dialog, wherever it is not escaped: in text, in an attribute, in a title and
// in a script. The element is no script, so that a policy cannot hide it.
const Breakout = `';alert(7919);'"></title></textarea></script><i id="countersign-marker">x</i>`

// Injected is what no header field of an answer may be called.
const Injected = "X-Countersign"

// NotReflected decides on the page where an attempt with [Breakout] or line
// feeds in its parameters ended. The browser still rests there.
func (s *Spec) NotReflected(ctx context.Context, a *attempt.SignIn) (judge.Finding, error) {
	_, element, err := s.Browser.Text(ctx, "#countersign-marker")
	if err != nil {
		return judge.Finding{}, err
	}
	return s.Case(a, judge.NotReflected(*a, element, Injected)), nil
}
