package catalog

import (
	"slices"

	"github.com/countersign-oidc/countersign/runner/check"
)

// long are the checks that took the longest of a run on two busy processors:
// they wait for a time-out, sign in many times or load the shop. The release
// profile leaves them out, so that it takes less than a minute; a few that take
// as long are too grave for that and are not here.
func long() []check.ID { return slices.Clone(longest) }

var longest = []check.ID{
	"accounts.disabled", "accounts.email-contradicted", "accounts.email-lookalikes", "accounts.email-verified-twice",
	"accounts.email-verified-types", "accounts.guest-cart", "accounts.link-bound-to-customer", "accounts.link-by-link",
	"accounts.link-injected", "accounts.next-customer", "accounts.no-password", "attack.answer-replayed",
	"attack.answer-unasked", "attack.hand-over", "attack.parameters-twice", "attack.state-absent",
	"attack.state-expired", "attack.state-forged", "claims.aggregated-not-trusted", "claims.from-id-token",
	"claims.headers-intact", "claims.identity-found-again", "claims.links-harmless", "claims.markup-escaped",
	"claims.name-shown", "claims.picture-not-fetched", "claims.staff-exact", "claims.staff-other-claims",
	"claims.staff-types", "claims.subject-blank", "claims.subject-duplicate", "claims.subject-literal",
	"claims.unknown-ignored", "claims.userinfo-contradiction", "claims.userinfo-expired", "claims.userinfo-id-token",
	"claims.userinfo-parties", "claims.userinfo-signature", "discovery.down-at-first", "discovery.endpoint-unsafe",
	"discovery.endpoint-unusable", "discovery.issuer-malformed", "discovery.issuer-other", "discovery.redirected",
	"discovery.refresh-moved", "idtoken.access-token-hash-other", "idtoken.auth-time", "idtoken.encrypted",
	"idtoken.encrypted-unasked", "idtoken.expiry-far", "idtoken.expiry-zero", "idtoken.large", "idtoken.leeway",
	"idtoken.nonce-of-another-sign-in", "idtoken.not-before-wrong-type", "idtoken.other-tokens", "idtoken.replayed",
	"login.abandoned", "login.answer-late", "login.answer-malformed", "login.answer-parallel", "login.code-characters",
	"login.data-dropped", "login.error-forged", "login.error-header", "login.error-loop", "login.failure-keeps-session",
	"login.nonce-unpredictable", "login.pkce-ignored", "login.pkce-s256",
	"login.return-tampered", "login.start-harmless", "login.state-once",
	"login.token-errors", "login.token-request", "logout.cross-site", "logout.frame-foreign", "logout.hint-address",
	"logout.notice-as-id-token", "logout.notice-during-sign-in", "logout.notice-ends-session", "logout.notice-replay",
	"logout.notice-session", "logout.notice-subject", "logout.provider-failure", "logout.provider-gone",
	"logout.state-hostile", "resilience.chunked", "resilience.clock-skew",
	"resilience.deep-json", "resilience.errors-tell-nothing", "resilience.html-answer", "resilience.keys-unanswered",
	"resilience.large-tokens", "resilience.lengths", "resilience.many-headers", "resilience.other-status",
	"resilience.others-not-json", "resilience.others-served", "resilience.oversized", "resilience.recovers",
	"resilience.sign-out-outage", "resilience.slow-provider", "resilience.start-flood", "resilience.token-connection",
	"resilience.token-not-json", "resilience.token-redirect", "resilience.token-status", "resilience.token-unanswered",
	"resilience.userinfo-connection", "resilience.userinfo-redirect", "resilience.userinfo-unanswered",
	"session.after-expiry", "session.cookie-secure", "session.default-hour", "session.forwarded-address",
	"session.id-not-in-addresses", "session.id-unpredictable", "session.large-claims", "session.methods",
	"session.path-spellings", "session.shared-cache", "session.sign-in-cookie-same-site",
	"session.sign-in-cookie-secure", "token.expires-in-odd", "token.names-other", "token.type-other",
}
