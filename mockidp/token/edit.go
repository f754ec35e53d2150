package token

import (
	"encoding/json"
	"maps"
	"slices"

	"github.com/countersign-oidc/countersign/mockidp/fault"
	"github.com/countersign-oidc/countersign/mockidp/keys"
)

// Edit is what a token edit needs to know beside the draft.
type Edit struct {
	*fault.TokenEdit
	// Honest answers for the time and the client; its Claim is the draft's.
	Honest fault.Honest
	Ring   *keys.Ring
}

// Apply makes an edit and reports whether it changed the draft. How the token
// is signed decides the header's alg and kid before the header edits do.
func (d *Draft) Apply(e Edit) (bool, error) {
	header, claims := d.Honest()
	header, claims = slices.Clone(header), slices.Clone(claims)

	changed := false
	if e.Sign != fault.Properly && e.Sign != d.Signing {
		if err := d.signAs(e.Sign, e.Ring); err != nil {
			return false, err
		}
		changed = true
	}
	changed = edit(&d.Header, header, e.Honest, e.SetHeader, e.RemoveHeader) || changed
	changed = edit(&d.Claims, claims, e.Honest, e.SetClaims, e.RemoveClaims) || changed
	for _, name := range slices.Sorted(maps.Keys(e.DuplicateClaims)) {
		if _, present := d.Claims.Get(name); !present {
			continue
		}
		if value, ok := resolve(claims, e.Honest, name, e.DuplicateClaims[name]); ok {
			d.Claims = append(d.Claims, Member{name, value})
			changed = true
		}
	}
	if changed {
		d.honestHeader, d.honestClaims = header, claims
	}
	return changed, nil
}

func edit(m *Members, honest Members, h fault.Honest, set map[string]json.RawMessage, remove []string) bool {
	changed := false
	for _, name := range slices.Sorted(maps.Keys(set)) {
		if value, ok := resolve(honest, h, name, set[name]); ok {
			changed = m.set(name, value) || changed
		}
	}
	for _, name := range remove {
		changed = m.remove(name) || changed
	}
	return changed
}

func resolve(honest Members, h fault.Honest, name string, value json.RawMessage) (json.RawMessage, bool) {
	h.Claim = honest.Get
	return fault.Resolve(value, name, h)
}

// signAs chooses a signing and what the header has to say for it.
func (d *Draft) signAs(how fault.Signing, ring *keys.Ring) error {
	d.Signing = how
	switch how {
	case fault.Unsigned:
		d.Header.set("alg", json.RawMessage(`"none"`))
	case fault.PublicKeyHMAC:
		d.Header.set("alg", json.RawMessage(`"HS256"`))
	case fault.OtherAlgorithm:
		header, _ := d.Honest()
		k, err := ring.Signing(otherAlg(text(header, "alg")))
		if err != nil {
			return err
		}
		d.Header.set("alg", quoted(k.Alg))
		d.Header.set("kid", quoted(k.ID))
	}
	return nil
}

func otherAlg(alg string) string {
	if alg == keys.RS256 {
		return keys.ES256
	}
	return keys.RS256
}

func text(m Members, name string) string {
	raw, _ := m.Get(name)
	var s string
	// What is not a text is no algorithm either: "" then finds no key.
	_ = json.Unmarshal(raw, &s)
	return s
}

func quoted(s string) json.RawMessage {
	var m Members
	m.Add("", s)
	return m[0].Value
}
