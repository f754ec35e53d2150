package catalog

import "github.com/countersign-oidc/countersign/runner/check"

func emailChecks() []check.Check {
	return []check.Check{
		AccountsVerifiedEmailLinks, AccountsNotLinkedUnasked, AccountsUnverifiedEmail, AccountsEmailVerifiedTypes, AccountsEmailVerifiedTwice, AccountsEmailContradicted,
		AccountsOtherProviderEmail, AccountsPasswordNotLinked, AccountsLinkedOnce, AccountsPreRegistered, AccountsEmailLookalikes,
		AccountsEmailCase, AccountsUserName,
	}
}

// The checks of accounts that are there before their owner comes by the
// provider.
var (
	AccountsVerifiedEmailLinks = check.Check{
		ID: "accounts.verified-email-links", Title: "A shop that links accounts by verified e-mail address does so",
		Level: check.Must, Needs: needsAccounts(), Refs: []string{"CLM-06", core + "5.7"},
		Harm:   "Customers from before there was a provider find an empty account.",
		Tried:  linkByEmailOn + "A person signs in, twice, whose verified e-mail address it is.",
		Judged: "Passes if they are that customer both times.",
		Remedy: "Link once, by the verified address, and store issuer and subject with the account.",
	}
	AccountsNotLinkedUnasked = check.Check{
		ID: "accounts.not-linked-unasked", Title: "Nobody is linked by e-mail address unless the operator says so",
		Level: check.Must, Needs: needsAccounts(), Refs: []string{"CLM-06", "CLM-04", core + "5.7"},
		Harm:   "A provider that is not the authority for an e-mail domain hands out other people's accounts.",
		Tried:  "The shop knows a customer with a password, and has not been told to link accounts; a person signs in at the provider with the verified e-mail address of that customer.",
		Judged: notLinked,
		Remedy: "Make linking by e-mail address a setting that is off, and leave it to customers to link their accounts.",
	}
	AccountsUnverifiedEmail = check.Check{
		ID: "accounts.unverified-email", Title: "An e-mail address that is not verified links nothing",
		Level: check.Must, Needs: needsAccounts(), Refs: []string{"CLM-04", core + "5.7", "CVE-2023-3128", "CVE-2024-21632"},
		Harm:   "Whoever writes a victim's address into their profile takes over the account (nOAuth).",
		Tried:  linkByEmailOn + "People sign in with the customer's e-mail address, one whose email_verified is false and one without email_verified.",
		Judged: notLinked,
		Remedy: "Link only where email_verified is true, and only for providers that own the domain or verify addresses themselves.",
	}
	AccountsEmailVerifiedTypes = check.Check{
		ID: "accounts.email-verified-types", Title: "Only the JSON value true says that an e-mail address is verified",
		Level: check.Must, Needs: needsAccounts(), Refs: []string{"CLM-05", "CLM-17", core + "5.1"},
		Harm:   "The text \"false\" is not empty, and so a loosely typed language takes it for true: the account is somebody else's.",
		Tried:  linkByEmailOn + "People sign in with the customer's e-mail address and email_verified as \"true\", \"false\", 1, 0, \"yes\", null, [] and {}, or with Email_Verified true beside false.",
		Judged: notLinked,
		Remedy: "Compare with the boolean true, without any conversion, and match the name exactly; document a provider's text \"true\" as an exception if you must.",
	}
	AccountsEmailVerifiedTwice = check.Check{
		ID: "accounts.email-verified-twice", Title: "Of two email_verified the one that suits the attacker does not count",
		Level: check.Must, Needs: needsAccounts(), Refs: []string{"CLM-16", "CLM-05", rfc7519 + "4", "RFC 8259, 4"},
		Harm:   "Two readers of one token see two answers, and the account is linked on the wrong one.",
		Tried:  linkByEmailOn + "A person signs in with the customer's e-mail address while the ID token has email_verified twice, false and true, in both orders; then the owner.",
		Judged: notLinked,
		Remedy: "Refuse JSON with duplicate names.",
	}
	AccountsEmailContradicted = check.Check{
		ID: "accounts.email-contradicted", Title: "UserInfo does not make an e-mail address verified that the ID token calls unverified",
		Level: check.Should, Needs: needsAccounts(check.UserInfo), Refs: []string{"CLM-31", "CLM-04", core + "5.3.2", core + "5.7"},
		Harm:   "UserInfo, which is not signed, hands out the account of whoever's address it names.",
		Tried:  linkByEmailOn + "A person signs in with the customer's e-mail address while the ID token says email_verified false and UserInfo says true; then the owner.",
		Judged: notLinked,
		Remedy: "Take email and email_verified from the same document, the ID token first.",
	}
	AccountsOtherProviderEmail = check.Check{
		ID: "accounts.other-provider-email", Title: "A further provider cannot hand out accounts by e-mail address",
		Level: check.Must, Needs: needsAccounts(check.SeveralProviders), Refs: []string{"CLM-06", "CLM-04", core + "5.7", asvs + "6.8.1"},
		Harm:   "A provider where everybody can register any address opens the accounts of the shop.",
		Tried:  linkByEmailOn + "Somebody signs in at a second provider that says that the address is theirs and verified.",
		Judged: notLinked,
		Remedy: "Say for each provider whether its e-mail addresses are to be believed; the default is no.",
	}
	AccountsPasswordNotLinked = check.Check{
		ID: "accounts.password-not-linked", Title: "An account with a password is not linked without it",
		Level: check.Must, Needs: needsAccounts(), Refs: []string{"CLM-06", "CLM-07", core + "5.7"},
		Harm:   "Two people are in one account: the one who knows the password, and the one whose address it is now.",
		Tried:  "The shop links accounts by verified e-mail address and knows a customer with a password; a person signs in with the verified e-mail address of that customer.",
		Judged: notLinked,
		Remedy: "Where an account has another way in, ask for it before linking.",
	}
	AccountsLinkedOnce = check.Check{
		ID: "accounts.linked-once", Title: "An account that is linked already is not linked to somebody else",
		Level: check.Must, Needs: needsAccounts(), Refs: []string{"CLM-03", "CLM-06", core + "5.7", asvs + "10.5.2"},
		Harm:   "Whoever gets an e-mail address that somebody gave up gets their account with it.",
		Tried:  linkByEmailOn + "A person signs in whose verified address it is and is linked; then another person signs in, with the same verified address.",
		Judged: "Passes if the first is that customer and the second is not.",
		Remedy: "Link by e-mail address only while no issuer and subject are stored with the account.",
	}
	AccountsPreRegistered = check.Check{
		ID: "accounts.pre-registered", Title: "An account that was registered with a victim's address stays the attacker's",
		Level: check.Must, Needs: needsAccounts(), Refs: []string{"CLM-07", asvs + "6.8"},
		Harm:   "The attacker waits in an account that the victim then fills with orders and addresses.",
		Tried:  "The shop links accounts by verified e-mail address; an attacker has an account with the victim's address and a password of their own. The victim signs in at the provider, then the attacker with the password.",
		Judged: "Passes if the attacker is not signed in, or as another customer than the victim.",
		Remedy: "Do not link onto an account whose address was never verified, or remove its password and its sessions when you do.",
	}
	AccountsEmailLookalikes = check.Check{
		ID: "accounts.email-lookalikes", Title: "An e-mail address that is like a customer's links nothing",
		Level: check.Must, Needs: needsAccounts(), Refs: []string{"CLM-08", core + "5.7", "CVE-2026-40574", "CVE-2026-73420"},
		Harm:   "An address that the attacker owns is read as the victim's after some cleaning.",
		Tried:  linkByEmailOn + "People sign in whose verified addresses have two @, quotes, a full-width @, a zero byte, a tag, a trailing dot or space, a Cyrillic letter, 300 letters more, or a list of two.",
		Judged: notLinked,
		Remedy: "Compare the whole address as it was sent, and refuse what is not one plain address; normalise nothing that the provider has not.",
	}
	AccountsEmailCase = check.Check{
		ID: "accounts.email-case", Title: "An e-mail address in another case links nothing",
		Level: check.Should, Needs: needsAccounts(), Refs: []string{"CLM-08", core + "5.7", "RFC 5321, 2.4"},
		Harm:   "At a provider where both are addresses of their own, one person gets the account of another.",
		Tried:  linkByEmailOn + "A person signs in whose verified address is the customer's with the local part in upper case.",
		Judged: notLinked,
		Remedy: "Compare the local part as it is; or make sure that the provider treats both as one address.",
	}
	AccountsUserName = check.Check{
		ID: "accounts.user-name", Title: "A name of an existing account links nothing",
		Level: check.Must, Needs: needsAccounts(), Refs: []string{"CLM-09", core + "5.7", "CVE-2022-31107"},
		Harm:   "Whoever chooses a victim's user name at the provider takes over the account.",
		Tried:  "The shop knows a customer; people sign in whose preferred_username, nickname or name is that of the customer, in two cases, or admin, root, or empty.",
		Judged: "Passes if each is refused, or a customer of their own.",
		Remedy: "Use these claims for display only, and find customers by issuer and subject.",
	}
)
