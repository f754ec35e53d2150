package endpoint

import (
	"encoding/json"
	"errors"

	jose "github.com/go-jose/go-jose/v4"

	"github.com/countersign-oidc/countersign/mockidp/keys"
)

// idHint is what an id_token_hint says.
type idHint struct {
	sub, sid string
	clients  []string // aud
}

var errHint = errors.New("not an ID token of this provider")

// readHint verifies an ID token that comes back as a hint. It may have expired
// (RP-Initiated Logout 1.0, section 2), so only who signed it and for which
// issuer counts.
func readHint(ring *keys.Ring, issuer, raw string) (idHint, error) {
	jws, err := jose.ParseSignedCompact(raw, []jose.SignatureAlgorithm{jose.RS256, jose.ES256})
	if err != nil || len(jws.Signatures) != 1 {
		return idHint{}, errHint
	}
	header := jws.Signatures[0].Protected
	key, ok, err := ring.Find(header.KeyID)
	if err != nil {
		return idHint{}, err
	}
	if !ok || key.Alg != header.Algorithm {
		return idHint{}, errHint
	}
	payload, err := jws.Verify(key.JWK())
	if err != nil {
		return idHint{}, errHint
	}
	var claims struct {
		Iss string   `json:"iss"`
		Sub string   `json:"sub"`
		SID string   `json:"sid"`
		Aud audience `json:"aud"`
	}
	if json.Unmarshal(payload, &claims) != nil || claims.Iss != issuer || claims.Sub == "" {
		return idHint{}, errHint
	}
	return idHint{sub: claims.Sub, sid: claims.SID, clients: claims.Aud}, nil
}

// audience is one text or several (RFC 7519, section 4.1.3).
type audience []string

// UnmarshalJSON accepts both forms.
func (a *audience) UnmarshalJSON(data []byte) error {
	var one string
	if json.Unmarshal(data, &one) == nil {
		*a = audience{one}
		return nil
	}
	var several []string
	if err := json.Unmarshal(data, &several); err != nil {
		return err
	}
	*a = several
	return nil
}
