package catalog

import "github.com/countersign-oidc/countersign/runner/check"

func subjectChecks() []check.Check {
	return []check.Check{
		ClaimsSubjectTypes, ClaimsSubjectBlank, ClaimsSubjectNumber, ClaimsSubjectSpaces, ClaimsSubjectLookalikes,
		ClaimsSubjectLongest, ClaimsSubjectLength, ClaimsSubjectLiteral, ClaimsSubjectDuplicate,
	}
}

const twoCustomers = "Passes if the shop names a customer of their own for each, or refuses them."

// The checks of the subject, by which customers are told apart.
var (
	ClaimsSubjectTypes = check.Check{
		ID: "claims.subject-types", Title: "A subject that is not a string signs nobody in",
		Level: check.Must, Refs: []string{"CLM-10", core + "2"},
		Harm:   "Customers with such a subject all share one account, or meet a query that finds somebody else's.",
		Tried:  "A person signs in while ID token and UserInfo have null, a number, true, a list or an object for sub, each a case of its own; then again with the right one.",
		Judged: threeWays,
		Remedy: "Require sub to be a JSON string before anything is done with it; do not let a loosely typed language convert it.",
	}
	ClaimsSubjectBlank = check.Check{
		ID: "claims.subject-blank", Title: "A subject of white space alone signs nobody in",
		Level: check.Should, Refs: []string{"CLM-10", core + "2"},
		Harm:   "Whatever trims the subject later finds the one account with an empty subject, for everybody.",
		Tried:  "A person signs in while ID token and UserInfo have a space, or a tab and a space, for sub; then again with the right one.",
		Judged: threeWays,
		Remedy: "Refuse a sub that has nothing but white space in it.",
	}
	ClaimsSubjectNumber = check.Check{
		ID: "claims.subject-number", Title: "A number is not the customer whose subject has the same digits",
		Level: check.Must, Needs: []check.Capability{check.Identity}, Refs: []string{"CLM-11", core + "2"},
		Harm:   "A comparison that is not strict takes the number 12345 for the customer \"12345\".",
		Tried:  "People with the subjects \"12345\", \"1000\", \"123\" and \"9007199254740992\" are customers; then somebody signs in whose sub is 12345, 1e3, 0123 or 9007199254740993, as numbers.",
		Judged: "Passes if nobody is signed in, or as a customer of their own.",
		Remedy: "Require a JSON string, and compare strings with strings only.",
	}
	ClaimsSubjectSpaces = check.Check{
		ID: "claims.subject-spaces", Title: "Subjects that differ in a space or a control character are different customers",
		Level: check.Must, Needs: []check.Capability{check.Identity}, Refs: []string{"CLM-13", core + "14"},
		Harm:   "Two people share one account.",
		Tried:  "People whose subjects differ from a customer's in a leading or trailing space, a tab, a line feed or a zero byte with something behind it sign in one after the other.",
		Judged: twoCustomers,
		Remedy: "Compare subjects code point by code point; neither trim them nor hand them to code that ends at a zero byte.",
	}
	ClaimsSubjectLookalikes = check.Check{
		ID: "claims.subject-lookalikes", Title: "Subjects that look or sort the same are different customers",
		Level: check.Must, Needs: []check.Capability{check.Identity}, Refs: []string{"CLM-13", core + "14"},
		Harm:   "Two people share one account, because a database sorts their subjects in one place.",
		Tried:  "People whose subjects differ from a customer's in a Cyrillic letter, a full-width digit, a soft hyphen, ss for ß, or e for é sign in one after the other.",
		Judged: twoCustomers,
		Remedy: "Use a binary collation for the column of subjects, and no Unicode normalisation.",
	}
	ClaimsSubjectLongest = check.Check{
		ID: "claims.subject-longest", Title: "A subject of 255 characters is a customer",
		Level: check.Must, Refs: []string{"CLM-14", core + "2"},
		Harm:   "Customers of a provider with long subjects cannot sign in.",
		Tried:  "A person whose subject has 255 ASCII characters signs in.",
		Judged: signedIn,
		Remedy: "Make room for 255 characters wherever a subject is stored.",
	}
	ClaimsSubjectLength = check.Check{
		ID: "claims.subject-length", Title: "Longer subjects are not cut to be somebody else's",
		Level: check.Must, Needs: []check.Capability{check.Identity}, Refs: []string{"CLM-14", core + "2"},
		Harm:   "Two people whose subjects begin alike share one account, because a column is too narrow.",
		Tried:  "A person whose subject has 255 characters is a customer; others sign in whose subject has the same 255 and one more, or 10 000.",
		Judged: twoCustomers,
		Remedy: "Refuse a sub of more than 255 characters, or keep all of it; make the database refuse what does not fit.",
	}
	ClaimsSubjectLiteral = check.Check{
		ID: "claims.subject-literal", Title: "A subject is kept and shown literally, whatever is in it",
		Level: check.Must, Needs: []check.Capability{check.Identity}, Refs: []string{"CLM-15", rfc8725 + "3.10", rfc9700 + "4.15"},
		Harm:   "A subject becomes part of a page, a query or a path, or is taken for a word with a meaning, such as admin.",
		Tried:  "People sign in whose subjects have markup, quotes, SQL, a path, line breaks, or are the words null, undefined and admin, or the shop's own client ID; each opens the account page.",
		Judged: "Passes if each is signed in with exactly that subject as a customer of their own, or refused, and no markup becomes an element of the page.",
		Remedy: "Bind the subject as a parameter, escape it where it is shown, and give it no meaning.",
	}
	ClaimsSubjectDuplicate = check.Check{
		ID: "claims.subject-duplicate", Title: "Of two subjects none can be a victim's",
		Level: check.Must, Needs: []check.Capability{check.Identity}, Refs: []string{"CLM-16", rfc7519 + "4", "RFC 8259, 4"},
		Harm:   "One part of the shop checks the first sub and another uses the second: the attacker becomes the victim.",
		Tried:  "A victim is a customer; an attacker signs in while the ID token, UserInfo or both have sub twice, the attacker's and the victim's in both orders.",
		Judged: "Passes if nobody is signed in, or the attacker as a customer of their own. Where both answers have the two subjects, a shop may choose the first or the last of them, but in either order the same one.",
		Remedy: "Refuse JSON with duplicate names, or at least parse each document once and use that one reading everywhere.",
	}
)
