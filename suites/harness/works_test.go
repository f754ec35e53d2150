package harness

import (
	"testing"

	"github.com/countersign-oidc/countersign/runner/check"
	"github.com/countersign-oidc/countersign/suites/judge"
)

// TestChecksOfAShopWithoutSignIn holds which checks are not tried where the
// first sign-in did not work.
func TestChecksOfAShopWithoutSignIn(t *testing.T) {
	t.Parallel()
	broken := judge.Undecided("Not tried, for an ordinary sign-in does not work.")
	for name, row := range map[string]struct {
		id   check.ID
		plan Plan
		want check.Verdict
	}{
		"a check":            {"idtoken.expired", Plan{}, check.Error},
		"the one that tells": {firstCheck, Plan{}, check.Pass},
		"a shop with a flaw": {"idtoken.expired", Plan{Trials: []Trial{{Flaws: []string{"expired"}}}}, check.Pass},
	} {
		s := &Spec{check: check.Check{ID: row.id}, harness: &Harness{plan: row.plan, works: &broken}}
		if f := s.signsIn(t.Context()); f.Verdict != row.want {
			t.Errorf("%s: %v", name, f)
		}
	}
}
