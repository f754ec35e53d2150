package mockidp_test

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	jose "github.com/go-jose/go-jose/v4"

	"github.com/countersign-oidc/countersign/mockidp"
	"github.com/countersign-oidc/countersign/mockidp/fault"
	"github.com/countersign-oidc/countersign/mockidp/identity"
	"github.com/countersign-oidc/countersign/mockidp/keys"
)

// An API that verifies ID tokens is tested without a browser: with a good token
// and with one that has another audience.
func ExampleProvider_Mint() {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	server, err := mockidp.Start(ctx, mockidp.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer server.Close(ctx)
	provider, err := server.NewProvider(mockidp.Config{
		Users: []identity.User{{Username: "ada", Password: "correct horse", Subject: "248289761001"}},
		Clients: []identity.Client{{
			ID: "api", Secret: "its secret", RedirectURIs: []string{"https://api.test/callback"}, IDTokenAlg: keys.ES256,
		}},
	})
	if err != nil {
		fmt.Println(err)
		return
	}

	order := mockidp.Token{Kind: "id_token", Client: "api", User: "ada"}
	good, err := provider.Mint(order)
	if err != nil {
		fmt.Println(err)
		return
	}
	order.Edit = &fault.TokenEdit{SetClaims: map[string]json.RawMessage{"aud": json.RawMessage(`"another"`)}}
	bad, err := provider.Mint(order)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, raw := range []string{good, bad} {
		token, err := jose.ParseSignedCompact(raw, []jose.SignatureAlgorithm{jose.ES256})
		if err != nil {
			fmt.Println(err)
			return
		}
		var claims struct{ Sub, Aud string }
		if err := json.Unmarshal(token.UnsafePayloadWithoutVerification(), &claims); err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(claims.Sub, claims.Aud)
	}
	// Output:
	// 248289761001 api
	// 248289761001 another
}
