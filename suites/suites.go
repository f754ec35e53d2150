// Package suites registers every check on a harness.
package suites

import (
	"github.com/countersign-oidc/countersign/suites/accounts"
	"github.com/countersign-oidc/countersign/suites/attack"
	"github.com/countersign-oidc/countersign/suites/claims"
	"github.com/countersign-oidc/countersign/suites/discovery"
	"github.com/countersign-oidc/countersign/suites/harness"
	"github.com/countersign-oidc/countersign/suites/idtoken"
	"github.com/countersign-oidc/countersign/suites/initiated"
	"github.com/countersign-oidc/countersign/suites/keys"
	"github.com/countersign-oidc/countersign/suites/login"
	"github.com/countersign-oidc/countersign/suites/logout"
	"github.com/countersign-oidc/countersign/suites/resilience"
	"github.com/countersign-oidc/countersign/suites/session"
	"github.com/countersign-oidc/countersign/suites/signature"
	"github.com/countersign-oidc/countersign/suites/token"
)

// Register registers the specs of all suites.
func Register(h *harness.Harness) {
	login.Specs(h)
	claims.Specs(h)
	session.Specs(h)
	logout.Specs(h)
	idtoken.Specs(h)
	signature.Specs(h)
	keys.Specs(h)
	discovery.Specs(h)
	token.Specs(h)
	resilience.Specs(h)
	attack.Specs(h)
	initiated.Specs(h)
	accounts.Specs(h)
}
