package selftest

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/countersign-oidc/countersign/fixtures/shop"
	"github.com/countersign-oidc/countersign/runner/check"
	"github.com/countersign-oidc/countersign/suites/catalog"
)

// TestTable holds the table against both sides: every flaw of the shop is
// listed with a check that must catch it, and every check with a flaw.
func TestTable(t *testing.T) {
	t.Parallel()
	table := Table()
	warned := map[string]bool{}
	known := map[string]bool{}
	for _, f := range shop.Flaws() {
		known[string(f.ID)] = true
		if len(table[string(f.ID)]) == 0 {
			t.Errorf("flaw %s: no check is listed to catch it", f.ID)
		}
	}
	for flaw, ids := range table {
		if !known[flaw] {
			t.Errorf("flaw %s: the shop does not have it", flaw)
		}
		if must := slices.ContainsFunc(ids, func(id check.ID) bool {
			c, ok := catalog.Find(id)
			return ok && c.Level == check.Must
		}); !must {
			warned[flaw] = true
		}
	}
	// What specifications recommend and do not demand makes a run warn.
	want := map[string]bool{
		"answers-unbounded": true, "provider-impatient": true, // resilience
		"numbers-as-float": true, "auth-time-unchecked": true, "auth-time-optional": true, "acr-unchecked": true,
		"azp-unchecked": true,
		"b64-ignored":   true, "certificate-of-key-taken": true, "cooldown-extended": true, "dots-copied": true, // signature, keys
		"fetch-not-shared": true, "first-key-of-kid": true, "form-cleaned": true, "header-as-claims": true,
		"hmac-client-secret": true, "huge-key-used": true, "key-members-required": true, "key-set-unbounded": true,
		"keys-dropped-on-error": true, "keys-merged": true, "keys-never-expire": true, "kid-as-jwk": true, "kid-as-url": true,
		"max-age-believed": true, "pbes2-followed": true, "private-key-crash": true, "published-secret-accepted": true,
		"refetch-unbounded": true, "failure-remembered": true,
		"subject-blank-accepted": true, "language-tags-dropped": true, "name-cut": true, // claims
		"userinfo-any-token": true, "userinfo-expiry-unchecked": true, "picture-fetched": true, "distributed-fetched": true,
		"link-email-folded": true, "cart-lost": true, "form-token-kept": true, // accounts
		// login
		"initiate-invisible": true, "session-replaced-unasked": true, "return-into-sign-in": true,
		"return-in-cookie":       true,
		"content-policy-missing": true, "framing-allowed": true, "framing-by-anybody": true, "head-as-get": true, "options-as-get": true, "guesses-lock-out": true, "return-case-kept": true, "return-unbounded": true,
		"response-jwt-unverified": true,
		"return-of-newest":        true,
		"scope-extra":             true,
		"scope-offline":           true,
		"pkce-method-promised":    true,
		"classes-unescaped":       true,
		"refused-500":             true,
		"start-needs-script":      true,
		"error-cancels-pending":   true,
		"code-decoded-twice":      true,
		// session
		"binding-cookie-insecure":        true,
		"binding-cookie-same-site-none":  true,
		"binding-cookie-script-readable": true,
		"cookie-chunks-counted":          true,
		"cookie-for-domain":              true,
		"cookie-twice-crash":             true,
		"links-from-host":                true,
		// logout
		"backchannel-alg-any":           true,
		"backchannel-cacheable":         true,
		"backchannel-encrypted-refused": true,
		"backchannel-forgotten":         true,
		"backchannel-iat-any-time":      true,
		"backchannel-replay-accepted":   true,
		"backchannel-sub-ignored":       true,
		"backchannel-typ-unchecked":     true,
		"backchannel-unbounded":         true,
		"frontchannel-bare-accepted":    true,
		"frontchannel-cacheable":        true,
		"frontchannel-iss-unchecked":    true,
		"frontchannel-sid-unchecked":    true,
		"logout-storage-kept":           true,
		"logout-cookie-kept":            true,
	}
	if !maps.Equal(warned, want) {
		t.Errorf("flaws that no check of level must catches, so that a run would not fail: %v, want %v", warned, want)
	}
	for _, c := range catalog.All() {
		if len(TrippedBy(c.ID)) == 0 {
			t.Errorf("%s: no flaw trips it, so nobody knows whether it can fail", c.ID)
		}
	}
}

func TestCompare(t *testing.T) {
	t.Parallel()
	const flaw = "exp-unchecked"
	want := Table()[flaw]
	results := func(verdicts map[check.ID]check.Verdict) []check.Result {
		var list []check.Result
		for _, c := range catalog.All() {
			v, ok := verdicts[c.ID]
			if !ok {
				v = check.Pass
			}
			list = append(list, check.Result{Check: c, Verdict: v, Reason: "because"})
		}
		return list
	}
	caught := map[check.ID]check.Verdict{}
	for _, id := range want {
		caught[id] = check.Fail
	}
	if row := Compare(flaw, results(caught)); !row.Exact() || !strings.HasPrefix(row.String(), "ok    exp-unchecked") {
		t.Errorf("caught by exactly its checks: %s", row)
	}
	if row := Compare(flaw, results(nil)); row.Exact() || len(row.Missed) != len(want) || !strings.Contains(row.String(), "not caught by idtoken.expired: because") {
		t.Errorf("not caught: %s", row)
	}
	caught["login.signs-in"] = check.Warn
	if row := Compare(flaw, results(caught)); row.Exact() || !slices.Equal(row.Extra, []check.ID{"login.signs-in"}) {
		t.Errorf("caught by one more: %s", row)
	}
	caught["login.signs-in"] = check.Error
	if row := Compare(flaw, results(caught)); row.Exact() || len(row.Undecided) != 1 {
		t.Errorf("one not decided: %s", row)
	}
	if row := Compare("", results(map[check.ID]check.Verdict{"login.signs-in": check.Skip})); row.Exact() {
		t.Errorf("a skipped check at the sound shop: %s", row)
	}
	if row := Compare("", results(nil)); !row.Exact() {
		t.Errorf("the sound shop: %s", row)
	}
}
