// Package signature is the suite of the signature of the ID token and its header.
package signature

import (
	"context"
	"encoding/json"

	"github.com/onsi/ginkgo/v2"

	"github.com/countersign-oidc/countersign/mockidp/fault"
	"github.com/countersign-oidc/countersign/runner/check"
	"github.com/countersign-oidc/countersign/runner/environ"
	"github.com/countersign-oidc/countersign/suites/catalog"
	"github.com/countersign-oidc/countersign/suites/harness"
	"github.com/countersign-oidc/countersign/suites/judge"
)

// Specs registers the suite.
func Specs(h *harness.Harness) {
	ginkgo.Describe("signature", func() {
		h.Check(catalog.SignatureKeysOfProvider, keysOfProvider)
		h.Refuses(catalog.SignatureByteFlipped, "id_token.signature.first_bit", "id_token.signature.last_byte",
			"id_token.signature.cut", "id_token.signature.half", "id_token.signature.extended")
		h.Check(catalog.SignaturePayloadChanged, payloadChanged)
		h.RefusesWritten(catalog.SignatureHeaderChanged, headerChanged()...)
		h.Refuses(catalog.SignatureEmpty, "id_token.signature.empty", "id_token.form.two_parts")
		h.RefusesWritten(catalog.SignatureOfAnother, ofAnother()...)
		h.Refuses(catalog.SignatureNoneSpellings, "id_token.alg.none_title_case", "id_token.alg.none_upper_case",
			"id_token.alg.none_mixed_case", "id_token.alg.none_space", "id_token.alg.empty", "id_token.alg.null",
			"id_token.alg.array", "id_token.alg.missing")
		h.RefusesWritten(catalog.SignatureNoneWithLeftover, noneWithLeftover()...)
		h.RefusesWritten(catalog.SignatureAlgorithmUnknown, algorithmsUnknown()...)
		h.Check(catalog.SignatureHMACClientSecret, clientSecretAsKey)
		h.Refuses(catalog.SignatureHMACPublicKey, publicKeyForms()...)
		h.RefusesWritten(catalog.SignatureHMACKeyParts, keyParts()...)
		h.RefusesWritten(catalog.SignatureHMACWeakSecret, weakSecrets()...)
		h.Check(catalog.SignaturePublishedSecret, publishedSecret)
		h.CheckWith(catalog.SignatureIssuerKeys, environ.Setup{Second: true}, issuerKeys)
		headerSpecs(h)
		formSpecs(h)
		curveSpecs(h)
	})
}

func clientSecretAsKey(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	if s.Lane.Client.Secret == "" {
		return judge.Skip("The shop is a public client: it has no secret that could be taken for a key."), nil
	}
	return s.Refused(ctx, "id_token.hmac.client_secret", "id_token.hmac.client_secret_sha256")
}

// edit is a fault of one token edit, with an ID below id_token.
func edit(id, title string, e fault.TokenEdit) fault.Spec {
	return fault.Spec{ID: fault.ID("id_token." + id), Title: title, Token: &e}
}

// named is a fault of the catalogue. One that is not there is refused when it
// is armed, for it changes nothing.
func named(id fault.ID) fault.Spec {
	f, _ := fault.Named(id)
	return f
}

func member(name, value string) map[string]json.RawMessage {
	return map[string]json.RawMessage{name: json.RawMessage(value)}
}

func members(pairs ...string) map[string]json.RawMessage {
	out := map[string]json.RawMessage{}
	for i := 0; i+1 < len(pairs); i += 2 {
		out[pairs[i]] = json.RawMessage(pairs[i+1])
	}
	return out
}

func keysOfProvider(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	a, err := s.SignIn(ctx, harness.Try{Title: "The first sign-in at the shop", User: s.Person(nil)})
	if err != nil {
		return judge.Finding{}, err
	}
	return judge.KeysUsed(*a), nil
}

// payloadChanged needs another person, whom the token could become.
func payloadChanged(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	s.Person(nil)
	return s.RefusedWritten(ctx,
		named("id_token.signature.tampered"),
		edit("signature.email_changed", "ID token whose e-mail address was changed after it was signed",
			fault.TokenEdit{Sign: fault.BeforeEdits, SetClaims: member("email", `"victim@customers.example"`)}),
		edit("signature.claim_added", "ID token that got a claim after it was signed",
			fault.TokenEdit{Sign: fault.BeforeEdits, SetClaims: member("customer_id", `"4711"`)}),
	)
}

func headerChanged() []fault.Spec {
	return []fault.Spec{
		edit("signature.header_added", "ID token whose header got a member after it was signed",
			fault.TokenEdit{Sign: fault.BeforeEdits, SetHeader: member("x", `"1"`)}),
		edit("signature.header_typ", "ID token whose typ was left out after it was signed",
			fault.TokenEdit{Sign: fault.BeforeEdits, RemoveHeader: []string{"typ"}}),
		edit("signature.header_kid", "ID token whose kid was left out after it was signed",
			fault.TokenEdit{Sign: fault.BeforeEdits, RemoveHeader: []string{"kid"}}),
	}
}

func ofAnother() []fault.Spec {
	return []fault.Spec{
		named("id_token.signature.of_another"),
		named("id_token.signature.zeros"),
		edit("signature.ones", "ID token whose signature is all ones", fault.TokenEdit{Signature: fault.Ones}),
	}
}

func noneWithLeftover() []fault.Spec {
	return []fault.Spec{
		named("id_token.alg.none_with_signature"),
		edit("alg.upper_none_with_signature", "ID token with alg NONE and the signature that it had before",
			fault.TokenEdit{Sign: fault.BeforeEdits, SetHeader: member("alg", `"NONE"`)}),
		edit("alg.null_with_signature", "ID token whose alg was made null after it was signed",
			fault.TokenEdit{Sign: fault.BeforeEdits, SetHeader: member("alg", `null`)}),
		edit("alg.number_with_signature", "ID token whose alg was made a number after it was signed",
			fault.TokenEdit{Sign: fault.BeforeEdits, SetHeader: member("alg", `0`)}),
	}
}

func algorithmsUnknown() []fault.Spec {
	signed := func(id, title, alg string, sign fault.Signing) fault.Spec {
		return edit(id, title, fault.TokenEdit{Sign: sign, SetHeader: member("alg", alg)})
	}
	return []fault.Spec{
		signed("alg.ps256", "ID token signed with PS256 by the key for RS256", `"PS256"`, fault.OtherPadding),
		named("id_token.signature.other_padding"),
		named("id_token.alg.unknown"),
		signed("alg.es256k", "ID token that says ES256K, signed with RS256", `"ES256K"`, fault.Properly),
		signed("alg.rs512", "ID token that says RS512, signed with RS256", `"RS512"`, fault.Properly),
		signed("alg.lower", "ID token that says rs256", `"rs256"`, fault.Properly),
	}
}

func publicKeyForms() []fault.ID {
	var out []fault.ID
	for _, s := range fault.Secrets() {
		switch s {
		case fault.SecretPEM: // idtoken.hmac-with-public-key
		case fault.SecretPEMNoNewline, fault.SecretPEMCRLF, fault.SecretPEMOneLine, fault.SecretPEMExtraNewline,
			fault.SecretLines, fault.SecretBase64, fault.SecretDER, fault.SecretPKCS1PEM, fault.SecretPKCS1NoNewline,
			fault.SecretPKCS1CRLF, fault.SecretPKCS1OneLine, fault.SecretPKCS1Extra, fault.SecretPKCS1Lines,
			fault.SecretPKCS1Base64, fault.SecretPKCS1DER:
			out = append(out, fault.ID("id_token.hmac."+string(s)))
		}
	}
	return out
}

func keyParts() []fault.Spec {
	var out []fault.Spec
	for _, s := range []fault.Secret{
		fault.SecretJWK, fault.SecretJWKS, fault.SecretModulus, fault.SecretModulusBytes, fault.SecretExponent,
		fault.SecretKeyType, fault.SecretAlgorithm, fault.SecretCertificate, fault.SecretCertificatePEM,
		fault.SecretKeyID, fault.SecretClientID,
	} {
		out = append(out, named(fault.ID("id_token.hmac."+string(s))))
	}
	return append(out, macs("issuer", "ID token with the issuer as HMAC secret", `{"$issuer":"url"}`, nil))
}

// macs is a token with alg HS256 and a secret that is a value of a fault.
func macs(id, title, secret string, header map[string]json.RawMessage) fault.Spec {
	return edit("hmac."+id, title, fault.TokenEdit{
		Sign: fault.HMAC, Secret: fault.SecretWritten, SecretText: json.RawMessage(secret), SetHeader: header,
	})
}

func weakSecrets() []fault.Spec {
	out := []fault.Spec{named("id_token.hmac.secret")}
	for _, secret := range []struct{ id, title, value string }{
		{"empty", "the empty text", `""`},
		{"zero", "one zero byte", `"\u0000"`},
		{"zeros", "32 zero bytes", `{"$repeat":{"value":"\u0000","times":32}}`},
	} {
		title := "ID token with " + secret.title + " as HMAC secret"
		out = append(out,
			macs(secret.id+".known_kid", title, secret.value, nil),
			macs(secret.id+".unknown_kid", title+" and an unknown kid", secret.value, member("kid", `"unknown"`)),
			macs(secret.id+".empty_kid", title+" and an empty kid", secret.value, member("kid", `""`)),
		)
		none := macs(secret.id+".no_kid", title+" and no kid", secret.value, nil)
		none.Token.RemoveHeader = []string{"kid"}
		out = append(out, none)
	}
	return out
}

// publishedSecret is judged by a shop that reads the key set anew where it can.
func publishedSecret(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	f := macs("published", "ID token with a secret of the key set", `"known to everybody who reads it"`, member("kid", `"published"`))
	f.Response = publishes(`{"kty":"oct","kid":"published","alg":"HS256","use":"sig","k":"a25vd24gdG8gZXZlcnlib2R5IHdobyByZWFkcyBpdA"}`)
	return s.RefusedWritten(ctx, f)
}

// issuerKeys has two providers whose different keys have one kid. The shop
// knows those of the second one already when a token of the first arrives that
// they signed.
func issuerKeys(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	theirs, err := s.Lane.Provider.Keys().Rogue("RS256")
	if err != nil {
		return judge.Finding{}, err
	}
	jwk, err := theirs.JWK().MarshalJSON()
	if err != nil {
		return judge.Finding{}, err
	}
	publish := fault.Spec{ID: "jwks.key.of_second", Title: "The key of the second provider", Response: publishes(string(jwk))}
	if _, err := s.Lane.Second.Arm(publish, fault.Scope{}, fault.Always); err != nil {
		return judge.Finding{}, err
	}
	u := s.Person(nil)
	if err := s.Lane.Second.PutUser(u); err != nil {
		return judge.Finding{}, err
	}
	first, err := s.SignIn(ctx, harness.Try{
		Title: "A sign-in at the second provider", User: u, Visit: s.Lane.Shop.StartWithProvider + s.Lane.Shop.SecondName, NoPicture: true,
	})
	if err != nil {
		return judge.Finding{}, err
	}
	if f := judge.Control(*first); f.Verdict != check.Pass {
		return f, nil
	}
	if err := s.Browser.Clear(ctx); err != nil {
		return judge.Finding{}, err
	}
	return s.RefusedWritten(ctx, edit("signature.second_provider", "ID token signed with the key of the shop's other provider",
		fault.TokenEdit{Sign: fault.OtherKey, SetHeader: member("kid", `{"$kid":"rogue"}`)}))
}
