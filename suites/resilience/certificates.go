package resilience

import (
	"context"
	"fmt"
	"strings"

	"github.com/countersign-oidc/countersign/mockidp"
	"github.com/countersign-oidc/countersign/mockidp/fault"
	"github.com/countersign-oidc/countersign/mockidp/journal"
	"github.com/countersign-oidc/countersign/runner/environ"
	"github.com/countersign-oidc/countersign/suites/attempt"
	"github.com/countersign-oidc/countersign/suites/catalog"
	"github.com/countersign-oidc/countersign/suites/harness"
	"github.com/countersign-oidc/countersign/suites/judge"
)

func certificates(h *harness.Harness) {
	tls := environ.Setup{Gates: environ.GatesTLS}
	h.CheckWith(catalog.ResilienceCertificate, tls, shown(badCertificates...))
	h.CheckWith(catalog.ResilienceOldTLS, tls, shown(showing{mockidp.OldTLS, "that speaks TLS 1.1 at most"}))
	h.CheckWith(catalog.ResilienceCertificateRenewed, tls, renewed)
	h.Check(catalog.ResilienceOldHTTP, oldHTTP)
	h.CheckWith(catalog.ResilienceLiteralAddress, environ.Setup{Gates: environ.GatesLiteral}, ordinary)
}

// showing is how a provider may be that nobody should talk to.
type showing struct {
	id     mockidp.TLSIdentity
	reason string
}

// badCertificates are what a provider may show that is not good for it. A
// revoked one is not among them: nobody demands of a relying party that it asks
// the CA.
var badCertificates = []showing{
	{mockidp.SelfSigned, "whose certificate is self-signed"},
	{mockidp.UnknownCA, "whose certificate is signed by an unknown CA"},
	{mockidp.Expired, "whose certificate is expired"},
	{mockidp.WrongHost, "whose certificate is that of another host"},
}

// shown has each endpoint be that of such a provider: the keys first, since
// nobody asks for keys that are known.
func shown(bad ...showing) harness.Body {
	return func(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
		u := s.Person(nil)
		type try struct {
			a       *attempt.SignIn
			kind    journal.Kind
			reason  string
			dialled bool
		}
		var tries []try
		for _, kind := range []journal.Kind{journal.JWKS, journal.Token, journal.UserInfo} {
			gate := s.Lane.Gates[kind]
			for _, b := range bad {
				if err := s.Show(ctx, gate, b.id); err != nil {
					return judge.Finding{}, err
				}
				before := gate.Dialled()
				a, err := s.SignIn(ctx, harness.Try{
					Title: fmt.Sprintf("A sign-in while the %s endpoint is of a provider %s", kind, b.reason), User: u, NoPicture: len(tries) > 0,
				})
				if err != nil {
					return judge.Finding{}, err
				}
				tries = append(tries, try{a, kind, b.reason, gate.Dialled() > before})
				if err := s.ForgetShop(ctx); err != nil {
					return judge.Finding{}, err
				}
			}
			if err := s.Show(ctx, gate, mockidp.Trusted); err != nil {
				return judge.Finding{}, err
			}
		}
		good, err := s.SignIn(ctx, harness.Try{Title: "The sign-in with good certificates", User: u, Control: true})
		if err != nil {
			return judge.Finding{}, err
		}
		findings := []judge.Finding{judge.Control(*good)}
		for _, t := range tries {
			findings = append(findings, s.Case(t.a, judge.Untrusted(*t.a, *good, t.kind, t.dialled, t.reason)))
		}
		return judge.Worst(findings...), nil
	}
}

// renewed gives the provider another certificate that is good too.
func renewed(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	u := s.Person(nil)
	before, err := s.SignIn(ctx, harness.Try{Title: "The sign-in before the certificate is renewed", User: u, Control: true})
	if err != nil {
		return judge.Finding{}, err
	}
	if err := s.ShowRenewed(ctx); err != nil {
		return judge.Finding{}, err
	}
	if err := s.ForgetShop(ctx); err != nil {
		return judge.Finding{}, err
	}
	after, err := s.SignIn(ctx, harness.Try{Title: "The sign-in afterwards", User: u})
	if err != nil {
		return judge.Finding{}, err
	}
	return judge.Recovers(*before, *after, "a new certificate of the provider"), nil
}

// ordinary is a sign-in whose lane is what is tried.
func ordinary(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	a, err := s.SignIn(ctx, harness.Try{User: s.Person(nil)})
	if err != nil {
		return judge.Finding{}, err
	}
	s.Note("Endpoints", "%s", s.Lane.Provider.ServedMetadata())
	return judge.SignedIn(*a), nil
}

// oldHTTP has UserInfo answer as a server of HTTP/1.0 does: it says no length
// and closes the connection.
func oldHTTP(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	u := s.Person(nil)
	raw := strings.Join([]string{
		"HTTP/1.0 200 OK", "Content-Type: application/json", "", fmt.Sprintf(`{"sub":%q,"name":"Ada"}`, s.Subject(u)),
	}, "\r\n")
	a, err := s.SignIn(ctx, harness.Try{
		Title: "A sign-in while UserInfo speaks HTTP/1.0", User: u,
		Written: &fault.Spec{
			ID: "userinfo.connection.http10", Title: "UserInfo answers by HTTP/1.0 and closes the connection",
			Response: &fault.ResponseEdit{Endpoint: journal.UserInfo, Raw: &raw},
		},
	})
	if err != nil {
		return judge.Finding{}, err
	}
	return judge.Usual(*a), nil
}
