package catalog

import (
	"slices"

	"github.com/countersign-oidc/countersign/runner/check"
)

func claimChecks() []check.Check {
	return slices.Concat([]check.Check{
		ClaimsIdentityFoundAgain, ClaimsEmailNotIdentity, ClaimsSubjectCase, ClaimsSubjectExact,
		ClaimsMapped, ClaimsMappingMissing, ClaimsMappingOtherType,
		ClaimsIntegersExact, ClaimsNullsKept, ClaimsEmptiesKept, ClaimsNestedKept, ClaimsBooleansKept, ClaimsUnicodeKept,
		ClaimsExactNames, ClaimsAlternativeIdentifier, ClaimsAlternativeMissing,
		ClaimsUserInfoOtherSubject, ClaimsNameEscaped,
	}, subjectChecks(), profileChecks(), userInfoChecks(), staffChecks(), valueChecks())
}

const (
	keptTried  = "A person signs in whose token has such values; the shop tells what it kept of the token."
	keptJudged = "Passes if the kept value equals the sent one, in value and in JSON type."
	keptRemedy = "Keep the token's payload as it came, or decode it without loss: exact numbers, null, empty values, any nesting."
)

func kept(noun, title, harm string) check.Check {
	return check.Check{
		ID: check.ID("claims." + noun), Title: title, Level: check.Must, Needs: []check.Capability{check.WhoAmIJSON},
		Refs: []string{"CLM-23", "CLM-25", shopGuide + "External identity"},
		Harm: harm, Tried: keptTried, Judged: keptJudged, Remedy: keptRemedy,
	}
}

func needsMapping() []check.Capability {
	return []check.Capability{check.Settings, check.Mapping, check.WhoAmIJSON}
}

// The checks of what the shop makes of the claims.
var (
	ClaimsIdentityFoundAgain = check.Check{
		ID: "claims.identity-found-again", Title: "A returning customer is the same customer",
		Level: check.Must, Needs: []check.Capability{check.Identity}, Refs: []string{"CLM-03", shopGuide + "Flow (4)"},
		Harm:   "Customers come back to an empty account and think that their subscriptions are gone.",
		Tried:  "A person signs in twice, each time in a browser as good as new, the second time with a new e-mail address.",
		Judged: "Passes if the shop names the same customer both times.",
		Remedy: "Find the customer by issuer and subject before creating a new one.",
	}
	ClaimsEmailNotIdentity = check.Check{
		ID: "claims.email-not-identity", Title: "The same e-mail address does not make the same customer",
		Level: check.Must, Needs: []check.Capability{check.Identity}, Refs: []string{"CLM-02", "CLM-03", core + "5.7"},
		Harm:   "Whoever gets an old address, or types a victim's into their profile, takes over the account.",
		Tried:  "Two people with different subjects and the same e-mail address sign in one after the other.",
		Judged: "Passes if the shop names two customers.",
		Remedy: "Identify by issuer and subject only; e-mail addresses change hands.",
	}
	ClaimsSubjectCase = check.Check{
		ID: "claims.subject-case", Title: "Subjects that differ in case are different customers",
		Level: check.Must, Needs: []check.Capability{check.Identity}, Refs: []string{"CLM-12", core + "2"},
		Harm:   "Two people share one account.",
		Tried:  "Two people whose subjects differ only in upper and lower case sign in one after the other.",
		Judged: "Passes if the shop names two customers.",
		Remedy: "Compare subjects as they are; watch for case-insensitive database columns.",
	}
	ClaimsSubjectExact = check.Check{
		ID: "claims.subject-exact", Title: "Subjects that differ in invisible ways are different customers",
		Level: check.Must, Needs: []check.Capability{check.Identity}, Refs: []string{"CLM-13", core + "14"},
		Harm:   "Two people share one account.",
		Tried:  "People whose subjects differ in a trailing space, in Unicode form or in a joiner sign in one after the other.",
		Judged: "Passes if the shop names a customer of their own for each, or refuses them.",
		Remedy: "Compare subjects code point by code point: no trimming, no normalisation, no collation.",
	}
	ClaimsMapped = check.Check{
		ID: "claims.mapped", Title: "Configured claims become identities of their service",
		Level: check.Must, Needs: needsMapping(), Refs: []string{"CLM-25", shopGuide + "Identity claims"},
		Harm:   "Orders are not linked to the customer's account in the connected systems.",
		Tried:  "Two identity claims are configured, a string and a number; a person who has both signs in.",
		Judged: "Passes if the shop lists both with their service, type, issuer and value.",
		Remedy: "Map each configured row; take a number by its digits.",
	}
	ClaimsMappingMissing = check.Check{
		ID: "claims.mapping-missing", Title: "A configured claim that is missing maps to nothing",
		Level: check.Must, Needs: needsMapping(), Refs: []string{"CLM-26", core + "5.3.2"},
		Harm:   "All customers without the claim are linked to one account with an empty number.",
		Tried:  "A claim is configured; people sign in whose token lacks it, has null, or has an empty string.",
		Judged: "Passes if each is signed in and the shop lists no identity for the claim.",
		Remedy: "Skip a mapping whose claim is absent, null or empty.",
	}
	ClaimsMappingOtherType = check.Check{
		ID: "claims.mapping-other-type", Title: "A configured claim of another type maps to nothing",
		Level: check.Must, Needs: append(needsMapping(), check.TypedClaims), Refs: []string{"CLM-23", core + "5.1"},
		Harm:   "Customers are linked to nonsense such as [object Object], all to the same.",
		Tried:  "A claim is configured; people sign in whose token has an object, an array or a boolean in its place.",
		Judged: "Passes if each is signed in and the shop lists no identity for the claim.",
		Remedy: "Map strings and numbers only.",
	}
	ClaimsIntegersExact = should(kept("integers-exact", "Large numbers are kept to the last digit",
		"Customer numbers beyond 2^53 change their last digits: the account of somebody else."))
	ClaimsNullsKept = kept("nulls-kept", "Null values are kept",
		"Connected systems cannot tell an erased value from one that never was.")
	ClaimsEmptiesKept = kept("empties-kept", "Empty strings and empty arrays are kept",
		"Connected systems take a customer without entitlements for one whose entitlements are unknown.")
	ClaimsNestedKept = kept("nested-kept", "Nested objects are kept as objects",
		"The address arrives in connected systems as one line of text.")
	ClaimsBooleansKept = kept("booleans-kept", "Booleans are kept as booleans",
		"An unverified address counts as verified, because the text \"false\" is not empty.")
	ClaimsUnicodeKept = kept("unicode-kept", "Names of every script are kept",
		"Customers see their name mangled.")
	ClaimsExactNames = check.Check{
		ID: "claims.exact-names", Title: "Claims whose names differ in case do not override the real ones",
		Level: check.Must, Needs: []check.Capability{check.Identity}, Refs: []string{"CLM-17", core + "14"},
		Harm:   "A claim that customers can edit themselves, such as Sub, makes them somebody else.",
		Tried:  "An attacker signs in whose token also has Sub and Email of a victim who is a customer already.",
		Judged: "Passes if the shop names the attacker, and another customer than the victim.",
		Remedy: "Match claim names exactly; Go's encoding/json and others fold case by default.",
	}
	ClaimsAlternativeIdentifier = check.Check{
		ID: "claims.alternative-identifier", Title: "A configured claim identifies the customer instead of the subject",
		Level: check.Must, Needs: []check.Capability{check.Settings, check.Identity}, Refs: []string{"CLM-01", shopGuide + "sub is the primary identifier by default"},
		Harm:   "People of one business who share a customer number do not see the same subscriptions.",
		Tried:  "customer_id is configured; two people with the same customer_id sign in, and one with another.",
		Judged: "Passes if the first two are the same customer and the third is not.",
		Remedy: "Use the configured claim, together with the issuer, as the key of the customer.",
	}
	ClaimsAlternativeMissing = check.Check{
		ID: "claims.alternative-missing", Title: "Without the configured identifier nobody is signed in",
		Level: check.Must, Needs: []check.Capability{check.Settings, check.Identity}, Refs: []string{"CLM-10", shopGuide + "sub is the primary identifier by default"},
		Harm:   "Everybody without the claim shares one account.",
		Tried:  "customer_id is configured; people sign in whose token lacks it or has it empty, then one who has it.",
		Judged: "Passes if the first are not signed in and the last is.",
		Remedy: "Require the identifier claim; do not fall back to an empty key.",
	}
	ClaimsUserInfoOtherSubject = check.Check{
		ID: "claims.userinfo-other-subject", Title: "UserInfo of another subject is not used",
		Level: check.Must, Needs: []check.Capability{check.UserInfo, check.WhoAmIJSON}, Refs: []string{"CLM-30", core + "5.3.2"},
		Harm:   "The customer's account shows, or is filled with, somebody else's data.",
		Tried:  "The UserInfo endpoint answers with another subject and name while a person signs in, then with the right ones.",
		Judged: "Passes if nothing of the other's data is found in what the shop kept, and the second sign-in works.",
		Remedy: "Compare sub of UserInfo with that of the ID token before using anything of it.",
	}
	ClaimsNameEscaped = check.Check{
		ID: "claims.name-escaped", Title: "Markup in a name is shown as text",
		Level: check.Must, Refs: []string{"CLM-21", rfc8725 + "3.10"},
		Harm:   "A customer's name runs a script in the account page, or in that of the staff who look at it.",
		Tried:  "A person whose name is markup signs in and opens the account page.",
		Judged: "Passes if the markup makes no element on the page.",
		Remedy: "Escape claims wherever they are shown.",
	}
)
