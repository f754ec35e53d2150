package environ

import (
	"errors"
	"strings"
	"testing"

	"github.com/countersign-oidc/countersign/runner/check"
	"github.com/countersign-oidc/countersign/runner/config"
)

// TestAccountsAreTold holds that a check that wants customers is for programs
// that can be told of them.
func TestAccountsAreTold(t *testing.T) {
	t.Parallel()
	with := func(env map[string]string) *process {
		return &process{described: described{config: config.Shop{Process: &config.Process{Command: []string{"x"}, Env: env}}}}
	}
	wanted := Setup{Accounts: []Account{{Email: "a@customers.example", ID: "1"}}, LinkByEmail: true, SignedUserInfo: true}
	told := map[string]string{"A": "{{accounts}}", "L": "{{link_by_email}}", "U": "{{userinfo_alg}}"}
	if err := with(told).accepts(wanted); err != nil {
		t.Errorf("a program that is told: %v", err)
	}
	for name := range told {
		less := map[string]string{}
		for other, value := range told {
			if other != name {
				less[other] = value
			}
		}
		err := with(less).accepts(wanted)
		if missing, ok := errors.AsType[MissingError](err); !ok || missing.Capability != check.Settings {
			t.Errorf("a program without %s: %v", told[name], err)
		}
	}
	if !wanted.special() || (Setup{}).special() {
		t.Error("a shop that runs already cannot be told of accounts")
	}
	if text := wanted.accountsText(); !strings.Contains(text, `"email":"a@customers.example"`) || (Setup{}).accountsText() != "[]" {
		t.Errorf("accounts are told as %s", text)
	}
}
