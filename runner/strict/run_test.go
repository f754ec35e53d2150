package strict

import (
	"slices"
	"testing"

	"github.com/countersign-oidc/countersign/runner/check"
)

// TestMockProviderIsStrict is the reason for this package: the mock provider
// passes every check that it can be put to.
func TestMockProviderIsStrict(t *testing.T) {
	t.Parallel()
	m := newMock(t)
	results := judge(t, m.target, m.options)
	if len(results) != len(Checks()) {
		t.Errorf("%d results of %d checks", len(results), len(Checks()))
	}
	for _, r := range results {
		if r.Verdict != check.Pass && r.Verdict != check.Skip {
			t.Errorf("%s  %s: %s", r.Verdict, r.ID, r.Reason)
		}
	}
	// What the mock provider serves decides which checks cannot be tried.
	want := []string{"cookie-secure"}
	if !m.Metadata().ClaimsParameterSupported {
		want = []string{"claims-sub-other", "cookie-secure"}
	}
	if got := with(results, check.Skip); !slices.Equal(got, want) {
		t.Errorf("skipped %v, want %v", got, want)
	}
}
