package mockidp

import (
	"encoding/json"
	"strings"
	"testing"

	jose "github.com/go-jose/go-jose/v4"

	"github.com/countersign-oidc/countersign/mockidp/fault"
	"github.com/countersign-oidc/countersign/mockidp/keys"
)

// TestRotatingFault holds that a fault rotates the keys just before a token is
// signed, once for each token that it acts on, and what then is published.
func TestRotatingFault(t *testing.T) {
	t.Parallel()
	for how, want := range map[fault.Rotation]struct {
		oldVerifies, sameKID bool
	}{
		fault.RotateOverlap: {oldVerifies: true},
		fault.RotateSudden:  {},
		fault.RotateSameKID: {sameKID: true},
	} {
		t.Run(string(how), func(t *testing.T) {
			t.Parallel()
			p := newProvider(t, func(c *Config) { c.Keys = keys.New() })
			putClient(t, p, postClient())
			b := newBrowser(t, p)
			idToken := func() string {
				code := b.signIn(authParams("client_id", "poster")).redirect().Get("code")
				form := codeForm(code, "client_id", "poster", "client_secret", "post secret")
				raw, _ := b.post("/swap", form).member(t, "id_token").(string)
				return raw
			}
			before, old := published(t, b), idToken()
			ticket, err := p.Arm(fault.Spec{ID: "id_token.keys.rotated", Token: &fault.TokenEdit{Rotate: how}}, fault.Scope{User: "ada"}, fault.Once)
			if err != nil {
				t.Fatal(err)
			}
			fresh := idToken()
			after := published(t, b)
			again := idToken()
			if ticket.Fired() != 1 {
				t.Errorf("fired %d times", ticket.Fired())
			}
			if verifiesWith(t, before, fresh) || !verifiesWith(t, after, fresh) || !verifiesWith(t, after, again) {
				t.Error("the token is not signed with a key that was new to everybody")
			}
			if verifiesWith(t, after, old) != want.oldVerifies {
				t.Errorf("the token of before verifies: %v", !want.oldVerifies)
			}
			if same := kidOf(t, old) == kidOf(t, fresh); same != want.sameKID {
				t.Errorf("same kid: %v", same)
			}
			e := p.Journal().Select(query(0))
			if last := e[len(e)-1]; len(last.Faults) > 0 {
				t.Errorf("the next exchange names %q", last.Faults)
			}
		})
	}
}

func published(t *testing.T, b *browser) jose.JSONWebKeySet {
	t.Helper()
	var set jose.JSONWebKeySet
	if err := json.Unmarshal([]byte(b.get("/keys", nil).Text), &set); err != nil {
		t.Fatal(err)
	}
	return set
}

func kidOf(t *testing.T, raw string) string {
	t.Helper()
	jws, err := jose.ParseSignedCompact(raw, []jose.SignatureAlgorithm{jose.ES256})
	if err != nil {
		t.Fatal(err)
	}
	return jws.Signatures[0].Protected.KeyID
}

func verifiesWith(t *testing.T, set jose.JSONWebKeySet, raw string) bool {
	t.Helper()
	jws, err := jose.ParseSignedCompact(raw, []jose.SignatureAlgorithm{jose.ES256})
	if err != nil {
		t.Fatal(err)
	}
	_, err = jws.Verify(set)
	return err == nil
}

func TestRotatingFaultIsValidated(t *testing.T) {
	t.Parallel()
	_, err := fault.Parse([]byte(`{"id": "id_token.keys.rotated", "title": "x", "token": {"rotate": "daily"}}`))
	if err == nil || !strings.Contains(err.Error(), `token.rotate: "daily"; known: `) {
		t.Errorf("%v", err)
	}
}
