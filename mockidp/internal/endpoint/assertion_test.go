package endpoint

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	jose "github.com/go-jose/go-jose/v4"

	"github.com/countersign-oidc/countersign/mockidp/identity"
	"github.com/countersign-oidc/countersign/mockidp/internal/state"
	"github.com/countersign-oidc/countersign/mockidp/keys"
)

// FuzzAssertion holds that only what the client signed authenticates it.
func FuzzAssertion(f *testing.F) {
	now := func() time.Time { return time.Unix(1_800_000_000, 0) }
	secret := strings.Repeat("k", 32)
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.HS256, Key: []byte(secret)}, nil)
	if err != nil {
		f.Fatal(err)
	}
	jws, err := signer.Sign([]byte(`{"iss":"c","sub":"c","aud":"http://op.test","exp":1800000060,"jti":"1"}`))
	if err != nil {
		f.Fatal(err)
	}
	good, err := jws.CompactSerialize()
	if err != nil {
		f.Fatal(err)
	}
	authenticate := func(raw string) (identity.Client, error) {
		store := state.New(now, state.Lifetimes{Code: time.Minute, Token: time.Hour, Session: time.Hour})
		directory := NewDirectory("http://op.test", keys.New())
		directory.PutClient(identity.Client{ID: "c", Secret: secret, AuthMethod: identity.AuthSecretJWT})
		a := &ClientAuth{Directory: directory, Site: Site{Issuer: "http://op.test"}, Store: store, Now: now}
		x := &Exchange{Request: httptest.NewRequest(http.MethodPost, TokenPath, nil), Form: url.Values{}}
		c, err := a.authenticate(x, map[string]string{"client_assertion_type": assertionType, "client_assertion": raw})
		if err != nil {
			return c, err
		}
		return c, nil
	}
	if c, err := authenticate(good); err != nil || c.ID != "c" {
		f.Fatalf("the good one: %q, %v", c.ID, err)
	}
	f.Add(good)
	f.Add("eyJhbGciOiJub25lIn0.e30.")
	f.Add("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJjIn0.AAAA")
	f.Add("..")
	input := good[:strings.LastIndexByte(good, '.')]
	f.Fuzz(func(t *testing.T, raw string) {
		if _, err := authenticate(raw); err == nil && !strings.HasPrefix(raw, input) {
			t.Fatalf("%q was accepted", raw)
		}
	})
}
