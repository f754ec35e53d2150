package environ

import (
	"errors"
	"testing"

	"github.com/countersign-oidc/countersign/mockidp/identity"
	"github.com/countersign-oidc/countersign/runner/config"
)

// TestClientAuthenticationThatAShopHas holds that a check of one method of client
// authentication is tried where the shop has it or can be told, and nowhere else.
func TestClientAuthenticationThatAShopHas(t *testing.T) {
	t.Parallel()
	public, post, basic := Setup{Public: true}, Setup{Post: true}, Setup{Basic: true}
	for _, row := range []struct {
		configured string
		told       bool
		asked      Setup
		want       identity.AuthMethod // "" where it cannot be tried
	}{
		{"", false, Setup{}, ""},
		{"", false, basic, identity.AuthBasic},
		{"", false, post, ""},
		{"", false, public, ""},
		{"client_secret_post", false, basic, ""},
		{"client_secret_post", false, post, identity.AuthPost},
		{"none", false, public, identity.AuthNone},
		{"none", false, basic, ""},
		{"client_secret_post", true, basic, identity.AuthBasic},
		{"client_secret_post", true, public, identity.AuthNone},
		{"", true, post, identity.AuthPost},
		{"none", true, post, identity.AuthPost},
	} {
		shop := config.Shop{RedirectURIs: []string{"/callback"}, Process: &config.Process{Command: []string{"shop"}}}
		shop.Client.AuthMethod = row.configured
		if row.told {
			shop.Process.Env = map[string]string{"METHOD": "{{client_auth_method}}"}
		}
		s := &process{described: described{config: shop, base: "http://shop.test", fill: values{}.fill}, values: values{}}
		c, err := s.client(row.asked)
		_, missing := errors.AsType[MissingError](err)
		tried := row.want != "" || row.asked.method() == ""
		if missing == tried || tried && (err != nil || c.AuthMethod != row.want) || c.AuthMethod == identity.AuthNone && c.Secret != "" {
			t.Errorf("%+v: %q, %v", row, c.AuthMethod, err)
		}
	}
	already := running{described{config: config.Shop{RedirectURIs: []string{"/callback"}}, base: "http://shop.test", fill: values{}.fill}}
	already.config.Client.AuthMethod = "client_secret_post"
	if c, err := already.client(post); err != nil || c.AuthMethod != identity.AuthPost {
		t.Errorf("a running shop with its own method: %v", err)
	}
	if _, err := already.client(basic); err == nil {
		t.Error("a running shop was told another method")
	}
}
