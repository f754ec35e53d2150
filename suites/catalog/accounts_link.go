package catalog

import "github.com/countersign-oidc/countersign/runner/check"

func linkChecks() []check.Check {
	return []check.Check{
		AccountsLinkWorks, AccountsLinkByLink, AccountsLinkForged, AccountsLinkReauthenticates, AccountsLinkBound,
		AccountsLinkInjected,
	}
}

func needsLinking() []check.Capability { return needsAccounts(check.AccountLinking) }

// The checks of customers who link their account themselves.
var (
	AccountsLinkWorks = check.Check{
		ID: "accounts.link-works", Title: "A linked person is the customer from then on",
		Level: check.Must, Needs: needsLinking(), Refs: []string{"SEC-24", core + "5.7"},
		Harm:   "Customers link their account and find an empty one the next day.",
		Tried:  "A customer signs in with a password, links the account to a person at the provider, and that person signs in elsewhere.",
		Judged: "Passes if the shop names the same customer.",
		Remedy: "Store issuer and subject with the account when it is linked.",
	}
	AccountsLinkByLink = check.Check{
		ID: "accounts.link-by-link", Title: "Opening an address does not link an account",
		Level: check.Must, Needs: needsLinking(), Refs: []string{"LGN-34", "SEC-24", "CVE-2015-9284", asvs + "7.6.2"},
		Harm:   "A page of an attacker links the attacker's person to the victim's account, and with it the attacker signs in.",
		Tried:  "A victim is signed in with a password, in a browser in which the attacker is signed in at the provider, and opens the address where linking starts; later the attacker signs in elsewhere.",
		Judged: "Passes if the attacker is another customer, or none.",
		Remedy: "Start linking with POST and a CSRF token only (omniauth-rails_csrf_protection, for example).",
	}
	AccountsLinkForged = check.Check{
		ID: "accounts.link-forged", Title: "A form without the right CSRF token links nothing",
		Level: check.Must, Needs: needsLinking(), Refs: []string{"LGN-34", "SEC-24", asvs + "7.6.2"},
		Harm:   "A page of an attacker sends the form in the victim's name and links the attacker's person to the account.",
		Tried:  "The form that links an account is sent with the cookies of a signed-in customer and another token, then as the page has it.",
		Judged: "Passes if the first does not lead to the provider and the second does.",
		Remedy: "Check a CSRF token that is bound to the session before linking starts.",
	}
	AccountsLinkReauthenticates = check.Check{
		ID: "accounts.link-reauthenticates", Title: "Linking takes the account's password",
		Level: check.Must, Needs: needsLinking(), Refs: []string{"SEC-24", rfc9700 + "4.7", asvs + "7.5.1"},
		Harm:   "Whoever is at a screen that was left alone for a minute has a way into the account for ever.",
		Tried:  "A signed-in customer sends the form that links an account with a wrong password, then with the right one.",
		Judged: "Passes if the first does not lead to the provider and the second does.",
		Remedy: "Ask for the password, or another fresh sign-in, before an account is linked.",
	}
	AccountsLinkBound = check.Check{
		ID: "accounts.link-bound-to-customer", Title: "A link goes to the customer who began it",
		Level: check.Must, Needs: needsLinking(), Refs: []string{"SEC-24", rfc9700 + "4.7", "CVE-2026-104627"},
		Harm:   "An attacker begins a link, lets the victim sign in, and finishes it: the attacker's person opens the victim's account.",
		Tried:  "An attacker begins a link and keeps the provider's page; a victim signs in with a password in the same browser; then the attacker finishes at the provider, and later signs in elsewhere.",
		Judged: "Passes if the attacker is another customer than the victim, or none.",
		Remedy: "Store with the state which customer began the link, and compare with who is signed in when the response comes.",
	}
	AccountsLinkInjected = check.Check{
		ID: "accounts.link-injected", Title: "An attacker's authorization response links nothing",
		Level: check.Must, Needs: needsLinking(), Refs: []string{"SEC-24", rfc9700 + "4.7", "CVE-2026-73419"},
		Harm:   "The victim follows a link and from then on the attacker's person opens their account.",
		Tried:  "An attacker signs in at the provider and keeps the authorization response; a victim who is signed in with a password opens it; later the attacker signs in elsewhere.",
		Judged: "Passes if the victim is still who they were, and the attacker another customer.",
		Remedy: "Bind the state to the browser and to the customer who began the link.",
	}
)
