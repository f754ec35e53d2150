package judge

import (
	"testing"

	"github.com/countersign-oidc/countersign/runner/check"
	"github.com/countersign-oidc/countersign/suites/attempt"
)

func TestGuesses(t *testing.T) {
	t.Parallel()
	in := attempt.Who{SignedIn: true}
	for _, tc := range []struct {
		name string
		g    Guesses
		said check.Choice
		want check.Verdict
		says string
	}{
		{"recorded", Guesses{Tried: 9, After: in}, check.Unstated, check.Pass, "answered each of 9"},
		{"as it says", Guesses{Tried: 9, Limited: 3}, check.Refuse, check.Pass, "3 of 9"},
		{"against its word", Guesses{Tried: 9, After: in}, check.Refuse, check.Fail, "answered each"},
		{"opened", Guesses{Tried: 9, Opened: 1, After: in}, check.Accept, check.Fail, "signed in"},
		{"redeemed", Guesses{Tried: 9, Redeemed: 1, After: in}, check.Accept, check.Fail, "redeemed"},
		{"locked out", Guesses{Tried: 9}, check.Accept, check.Fail, "not taken either"},
	} {
		expect(t, tc.name, ByPolicy(Hopeless(tc.g, tc.said), check.GuessLimit, tc.said), tc.want, tc.says)
	}
	expect(t, "idle", MethodIdle("HEAD", 0, in), check.Pass, "could be finished")
	expect(t, "redeemed", MethodIdle("HEAD", 1, in), check.Fail, "redeemed")
	expect(t, "used up", MethodIdle("HEAD", 0, attempt.Who{}), check.Fail, "used up")
	kept := []attempt.Cookie{{Name: "sid", Value: "0123456789"}}
	expect(t, "echoed", NotEchoed("TRACE", []byte("Cookie: sid=0123456789"), kept), check.Fail, "cookie sid")
	expect(t, "not echoed", NotEchoed("TRACE", []byte("405"), kept), check.Pass, "")
	expect(t, "in", StillIn("HEAD", in), check.Pass, "goes on")
	expect(t, "out", StillIn("HEAD", attempt.Who{}), check.Fail, "over")
}
