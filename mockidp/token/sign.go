package token

import (
	"encoding/base64"

	"github.com/countersign-oidc/countersign/mockidp/keys"
)

// NewDraft is an honest token of that typ, or of none, for a key to sign. A key
// without an ID, such as a client's secret, is not named in the header.
func NewDraft(k *keys.Key, typ string, claims Members) *Draft {
	header := Members{{"alg", quoted(k.Alg)}}
	if k.ID != "" {
		header = append(header, Member{"kid", quoted(k.ID)})
	}
	if typ != "" {
		header = append(header, Member{"typ", quoted(typ)})
	}
	return &Draft{Header: header, Claims: claims, typ: typ}
}

// Sign is the compact form of the draft. An honest draft is signed by go-jose;
// one that a fault changed is put together by hand, for the library would
// refuse to, and so would it an unsigned one. At most one signature is made.
func (d *Draft) Sign(ring *keys.Ring, k *keys.Key) (string, error) {
	if !d.Changed() && k.Alg != keys.None {
		return k.Sign(d.typ, d.Claims.JSON())
	}
	return d.misSign(ring, k)
}

func encode(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }
