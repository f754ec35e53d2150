package catalog

import "github.com/countersign-oidc/countersign/runner/check"

func loginFlowChecks() []check.Check {
	return []check.Check{
		LoginTwoTabs, LoginParallel, LoginLate, LoginDataDropped, LoginExtraParameters, LoginCodeCharacters, LoginRestart,
	}
}

// The checks of answers that come late, twice, out of order or with more.
var (
	LoginTwoTabs = check.Check{
		ID: "login.two-tabs", Title: "Sign-ins in two tabs do not get mixed up",
		Level: check.Should, Needs: []check.Capability{check.DeepLink}, Refs: []string{"LGN-23", rfc9700 + "4.7.1"},
		Harm:   "Customers with two tabs end on the wrong page or cannot sign in.",
		Tried:  "Two sign-ins are begun in one browser at different pages; they are finished in the order of their beginning and then, in a fresh browser, in the other order.",
		Judged: "Passes if each ends on its own page or is refused without a crash, and one of each pair signs in.",
		Remedy: "Keep what belongs to a sign-in under its state, not once for each browser.",
	}
	LoginParallel = check.Check{
		ID: "login.answer-parallel", Title: "An answer that comes twice at once is redeemed once",
		Level: check.Must, Refs: []string{"LGN-22", rfc6749 + "4.1.2", rfc9700 + "4.2.4"},
		Harm:   "A double click makes two sessions, or the provider takes it for theft and revokes the customer's tokens.",
		Tried:  "The token endpoint is slow; the browser's answer is sent to the shop four times at the same moment.",
		Judged: "Passes if the code is redeemed once and at most one of the answers carries a session.",
		Remedy: "Take the pending sign-in out of the store, in one step, before the code is redeemed.",
	}
	LoginLate = check.Check{
		ID: "login.answer-late", Title: "An answer that comes long after the sign-in was begun is refused",
		Level: check.Should, Needs: []check.Capability{check.Clock}, Refs: []string{"LGN-25", rfc9700 + "4.7.1"},
		Harm:   "A sign-in left open on a shared computer is finished by the next person.",
		Tried:  "A sign-in is begun, the shop's clock is moved by two hours, and the answer is delivered.",
		Judged: "Passes if the code is not redeemed, the shop shows no crash, and a new sign-in works.",
		Remedy: "Let pending sign-ins end after some minutes: OIDCStateTimeout in mod_auth_openidc.",
	}
	LoginDataDropped = check.Check{
		ID: "login.data-dropped", Title: "What a sign-in needed is dropped when it ends, also when it fails",
		Level: check.Should, Refs: []string{"SES-04", rfc9700 + "4.2.4"},
		Harm:   "The end of a failed sign-in can be replayed later with another code.",
		Tried:  "Sign-ins end in success, in an error and in a refused ID token; each time the provider answers the same authorization request once more, with a good code.",
		Judged: "Passes if the shop does not redeem that code.",
		Remedy: "Delete the pending sign-in when its answer comes, before anything else is looked at.",
	}
	LoginExtraParameters = check.Check{
		ID: "login.extra-parameters", Title: "Parameters that the shop does not know are ignored",
		Level: check.Must, Refs: []string{"LGN-26", rfc6749 + "4.1.2"},
		Harm:   "Sign-in breaks on the day the provider adds a parameter.",
		Tried:  "The answer also has session_state, scope, hd, authuser, prompt and an invented parameter.",
		Judged: signedIn,
		Remedy: "Read the parameters that you need and ignore the rest.",
	}
	LoginCodeCharacters = check.Check{
		ID: "login.code-characters", Title: "Codes of any characters are sent on unchanged",
		Level: check.Should, Refs: []string{"LGN-27", rfc6749 + "4.1.3"},
		Harm:   "Some sign-ins fail, by chance, and nobody finds out why.",
		Tried:  "The provider's codes have plus, slash, equals, percent, ampersand, space and quotes, and 2,000 characters.",
		Judged: "Passes if the code of each token request is the one that the provider issued, and the person is signed in.",
		Remedy: "Decode the query once and encode the form once, with your library.",
	}
	LoginRestart = check.Check{
		ID: "login.restart", Title: "An answer that comes after the shop was restarted is no crash",
		Level: check.Should, Needs: []check.Capability{check.Restart}, Refs: []string{"SES-24", rfc9700 + "4.7.1"},
		Harm:   "Each deployment shows error pages to the customers who are signing in, or lets them in unchecked.",
		Tried:  "A sign-in is begun, the shop is restarted, and the answer is delivered; then the sign-in is begun anew.",
		Judged: "Passes if the person is signed in by the first answer, or the shop refuses it without a crash and the new sign-in works.",
		Remedy: "Treat a sign-in that is not known as expired and offer a new one; share pending sign-ins between instances.",
	}
)
