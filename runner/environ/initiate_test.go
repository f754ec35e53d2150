package environ_test

import (
	"net"
	"testing"

	"github.com/countersign-oidc/countersign/runner/check"
	"github.com/countersign-oidc/countersign/runner/config"
	"github.com/countersign-oidc/countersign/runner/environ"
)

func TestProviderKnowsWhereSignInIsInitiated(t *testing.T) {
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	listen := free.Addr().String()
	if err := free.Close(); err != nil {
		t.Fatal(err)
	}
	running := environ.Options{
		Shop:     config.Shop{BaseURL: "http://shop.example", RedirectURIs: []string{"/callback"}, InitiateLoginURI: "{{base_url}}/initiate"},
		Provider: config.Provider{Listen: listen, Issuer: "http://" + listen},
	}
	running.Shop.Client.ID = "shop"
	for path, o := range map[string]environ.Options{"/sign-in/initiate": {}, "/initiate": running} {
		l := lane(t, start(t, o), environ.Setup{})
		if l.Shop.InitiateLogin != path || !l.Shop.Has(check.InitiateLogin) {
			t.Errorf("%+v", l.Shop)
		}
		if c, _ := l.Provider.Client(l.Client.ID); c.InitiateLoginURI != l.Shop.URL(path) {
			t.Errorf("%+v", c)
		}
	}
}
