package catalog

import "github.com/countersign-oidc/countersign/runner/check"

// The checks of logout notices beyond one good or bad token.
var (
	LogoutNoticeEncrypted = check.Check{
		ID: "logout.notice-encrypted", Title: "With encryption agreed on, an encrypted notice ends the session and a plain one does not",
		Level: check.Should, Needs: []check.Capability{check.BackChannelLogout, check.EncryptedIDToken, check.Settings},
		Refs:   []string{"LGO-33", bcLogout + "2.6 (1)"},
		Harm:   "A provider that encrypts cannot sign customers out of the shop.",
		Tried:  "The shop is registered for encrypted ID tokens. The provider sends a notice that is only signed, and then one that is encrypted too.",
		Judged: "Passes if the first is answered with 400 and the session goes on, and the second ends it.",
		Remedy: "Decrypt logout tokens with the key and the algorithms of ID tokens, and refuse one that is not encrypted.",
	}
	LogoutNoticeFlood = check.Check{
		ID: "logout.notice-flood", Title: "A flood of bad notices stops neither the shop nor the provider",
		Level: check.Should, Needs: []check.Capability{check.BackChannelLogout}, Refs: []string{"LGO-40", bcLogout + "4", core + "10.1.1"},
		Harm:   "Anybody who reaches the shop's back-channel address makes it ask the provider for keys without end, until the provider shuts it out.",
		Tried:  "A thousand notices of unknown keys arrive, twenty at once, while another customer goes on shopping; then the provider sends a good one.",
		Judged: "Passes if each bad notice is refused, the provider is asked for its keys ten times at most, the other customer does not wait, and the good notice ends the session.",
		Remedy: "Ask for keys again only so often, whatever tokens come; OIDCJWKSRefreshInterval in mod_auth_openidc.",
	}
)
