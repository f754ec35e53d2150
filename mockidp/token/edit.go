package token

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"github.com/countersign-oidc/countersign/mockidp/fault"
	"github.com/countersign-oidc/countersign/mockidp/internal/ordered"
	"github.com/countersign-oidc/countersign/mockidp/keys"
)

// Edit is what a token edit needs to know beside the draft.
type Edit struct {
	*fault.TokenEdit
	// Honest answers for the time, the client and the provider; what it says
	// of claims and keys is the draft's own.
	Honest fault.Honest
	Ring   *keys.Ring
	// Key would sign the token if it were honest.
	Key *keys.Key
	// ClientSecret is the secret of the client, if it has one.
	ClientSecret string
	// Earlier finds another token of the provider.
	Earlier func(fault.Source) (string, bool)
}

// Edited is the draft with an edit, or nil when the edit changes nothing. How
// the token is signed decides the header's alg and kid before the header edits
// do.
func (d *Draft) Edited(e Edit) (*Draft, error) {
	header, claims := d.Honest()
	next := &Draft{
		Header: slices.Clone(d.Header), Claims: slices.Clone(d.Claims), flaws: d.flaws, typ: d.typ,
		honestHeader: slices.Clone(header), honestClaims: slices.Clone(claims),
	}
	if e.From != "" {
		value, ok := e.Earlier(e.From)
		if !ok {
			return nil, nil
		}
		next.replaced, next.from = value, e.From
		return next, nil
	}
	public, err := published(e.Ring, e.Key)
	if err != nil {
		return nil, err
	}
	possible, err := next.flaw(e, public)
	if err != nil || !possible {
		return nil, err
	}
	e.Honest.Key, e.Honest.Certificate = KeyWords(e.Ring, public)
	changed := next.Header.edit(header, e.Honest, e.SetHeader, e.RemoveHeader, e.DuplicateHeader)
	changed = next.Claims.edit(claims, e.Honest, e.SetClaims, e.RemoveClaims, e.DuplicateClaims) || changed
	if next.signing == fault.BeforeEdits && !changed {
		return nil, nil
	}
	if !changed && d.flaws.equal(next.flaws) {
		return nil, nil
	}
	return next, nil
}

func (f flaws) equal(g flaws) bool {
	return f.signing == g.signing && f.secret == g.secret && bytes.Equal(f.hmac, g.hmac) &&
		f.signature == g.signature && f.payload == g.payload && f.form == g.form && f.replaced == g.replaced
}

// EditClaims is claims with an edit, for an answer that is no JWT. It reports
// whether they changed.
func EditClaims(claims Members, e *fault.TokenEdit, h fault.Honest) (Members, bool) {
	out := slices.Clone(claims)
	changed := out.edit(claims, h, e.SetClaims, e.RemoveClaims, e.DuplicateClaims)
	return out, changed
}

// edit sets, removes and duplicates members, and reports a change. Values
// start from the honest object.
func (m *Members) edit(honest Members, h fault.Honest, set map[string]json.RawMessage, remove []string, duplicate map[string]json.RawMessage) bool {
	h.Claim = honest.Get
	changed := false
	for _, name := range slices.Sorted(maps.Keys(set)) {
		if value, ok := fault.Resolve(set[name], name, h); ok {
			changed = m.Set(name, value) || changed
		}
	}
	for _, name := range remove {
		changed = m.Remove(name) || changed
	}
	for _, name := range slices.Sorted(maps.Keys(duplicate)) {
		if _, present := m.Get(name); !present {
			continue
		}
		if value, ok := fault.Resolve(duplicate[name], name, h); ok {
			*m = append(*m, Member{name, value})
			changed = true
		}
	}
	return changed
}

// Edit is the members with those edits, and whether they changed.
func (m Members) Edit(h fault.Honest, set map[string]json.RawMessage, remove []string, duplicate map[string]json.RawMessage) (Members, bool) {
	out := slices.Clone(m)
	changed := out.edit(m, h, set, remove, duplicate)
	return out, changed
}

// flaw chooses a signing and a form, and what the header has to say for them.
// It reports false when the edit cannot be made with the key at hand.
func (d *Draft) flaw(e Edit, public *keys.Key) (bool, error) {
	if e.Sign != fault.Properly {
		d.signing = e.Sign
	}
	if e.Signature != "" {
		d.signature = e.Signature
	}
	if e.Payload != "" {
		d.payload = e.Payload
	}
	if e.Form != "" {
		d.form = e.Form
	}
	switch e.Form {
	case fault.Unencoded:
		d.Header.Set("b64", json.RawMessage("false"))
		d.Header.Set("crit", json.RawMessage(`["b64"]`))
	case fault.Nested:
		d.Header.Set("cty", quoted("JWT"))
	}
	if d.ecdsaOnly() && !strings.HasPrefix(d.signer(e.Key.Alg), "ES") {
		return false, nil
	}
	return d.signAs(e, public)
}

// ecdsaOnly reports whether the signature is to become what only ECDSA has.
func (d *Draft) ecdsaOnly() bool {
	return slices.Contains([]fault.Mutation{fault.DER, fault.GroupOrder, fault.ZeroPadded, fault.PaddedTwice}, d.signature) ||
		d.signing == fault.LeadingZeroR || d.signing == fault.LeadingZeroS
}

// published is the key that a relying party would look for in the key set: the
// one of RS256 where the token is signed with a secret or not at all.
func published(ring *keys.Ring, k *keys.Key) (*keys.Key, error) {
	if k.Public() != nil {
		return k, nil
	}
	return ring.Signing(keys.RS256)
}

// signer is the algorithm that the draft is really signed with.
func (d *Draft) signer(alg string) string {
	if d.signing == fault.OtherAlgorithm {
		return otherAlg(alg)
	}
	return alg
}

func (d *Draft) signAs(e Edit, public *keys.Key) (bool, error) {
	switch e.Sign {
	case fault.Unsigned:
		d.Header.Set("alg", quoted("none"))
	case fault.HMAC, fault.PublicKeyHMAC:
		d.secret = e.Secret
		spelling := e.Secret
		if e.Sign == fault.PublicKeyHMAC {
			spelling = fault.SecretPEM
		}
		octets, ok, err := secret(spelling, e, public)
		if err != nil || !ok {
			return false, err
		}
		d.hmac = octets
		d.Header.Set("alg", quoted("HS256"))
	case fault.OtherAlgorithm:
		k, err := e.Ring.Signing(otherAlg(e.Key.Alg))
		if err != nil {
			return false, err
		}
		d.Header.Set("alg", quoted(k.Alg))
		d.Header.Set("kid", quoted(k.ID))
	case fault.KidOfOther:
		k, err := e.Ring.Signing(otherAlg(e.Key.Alg))
		if err != nil {
			return false, err
		}
		d.Header.Set("kid", quoted(k.ID))
	case fault.SmallKey:
		k, err := keys.Small()
		if err != nil {
			return false, err
		}
		d.Header.Set("alg", quoted(k.Alg))
		d.Header.Set("kid", quoted(k.ID))
	case fault.OtherPadding, fault.UnitExponent:
		return e.Key.Pads(), nil
	}
	return true, nil
}

func otherAlg(alg string) string {
	if alg == keys.RS256 {
		return keys.ES256
	}
	return keys.RS256
}

func quoted(s string) json.RawMessage { return ordered.Quote(s) }
