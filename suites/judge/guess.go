package judge

import (
	"fmt"

	"github.com/countersign-oidc/countersign/runner/check"
	"github.com/countersign-oidc/countersign/suites/attempt"
)

// Guesses are what came of many wrong session IDs and states.
type Guesses struct {
	// Tried is how many, Limited how many of them were turned away as too
	// many (RFC 6585, section 4).
	Tried, Limited int
	// Opened is how many signed somebody in, Redeemed how many codes were.
	Opened, Redeemed int
	// After is who is signed in once the right answer is delivered.
	After attempt.Who
}

// Hopeless decides whether guessing leads nowhere and stands in nobody's way.
// Whether a shop turns guesses away is its own choice, which is recorded.
func Hopeless(g Guesses, said check.Choice) Finding {
	switch {
	case g.Opened > 0:
		return own(Fail("%d of %d guesses were signed in.", g.Opened, g.Tried))
	case g.Redeemed > 0:
		return own(Fail("%d codes were redeemed for states that were guessed.", g.Redeemed))
	case !g.After.SignedIn && g.Limited == 0:
		return own(Fail("After %d guesses the right answer is not taken either, in the browser that it belongs to.", g.Tried))
	case g.Limited > 0:
		return AsDocumented(check.GuessLimit, said, check.Refuse, fmt.Sprintf("the shop turned %d of %d guesses away.", g.Limited, g.Tried))
	}
	return AsDocumented(check.GuessLimit, said, check.Accept, fmt.Sprintf("the shop answered each of %d guesses, none of which was right.", g.Tried))
}

// MethodIdle decides on a request by another method than GET for an answer of
// the provider's: it redeems nothing, and the answer is still good afterwards.
func MethodIdle(what string, redeemed int, after attempt.Who) Finding {
	switch {
	case redeemed > 0:
		return Fail("%s: the shop redeemed the code.", what)
	case !after.SignedIn:
		return Fail("%s: the sign-in was used up by it.", what)
	}
	return Pass("%s: it did nothing, and the sign-in could be finished.", what)
}

// NotEchoed decides whether an answer repeats the cookies of its request, which
// scripts of the page cannot read otherwise (RFC 9110, section 9.3.8).
func NotEchoed(what string, body []byte, cookies []attempt.Cookie) Finding {
	for _, c := range cookies {
		if has(string(body), c.Value) {
			return Fail("%s: the answer repeats the cookie %s.", what, c.Name)
		}
	}
	return Pass("%s: the answer repeats no cookie.", what)
}

// StillIn decides whether a request left a session as it was.
func StillIn(what string, who attempt.Who) Finding {
	if !who.SignedIn {
		return Fail("%s: the session is over.", what)
	}
	return Pass("%s: the session goes on.", what)
}
