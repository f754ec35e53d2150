package token

import (
	"context"
	"fmt"
	"strings"

	"github.com/countersign-oidc/countersign/mockidp"
	"github.com/countersign-oidc/countersign/mockidp/fault"
	"github.com/countersign-oidc/countersign/mockidp/identity"
	"github.com/countersign-oidc/countersign/mockidp/journal"
	"github.com/countersign-oidc/countersign/runner/environ"
	"github.com/countersign-oidc/countersign/suites/harness"
	"github.com/countersign-oidc/countersign/suites/judge"
)

func basicClientID(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	a, err := s.SignIn(ctx, harness.Try{User: s.Person(nil)})
	if err != nil {
		return judge.Finding{}, err
	}
	return judge.Credentials(*a, identity.AuthBasic), nil
}

// signIns are how many assertions are compared.
const signIns = 20

// assertions signs one person in many times and compares what the shop sent.
func assertions(method identity.AuthMethod) harness.Body {
	return func(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
		u := s.Person(nil)
		var sent []journal.Entry
		for i := range signIns {
			a, err := s.SignIn(ctx, harness.Try{Title: fmt.Sprintf("Sign-in %d", i+1), User: u, Control: true})
			if err != nil {
				return judge.Finding{}, err
			}
			sent = append(sent, a.Of(journal.Token)...)
			if err := s.ForgetShop(ctx); err != nil {
				return judge.Finding{}, err
			}
			if i == 0 && !a.Who.SignedIn {
				break // the next ones would not work either
			}
		}
		return judge.Assertions(sent, s.Lane.Client, method, s.Lane.Provider.Issuer(), s.Lane.Provider.Metadata().TokenEndpoint), nil
	}
}

// evilEndpoint has an evil provider name the honest one's token endpoint.
func evilEndpoint() environ.Setup {
	return environ.Setup{Assertion: identity.AuthPrivateJWT, Evil: []mockidp.Mix{mockidp.MixTokenEndpoint}}
}

// assertionAudience signs in at the evil provider. Its code goes to the honest
// token endpoint, and an assertion with it.
func assertionAudience(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	u := s.Person(nil)
	if err := s.Lane.Second.PutUser(u); err != nil {
		return judge.Finding{}, err
	}
	good, err := s.SignIn(ctx, harness.Try{Title: "A sign-in at the honest provider", User: u, Control: true})
	if err != nil {
		return judge.Finding{}, err
	}
	if err := s.Browser.Clear(ctx); err != nil {
		return judge.Finding{}, err
	}
	since := s.Lane.Provider.Journal().Mark()
	_, err = s.Open(ctx, s.Lane.Shop.URL(s.Lane.Shop.StartWithProvider+s.Lane.Shop.SecondName), harness.Try{
		Title: "A sign-in at the evil provider, whose token endpoint is the honest one's", User: u, KeepPage: true,
	})
	if err != nil {
		return judge.Finding{}, err
	}
	sent := s.Lane.Provider.Journal().Select(journal.Query{After: since, Kind: journal.Token})
	return judge.First(judge.Control(*good), judge.AssertionsFor(sent, s.Lane.Second.Issuer())), nil
}

// listings are lists of methods of client authentication that lack the
// configured one.
func listings(configured identity.AuthMethod) [][]string {
	other := identity.AuthPost
	if configured == identity.AuthPost {
		other = identity.AuthBasic
	}
	return [][]string{{string(other)}, {"private_key_jwt"}, {"x_unknown"}}
}

// authMethodsListed changes what the provider says it takes, and then, for a
// shop that is configured with client_secret_basic, leaves it out, which stands
// for that. Meanwhile it takes everything.
func authMethodsListed(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	const member = "token_endpoint_auth_methods_supported"
	anyMethod := fault.Spec{
		ID: "token.client_method.any", Title: "every way of client authentication is good",
		Response: &fault.ResponseEdit{Endpoint: journal.Token, Waive: []fault.Rule{fault.RuleClientMethod}},
	}
	var findings []judge.Finding
	try := func(title string, edit fault.ResponseEdit, listed []string, must bool) error {
		if err := s.Fresh(ctx); err != nil {
			return err
		}
		ticket, err := s.Lane.Provider.Arm(anyMethod, fault.Scope{}, fault.Always)
		if err != nil {
			return fmt.Errorf("arm %s: %w", anyMethod.ID, err)
		}
		defer ticket.Disarm()
		edit.Endpoint = journal.Discovery
		f := fault.Spec{ID: "discovery.auth_methods.listed", Title: title, Response: &edit}
		a, err := s.SignIn(ctx, harness.Try{Title: "Sign-in: " + title, User: s.Person(nil), Written: &f, Everybody: true, NoPicture: true})
		if err != nil {
			return err
		}
		findings = append(findings, s.Case(a, judge.MethodListed(*a, listed, must)))
		return nil
	}
	client, _ := s.Lane.Provider.Client(s.Lane.Client.ID) // as a provider that is imitated registers it
	configured := client.Method()
	for _, listed := range listings(configured) {
		edit := fault.ResponseEdit{Set: set{member: `["` + strings.Join(listed, `","`) + `"]`}.raw()}
		if err := try("the provider takes "+strings.Join(listed, " and ")+" alone", edit, listed, false); err != nil {
			return judge.Finding{}, err
		}
	}
	if configured != identity.AuthBasic {
		return judge.Worst(findings...), nil
	}
	err := try("the provider does not say what it takes", fault.ResponseEdit{Remove: []string{member}}, []string{string(identity.AuthBasic)}, true)
	return judge.Worst(findings...), err
}
