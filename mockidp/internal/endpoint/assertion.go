package endpoint

import (
	"errors"
	"slices"
	"time"

	jose "github.com/go-jose/go-jose/v4"
	josejwt "github.com/go-jose/go-jose/v4/jwt"

	"github.com/countersign-oidc/countersign/mockidp/identity"
	"github.com/countersign-oidc/countersign/mockidp/journal"
	"github.com/countersign-oidc/countersign/mockidp/protocol"
)

// assertionType is the only type of client assertion (RFC 7523, section 2.2).
const assertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"

// assertionLifetime is how far ahead an assertion may expire, clockSkew how
// far ahead of the provider's clock it may have been made.
const (
	assertionLifetime = time.Hour
	clockSkew         = 5 * time.Second
)

// assertedCredentials reads who a client assertion claims to be from. Nothing
// of it is verified yet.
func assertedCredentials(form map[string]string) (credentials, *protocol.Error) {
	c := credentials{id: form["client_id"], assertion: form["client_assertion"]}
	switch {
	case c.assertion == "":
		return c, invalid("client_assertion_type without client_assertion")
	case form["client_assertion_type"] == "":
		return c, invalid("client_assertion without client_assertion_type")
	case form["client_assertion_type"] != assertionType:
		return c, refused("client_assertion_type must be " + assertionType)
	}
	parsed, err := josejwt.ParseSigned(c.assertion, algorithms(protocol.SigningAlgs(), protocol.HMACAlgs()))
	if err != nil {
		return c, refused("the client assertion is not a JWT with a signature of an algorithm that is served")
	}
	c.method = identity.AuthPrivateJWT
	if slices.Contains(protocol.HMACAlgs(), parsed.Headers[0].Algorithm) {
		c.method = identity.AuthSecretJWT
	}
	var claims josejwt.Claims
	if err := parsed.UnsafeClaimsWithoutVerification(&claims); err != nil {
		return c, refused("the claims of the client assertion cannot be read")
	}
	switch {
	case c.id == "":
		c.id = claims.Subject
	case claims.Subject != "" && claims.Subject != c.id:
		return c, invalid("client_id differs from the client assertion")
	}
	return c, nil
}

func algorithms(lists ...[]string) []jose.SignatureAlgorithm {
	var out []jose.SignatureAlgorithm
	for _, alg := range slices.Concat(lists...) {
		out = append(out, jose.SignatureAlgorithm(alg))
	}
	return out
}

// verifyAssertion holds an assertion to RFC 7523, section 3, and OpenID Connect
// Core 1.0, section 9.
func (a *ClientAuth) verifyAssertion(x *Exchange, c identity.Client, got credentials) *protocol.Error {
	algs := protocol.SigningAlgs()
	if got.method == identity.AuthSecretJWT {
		algs = protocol.HMACAlgs()
	}
	if c.AuthAlg != "" {
		algs = []string{c.AuthAlg}
	}
	var claims josejwt.Claims
	if err := clientClaims(c, got.assertion, algs, &claims); err != nil {
		return refused("the client assertion " + err.Error())
	}
	now := a.Now()
	late := now.Add(clockSkew)
	switch {
	case claims.Issuer != c.ID || claims.Subject != c.ID:
		return refused("iss and sub of the client assertion must be the client_id")
	case !a.addressed(x, claims.Audience):
		return refused("aud of the client assertion must be the issuer or the token endpoint")
	case claims.Expiry == nil:
		return refused("the client assertion has no exp")
	case !now.Before(claims.Expiry.Time()):
		return refused("the client assertion has expired")
	case claims.Expiry.Time().After(now.Add(assertionLifetime)):
		return refused("the client assertion expires more than an hour from now")
	case claims.NotBefore != nil && claims.NotBefore.Time().After(late):
		return refused("the client assertion is not valid yet")
	case claims.IssuedAt != nil && claims.IssuedAt.Time().After(late):
		return refused("the client assertion was issued in the future")
	case claims.ID == "":
		return refused("the client assertion has no jti")
	case !a.Store.UseOnce(c.ID+"\x00"+claims.ID, assertionLifetime):
		return refused("the jti of the client assertion was used before")
	}
	return nil
}

// addressed reports whether an assertion is meant for this provider and for
// nobody else, who could use it here.
func (a *ClientAuth) addressed(x *Exchange, aud josejwt.Audience) bool {
	own := []string{a.Site.Issuer, a.Site.back(journal.Token), a.Site.Back + x.path}
	return len(aud) > 0 && !slices.ContainsFunc(aud, func(v string) bool { return !slices.Contains(own, v) })
}

// clientClaims verifies a JWT that a client signed with one of the algorithms,
// with its secret or one of its registered keys, and reads its claims. A key
// that the JWT itself brings along counts for nothing.
func clientClaims(c identity.Client, raw string, algs []string, into ...any) error {
	parsed, err := josejwt.ParseSigned(raw, algorithms(algs))
	if err != nil {
		return errors.New("is not signed with the algorithm that the client is registered for")
	}
	header := parsed.Headers[0]
	if slices.Contains(protocol.HMACAlgs(), header.Algorithm) {
		if err := parsed.Claims([]byte(c.Secret), into...); err != nil {
			return errors.New("is not signed with the client's secret, or its claims cannot be read")
		}
		return nil
	}
	for _, k := range verifying(c.Keys, header) {
		if parsed.Claims(k.Key, into...) == nil {
			return nil
		}
	}
	return errors.New("is not signed with a key of the client, or its claims cannot be read")
}

// verifying are the keys of a client that may have made a signature.
func verifying(set *jose.JSONWebKeySet, h jose.Header) []jose.JSONWebKey {
	if set == nil {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(set.Keys), func(k jose.JSONWebKey) bool {
		return h.KeyID != "" && k.KeyID != h.KeyID || k.Use == "enc" || k.Algorithm != "" && k.Algorithm != h.Algorithm
	})
}
