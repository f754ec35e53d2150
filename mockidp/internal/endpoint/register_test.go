package endpoint

import (
	"testing"

	"github.com/countersign-oidc/countersign/mockidp/protocol"
)

// FuzzRegistration holds that whatever is sent becomes a sound client or an
// error of registration.
func FuzzRegistration(f *testing.F) {
	f.Add(`{"redirect_uris":["https://shop.test/cb"]}`)
	f.Add(`{"redirect_uris":["https://shop.test/cb"],"token_endpoint_auth_method":"none","grant_types":["refresh_token","authorization_code"]}`)
	f.Add(`{"redirect_uris":["a"],"jwks":{"keys":[{"kty":"EC","crv":"P-256","x":"AA","y":"AA"}]}}`)
	f.Add(`{"jwks":{"keys":[{"kty":"oct","k":"AA"}]},"default_max_age":1e3}`)
	f.Add(`null`)
	f.Add(`[`)
	f.Fuzz(func(t *testing.T, document string) {
		c, wrong := readRegistration([]byte(document))
		if wrong != nil {
			if wrong.Code != protocol.InvalidRedirectURI && wrong.Code != protocol.InvalidClientMetadata {
				t.Fatalf("%q: %v", document, wrong)
			}
			return
		}
		if err := c.Validate(); err != nil {
			t.Fatalf("%q: %v", document, err)
		}
		if (c.Secret != "") != needsSecret(c) {
			t.Fatalf("%q: secret %q of %s", document, c.Secret, c.AuthMethod)
		}
	})
}
