package strict

import (
	"crypto/rsa"
	"encoding/json"
	"net/http"

	jose "github.com/go-jose/go-jose/v4"

	"github.com/countersign-oidc/countersign/runner/check"
)

const keysFetched = "The key set is fetched from the jwks_uri."

var keyRules = []rule{
	{check.Check{
		ID: "provider.keys-served", Level: check.Must, Refs: []string{core + "10.1.1", rfc7517 + "5"},
		Title: "The jwks_uri serves a key set with a key in it",
		Harm:  "Nobody can verify ID tokens.",
		Tried: keysFetched, Judged: "Passes if the status is 200 and the body a JSON object whose keys has at least one key.",
		Remedy: "Serve the public keys as a JWK Set.",
	}, keysServed},
	{check.Check{
		ID: "provider.keys-public", Level: check.Must, Refs: []string{discovery + "3", rfc7518 + "6.3.2"},
		Title: "The key set has no private and no symmetric key",
		Harm:  "Anybody can sign ID tokens in the provider's name.",
		Tried: keysFetched, Judged: "Passes if no key has a private member and none is of type oct.",
		Remedy: "Publish the public half only, and replace the keys that were published.",
	}, keysPublic},
	{check.Check{
		ID: "provider.keys-kid", Level: check.Must, Refs: []string{core + "10.1", rfc7517 + "4.5"},
		Title: "Keys can be told apart by kid",
		Harm:  "After a change of keys relying parties try the wrong one and turn people away.",
		Tried: keysFetched, Judged: "Passes if there is one key, or each has a kid of its own.",
		Remedy: "Give each key a kid, such as its thumbprint (RFC 7638).",
	}, keysKid},
	{check.Check{
		ID: "provider.keys-strength", Level: check.Must, Refs: []string{rfc7518 + "3.3"},
		Title: "RSA keys have at least 2048 bits",
		Harm:  "A short key can be broken, and ID tokens forged.",
		Tried: keysFetched, Judged: "Passes if no RSA key is shorter.",
		Remedy: "Replace the key.",
	}, keysStrength},
}

// published are the keys as they were written.
func (p *probe) published() ([]map[string]json.RawMessage, error) {
	a, err := p.keySet()
	if err != nil {
		return nil, err
	}
	var set struct {
		Keys []map[string]json.RawMessage `json:"keys"`
	}
	if a.status != http.StatusOK || json.Unmarshal(a.body, &set) != nil || len(set.Keys) == 0 {
		return nil, breaks("No key set with a key in it: status %d, %s.", a.status, describe(a))
	}
	return set.Keys, nil
}

func keysServed(p *probe) error {
	_, err := p.published()
	return err
}

func keysPublic(p *probe) error {
	keys, err := p.published()
	if err != nil {
		return err
	}
	for i, key := range keys {
		if string(key["kty"]) == `"oct"` {
			return breaks("Key %d is symmetric.", i+1)
		}
		for _, name := range []string{"d", "p", "q", "dp", "dq", "qi", "oth", "k"} {
			if key[name] != nil {
				return breaks("Key %d has the private member %s.", i+1, name)
			}
		}
	}
	return nil
}

func keysKid(p *probe) error {
	keys, err := p.published()
	if err != nil || len(keys) == 1 {
		return err
	}
	seen := make(map[string]bool)
	for i, key := range keys {
		var kid string
		if json.Unmarshal(key["kid"], &kid) != nil || kid == "" {
			return breaks("Key %d of %d has no kid.", i+1, len(keys))
		}
		if seen[kid] {
			return breaks("Two keys have the kid %q.", kid)
		}
		seen[kid] = true
	}
	return nil
}

func keysStrength(p *probe) error {
	keys, err := p.published()
	if err != nil {
		return err
	}
	for i, members := range keys {
		raw, err := json.Marshal(members)
		if err != nil {
			return err
		}
		var key jose.JSONWebKey
		if json.Unmarshal(raw, &key) != nil {
			continue // of a type that the library does not know
		}
		if public, ok := key.Key.(*rsa.PublicKey); ok && public.N.BitLen() < 2048 {
			return breaks("Key %d has %d bits.", i+1, public.N.BitLen())
		}
	}
	return nil
}
