package catalog

import "github.com/countersign-oidc/countersign/runner/check"

// frameChecks are those of front-channel logout.
func frameChecks() []check.Check {
	return []check.Check{
		LogoutFrameEndsSession, LogoutFrameWithoutCookies, LogoutFrameAllowed, LogoutFrameUncached, LogoutFrameMismatch,
		LogoutFrameBare, LogoutFrameForeign, LogoutFrameAgain,
	}
}

// The checks of the frame in the provider's sign-out page.
var (
	LogoutFrameEndsSession = check.Check{
		ID: "logout.frame-ends-session", Title: "Signing out at the provider ends the session by a frame",
		Level: check.Must, Needs: []check.Capability{check.FrontChannelLogout}, Policy: check.FrontChannelByCookie,
		Refs:   []string{"LGO-41", "LGO-43", fcLogout + "2", fcLogout + "4.1"},
		Harm:   "A customer signs out at the provider, reads that they are signed out everywhere, and leaves an open account behind.",
		Tried:  "A signed-in person signs out at the provider, whose page loads the shop's address in a frame with issuer and session ID.",
		Judged: "Passes if the browser loaded the frame and the shop says in the same browser that nobody is signed in. A shop that documents that it needs cookies in frames passes with a note.",
		Remedy: "Find the session by iss and sid on the server: browsers keep cookies from frames of other sites.",
	}
	LogoutFrameWithoutCookies = check.Check{
		ID: "logout.frame-without-cookies", Title: "The frame of a sign-out works without cookies",
		Level: check.Should, Needs: []check.Capability{check.FrontChannelLogout}, Policy: check.FrontChannelByCookie,
		Refs:   []string{"LGO-43", fcLogout + "4.1"},
		Harm:   "In most browsers today signing out at the provider has no effect at the shop, and nobody notices.",
		Tried:  "The shop's address is loaded with issuer and session ID of a signed-in person and without a cookie, as in a frame of another site.",
		Judged: "Passes if the session ends. A shop that documents that it needs cookies in frames passes with a note.",
		Remedy: "Find the session by iss and sid on the server.",
	}
	LogoutFrameAllowed = check.Check{
		ID: "logout.frame-allowed", Title: "The provider's page may frame the shop's sign-out address",
		Level: check.Must, Needs: []check.Capability{check.FrontChannelLogout}, Refs: []string{"LGO-41", fcLogout + "2"},
		Harm:   "Browsers throw the answer away, and with it the cookies and the storage that it was to clear.",
		Tried:  "The shop's address for the frame is loaded; its headers are read.",
		Judged: "Passes if neither X-Frame-Options nor frame-ancestors of a Content-Security-Policy keeps the provider's page from framing the answer, and its status is a success.",
		Remedy: "Leave X-Frame-Options out there and name the provider in frame-ancestors.",
	}
	LogoutFrameUncached = check.Check{
		ID: "logout.frame-uncached", Title: "The answer in the frame must not be cached",
		Level: check.Should, Needs: []check.Capability{check.FrontChannelLogout}, Refs: []string{"LGO-41", fcLogout + "2"},
		Harm:   "The next time the browser takes the answer from its cache and the shop never hears of the sign-out.",
		Tried:  "The shop's address for the frame is loaded; its headers are read.",
		Judged: "Passes if the answer has Cache-Control: no-store, or says no-cache.",
		Remedy: "Send Cache-Control: no-store with the answer.",
	}
	LogoutFrameMismatch = check.Check{
		ID: "logout.frame-mismatch", Title: "A frame that names another issuer or session ends nothing",
		Level: check.Should, Needs: []check.Capability{check.FrontChannelLogout}, Refs: []string{"LGO-42", fcLogout + "2"},
		Harm:   "Any page that the customer opens can sign them out with a guess.",
		Tried:  "The shop's address for the frame is loaded with the customer's cookies and a wrong issuer, a wrong session, one of them alone, and one of them twice; then without cookies and with the right ones.",
		Judged: "Passes only if the session goes on each time and ends at last.",
		Remedy: "Compare iss and sid with those of the session; if one of them is there, demand both.",
	}
	LogoutFrameBare = check.Check{
		ID: "logout.frame-bare", Title: "A frame that names no session ends nothing",
		Level: check.Should, Needs: []check.Capability{check.FrontChannelLogout, check.FrontChannelSession}, Refs: []string{"LGO-42", "LGO-44", fcLogout + "2", fcLogout + "5"},
		Harm:   "Any page that the customer opens can sign them out.",
		Tried:  "The shop's address for the frame is loaded with the customer's cookies and without parameters, although the shop registered that it requires a session.",
		Judged: "Passes if the session goes on, and ends once issuer and session ID are there.",
		Remedy: "Register frontchannel_logout_session_required, and refuse a request without iss and sid.",
	}
	LogoutFrameForeign = check.Check{
		ID: "logout.frame-foreign", Title: "A page of another site cannot sign the customer out with the frame",
		Level: check.Should, Needs: []check.Capability{check.FrontChannelLogout}, Refs: []string{"LGO-44", fcLogout + "5"},
		Harm:   "Any page that the customer opens can sign them out in the middle of an order.",
		Tried:  "A page of another site has the shop's address in a frame and in a picture, without parameters and with a guessed session, and then brings the browser itself there.",
		Judged: "Passes if the browser asked the shop for each and the customer is still signed in.",
		Remedy: "Demand the iss and sid of a session, which nobody can guess.",
	}
	LogoutFrameAgain = check.Check{
		ID: "logout.frame-again", Title: "The frame of a session that is over is no error",
		Level: check.Must, Needs: []check.Capability{check.FrontChannelLogout}, Refs: []string{"LGO-45", fcLogout + "2"},
		Harm:   "The provider's sign-out page shows an error, or a sign-in form in its frame, to customers who are signed out.",
		Tried:  "The shop's address for the frame is loaded twice, the second time as a browser loads a picture.",
		Judged: "Passes if the second answer is a success too and leads nowhere else.",
		Remedy: "Answer 200 whether or not there was a session.",
	}
)
