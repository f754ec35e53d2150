package catalog

import "github.com/countersign-oidc/countersign/runner/check"

func refreshChecks() []check.Check {
	return []check.Check{TokenRefreshRotation, TokenRefreshIDToken, TokenRefreshRefused, TokenRefreshOutage, TokenRefreshParallel}
}

func refreshCheck(noun, title string, refs []string, harm, tried, judged, remedy string) check.Check {
	return check.Check{
		ID: check.ID("token.refresh-" + noun), Title: title, Level: check.Must, Refs: refs,
		Needs: []check.Capability{check.Refresh, check.Clock},
		Harm:  harm, Tried: tried, Judged: judged, Remedy: remedy,
	}
}

// The checks of shops that renew their tokens.
var (
	TokenRefreshRotation = refreshCheck("rotation", "Refreshes use the newest refresh token, and need no ID token",
		[]string{"TOK-42", core + "12.2", rfc9700 + "4.14.2"},
		"Customers are signed out in the middle of an order, because an old refresh token looks like a stolen one.",
		"A customer opens their account three times, each time after the access token has expired; the second refresh has no ID token.",
		"Passes if each refresh is made with the refresh token of the one before, and the customer stays signed in.",
		"Keep the refresh token of each response that has one, and take the ID token of a refresh for optional.")
	TokenRefreshIDToken = refreshCheck("id-token", "A refreshed ID token is held to the first one",
		[]string{"TOK-43", core + "12.2"},
		"A session changes hands: the customer sees the account of somebody else.",
		"A customer opens their account after the access token has expired, while the refreshed ID token has another iss, sub, aud, nonce or auth_time, has expired, or is not properly signed.",
		"Fails if the session becomes that of another person, or if the access token that came along is used; it may end or stay as it was.",
		"Verify the ID token of a refresh like the first one, compare iss, sub, aud and auth_time with it, and throw everything away otherwise.")
	TokenRefreshRefused = refreshCheck("refused", "A session ends when the provider refuses to renew it",
		[]string{"TOK-44", rfc6749 + "6", "LGO-49"},
		"An employee who was dismissed, or a customer who took their consent back, stays signed in.",
		"A customer opens their account after the access token has expired, and the provider answers the refresh with invalid_grant.",
		"Passes if the customer is signed out or asked to sign in, and a refresh works otherwise.",
		"End the session on invalid_grant.")
	TokenRefreshOutage = refreshCheck("outage", "A session gets over a moment in which the provider is out of order",
		[]string{"TOK-44", rfc9700 + "4.14.2"},
		"Every hiccup of the provider signs all customers out, or the shop presses it until it does not come up again.",
		"A customer opens their account after the access token has expired, while the token endpoint answers 500; then three times more at once, and again when it works. The same while it answers later than the shop waits.",
		"Passes if the customer stays signed in, at most one more refresh is tried at once, and a later one works.",
		"Keep the session for some minutes on errors of the provider, and wait between tries.")
	TokenRefreshParallel = refreshCheck("parallel", "Page loads side by side make one refresh",
		[]string{"TOK-44", rfc9700 + "4.14.2"},
		"Two tabs at once sign the customer out, because the second uses a refresh token that the first has used up.",
		"After the access token has expired, the account page is loaded four times at once while the provider takes half a second.",
		"Passes if the provider sees one refresh and the customer is signed in afterwards.",
		"Guard the refresh of a session by a lock, and let the others wait for its result.")
)
