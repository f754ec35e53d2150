// Package suites registers every check on a harness.
package suites

import (
	"github.com/countersign-oidc/countersign/suites/claims"
	"github.com/countersign-oidc/countersign/suites/harness"
	"github.com/countersign-oidc/countersign/suites/idtoken"
	"github.com/countersign-oidc/countersign/suites/login"
	"github.com/countersign-oidc/countersign/suites/logout"
	"github.com/countersign-oidc/countersign/suites/session"
)

// Register registers the specs of all suites.
func Register(h *harness.Harness) {
	login.Specs(h)
	claims.Specs(h)
	session.Specs(h)
	logout.Specs(h)
	idtoken.Specs(h)
}
