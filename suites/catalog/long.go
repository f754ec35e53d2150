package catalog

import (
	"slices"

	"github.com/countersign-oidc/countersign/runner/check"
)

// long are the checks that took the longest of a run on two quiet processors,
// four tenths of a second and more: they wait for a time-out, sign in many times or load
// the shop. The release profile leaves them out unless they are basic, so that
// it takes less than a minute; a few that take as long are too grave for that
// and are not here.
func long() []check.ID { return slices.Clone(longest) }

var longest = []check.ID{
	"accounts.disabled", "accounts.email-case", "accounts.email-lookalikes", "accounts.email-verified-twice",
	"accounts.email-verified-types", "accounts.link-bound-to-customer", "accounts.link-by-link",
	"accounts.link-injected", "accounts.next-customer", "accounts.no-password", "attack.access-token-only",
	"attack.answer-embedded", "attack.answer-from-page", "attack.answer-reflected", "attack.answer-replayed", "attack.answer-unasked",
	"attack.hand-over", "attack.issuer-claimed", "attack.issuer-promised", "attack.issuer-unpromised",
	"attack.other-client", "attack.other-redirect", "attack.parameters-twice", "attack.providers-apart",
	"attack.response-mode", "attack.session-kept", "attack.session-overwritten", "attack.state-absent",
	"attack.start-reflected", "attack.state-expired", "attack.state-forged", "claims.aggregated-not-trusted",
	"claims.alternative-identifier", "claims.exact-names", "claims.headers-intact", "claims.links-harmless",
	"claims.mapping-other-type", "claims.markup-escaped", "claims.name-shown", "claims.picture-not-fetched",
	"claims.staff-exact", "claims.staff-other-claims", "claims.staff-types", "claims.standard-types",
	"claims.subject-blank", "claims.subject-duplicate", "claims.subject-literal", "claims.unknown-ignored",
	"claims.userinfo-contradiction", "claims.userinfo-expired", "claims.userinfo-parties",
	"claims.userinfo-signature", "discovery.down-at-first", "discovery.endpoint-unsafe",
	"discovery.endpoint-unusable", "discovery.endpoints-advertised", "discovery.issuer-other",
	"discovery.logout-endpoint-unsafe",
	"discovery.redirected", "idtoken.access-token-hash-algorithm",
	"idtoken.access-token-hash-other", "idtoken.auth-class", "idtoken.auth-time",
	"idtoken.authorized-party-other", "idtoken.encrypted", "idtoken.encrypted-unasked", "idtoken.expiry-far",
	"idtoken.expiry-zero", "idtoken.large", "idtoken.leeway", "idtoken.nonce-of-another-sign-in",
	"idtoken.not-before-wrong-type", "idtoken.other-tokens", "idtoken.replayed", "initiated.extra-parameters",
	"initiated.invisible", "initiated.issuer-unknown", "initiated.ready-answer", "initiated.target-foreign",
	"initiated.two-pending", "keys.algorithm-other", "keys.cache-headers", "keys.cached-through-failure",
	"keys.cooldown", "keys.flood-bad-signature", "keys.flood-unknown-kid", "keys.huge", "keys.odd-entries",
	"keys.optional-members", "keys.oversized", "keys.private-part", "keys.rush", "keys.set-broken", "keys.small",
	"keys.use-other", "login.abandoned", "login.answer-late", "login.answer-malformed", "login.answer-parallel",
	"login.data-dropped", "login.error-forged", "login.error-header", "login.error-loop", "login.error-uri-link",
	"login.failure-keeps-session", "login.form-post", "login.form-post-error", "login.hybrid-access-hash",
	"login.hybrid-code-hash", "login.hybrid-token", "login.hybrid-two-tokens", "login.implicit-token",
	"login.issuer-parameter-other", "login.pkce-ignored", "login.restart", "login.return-after-failure", "login.return-itself", "login.start-harmless",
	"login.two-tabs", "logout.cross-site", "logout.frame-ends-session", "logout.frame-foreign",
	"logout.notice-as-id-token", "logout.notice-during-sign-in", "logout.notice-flood", "logout.notice-ends-session",
	"logout.notice-replay", "logout.notice-session", "logout.notice-subject", "logout.notice-unknown",
	"logout.other-person", "logout.provider-failure", "logout.provider-gone", "logout.return-foreign",
	"logout.state-hostile", "logout.state-other", "logout.twice", "resilience.backoff", "resilience.chunked",
	"resilience.clock-skew", "resilience.code-once", "resilience.deep-json", "resilience.errors-tell-nothing",
	"resilience.html-answer", "resilience.keys-connection", "resilience.keys-unanswered",
	"resilience.large-tokens", "resilience.lengths", "resilience.many-headers", "resilience.many-wait", "resilience.old-tls",
	"resilience.other-status", "resilience.others-not-json", "resilience.others-served", "resilience.oversized",
	"resilience.provider-cookies", "resilience.recovers", "resilience.redirect-loop",
	"resilience.sign-out-outage", "resilience.slow-provider", "resilience.start-flood",
	"resilience.token-connection", "resilience.token-not-json", "resilience.token-status",
	"resilience.token-unanswered", "resilience.type-other", "resilience.type-with-charset",
	"resilience.unreachable", "resilience.userinfo-connection", "resilience.userinfo-redirect",
	"resilience.userinfo-unanswered", "session.after-expiry", "session.forwarded-address",
	"session.id-unpredictable", "session.large-claims", "session.path-spellings", "signature.alg-twice",
	"signature.algorithm-agreed",
	"signature.algorithm-unknown", "signature.claims-in-header", "signature.crit-unknown", "signature.curve-accepted",
	"signature.curve-form", "signature.curve-other", "signature.curve-range", "signature.encoding",
	"signature.encrypted-costly", "signature.header-case", "signature.hmac-key-parts",
	"signature.hmac-public-key-forms", "signature.hmac-weak-secret", "signature.jku-followed",
	"signature.jku-lookalike", "signature.json-serialization", "signature.jwk-embedded", "signature.kid-as-key",
	"signature.kid-injected", "signature.kid-of-other-key", "signature.kid-types", "signature.of-another-token",
	"signature.oversized", "signature.payload-not-object", "signature.x5c-embedded", "token.access-token-missing",
	"token.error-answers", "token.error-beside-tokens", "token.expires-in-odd", "token.refresh-id-token",
	"token.refresh-outage", "token.refresh-parallel", "token.refresh-rotation", "token.type-case",
	"token.type-other",
}
