package catalog

import "github.com/countersign-oidc/countersign/runner/check"

func customerChecks() []check.Check {
	return []check.Check{AccountsDisabled, AccountsNoPassword}
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
)
