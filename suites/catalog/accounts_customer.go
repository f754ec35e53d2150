package catalog

import "github.com/countersign-oidc/countersign/runner/check"

func customerChecks() []check.Check {
	return []check.Check{
		AccountsDisabled, AccountsNoPassword, AccountsNextCustomer, AccountsGuestCart, AccountsPlantedCart, AccountsFormToken,
	}
}

// The checks of accounts and what is in them.
var (
	AccountsDisabled = check.Check{
		ID: "accounts.disabled", Title: "A disabled account stays closed, whichever way its owner comes",
		Level: check.Must, Needs: needsAccounts(), Refs: []string{"CLM-28", asvs + "7.4.2", "CVE-2026-33668"},
		Harm:   "A customer who was shut out, for fraud for example, comes back through the provider.",
		Tried:  "A disabled account is linked to a person, another one has the person's verified e-mail address in a shop that links by it, a third one has a password; each signs in, then somebody with an open account.",
		Judged: "Passes if none of the three is signed in as the customer and the last person is signed in.",
		Remedy: "Look at the state of the account after every sign-in, by whichever way, and at every request.",
	}
	AccountsNoPassword = check.Check{
		ID: "accounts.no-password", Title: "An account that came by the provider has no password that fits",
		Level: check.Must, Needs: needsAccounts(), Refs: []string{"CLM-29", asvs + "6.2", "CVE-2026-41571"},
		Harm:   "Anybody signs in with a customer's e-mail address and an empty password, or the word null.",
		Tried:  "A person signs in at the provider and so becomes a customer; then their e-mail address is tried on the page for passwords with an empty password, null, undefined, their subject and their e-mail address; then a customer with a password.",
		Judged: "Passes if none of these signs anybody in and the customer with a password is signed in.",
		Remedy: "Mark accounts without a password as such; never compare with the hash of an empty or missing one.",
	}
	AccountsNextCustomer = check.Check{
		ID: "accounts.next-customer", Title: "The next customer in a browser sees nothing of the one before",
		Level: check.Must, Needs: []check.Capability{check.ReturnParameter}, Refs: []string{"SES-17", asvs + "7.4"},
		Harm:   "On a shared computer one customer sees another's name, orders or basket, and pays for it.",
		Tried:  "A customer signs in, looks at the shop and, where it has a cart, picks something; another signs in, in the same browser, once without a sign-out and once after one. Each time all known pages are opened.",
		Judged: "Passes if the second is signed in, and nothing of the first is on a page.",
		Remedy: "Start an empty session at each sign-in; carry over what a visitor picked, never what a customer did.",
	}
	AccountsGuestCart = check.Check{
		ID: "accounts.guest-cart", Title: "What a visitor picked is there after the sign-in",
		Level: check.Should, Needs: []check.Capability{check.GuestCart}, Refs: []string{"SES-18", asvs + "7.2"},
		Harm:   "Customers pick something, are asked to sign in, and find an empty cart.",
		Tried:  "A visitor picks something and then signs in.",
		Judged: "Passes if it is in the cart afterwards.",
		Remedy: "Carry the visitor's cart over to the new session when its ID changes.",
	}
	AccountsPlantedCart = check.Check{
		ID: "accounts.planted-cart", Title: "What somebody else picked is not ordered by signing in",
		Level: check.Must, Needs: []check.Capability{check.GuestCart}, Refs: []string{"SES-18", asvs + "7.2"},
		Harm:   "An attacker fills a cart, puts its session into a victim's browser, and the victim has ordered it.",
		Tried:  "Somebody picks something as a visitor; their cookies are put into the browser of another person, who signs in.",
		Judged: "Passes if nothing is ordered.",
		Remedy: "Order only on a request of the signed-in customer with the CSRF token of their own session.",
	}
	AccountsFormToken = check.Check{
		ID: "accounts.form-token", Title: "The CSRF token of the visitor's forms is worthless after the sign-in",
		Level: check.Should, Needs: []check.Capability{check.OrderForm, check.LocalAccounts}, Refs: []string{"SES-20", asvs + "7.2.4", "CVE-2023-29020"},
		Harm:   "Whoever planted a session, or read the token from a cached page, can send forms in the customer's name.",
		Tried:  "A visitor's form token is noted; the visitor signs in; a form is sent with the noted token, then with its own.",
		Judged: "Passes if the first is refused and the second is not.",
		Remedy: "Make a new CSRF token together with the new session.",
	}
)
