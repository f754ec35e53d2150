package judge

import (
	"strings"

	"github.com/countersign-oidc/countersign/mockidp/journal"
	"github.com/countersign-oidc/countersign/runner/check"
	"github.com/countersign-oidc/countersign/suites/attempt"
)

// refreshes are the token requests of a grant of type refresh_token.
func refreshes(entries []journal.Entry) []journal.Entry {
	var found []journal.Entry
	for _, e := range entries {
		if e.Kind == journal.Token && e.Form.Get("grant_type") == "refresh_token" {
			found = append(found, e)
		}
	}
	return found
}

// Renewed decides whether a page load renewed the tokens and left the customer
// signed in.
func Renewed(a attempt.SignIn) Finding {
	if len(refreshes(a.Entries)) == 0 {
		if f := SignedIn(a); f.Verdict != check.Pass {
			return f
		}
		return Undecided("%s: the shop did not renew its tokens, although the access token had expired.", a.Title)
	}
	if a.Fault != nil {
		if f := Reached(a); f.Verdict != check.Pass {
			return f
		}
	}
	return SignedIn(a)
}

// RenewedControl is undecided unless a refresh worked that must work.
func RenewedControl(a attempt.SignIn) Finding {
	if f := Renewed(a); f.Verdict != check.Pass {
		return Undecided("A refresh as it should be does not work, so nothing can be concluded: %s", f.Reason)
	}
	return Pass("%s works.", a.Title)
}

// Rotated decides whether each refresh token that was sent is the newest one
// that had been handed out.
func Rotated(entries []journal.Entry) Finding {
	newest, sent := "", 0
	for _, e := range entries {
		if e.Form.Get("grant_type") == "refresh_token" {
			sent++
			if newest != "" && e.Form.Get("refresh_token") != newest {
				return Fail("Refresh %d used a refresh token that is not the newest one: a provider that rotates them revokes the whole session.", sent)
			}
		}
		for _, t := range e.Tokens {
			if t.Kind == "refresh_token" {
				newest = t.Value
			}
		}
	}
	if sent < 2 {
		return Undecided("The provider saw %d refreshes; two are needed to compare.", sent)
	}
	return Pass("Each of %d refreshes used the newest refresh token.", sent)
}

// NotRenewed decides whether what came with a bad ID token was thrown away:
// the session has ended or stayed as it was, and the new access token was not
// used.
func NotRenewed(a attempt.SignIn) Finding {
	if f := Reached(a); f.Verdict != check.Pass {
		return f
	}
	var fresh []string
	for _, e := range refreshes(a.Entries) {
		for _, t := range e.Tokens {
			if t.Kind == "access_token" {
				fresh = append(fresh, t.Value)
			}
		}
	}
	if a.Who.SignedIn && a.Who.Subject != a.Subject {
		return Fail("The provider %s, and the session became that of %q.", did(a), a.Who.Subject)
	}
	for _, e := range a.Of(journal.UserInfo) {
		for _, token := range fresh {
			if strings.Contains(e.Header.Get("Authorization"), token) {
				return Fail("The provider %s, and the shop used the access token that came along.", did(a))
			}
		}
	}
	if crashed(a) {
		return Fail("The shop %s although the provider only %s.", broke(a), did(a))
	}
	return Pass("The provider %s, and the shop threw away what came.", did(a))
}

// Outlived decides whether a session got over an outage of the token endpoint,
// with at most one more try within moments.
func Outlived(a attempt.SignIn, more int) Finding {
	if f := Reached(a); f.Verdict != check.Pass {
		return f
	}
	if f := SignedIn(a); f.Verdict != check.Pass {
		return Fail("The session ended because the token endpoint was out of order for a moment.")
	}
	if more > 1 {
		return Fail("During an outage three page loads made %d refresh requests: the shop does not wait between them.", more)
	}
	return Pass("The session got over an outage, with %d more tries within moments.", more)
}

// RenewedOnce decides whether page loads side by side made one refresh.
func RenewedOnce(sent int, who attempt.Who) Finding {
	switch {
	case sent == 0:
		return Undecided("The shop did not renew its tokens, although the access token had expired.")
	case sent > 1:
		return Fail("Page loads side by side made %d refresh requests; with rotation all but the first sign the customer out.", sent)
	case !who.SignedIn:
		return Fail("After page loads side by side the customer is signed out.")
	}
	return Pass("Page loads side by side made one refresh request.")
}
