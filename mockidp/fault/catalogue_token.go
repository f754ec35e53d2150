package fault

import (
	"encoding/json"

	"github.com/countersign-oidc/countersign/mockidp/protocol"
)

func core(section string) []protocol.Ref {
	return []protocol.Ref{{Spec: "OpenID Connect Core 1.0", Section: section}}
}

func rfc(number, section string) protocol.Ref {
	return protocol.Ref{Spec: "RFC " + number, Section: section}
}

// claim is a fault that sets one claim.
func claim(id ID, title string, refs []protocol.Ref, name, value string) Spec {
	return Spec{ID: id, Title: title, Refs: refs, Token: &TokenEdit{
		SetClaims: map[string]json.RawMessage{name: json.RawMessage(value)},
	}}
}

// without is a fault that leaves one claim out.
func without(id ID, title string, refs []protocol.Ref, name string) Spec {
	return Spec{ID: id, Title: title, Refs: refs, Token: &TokenEdit{RemoveClaims: []string{name}}}
}

func signed(id ID, title string, how Signing, refs ...protocol.Ref) Spec {
	return Spec{ID: id, Title: title, Refs: append(core("3.1.3.7 (6)"), refs...), Token: &TokenEdit{Sign: how}}
}

func claimFaults() []Spec {
	return []Spec{
		claim(IDTokenIssOther, "ID token of another issuer", core("3.1.3.7 (2)"), "iss", `{"$append": "/other"}`),
		without(IDTokenIssMissing, "ID token without issuer", core("3.1.3.7 (2)"), "iss"),
		claim(IDTokenAudOther, "ID token for another client", core("3.1.3.7 (3)"), "aud", `"another-client"`),
		without(IDTokenAudMissing, "ID token without audience", core("3.1.3.7 (3)"), "aud"),
		claim(IDTokenAudExtra, "ID token for this client and another, without azp", core("3.1.3.7 (3)"),
			"aud", `[{"$client": "id"}, "another-client"]`),
		claim(IDTokenAzpOther, "ID token whose authorized party is another client", core("3.1.3.7 (5)"), "azp", `"another-client"`),
		claim(IDTokenExpPast, "ID token that expired a day ago", core("3.1.3.7 (9)"), "exp", `{"$now": "-24h"}`),
		without(IDTokenExpMissing, "ID token without expiry", core("2"), "exp"),
		claim(IDTokenNbfFuture, "ID token that is not valid for another day", []protocol.Ref{rfc("7519", "4.1.5")}, "nbf", `{"$now": "24h"}`),
		without(IDTokenIatMissing, "ID token without time of issue", core("2"), "iat"),
		claim(IDTokenIatFuture, "ID token issued a day from now", core("3.1.3.7 (10)"), "iat", `{"$now": "24h"}`),
		claim(IDTokenNonceOther, "ID token with another nonce", core("3.1.3.7 (11)"), "nonce", `{"$append": "x"}`),
		without(IDTokenNonceMissing, "ID token without the nonce that was sent", core("3.1.3.7 (11)"), "nonce"),
		without(IDTokenSubMissing, "ID token without subject", core("2"), "sub"),
		claim(IDTokenSubEmpty, "ID token with an empty subject", core("2"), "sub", `""`),
		claim(IDTokenAtHashOther, "ID token bound to another access token", core("3.1.3.8"), "at_hash", `{"$append": "x"}`),
	}
}

func signatureFaults() []Spec {
	return []Spec{
		signed(IDTokenAlgNone, "ID token without signature", Unsigned, rfc("8725", "3.2")),
		signed(IDTokenSignatureOtherKey, "ID token signed with a key that was never published", OtherKey),
		signed(IDTokenSignatureCorrupted, "ID token with a corrupted signature", Corrupted),
		signed(IDTokenAlgHS256PublicKey, "ID token with the public key as HMAC secret", PublicKeyHMAC, rfc("8725", "2.1")),
		{
			ID: IDTokenAlgOtherRegistered, Title: "ID token signed with an algorithm that the client did not register",
			Refs: core("3.1.3.7 (7)"), Token: &TokenEdit{Sign: OtherAlgorithm},
		},
		{
			ID: IDTokenKidUnknown, Title: "ID token that names a key that was never published",
			Refs:  core("10.1"),
			Token: &TokenEdit{SetHeader: map[string]json.RawMessage{"kid": json.RawMessage(`{"$append": "x"}`)}},
		},
	}
}
