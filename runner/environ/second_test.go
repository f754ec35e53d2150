package environ_test

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/countersign-oidc/countersign/mockidp"
	"github.com/countersign-oidc/countersign/runner/check"
	"github.com/countersign-oidc/countersign/runner/config"
	"github.com/countersign-oidc/countersign/runner/environ"
)

func start(t *testing.T, o environ.Options) *environ.Environment {
	t.Helper()
	e, err := environ.Start(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := e.Close(context.WithoutCancel(t.Context())); err != nil {
			t.Error(err)
		}
	})
	return e
}

func lane(t *testing.T, e *environ.Environment, s environ.Setup) *environ.Lane {
	t.Helper()
	l, err := e.Open(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := l.Close(context.WithoutCancel(t.Context())); err != nil {
			t.Error(err)
		}
	})
	return l
}

// request is where the start of a sign-in sends a browser.
func request(t *testing.T, address string) *url.URL {
	t.Helper()
	resp, err := http.DefaultTransport.RoundTrip(&http.Request{Method: http.MethodGet, URL: parsed(t, address), Header: http.Header{}})
	if err != nil {
		t.Fatal(err)
	}
	if err := resp.Body.Close(); err != nil {
		t.Fatal(err)
	}
	return parsed(t, resp.Header.Get("Location"))
}

func parsed(t *testing.T, raw string) *url.URL {
	t.Helper()
	u, err := url.Parse(raw)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

func TestShopKnowsTheSecondProvider(t *testing.T) {
	e := start(t, environ.Options{})
	for _, c := range []struct {
		name  string
		setup environ.Setup
		// honest says that people sign in at the first provider.
		honest bool
		path   string
	}{
		{"honest", environ.Setup{Second: true}, false, "/api/sf"},
		{"own redirect", environ.Setup{Second: true, OwnRedirect: true}, false, "/api/sf/second"},
		{"evil", environ.Setup{Evil: []mockidp.Mix{mockidp.MixTokenEndpoint}}, false, "/api/sf"},
		{"mix-up", environ.Setup{Evil: []mockidp.Mix{mockidp.MixAuthorizationEndpoint}}, true, "/api/sf"},
	} {
		t.Run(c.name, func(t *testing.T) {
			l := lane(t, e, c.setup)
			asked := request(t, l.Shop.URL(l.Shop.StartWithProvider+l.Shop.SecondName))
			at := l.Second
			if c.honest {
				at = l.Provider
			}
			if !strings.HasPrefix(asked.String(), at.Metadata().AuthorizationEndpoint+"?") || asked.Query().Get("redirect_uri") != l.Shop.URL(c.path) {
				t.Errorf("the second one is asked at %s", asked)
			}
			known, ok := l.Second.Client(l.Client.ID)
			if !ok || known.Secret != l.SecondClient.Secret || known.Secret == l.Client.Secret {
				t.Errorf("the client there: %+v", known)
			}
			if main := request(t, l.Shop.URL(l.Shop.Account)); !strings.HasPrefix(main.String(), l.Provider.Metadata().AuthorizationEndpoint+"?") {
				t.Errorf("the first one is asked at %s", main)
			}
		})
	}
}

func TestOnlyTheEmbeddedShopHasASecondProvider(t *testing.T) {
	e := start(t, environ.Options{Shop: config.Shop{
		BaseURL: "http://127.0.0.1:{{port}}", RedirectURIs: []string{"/callback"}, Process: &config.Process{Command: []string{"no-such-program"}},
	}})
	_, err := e.Open(t.Context(), environ.Setup{Second: true})
	if missing, ok := errors.AsType[environ.MissingError](err); !ok || missing.Capability != check.SeveralProviders {
		t.Errorf("%v", err)
	}
	if l := lane(t, start(t, environ.Options{}), environ.Setup{}); l.Second != nil || l.Shop.SecondName != "" {
		t.Errorf("a second provider that nobody asked for: %+v", l.Shop)
	}
}
