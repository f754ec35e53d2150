package catalog

import "github.com/countersign-oidc/countersign/runner/check"

func profileChecks() []check.Check {
	return []check.Check{
		ClaimsUnknownIgnored, ClaimsStandardTypes, ClaimsLanguageTags, ClaimsFromIDToken, ClaimsFromUserInfo,
		ClaimsNameless, ClaimsNameShown,
	}
}

// The checks of what the shop shows of a customer's profile.
var (
	ClaimsUnknownIgnored = check.Check{
		ID: "claims.unknown-ignored", Title: "Claims that the shop does not know are no obstacle",
		Level: check.Must, Refs: []string{"CLM-18", core + "2"},
		Harm:   "A claim that the provider adds one day locks everybody out, or changes how the shop works.",
		Tried:  "People sign in who have claims named __proto__, constructor, toString and hasOwnProperty, a claim of 100 nested arrays, one of 10 000 items, or 1 000 claims more.",
		Judged: "Passes if each is signed in, and an ordinary person after them.",
		Remedy: "Ignore what you do not know; read claims into a map without prototype, with bounds that a real provider does not reach.",
	}
	ClaimsStandardTypes = check.Check{
		ID: "claims.standard-types", Title: "Standard claims of other types count as missing",
		Level: check.Must, Refs: []string{"CLM-23", core + "5.1", core + "5.3.2"},
		Harm:   "One odd entry at the provider locks a customer out, or [object Object] is printed on their parcels.",
		Tried:  "People sign in whose standard claims have another JSON type each, are all null, or are all empty; each opens the account page.",
		Judged: "Passes if each is signed in and no object is shown in place of a text; warns if one is.",
		Remedy: "Check the type of each claim before using it, and take any other for a missing one.",
	}
	ClaimsLanguageTags = check.Check{
		ID: "claims.language-tags", Title: "A claim with a language tag does not take the place of the one without",
		Level: check.Should, Needs: []check.Capability{check.ShownProfile}, Refs: []string{"CLM-24", core + "5.2"},
		Harm:   "Customers see their name in a script that they cannot read.",
		Tried:  "A person signs in who has a name, and others as name#de, name#ja-Kana-JP and name#DE.",
		Judged: "Passes if the shop shows the name without a tag.",
		Remedy: "Match claim names exactly; a tagged name is another claim.",
	}
	ClaimsFromIDToken = check.Check{
		ID: "claims.from-id-token", Title: "Name and e-mail address of the ID token are shown",
		Level: check.Should, Needs: []check.Capability{check.ShownProfile, check.ProfileInIDToken}, Refs: []string{"CLM-25", core + "5.4"},
		Harm:   "Customers are nameless, although the provider told their name.",
		Tried:  "A person signs in whose name and e-mail address are in the ID token and not in UserInfo.",
		Judged: "Passes if the shop shows both.",
		Remedy: "Take the claims of the ID token, too, before those of UserInfo.",
	}
	ClaimsFromUserInfo = check.Check{
		ID: "claims.from-userinfo", Title: "Name and e-mail address of UserInfo are shown",
		Level: check.Must, Needs: []check.Capability{check.ShownProfile, check.UserInfo, check.ProfileInIDToken}, Refs: []string{"CLM-25", core + "5.4"},
		Harm:   "Customers of providers that keep ID tokens thin are nameless.",
		Tried:  "A person signs in whose name and e-mail address are in UserInfo alone, and one who has the name in the ID token and the address in UserInfo.",
		Judged: "Passes if the shop shows both each time.",
		Remedy: "Ask the UserInfo endpoint and use what it says where the ID token is silent; the scopes profile and email put the claims there.",
	}
	ClaimsNameless = check.Check{
		ID: "claims.nameless", Title: "A customer without name and e-mail address has an account",
		Level: check.Must, Refs: []string{"CLM-26", core + "5.3.2"},
		Harm:   "Customers who do not share their name cannot shop.",
		Tried:  "A person without name and e-mail address signs in and opens the account page.",
		Judged: "Passes if they are signed in and the page shows without an error.",
		Remedy: "Treat every claim but sub as optional; ask for what an order needs when it is needed.",
	}
	ClaimsNameShown = check.Check{
		ID: "claims.name-shown", Title: "Names of every script and length are shown as they are",
		Level: check.Should, Needs: []check.Capability{check.ShownProfile}, Refs: []string{"CLM-20", core + "5.1", rfc8725 + "3.7"},
		Harm:   "Customers see their name mangled or cut.",
		Tried:  "People sign in whose names have emoji, Arabic, Han, combining marks or 300 letters, the first of them twice, and one whose name has half of a surrogate pair.",
		Judged: "Passes if the shop shows each name as it was sent, and does not crash of the last.",
		Remedy: "Keep names as Unicode text in a column that is wide enough (utf8mb4 in MySQL).",
	}
)
