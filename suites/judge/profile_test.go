package judge

import (
	"testing"

	"github.com/countersign-oidc/countersign/runner/check"
	"github.com/countersign-oidc/countersign/suites/attempt"
)

func TestLiteral(t *testing.T) {
	t.Parallel()
	expect(t, "as it is", Literal(signedInAs("ada")), check.Pass, "as it is")
	expect(t, "changed", Literal(signedInAs("eve")), check.Fail, `as "eve", although the subject is "ada"`)
	expect(t, "refused", Literal(refused()), check.Pass, "was refused")
	expect(t, "crashed", Literal(change(refused(), func(a *attempt.SignIn) { a.Page.Status = 500 })), check.Fail, "status 500")
}

func TestDistinct(t *testing.T) {
	t.Parallel()
	expect(t, "two people and nobody twice", Distinct([]string{"a", "", "b", ""}), check.Pass, "of their own")
	expect(t, "one customer twice", Distinct([]string{"a", "b", "a"}), check.Fail, "same customer, a")
}

func TestShown(t *testing.T) {
	t.Parallel()
	expect(t, "the same", Shown("name", "Ada", "Ada"), check.Pass, "as it was sent")
	expect(t, "cut", Shown("name", "Ada Lovelace", "Ada"), check.Fail, `sent as "Ada Lovelace" and is shown as "Ada"`)
	expect(t, "an object", NoObjectShown("X", attempt.Page{Text: "Hello [object Object]"}), check.Warn, "[object Object]")
	expect(t, "no object", NoObjectShown("X", attempt.Page{Text: "Hello"}), check.Pass, "no object")
}
