// Package discovery is the suite of the provider's metadata: what a shop that
// configures itself from them takes over, and what it must not.
package discovery

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/onsi/ginkgo/v2"

	"github.com/countersign-oidc/countersign/mockidp/fault"
	"github.com/countersign-oidc/countersign/mockidp/journal"
	"github.com/countersign-oidc/countersign/runner/check"
	"github.com/countersign-oidc/countersign/runner/environ"
	"github.com/countersign-oidc/countersign/suites/attempt"
	"github.com/countersign-oidc/countersign/suites/catalog"
	"github.com/countersign-oidc/countersign/suites/harness"
	"github.com/countersign-oidc/countersign/suites/judge"
)

// Specs registers the suite. Each lane has a shop that discovers its provider.
func Specs(h *harness.Harness) {
	ginkgo.Describe("discovery", func() {
		on := func(c check.Check, body harness.Body) { h.CheckWith(c, environ.Setup{Discover: true}, body) }
		on(catalog.DiscoveryEndpointsAdvertised, endpointsAdvertised)
		on(catalog.DiscoveryIssuerOther, refuses(true, named("other", "slash", "case", "path", "cut")...))
		on(catalog.DiscoveryIssuerType, refuses(true, named("missing", "empty", "null", "array", "renamed")...))
		on(catalog.DiscoveryEndpointUnusable, refuses(false, unusable()...))
		on(catalog.DiscoveryEndpointUnsafe, endpointUnsafe)
		on(catalog.DiscoveryLogoutUnsafe, logoutUnsafe)
		on(catalog.DiscoveryUnknownMembers, unknownMembers)
		on(catalog.DiscoveryNamesExact, namesExact)
		on(catalog.DiscoveryRedirected, redirected)
		on(catalog.DiscoveryDownAtFirst, downAtFirst)
		on(catalog.DiscoveryRefreshPoisoned, refreshPoisoned)
		on(catalog.DiscoveryRefreshMoved, refreshMoved)
		on(catalog.DiscoveryAlgorithmsNotBelieved, algorithmsNotBelieved)
	})
}

// document is a fault of the metadata that is not in the catalogue.
func document(id, title string, edit fault.ResponseEdit) fault.Spec {
	edit.Endpoint = journal.Discovery
	return fault.Spec{ID: fault.ID("discovery." + id), Title: title, Response: &edit}
}

func member(name, how, value string) fault.Spec {
	return document(name+"."+how, fmt.Sprintf("%s that is %s", name, value), fault.ResponseEdit{
		Set: map[string]json.RawMessage{name: json.RawMessage(value)},
	})
}

// named are the faults of the catalogue about the issuer.
func named(hows ...string) []fault.Spec {
	specs := make([]fault.Spec, 0, len(hows))
	for _, how := range hows {
		if spec, ok := fault.Named(fault.ID("discovery.issuer." + how)); ok {
			specs = append(specs, spec)
		}
	}
	return specs
}

func unusable() []fault.Spec {
	var specs []fault.Spec
	for _, name := range []string{"authorization_endpoint", "token_endpoint", "jwks_uri"} {
		specs = append(specs, document(name+".left_out", "no "+name, fault.ResponseEdit{Remove: []string{name}}))
		for how, value := range map[string]string{"null": `null`, "empty": `""`, "relative": `"/begin"`, "number": `7`, "list": `[{"$own":"value"}]`} {
			specs = append(specs, member(name, how, value))
		}
	}
	return specs
}

// unread skips a shop that read the metadata before a fault could be armed: at
// its start, for example.
func unread(s *harness.Spec) (judge.Finding, bool) {
	if len(s.Lane.Provider.Journal().Select(journal.Query{Kind: journal.Discovery})) > 0 {
		return judge.Skip("Not tried: the shop reads the metadata when it starts, before the provider could be made to deviate."), false
	}
	return judge.Finding{}, true
}

// refuses tries each document with a shop that has read none yet, and then the
// right one.
func refuses(unused bool, specs ...fault.Spec) harness.Body {
	return func(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
		var bad []*attempt.SignIn
		for i, spec := range specs {
			a, f, err := first(ctx, s, i, spec)
			if err != nil || a == nil {
				return f, err
			}
			bad = append(bad, a)
		}
		good, err := control(ctx, s)
		if err != nil {
			return judge.Finding{}, err
		}
		return s.Each(bad, func(a attempt.SignIn) judge.Finding { return judge.MetadataRefused(a, *good, unused) }), nil
	}
}

// first is the first sign-in at a shop whose provider has such a document. It
// is nil with a finding where it could not be tried.
func first(ctx context.Context, s *harness.Spec, i int, spec fault.Spec) (*attempt.SignIn, judge.Finding, error) {
	if i > 0 {
		if err := s.Fresh(ctx); err != nil {
			return nil, judge.Finding{}, err
		}
	}
	if f, ok := unread(s); !ok {
		return nil, f, nil
	}
	a, err := s.SignIn(ctx, harness.Try{
		Title: "The first sign-in with " + spec.Title, User: s.Person(nil), Written: &spec, Everybody: true, NoPicture: i > 0,
	})
	return a, judge.Finding{}, err
}

// control is a sign-in with the right document, at a shop that has read none.
func control(ctx context.Context, s *harness.Spec) (*attempt.SignIn, error) {
	if err := s.Fresh(ctx); err != nil {
		return nil, err
	}
	return s.SignIn(ctx, harness.Try{Title: "The same sign-in with the right document", User: s.Person(nil), Control: true})
}
