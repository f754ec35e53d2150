package endpoint

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/url"
	"slices"
	"strings"
	"time"

	josejson "github.com/go-jose/go-jose/v4/json"
	josejwt "github.com/go-jose/go-jose/v4/jwt"

	"github.com/countersign-oidc/countersign/mockidp/identity"
	"github.com/countersign-oidc/countersign/mockidp/protocol"
)

// unsigned is the algorithm of request objects without a signature. Only a
// client that is registered for it may send them.
const unsigned = "none"

// requestAlgs are the algorithms of request objects.
func requestAlgs() []string {
	return slices.Concat(protocol.SigningAlgs(), protocol.HMACAlgs(), []string{unsigned})
}

// object is the members of a request object.
type object map[string]json.RawMessage

// readObject is the authorization request inside of a request object (RFC 9101;
// OpenID Connect Core 1.0, section 6). It is the whole request: nothing is
// taken from outside of it (RFC 9101, section 6.3).
func (e *Authorize) readObject(c identity.Client, raw string) (url.Values, error) {
	members, err := openObject(c, raw)
	if err != nil {
		return nil, err
	}
	if err := members.check(c, e.Site.Issuer, e.Now()); err != nil {
		return nil, err
	}
	out := make(url.Values, len(members))
	for name, value := range members {
		switch name {
		case "iss", "aud", "exp", "nbf", "iat", "jti", "sub":
			// Members of the JWT, not parameters.
			continue
		case "request", "request_uri":
			return nil, errors.New("has a request or request_uri inside")
		}
		text, err := parameter(value)
		if err != nil {
			return nil, errors.New("has a " + safe(name) + " that " + err.Error())
		}
		out.Set(name, text)
	}
	return out, nil
}

// openObject verifies who made a request object.
func openObject(c identity.Client, raw string) (object, error) {
	header, payload, err := splitObject(raw)
	if err != nil {
		return nil, err
	}
	if typ := strings.TrimPrefix(strings.ToLower(header.Typ), "application/"); typ != "" && typ != "jwt" && typ != "oauth-authz-req+jwt" {
		return nil, errors.New("has the typ of another kind of token")
	}
	var members object
	switch {
	case c.RequestAlg != "" && header.Alg != c.RequestAlg:
		return nil, errors.New("is not signed with " + c.RequestAlg + ", for which the client is registered")
	case header.Alg == unsigned && c.RequestAlg != unsigned:
		return nil, errors.New("is not signed, for which the client is not registered")
	case header.Alg == unsigned:
		if !strings.HasSuffix(raw, ".") {
			return nil, errors.New("has alg none and a signature")
		}
		if josejson.Unmarshal(payload, &members) != nil {
			return nil, errors.New("has no JSON object inside, or one with a member twice")
		}
	default:
		if err := clientClaims(c, raw, []string{header.Alg}, &members); err != nil {
			return nil, err
		}
	}
	return members, nil
}

type objectHeader struct {
	Alg string `json:"alg"`
	Typ string `json:"typ"`
}

// splitObject reads a request object without trusting it.
func splitObject(raw string) (objectHeader, []byte, error) {
	var header objectHeader
	parts := strings.Split(raw, ".")
	if len(parts) != 3 {
		return header, nil, errors.New("is not a JWS in compact form")
	}
	text, err := base64.RawURLEncoding.DecodeString(parts[0])
	if err != nil || josejson.Unmarshal(text, &header) != nil {
		return header, nil, errors.New("has a header that cannot be read")
	}
	if !slices.Contains(requestAlgs(), header.Alg) {
		return header, nil, errors.New("has the alg " + safe(header.Alg) + ", which is not served")
	}
	payload, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil {
		return header, nil, errors.New("has a payload that is not base64url")
	}
	return header, payload, nil
}

// check holds the members of the JWT to RFC 9101, sections 4, 5 and 10.8.
func (o object) check(c identity.Client, issuer string, now time.Time) error {
	var claims struct {
		josejwt.Claims
		Client string `json:"client_id"`
	}
	text, err := json.Marshal(o)
	if err != nil || josejson.Unmarshal(text, &claims) != nil {
		return errors.New("has a member of the wrong type among iss, sub, aud, exp, nbf, iat, jti and client_id")
	}
	switch {
	case claims.Client != c.ID:
		return errors.New("has another client_id than the request, or none")
	case claims.Issuer != "" && claims.Issuer != c.ID:
		return errors.New("has an iss that is not the client_id")
	case claims.Subject == c.ID:
		return errors.New("has the client as its sub, as client assertions do")
	case !claims.Audience.Contains(issuer) && (c.RequestAlg != unsigned || len(claims.Audience) > 0):
		return errors.New("has an aud without the issuer")
	case claims.Expiry != nil && !now.Before(claims.Expiry.Time()):
		return errors.New("has expired")
	case claims.NotBefore != nil && claims.NotBefore.Time().After(now.Add(clockSkew)):
		return errors.New("is not valid yet")
	}
	return nil
}

// parameter is a member of a request object as a parameter: a text as it is, a
// number or an object as its JSON (RFC 9101, section 4).
func parameter(value json.RawMessage) (string, error) {
	var text string
	if json.Unmarshal(value, &text) == nil {
		if string(value) == "null" {
			return "", errors.New("is null")
		}
		return text, nil
	}
	var other any
	if err := decode(value, &other); err != nil {
		return "", errors.New("is not JSON")
	}
	switch other.(type) {
	case json.Number, map[string]any:
		return string(value), nil
	default:
		return "", errors.New("is neither a text nor a number nor an object")
	}
}
