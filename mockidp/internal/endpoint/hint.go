package endpoint

import (
	"encoding/json"
	"errors"
	"slices"

	jose "github.com/go-jose/go-jose/v4"

	"github.com/countersign-oidc/countersign/mockidp/keys"
	"github.com/countersign-oidc/countersign/mockidp/protocol"
)

// idHint is what an id_token_hint says.
type idHint struct {
	sub, sid string
	user     string   // the username, or "" when the end-user is gone
	clients  []string // aud
}

var errHint = errors.New("not an ID token of this provider")

// readHint verifies an ID token that comes back as a hint. It may have expired
// (RP-Initiated Logout 1.0, section 2), so only who signed it and for which
// issuer counts. One that nobody signed is no proof of anything.
func (d *Directory) readHint(raw string) (idHint, error) {
	jws, err := jose.ParseSignedCompact(raw, hintAlgorithms())
	if err != nil || len(jws.Signatures) != 1 {
		return idHint{}, errHint
	}
	var claims struct {
		Iss string   `json:"iss"`
		Sub string   `json:"sub"`
		SID string   `json:"sid"`
		Aud audience `json:"aud"`
	}
	if json.Unmarshal(jws.UnsafePayloadWithoutVerification(), &claims) != nil || claims.Iss != d.issuer || claims.Sub == "" {
		return idHint{}, errHint
	}
	if !d.signed(jws, claims.Aud) {
		return idHint{}, errHint
	}
	hint := idHint{sub: claims.Sub, sid: claims.SID, clients: claims.Aud}
	for _, id := range claims.Aud {
		if c, known := d.Client(id); known && hint.user == "" {
			hint.user = d.bySubject(c, claims.Sub)
		}
	}
	return hint, nil
}

// signed reports whether the provider made the signature: with a key of the
// ring, be it published no longer, or with the secret of a client that is
// registered for that.
func (d *Directory) signed(jws *jose.JSONWebSignature, clients []string) bool {
	header := jws.Signatures[0].Protected
	for _, k := range d.ring.Known(header.KeyID) {
		if k.Alg != header.Algorithm {
			continue
		}
		if _, err := jws.Verify(k.JWK()); err == nil {
			return true
		}
	}
	for _, id := range clients {
		c, _ := d.Client(id)
		if c.Secret == "" || c.IDTokenAlg != header.Algorithm || !keys.Symmetric(c.IDTokenAlg) {
			continue
		}
		if _, err := jws.Verify([]byte(c.Secret)); err == nil {
			return true
		}
	}
	return false
}

func hintAlgorithms() []jose.SignatureAlgorithm {
	var out []jose.SignatureAlgorithm
	for _, alg := range slices.Concat(protocol.SigningAlgs(), protocol.HMACAlgs()) {
		out = append(out, jose.SignatureAlgorithm(alg))
	}
	return out
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
