package catalog

import (
	"slices"

	"github.com/countersign-oidc/countersign/runner/check"
)

func accountsChecks() []check.Check {
	return slices.Concat([]check.Check{
		AccountsIssuerAndSubject, AccountsProfileOfVictim, AccountsEmailReused,
	}, emailChecks(), linkChecks(), customerChecks())
}

func needsAccounts(more ...check.Capability) []check.Capability {
	return append([]check.Capability{check.LocalAccounts, check.Identity}, more...)
}

const (
	notVictim     = "Passes if nobody is signed in, or as another customer than the victim."
	notLinked     = "Passes if nobody is signed in, or as a customer of their own and not the one whose account it is."
	linkByEmailOn = "The shop links accounts by verified e-mail address and knows a customer without a password. "
)

// The checks of who owns which account.
var (
	AccountsIssuerAndSubject = check.Check{
		ID: "accounts.issuer-and-subject", Title: "The same subject at another provider is another customer",
		Level: check.Must, Needs: []check.Capability{check.SeveralProviders, check.Identity}, Refs: []string{"CLM-01", core + "5.7", asvs + "6.8.1"},
		Harm:   "Whoever runs, or breaks into, one provider is every customer of every other one.",
		Tried:  "A victim signs in at the first provider; then somebody signs in at a second one that the shop also knows, with the victim's subject and a good signature.",
		Judged: notVictim,
		Remedy: "Key customers by issuer and subject together, with the issuer of the verified ID token.",
	}
	AccountsProfileOfVictim = check.Check{
		ID: "accounts.profile-of-victim", Title: "A victim's name, user name and e-mail address do not make anybody the victim",
		Level: check.Must, Needs: []check.Capability{check.Identity}, Refs: []string{"CLM-02", core + "5.7"},
		Harm:   "Whoever types a victim's data into their profile at the provider takes over the account.",
		Tried:  "A victim is a customer; an attacker signs in with a subject of their own and the victim's name, preferred_username, nickname, phone_number and verified e-mail address.",
		Judged: notVictim,
		Remedy: "Find customers by issuer and subject only; everything else is for show.",
	}
	AccountsEmailReused = check.Check{
		ID: "accounts.email-reused", Title: "An e-mail address that somebody gave up does not bring their account",
		Level: check.Must, Needs: []check.Capability{check.Identity}, Refs: []string{"CLM-03", core + "5.7", asvs + "10.5.2"},
		Harm:   "The next owner of an address finds the orders and addresses of the one before.",
		Tried:  "A customer signs in with one e-mail address and then with a new one; then somebody with another subject signs in with the old one.",
		Judged: "Passes if the customer is the same one both times and the other person is not.",
		Remedy: "Find customers by issuer and subject; take a new e-mail address as news about the same customer.",
	}
)
