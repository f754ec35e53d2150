package catalog

import "github.com/countersign-oidc/countersign/runner/check"

// noticeChecks are those of back-channel logout.
func noticeChecks() []check.Check {
	return []check.Check{
		LogoutNoticeEndsSession, LogoutNoticeUncached, LogoutNoticeSession, LogoutNoticeSubject, LogoutNoticeUnknown,
		LogoutNoticeMismatch, LogoutNoticeSignature, LogoutNoticeUnsigned, LogoutNoticeAlgorithm, LogoutNoticeIssuer,
		LogoutNoticeAudience, LogoutNoticeAudienceExtra, LogoutNoticeExpired, LogoutNoticeIssuedAt, LogoutNoticeIssuedWhen,
		LogoutNoticeEvents, LogoutNoticeNonce, LogoutNoticeNobody, LogoutNoticeIdentifier, LogoutNoticeReplay,
		LogoutNoticeOtherToken, LogoutNoticeType, LogoutNoticeAsIDToken, LogoutNoticeRequest, LogoutNoticeSize,
		LogoutNoticeOtherProvider, LogoutNoticeKeys, LogoutNoticeDuringSignIn, LogoutNoticeEncrypted, LogoutNoticeFlood,
	}
}

// How most bad logout notices are tried and judged, and what comes of one that
// is believed.
const (
	noticeTried   = "The provider sends notices about a signed-in session that deviate in this one point, and then one that does not."
	noticeJudged  = "Passes only if each notice was sent and answered with 400, the session in the browser went on, and the same notice without the deviation ended it."
	anybodyEnds   = "Anybody who reaches the shop's back-channel address signs customers out as they please, in the middle of an order."
	noticeLibrary = "Verify logout tokens with the code that verifies ID tokens; mod_auth_openidc and Spring Security's oidcLogout().backChannel() bring it."
)

// The checks of logout notices.
var (
	LogoutNoticeEndsSession = check.Check{
		ID: "logout.notice-ends-session", Title: "A logout notice of the provider ends the session",
		Level: check.Must, Needs: []check.Capability{check.BackChannelLogout},
		Refs:   []string{"LGO-15", "LGO-24", "LGO-26", "LGO-34", "LGO-38", bcLogout + "2.4", bcLogout + "2.7", bcLogout + "2.8"},
		Harm:   "A customer who signs out elsewhere, or is locked out by their employer, stays signed in at the shop.",
		Tried:  "The provider sends a notice, without cookies, as its specification has it and in each way that it allows: other types, more claims, more events, more parameters.",
		Judged: "Passes if each is answered with 200 (or 204) and the shop says at once, in the browser, that nobody is signed in.",
		Remedy: "Take the logout token from the form, ignore what you do not know, demand no cookie and no CSRF token, and end the session on the server before you answer.",
	}
	LogoutNoticeUncached = check.Check{
		ID: "logout.notice-uncached", Title: "The answer to a logout notice must not be cached",
		Level: check.Should, Needs: []check.Capability{check.BackChannelLogout}, Refs: []string{"LGO-15", bcLogout + "2.8"},
		Harm:   "A cache between provider and shop answers the next notice, and that session never ends.",
		Tried:  "The provider sends a notice about a signed-in session.",
		Judged: "Passes if the answer has Cache-Control: no-store.",
		Remedy: "Send Cache-Control: no-store with the answer.",
	}
	LogoutNoticeSession = check.Check{
		ID: "logout.notice-session", Title: "A notice about one session leaves the customer's other sessions alone",
		Level: check.Must, Needs: []check.Capability{check.BackChannelLogout}, Refs: []string{"LGO-16", bcLogout + "2.4", bcLogout + "2.7"},
		Harm:   "Signing out at a library's computer signs the customer out at home too, or, worse, not at the library.",
		Tried:  "In two browsers a person signs in, and the provider sends a notice about the session of the first: by its session ID alone, and together with the subject.",
		Judged: "Passes if that session ends and the other goes on.",
		Remedy: "Keep the sid of the ID token with the session and end the sessions that have it.",
	}
	LogoutNoticeSubject = check.Check{
		ID: "logout.notice-subject", Title: "A notice about a customer ends all their sessions",
		Level: check.Must, Needs: []check.Capability{check.BackChannelLogout}, Refs: []string{"LGO-17", bcLogout + "2.4", bcLogout + "2.7"},
		Harm:   "An account that was locked because of a theft goes on being used in the thief's browser.",
		Tried:  "In three browsers a person signs in, and another one in a fourth; the provider sends a notice that names the first person and no session.",
		Judged: "Passes if all three sessions end and the fourth goes on.",
		Remedy: "Find sessions by issuer and subject, and end each of them.",
	}
	LogoutNoticeUnknown = check.Check{
		ID: "logout.notice-unknown", Title: "A notice about a session that is not there is no error",
		Level: check.Must, Needs: []check.Capability{check.BackChannelLogout, check.SignOut}, Refs: []string{"LGO-18", bcLogout + "2.7"},
		Harm:   "The provider reports a failed sign-out to customers who are signed out, or tries again for ever.",
		Tried:  "The provider sends notices about an unknown session, an unknown person, a session that the customer has left, and one that a notice has ended.",
		Judged: "Passes if each is answered with 200 (or 204) and nobody else is signed out.",
		Remedy: "Answer 200 to every notice that is valid, whatever it finds.",
	}
	LogoutNoticeMismatch = check.Check{
		ID: "logout.notice-mismatch", Title: "A notice with the session of one customer and the subject of another ends neither",
		Level: check.Should, Needs: []check.Capability{check.BackChannelLogout}, Refs: []string{"LGO-19", bcLogout + "2.6 (9)"},
		Harm:   "A muddle at the provider signs customers out who have nothing to do with it.",
		Tried:  "Two people sign in, and the provider sends a notice with the session of the first and the subject of the second.",
		Judged: "Passes if both are still signed in, whatever the answer.",
		Remedy: "End only sessions that fit both sid and sub of the notice.",
	}
	LogoutNoticeSignature = check.Check{
		ID: "logout.notice-signature", Title: "A logout notice that the provider did not sign is refused",
		Level: check.Must, Needs: []check.Capability{check.BackChannelLogout}, Refs: []string{"LGO-20", bcLogout + "2.6 (2)", rfc8725 + "3.1"},
		Harm: anybodyEnds, Tried: noticeTried, Judged: noticeJudged,
		Remedy: "Verify the signature with the keys of the provider's JWKS and with no other. " + noticeLibrary,
	}
	LogoutNoticeUnsigned = check.Check{
		ID: "logout.notice-unsigned", Title: "A logout notice without a signature is refused",
		Level: check.Must, Needs: []check.Capability{check.BackChannelLogout}, Refs: []string{"LGO-21", bcLogout + "2.6 (3)", rfc8725 + "3.2"},
		Harm: anybodyEnds, Tried: noticeTried, Judged: noticeJudged,
		Remedy: "Never accept the algorithm none, in any spelling, nor an empty signature.",
	}
	LogoutNoticeAlgorithm = check.Check{
		ID: "logout.notice-algorithm", Title: "A logout notice with another algorithm than the registered one is refused",
		Level: check.Should, Needs: []check.Capability{check.BackChannelLogout}, Refs: []string{"LGO-22", bcLogout + "2.6 (3)", rfc8725 + "3.1"},
		Harm: "Whoever gets hold of a weaker key of the provider can sign the shop's customers out.", Tried: noticeTried, Judged: noticeJudged,
		Remedy: "Pin the algorithm of ID tokens (id_token_signed_response_alg) for logout tokens too.",
	}
	LogoutNoticeIssuer = check.Check{
		ID: "logout.notice-issuer", Title: "A logout notice of another issuer is refused",
		Level: check.Must, Needs: []check.Capability{check.BackChannelLogout}, Refs: []string{"LGO-23", bcLogout + "2.6 (4)"},
		Harm: "A provider that the shop never chose can sign its customers out.", Tried: noticeTried, Judged: noticeJudged,
		Remedy: "Compare iss with the issuer as an exact string, and refuse a notice without it.",
	}
	LogoutNoticeAudience = check.Check{
		ID: "logout.notice-audience", Title: "A logout notice for another client is refused",
		Level: check.Must, Needs: []check.Capability{check.BackChannelLogout}, Refs: []string{"LGO-24", bcLogout + "2.6 (4)"},
		Harm: "Any other application of the same provider can pass its notices on and sign the shop's customers out.", Tried: noticeTried, Judged: noticeJudged,
		Remedy: "Refuse a notice whose aud does not have the shop's client ID in it.",
	}
	LogoutNoticeAudienceExtra = check.Check{
		ID: "logout.notice-audience-extra", Title: "A logout notice for the shop and for others is refused",
		Level: check.Must, Needs: []check.Capability{check.BackChannelLogout}, Refs: []string{"LGO-24", bcLogout + "2.6 (4)", core + "3.1.3.7 (3)"},
		Harm: "Another application that got the same notice can use it at the shop whenever it likes.", Tried: noticeTried, Judged: noticeJudged,
		Remedy: "Refuse audiences that you do not trust, as for ID tokens.",
	}
	LogoutNoticeExpired = check.Check{
		ID: "logout.notice-expired", Title: "A logout notice that has expired, or never does, is refused",
		Level: check.Must, Needs: []check.Capability{check.BackChannelLogout}, Refs: []string{"LGO-25", bcLogout + "2.4", bcLogout + "2.6 (4)"},
		Harm: "A notice from a log or a backup signs the customer out again, years later.", Tried: noticeTried, Judged: noticeJudged,
		Remedy: "Demand exp, as a number that lies ahead, with a leeway of a minute or two.",
	}
	LogoutNoticeIssuedAt = check.Check{
		ID: "logout.notice-issued-at", Title: "A logout notice that does not say when it was issued is refused",
		Level: check.Must, Needs: []check.Capability{check.BackChannelLogout}, Refs: []string{"LGO-25", bcLogout + "2.4", bcLogout + "2.6 (4)"},
		Harm: "Nobody can tell an old notice from a new one: an old one signs the customer out again.", Tried: noticeTried, Judged: noticeJudged,
		Remedy: "Demand iat, as a number. mod_auth_openidc does since 2026.",
	}
	LogoutNoticeIssuedWhen = check.Check{
		ID: "logout.notice-issued-when", Title: "A logout notice from long ago or from the future is refused",
		Level: check.Should, Needs: []check.Capability{check.BackChannelLogout}, Refs: []string{"LGO-25", bcLogout + "2.6 (4)", core + "3.1.3.7 (10)"},
		Harm: "A notice with a far-off expiry can be kept and used after the shop has forgotten that it was used.", Tried: noticeTried, Judged: noticeJudged,
		Remedy: "Refuse an iat that is some minutes old, or ahead of the clock by more than the leeway.",
	}
	LogoutNoticeEvents = check.Check{
		ID: "logout.notice-events", Title: "A notice of anything but a logout is refused",
		Level: check.Must, Needs: []check.Capability{check.BackChannelLogout}, Refs: []string{"LGO-26", bcLogout + "2.4", bcLogout + "2.6 (6)"},
		Harm: "Any token that the provider signs for the shop, such as an ID token, signs the customer out.", Tried: noticeTried, Judged: noticeJudged,
		Remedy: "Demand that events is an object whose member http://schemas.openid.net/event/backchannel-logout is an object.",
	}
	LogoutNoticeNonce = check.Check{
		ID: "logout.notice-nonce", Title: "A logout notice with a nonce is refused",
		Level: check.Must, Needs: []check.Capability{check.BackChannelLogout}, Refs: []string{"LGO-27", bcLogout + "2.4", bcLogout + "2.6 (7)"},
		Harm: "An ID token that leaked can be passed off as a logout notice.", Tried: noticeTried, Judged: noticeJudged,
		Remedy: "Refuse a logout token that has a nonce, whatever it is.",
	}
	LogoutNoticeNobody = check.Check{
		ID: "logout.notice-nobody", Title: "A logout notice that names nobody signs nobody out",
		Level: check.Must, Needs: []check.Capability{check.BackChannelLogout}, Refs: []string{"LGO-28", bcLogout + "2.4", bcLogout + "2.6 (5)"},
		Harm: "One malformed notice signs out every customer of the shop.", Tried: noticeTried, Judged: noticeJudged,
		Remedy: "Demand sub or sid, each as a text that is not empty, before you search for sessions.",
	}
	LogoutNoticeIdentifier = check.Check{
		ID: "logout.notice-identifier", Title: "A logout notice without an identifier is refused",
		Level: check.Must, Needs: []check.Capability{check.BackChannelLogout}, Refs: []string{"LGO-29", bcLogout + "2.4"},
		Harm: "Nobody can tell a notice that is sent twice from two: a copy signs the customer out again.", Tried: noticeTried, Judged: noticeJudged,
		Remedy: "Demand jti, as a text that is not empty.",
	}
	LogoutNoticeReplay = check.Check{
		ID: "logout.notice-replay", Title: "A logout notice that was used before does not end a new session",
		Level: check.Should, Needs: []check.Capability{check.BackChannelLogout}, Refs: []string{"LGO-29", bcLogout + "2.6 (8)"},
		Harm:   "Whoever saw one notice can keep the customer from ever signing in again.",
		Tried:  "A notice ends a person's session, the person signs in again, and the same notice is sent again, and then another one with the same identifier.",
		Judged: "Passes if the first notice ended the session and the new session goes on.",
		Remedy: "Remember the jti of each notice until it has expired, and refuse it the second time.",
	}
	LogoutNoticeOtherToken = check.Check{
		ID: "logout.notice-other-token", Title: "No other token of the provider passes for a logout notice",
		Level: check.Must, Needs: []check.Capability{check.BackChannelLogout}, Refs: []string{"LGO-30", bcLogout + "4.1", rfc8725 + "3.12"},
		Harm:   "A leaked ID token, or a notice of something else, signs the customer out.",
		Tried:  "The ID token of the session, its access token and a signed notice of another event are sent in place of a logout token, and then a good one.",
		Judged: noticeJudged,
		Remedy: "Hold logout tokens against rules that no other token meets: events is there, nonce is not.",
	}
	LogoutNoticeType = check.Check{
		ID: "logout.notice-type", Title: "A logout notice that says that it is of another type is refused",
		Level: check.Should, Needs: []check.Capability{check.BackChannelLogout}, Refs: []string{"LGO-30", bcLogout + "2.4", rfc8725 + "3.11", asvs + "10.5.5"},
		Harm: "A token made for another purpose by the same provider signs the customer out.", Tried: noticeTried, Judged: noticeJudged,
		Remedy: "Accept logout+jwt and, for providers that name none, JWT or no typ; refuse every other.",
	}
	LogoutNoticeAsIDToken = check.Check{
		ID: "logout.notice-as-id-token", Title: "A logout notice does not pass for an ID token",
		Level: check.Must, Needs: []check.Capability{check.BackChannelLogout}, Refs: []string{"LGO-31", bcLogout + "4.1", rfc8725 + "3.12"},
		Harm:   "Logout notices, which pass through logs and queues, become keys to the accounts that they are about.",
		Tried:  "The provider's token response has the last logout notice in place of the ID token, once of its own type and once of type JWT; then a sign-in without.",
		Judged: threeWays,
		Remedy: "Demand the nonce of the sign-in, and refuse a typ other than JWT.",
	}
	LogoutNoticeRequest = check.Check{
		ID: "logout.notice-request", Title: "A logout notice is taken from a form and from nowhere else",
		Level: check.Must, Needs: []check.Capability{check.BackChannelLogout}, Refs: []string{"LGO-32", bcLogout + "2.5", bcLogout + "2.8"},
		Harm:   "Notices in addresses end up in logs and histories, and two in one request are read in two ways by two programs.",
		Tried:  "A good logout token is sent by GET, in the query, as JSON, as multipart, twice in one form, and left out or empty; then as it should be.",
		Judged: "Passes only if each is answered with a client error, the session in the browser went on, and the same token in a form ended it.",
		Remedy: "Accept POST of application/x-www-form-urlencoded with exactly one logout_token in the body.",
	}
	LogoutNoticeSize = check.Check{
		ID: "logout.notice-size", Title: "A logout notice of megabytes is not read",
		Level: check.Should, Needs: []check.Capability{check.BackChannelLogout}, Refs: []string{"LGO-32", bcLogout + "4"},
		Harm:   "A few large requests to an address that everybody can reach fill the shop's memory, and nobody can shop.",
		Tried:  "A good logout token is sent with eight megabytes beside it, with its length and without; then as it should be.",
		Judged: "Passes only if the shop refuses or breaks off, the session in the browser goes on, and the ordinary notice ended it.",
		Remedy: "Bound the body of the request to some kilobytes.",
	}
	LogoutNoticeOtherProvider = check.Check{
		ID: "logout.notice-other-provider", Title: "A provider can end its own sessions and no others",
		Level: check.Must, Needs: []check.Capability{check.BackChannelLogout, check.SeveralProviders}, Refs: []string{"LGO-35", bcLogout + "2.7", core + "5.7"},
		Harm:   "A provider of one group of customers signs those of another one out, as a subject or session ID is unique at one issuer only.",
		Tried:  "A person is signed in at two providers under the same subject. The second sends notices: about the subject, and about the session at the first.",
		Judged: "Passes if its own session ends and that of the first provider goes on.",
		Remedy: "Find sessions by issuer together with subject or session ID.",
	}
	LogoutNoticeKeys = check.Check{
		ID: "logout.notice-keys", Title: "A logout notice that cannot be verified yet is not answered as if it were carried out",
		Level: check.Must, Needs: []check.Capability{check.BackChannelLogout}, Refs: []string{"LGO-36", bcLogout + "2.5", bcLogout + "2.8"},
		Harm:   "The provider believes that the customer is signed out, does not try again, and the session goes on.",
		Tried:  "The provider rotates its keys and sends a notice while its JWKS endpoint does not work, and another one once it works.",
		Judged: "Passes if the first is not answered with 200 while the session goes on, and the second, after the shop has fetched the keys, ends it.",
		Remedy: "Fetch the keys anew for an unknown kid, and answer 400 where the notice cannot be verified.",
	}
	LogoutNoticeDuringSignIn = check.Check{
		ID: "logout.notice-during-sign-in", Title: "A session that ends at the provider while it begins at the shop does not begin",
		Level: check.Should, Needs: []check.Capability{check.BackChannelLogout}, Refs: []string{"LGO-37", bcLogout + "2.7"},
		Harm:   "A customer who is locked out in that moment is signed in for as long as a session lasts, and nothing tells the shop again.",
		Tried:  "The notice about a session arrives before the browser brings the code to the shop, and then between the token response and the end of the sign-in; then there is none.",
		Judged: "Passes if nobody is signed in each time, and the same without a notice signs in.",
		Remedy: "Remember the sid of notices for some minutes, and look there when a session begins.",
	}
)
