package catalog

import "maps"

// Uncovered are the rows of the requirements, the modules and the attacks that
// no check covers, each with the reason. A row that a check cites has no line.
func Uncovered() map[string]string { return maps.Clone(uncovered) }

// LeftOut are rows that checks cover in part, each with what no check judges,
// and why.
func LeftOut() map[string]string { return maps.Clone(leftOut) }

var leftOut = map[string]string{
	"CLM-27": "Bodies without end: no target fetches a picture, which the canary sees, so none reads one.",
	"LGN-35": "ui_locales and the claims parameter: no target can be set up to send them.",
	"NET-15": "A revoked certificate: clients ask for revocation lists only where their operator set that up, and none is served at loopback. Weak ciphers: old versions of TLS are tried, which bring them.",
	"SEC-28": "POST with the parameters in the address: what a form may carry there is the shop's choice, and the other methods show whether a state is used up.",
	"TOK-45": "Keys wrapped by RSA1_5: the provider encrypts with RSA-OAEP-256 and ECDH-ES; that a shop refuses algorithms which it did not agree to is tried with others.",
}

var uncovered = map[string]string{
	"Custom Script 1": "A plain provider for use behind a proxy by hand; there is nothing to judge.",

	"DSC-07": "The issuers of a shop are its operator's choice, and which hosts an issuer's metadata may name is the issuer's: without an issuer that a visitor chooses there is nothing to judge.",
	"DSC-14": "WebFinger is for shops whose visitors type an identifier of their own; no target has it.",
	"DSC-15": "No target lets a visitor type an issuer or an address that one is looked up from: the provider is chosen among those that the operator set up.",
	"DSC-16": "Dynamic registration is for shops that register themselves; the shops here are registered by their operator.",
	"DSC-35": "Client certificates (RFC 8705) are a feature that no target has.",
	"LGN-37": "Request objects by reference are a feature that no target has; the provider can read them.",
	"LGO-12": "Revocation (RFC 7009) is a choice of each shop, and the reference shop makes none: with the session it forgets the refresh token that it held.",
	"LGO-39": "The reference shop keeps a refresh token in the session that a notice ends, and uses it on a page of that session only: no use is left to observe.",
	"LGO-47": "Session management by iframes is not part of the reference shop, and browsers keep from its frames the cookies that it rests on.",
	"NET-17": "The shops here are reached over http at loopback, which RFC 9700, 2.6, exempts; that a shop in production leads to https is up to the server in front of it.",
	"SEC-30": "No target signs people in by a popup or a frame that talks to the shop with postMessage.",
	"SES-25": "The store of sessions is the shop's own; nothing from outside can take it away during a sign-in.",
	"TOK-30": "Every target sends a nonce, and none can be set up to leave it out.",
}
