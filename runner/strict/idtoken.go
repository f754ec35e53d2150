package strict

import (
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/json"
	"errors"
	"slices"
	"strings"

	jose "github.com/go-jose/go-jose/v4"

	"github.com/countersign-oidc/countersign/runner/check"
)

// asymmetric are the algorithms by which an ID token can be verified with the
// published keys.
var asymmetric = []jose.SignatureAlgorithm{
	jose.RS256, jose.RS384, jose.RS512, jose.PS256, jose.PS384, jose.PS512, jose.ES256, jose.ES384, jose.ES512, jose.EdDSA,
}

const forgedToken = "Relying parties cannot tell a token of this provider from a forged one, or turn people away."

var idTokenRules = []rule{
	{check.Check{
		ID: "provider.idtoken-signature", Level: check.Must, Refs: []string{core + "2", core + "3.1.3.7"},
		Title: "The ID token verifies with the published keys", Harm: forgedToken,
		Tried: redeemed, Judged: "Passes if the signature verifies with the key that the kid names, or the only one of its type.",
		Remedy: "Publish the key that signs.",
	}, idTokenSignature},
	{check.Check{
		ID: "provider.idtoken-alg", Level: check.Must, Refs: []string{discovery + "3", core + "2"},
		Title: "The ID token is signed with an algorithm that the discovery document names", Harm: forgedToken,
		Tried: redeemed, Judged: "Passes if alg is in id_token_signing_alg_values_supported and is not none.",
		Remedy: "Sign with what is promised.",
	}, idTokenAlg},
	{check.Check{
		ID: "provider.idtoken-kid", Level: check.Must, Refs: []string{core + "10.1"},
		Title: "The kid of the ID token is published", Harm: forgedToken,
		Tried: redeemed, Judged: "Passes if the header's kid is in the key set; without kid, if there is one key.",
		Remedy: "Name the key that signs.",
	}, idTokenKid},
	{check.Check{
		ID: "provider.idtoken-header", Level: check.Should, Refs: []string{core + "2"},
		Title: "The header of the ID token brings no key along", Harm: "Relying parties that take keys from there accept anybody's tokens.",
		Tried: redeemed, Judged: "Passes if the header has none of jku, jwk, x5u and x5c.", Remedy: "Leave the key to the jwks_uri.",
	}, idTokenHeader},
	{check.Check{
		ID: "provider.idtoken-iss", Level: check.Must, Refs: []string{core + "2", core + "3.1.3.7"},
		Title: "iss is the issuer, exactly", Harm: "Relying parties turn people away.",
		Tried: redeemed, Judged: readAnswer, Remedy: "Use the one issuer everywhere.",
	}, idTokenIss},
	{check.Check{
		ID: "provider.idtoken-aud", Level: check.Must, Refs: []string{core + "2", core + "3.1.3.7"},
		Title: "aud is the client, and nobody who did not ask", Harm: "A token for one relying party signs in at another.",
		Tried: redeemed, Judged: "Passes if aud is the client_id, as a text or in a list; further audiences want an azp.",
		Remedy: "Issue ID tokens for the client that asked.",
	}, idTokenAud},
	{check.Check{
		ID: "provider.idtoken-azp", Level: check.Must, Refs: []string{core + "2", core + "3.1.3.7"},
		Title: "azp, where there is one, is the client", Harm: "Relying parties turn people away.",
		Tried: redeemed, Judged: readAnswer, Remedy: "Send the client_id as azp, or no azp.",
	}, idTokenAzp},
	{check.Check{
		ID: "provider.idtoken-nonce", Level: check.Must, Refs: []string{core + "2", core + "3.1.2.1"},
		Title: "The nonce comes back exactly, whatever characters it has", Harm: "Relying parties cannot tell their own sign-in from somebody else's.",
		Tried:  "A person signs in with a nonce of plus, percent, quotes, ampersand, angle brackets and a letter with an accent.",
		Judged: "Passes if the ID token has the very same nonce.", Remedy: "Pass the nonce on unchanged.",
	}, idTokenNonce},
	{check.Check{
		ID: "provider.idtoken-at-hash", Level: check.Must, Needs: []check.Capability{AtHash}, Refs: []string{core + "3.1.3.6", core + "3.1.3.8"},
		Title: "at_hash belongs to the access token", Harm: "Relying parties that compare it turn people away.",
		Tried: redeemed, Judged: "Passes if at_hash is the left half of the access token's hash.", Remedy: "Hash the ASCII of the access token with the hash of the signature's algorithm.",
	}, idTokenAtHash},
	{check.Check{
		ID: "provider.idtoken-sub", Level: check.Must, Refs: []string{core + "2"},
		Title: "sub is a text of 1 to 255 ASCII characters", Harm: "Relying parties cut it off or confuse people.",
		Tried: redeemed, Judged: readAnswer, Remedy: "Choose subject identifiers of that form.",
	}, idTokenSub},
	{check.Check{
		ID: "provider.idtoken-sub-same", Level: check.Must, Refs: []string{core + "2", core + "5.7"},
		Title: "sub is the same at the next sign-in", Harm: "People lose their account each time.",
		Tried: "Two browsers sign one person in.", Judged: "Passes if both ID tokens have the same sub.", Remedy: "Keep the subject identifier with the account.",
	}, idTokenSubSame},
}

// read is the honest ID token: its header and its claims, unverified.
func (p *probe) read() (header, claims map[string]json.RawMessage, err error) {
	g, err := p.honest()
	if err != nil {
		return nil, nil, err
	}
	return decode(g.id)
}

func decode(token string) (header, claims map[string]json.RawMessage, err error) {
	claims, err = claimsOf(token)
	first, _, _ := strings.Cut(token, ".")
	raw, headerErr := base64.RawURLEncoding.DecodeString(first)
	if err != nil || headerErr != nil || json.Unmarshal(raw, &header) != nil {
		return nil, nil, breaks("There is no ID token, or it is not a compact JWS.")
	}
	return header, claims, nil
}

// str is a JSON text, or "" for what is none.
func str(raw json.RawMessage) string {
	var s string
	if json.Unmarshal(raw, &s) != nil {
		return ""
	}
	return s
}

// verify checks the signature of a token.
func (p *probe) verify(token string) error {
	set, err := p.keys()
	if err != nil {
		return err
	}
	jws, err := jose.ParseSignedCompact(token, asymmetric)
	if err != nil {
		return breaks("The ID token is not a JWS of an asymmetric algorithm: %v.", err)
	}
	header := jws.Signatures[0].Protected
	tried := 0
	for _, key := range set.Keys {
		if header.KeyID != "" && key.KeyID != header.KeyID {
			continue
		}
		tried++
		if _, err := jws.Verify(key); err == nil {
			return nil
		}
	}
	return breaks("The signature verifies with none of the %d published keys that fit (alg %s, kid %q).", tried, header.Algorithm, header.KeyID)
}

func idTokenSignature(p *probe) error {
	g, err := p.honest()
	if err != nil {
		return err
	}
	return p.verify(g.id)
}

func idTokenAlg(p *probe) error {
	header, _, err := p.read()
	if err != nil {
		return err
	}
	if alg := str(header["alg"]); alg == "none" || !slices.Contains(p.run.meta.Algs, alg) {
		return breaks("alg is %s; the discovery document names %s.", orNothing(header["alg"]), strings.Join(p.run.meta.Algs, ", "))
	}
	return nil
}

func idTokenKid(p *probe) error {
	header, _, err := p.read()
	if err != nil {
		return err
	}
	set, err := p.keys()
	if err != nil {
		return err
	}
	kid := str(header["kid"])
	if kid == "" && len(set.Keys) > 1 || kid != "" && len(set.Key(kid)) == 0 {
		return breaks("kid is %s, and there are %d keys.", orNothing(header["kid"]), len(set.Keys))
	}
	return nil
}

func idTokenHeader(p *probe) error {
	header, _, err := p.read()
	if err != nil {
		return err
	}
	for _, name := range []string{"jku", "jwk", "x5u", "x5c"} {
		if header[name] != nil {
			return breaks("The header has %s.", name)
		}
	}
	return nil
}

func idTokenIss(p *probe) error {
	_, claims, err := p.read()
	if err != nil {
		return err
	}
	if str(claims["iss"]) != p.run.target.Issuer {
		return breaks("iss is %s; the issuer is %q.", orNothing(claims["iss"]), p.run.target.Issuer)
	}
	return nil
}

// audience is one text or several (RFC 7519, section 4.1.3).
func audience(raw json.RawMessage) ([]string, error) {
	if one := str(raw); one != "" {
		return []string{one}, nil
	}
	var list []string
	if json.Unmarshal(raw, &list) != nil || len(list) == 0 {
		return nil, errors.New("neither a text nor a list of texts")
	}
	return list, nil
}

func idTokenAud(p *probe) error {
	_, claims, err := p.read()
	if err != nil {
		return err
	}
	list, err := audience(claims["aud"])
	if err != nil || !slices.Contains(list, p.run.target.Client.ID) {
		return breaks("aud is %s; the client is %q.", orNothing(claims["aud"]), p.run.target.Client.ID)
	}
	if len(list) > 1 && claims["azp"] == nil {
		return breaks("aud is %s, without an azp to say for whom the token is.", claims["aud"])
	}
	return nil
}

func idTokenAzp(p *probe) error {
	_, claims, err := p.read()
	if err != nil {
		return err
	}
	if claims["azp"] != nil && str(claims["azp"]) != p.run.target.Client.ID {
		return breaks("azp is %s; the client is %q.", claims["azp"], p.run.target.Client.ID)
	}
	return nil
}

func idTokenNonce(p *probe) error {
	g, err := p.sign(p.run.target.Client, set("nonce", odd()))
	if err != nil {
		return err
	}
	_, claims, err := decode(g.id)
	if err != nil {
		return err
	}
	if str(claims["nonce"]) != g.params.Get("nonce") {
		return breaks("The nonce %q came back as %s.", g.params.Get("nonce"), orNothing(claims["nonce"]))
	}
	return nil
}

// leftHash is OpenID Connect Core 1.0, section 3.1.3.6.
func leftHash(alg, token string) string {
	var sum []byte
	switch {
	case strings.HasSuffix(alg, "384"):
		full := sha512.Sum384([]byte(token))
		sum = full[:]
	case strings.HasSuffix(alg, "512"), alg == "EdDSA":
		full := sha512.Sum512([]byte(token))
		sum = full[:]
	default:
		full := sha256.Sum256([]byte(token))
		sum = full[:]
	}
	return base64.RawURLEncoding.EncodeToString(sum[:len(sum)/2])
}

func idTokenAtHash(p *probe) error {
	g, err := p.honest()
	if err != nil {
		return err
	}
	header, claims, err := decode(g.id)
	if err != nil {
		return err
	}
	if claims["at_hash"] == nil {
		return lacks("The ID token has no at_hash, which the code flow leaves to the provider.")
	}
	if want := leftHash(str(header["alg"]), g.access); str(claims["at_hash"]) != want {
		return breaks("at_hash is %s; that of the access token is %q.", claims["at_hash"], want)
	}
	return nil
}

func idTokenSub(p *probe) error {
	_, claims, err := p.read()
	if err != nil {
		return err
	}
	sub := str(claims["sub"])
	ascii := !strings.ContainsFunc(sub, func(r rune) bool { return r > 0x7f })
	if sub == "" || len(sub) > 255 || !ascii {
		return breaks("sub is %s.", orNothing(claims["sub"]))
	}
	return nil
}

func idTokenSubSame(p *probe) error {
	var subs []string
	for range 2 {
		_, g, err := p.signedIn()
		if err != nil {
			return err
		}
		_, claims, err := decode(g.id)
		if err != nil {
			return err
		}
		subs = append(subs, orNothing(claims["sub"]))
	}
	if subs[0] != subs[1] {
		return breaks("sub is %s and then %s.", subs[0], subs[1])
	}
	return nil
}
