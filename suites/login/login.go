// Package login is the suite of the way to the provider and back.
package login

import (
	"context"

	"github.com/onsi/ginkgo/v2"

	"github.com/countersign-oidc/countersign/mockidp/fault"
	"github.com/countersign-oidc/countersign/mockidp/identity"
	"github.com/countersign-oidc/countersign/mockidp/journal"
	"github.com/countersign-oidc/countersign/runner/environ"
	"github.com/countersign-oidc/countersign/suites/catalog"
	"github.com/countersign-oidc/countersign/suites/harness"
	"github.com/countersign-oidc/countersign/suites/judge"
)

// Specs registers the suite.
func Specs(h *harness.Harness) {
	ginkgo.Describe("login", func() {
		h.Check(catalog.LoginSignsIn, signsIn)
		returnSpecs(h)
		h.Check(catalog.LoginCallbackURLClean, callbackURLClean)
		requestSpecs(h)
		answerSpecs(h)
		beginSpecs(h)
		failureSpecs(h)
		flowSpecs(h)
		formSpecs(h)
		h.CheckWith(catalog.LoginBasicCredentials, environ.Setup{Basic: true, Secret: "p:%+ q&=é§/ü"},
			judged(func(s *harness.Spec, a observed) judge.Finding { return judge.Credentials(a, identity.AuthBasic) }))
		h.CheckWith(catalog.LoginPostCredentials, environ.Setup{Post: true},
			judged(func(s *harness.Spec, a observed) judge.Finding { return judge.Credentials(a, identity.AuthPost) }))
		h.Check(catalog.LoginTokenRequest, judged(func(_ *harness.Spec, a observed) judge.Finding { return judge.TokenRequest(a) }))
		h.Check(catalog.LoginAccessTokenHeader, judged(func(_ *harness.Spec, a observed) judge.Finding { return judge.AccessToken(a) }))
		h.Refuses(catalog.LoginTokenErrors, fault.TokenStatus400WithTokens, fault.TokenStatus400, fault.TokenStatus500, fault.TokenBodyNotJSON)
	})
}

func signsIn(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	var findings []judge.Finding
	var customers []string
	var last observed
	for _, title := range []string{"The sign-in of the first customer", "The sign-in of the second customer"} {
		a, err := s.SignIn(ctx, harness.Try{Title: title, User: s.Person(nil)})
		if err != nil {
			return judge.Finding{}, err
		}
		findings = append(findings, judge.SignedIn(*a), judge.RequestsOnce(*a))
		customers, last = append(customers, s.Customer(a)), *a
		if err := s.Browser.Clear(ctx); err != nil {
			return judge.Finding{}, err
		}
	}
	if s.Lane.Shop.WhoAmI.Identity != "" {
		findings = append(findings, judge.OtherCustomer(last, customers[0], customers[1]))
	}
	return judge.First(findings...), nil
}

func callbackURLClean(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	a, err := s.SignIn(ctx, harness.Try{User: s.Person(nil)})
	if err != nil {
		return judge.Finding{}, err
	}
	return judge.First(judge.Control(*a), judge.CleanURL(*a)), nil
}

// authorizations are the authorization requests of several attempts.
func authorizations(attempts []observed) []journal.Entry {
	var list []journal.Entry
	for _, a := range attempts {
		list = append(list, a.Of(journal.Authorize)...)
	}
	return list
}
