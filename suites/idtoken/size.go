package idtoken

import (
	"context"
	"fmt"

	"github.com/countersign-oidc/countersign/suites/harness"
	"github.com/countersign-oidc/countersign/suites/judge"
)

// sizes are those of ID tokens, in KiB, of people with many groups. The first
// is what every shop must take.
func sizes() []int { return []int{4, 8, 16, 64} }

// large signs in with tokens that grow, and looks at another page afterwards:
// a session that does not fit into a cookie is lost there.
func large(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	u := s.Person(nil)
	control, err := s.SignIn(ctx, harness.Try{Title: "An ordinary sign-in", User: u, Control: true})
	if err != nil {
		return judge.Finding{}, err
	}
	findings := []judge.Finding{judge.Control(*control)}
	for i, kib := range sizes() {
		if err := s.ForgetShop(ctx); err != nil {
			return judge.Finding{}, err
		}
		title := fmt.Sprintf("an ID token of %d KiB", kib)
		// Base64 makes four bytes of three, and an item has 17 with its comma.
		times := kib * 1024 * 3 / 4 / 17
		f := with(fmt.Sprintf("size.%d_kib", kib), title, set{"groups": fmt.Sprintf(`{"$repeat":{"value":"group-01234567","times":%d}}`, times)})
		a, err := s.SignIn(ctx, harness.Try{Title: "Sign-in: " + title, User: u, Written: &f, Control: true})
		if err != nil {
			return judge.Finding{}, err
		}
		later, err := s.Again(ctx, a)
		if err != nil {
			return judge.Finding{}, err
		}
		s.Note(title, "%s", became(a.Who.SignedIn, later.SignedIn, a.Page.Status))
		found := judge.Survived(*a, *control)
		if i == 0 {
			found = judge.Accepted(*a, *control)
		}
		if a.Who.SignedIn && !later.SignedIn {
			found = judge.Fail("With %s the session is lost on the next page.", title)
		}
		findings = append(findings, s.Case(a, found))
	}
	return judge.Worst(findings...), nil
}

func became(signedIn, still bool, status int) string {
	switch {
	case signedIn && still:
		return "signed in"
	case signedIn:
		return "signed in, and not any more on the next page"
	}
	return fmt.Sprintf("refused with status %d", status)
}
