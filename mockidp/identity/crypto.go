package identity

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"slices"
	"strconv"
	"strings"

	jose "github.com/go-jose/go-jose/v4"

	"github.com/countersign-oidc/countersign/mockidp/protocol"
)

// minRSABits is RFC 7518, section 3.3.
const minRSABits = 2048

func quote(s string) string { return strconv.Quote(s) }

// checkMethod holds the authentication method, the secret and the algorithm of
// assertions to each other (OpenID Connect Core 1.0, section 9).
func (c Client) checkMethod(p *problems) {
	m := c.Method()
	switch m {
	case AuthBasic, AuthPost, AuthSecretJWT:
		if c.Secret == "" {
			p.add("%s without a secret", m)
		}
	case AuthPrivateJWT:
		if c.Keys == nil || len(c.Keys.Keys) == 0 {
			p.add("%s without keys in jwks", m)
		}
	case AuthNone:
		if c.Secret != "" {
			p.add("a secret although it authenticates with none")
		}
	default:
		p.add("authentication method %q; known: %q", c.AuthMethod, AuthMethods())
		return
	}
	switch {
	case m == AuthSecretJWT && c.AuthAlg == "":
		// Some algorithm has to be open to it.
		c.checkSigning(p, "client_secret_jwt", protocol.HMACAlgs()[0], protocol.HMACAlgs())
	case m == AuthSecretJWT:
		c.checkSigning(p, "token_endpoint_auth_signing_alg", c.AuthAlg, protocol.HMACAlgs())
	case m == AuthPrivateJWT && c.AuthAlg != "":
		c.checkSigning(p, "token_endpoint_auth_signing_alg", c.AuthAlg, protocol.SigningAlgs())
		if slices.Contains(protocol.SigningAlgs(), c.AuthAlg) {
			c.needKey(p, "token_endpoint_auth_signing_alg", c.AuthAlg, "enc")
		}
	case c.AuthAlg != "":
		p.add("token_endpoint_auth_signing_alg with %s, which signs nothing", m)
	}
}

// checkKeys refuses what is no public key: a private or symmetric one must not
// be handed around (RFC 7517, section 9.2).
func (c Client) checkKeys(p *problems) {
	if c.Keys == nil {
		return
	}
	for i, k := range c.Keys.Keys {
		switch rsaKey, isRSA := k.Key.(*rsa.PublicKey); {
		case !k.Valid() || !k.IsPublic():
			p.add("key %d of jwks is not a valid public key", i+1)
		case isRSA && rsaKey.N.BitLen() < minRSABits:
			p.add("key %d of jwks is an RSA key of less than %d bits", i+1, minRSABits)
		}
	}
}

// checkAlgs is about what the client registered for its tokens and requests
// (OpenID Connect Dynamic Client Registration 1.0, section 2).
func (c Client) checkAlgs(p *problems) {
	all := slices.Concat(protocol.SigningAlgs(), protocol.HMACAlgs())
	if c.IDTokenAlg == "none" {
		// Registration, section 2: only what comes from the token endpoint,
		// over TLS, can do without.
		if slices.ContainsFunc(c.ResponseTypes, func(t string) bool { return strings.Contains(t, "id_token") }) {
			p.add("id_token_signed_response_alg none with a response type that has an ID token")
		}
	} else if c.IDTokenAlg != "" {
		c.checkSigning(p, "id_token_signed_response_alg", c.IDTokenAlg, all)
	}
	if c.UserInfoAlg != "" {
		c.checkSigning(p, "userinfo_signed_response_alg", c.UserInfoAlg, all)
	}
	// "none" is what a client has to register to send unsigned request objects.
	if c.RequestAlg != "" && c.RequestAlg != "none" {
		c.checkSigning(p, "request_object_signing_alg", c.RequestAlg, all)
	}
	if slices.Contains(protocol.SigningAlgs(), c.RequestAlg) {
		c.needKey(p, "request_object_signing_alg", c.RequestAlg, "enc")
	}
	c.checkEncryption(p, "id_token_encrypted_response", c.IDTokenKeyAlg, c.IDTokenEnc)
	c.checkEncryption(p, "userinfo_encrypted_response", c.UserInfoKeyAlg, c.UserInfoEnc)
}

// checkSigning wants a known algorithm and, if it takes the secret, one that
// is long enough (RFC 7518, section 3.2).
func (c Client) checkSigning(p *problems, name, alg string, known []string) {
	if !slices.Contains(known, alg) {
		p.add("%s %q; known: %q", name, alg, known)
		return
	}
	if bits, isHMAC := strings.CutPrefix(alg, "HS"); isHMAC {
		// The name has been found in a list.
		if n, _ := strconv.Atoi(bits); len(c.Secret) < n/8 {
			p.add("%s: %s needs a client secret of at least %d bytes", name, alg, n/8)
		}
	}
}

func (c Client) checkEncryption(p *problems, name, alg, enc string) {
	if enc != "" && !slices.Contains(protocol.ContentAlgs(), enc) {
		p.add("%s_enc %q; known: %q", name, enc, protocol.ContentAlgs())
	}
	switch {
	case alg == "" && enc != "":
		p.add("%s_enc without %s_alg", name, name)
	case alg == "":
	case !slices.Contains(protocol.KeyAlgs(), alg):
		p.add("%s_alg %q; known: %q", name, alg, protocol.KeyAlgs())
	case slices.Contains(protocol.PublicKeyAlgs(), alg):
		c.needKey(p, name+"_alg", alg, "sig")
	case c.Secret == "":
		p.add("%s_alg: %s needs a client secret", name, alg)
	}
}

// needKey wants a key in jwks that fits an algorithm and is not for another use.
func (c Client) needKey(p *problems, name, alg, otherUse string) {
	fits := func(k jose.JSONWebKey) bool {
		return k.Use != otherUse && (k.Algorithm == "" || k.Algorithm == alg) && fitsKey(alg, k.Key)
	}
	if c.Keys == nil || !slices.ContainsFunc(c.Keys.Keys, fits) {
		p.add("%s: no key in jwks is for %s", name, alg)
	}
}

// EncryptionKey is the client's key for an algorithm of protocol.PublicKeyAlgs.
// One that says use enc goes before one that does not say.
func (c Client) EncryptionKey(alg string) (jose.JSONWebKey, bool) {
	if c.Keys == nil {
		return jose.JSONWebKey{}, false
	}
	for _, use := range []string{"enc", ""} {
		for _, k := range c.Keys.Keys {
			if k.Use == use && (k.Algorithm == "" || k.Algorithm == alg) && fitsKey(alg, k.Key) {
				return k, true
			}
		}
	}
	return jose.JSONWebKey{}, false
}

func fitsKey(alg string, key any) bool {
	switch k := key.(type) {
	case *rsa.PublicKey:
		return strings.HasPrefix(alg, "RS") || strings.HasPrefix(alg, "PS")
	case *ecdsa.PublicKey:
		curves := map[string]int{"ES256": 256, "ES384": 384, "ES512": 521}
		return strings.HasPrefix(alg, "ECDH") || curves[alg] == k.Curve.Params().BitSize
	case ed25519.PublicKey:
		return alg == "EdDSA"
	default:
		return false
	}
}

// DefaultContentAlg encrypts a token when the client names no algorithm
// (OpenID Connect Dynamic Client Registration 1.0, section 2).
const DefaultContentAlg = "A128CBC-HS256"
