package environ_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/countersign-oidc/countersign/mockidp/journal"
	"github.com/countersign-oidc/countersign/runner/check"
	"github.com/countersign-oidc/countersign/runner/config"
	"github.com/countersign-oidc/countersign/runner/environ"
)

func TestShopDiscoversItsProvider(t *testing.T) {
	l := lane(t, start(t, environ.Options{}), environ.Setup{Discover: true})
	if asked := request(t, l.Shop.URL(l.Shop.Account)); !strings.HasPrefix(asked.String(), l.Provider.Metadata().AuthorizationEndpoint+"?") {
		t.Errorf("the provider is asked at %s", asked)
	}
	fetched := len(l.Provider.Journal().Select(journal.Query{Kind: journal.Discovery}))
	if fetched != 1 {
		t.Errorf("metadata fetched %d times", fetched)
	}
}

func TestForeignShopDiscoversIfItSaysSo(t *testing.T) {
	foreign := config.Shop{
		BaseURL: "http://127.0.0.1:{{port}}", RedirectURIs: []string{"/callback"}, Process: &config.Process{Command: []string{"no-such-program"}},
	}
	_, err := start(t, environ.Options{Shop: foreign}).Open(t.Context(), environ.Setup{Discover: true})
	if missing, ok := errors.AsType[environ.MissingError](err); !ok || missing.Capability != check.Discovery {
		t.Errorf("%v", err)
	}
	foreign.Capabilities = []check.Capability{check.Discovery}
	_, err = start(t, environ.Options{Shop: foreign}).Open(t.Context(), environ.Setup{Discover: true})
	if _, missing := errors.AsType[environ.MissingError](err); missing || err == nil {
		t.Errorf("%v", err)
	}
}
