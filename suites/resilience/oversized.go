package resilience

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/countersign-oidc/countersign/mockidp/fault"
	"github.com/countersign-oidc/countersign/suites/attempt"
	"github.com/countersign-oidc/countersign/suites/catalog"
	"github.com/countersign-oidc/countersign/suites/harness"
	"github.com/countersign-oidc/countersign/suites/judge"
)

func oversized(h *harness.Harness) {
	h.Check(catalog.ResilienceOversized, weather(judge.CutOff, append(
		everywhere("body.bomb", "answers with 16 MiB in a few KiB of gzip", fault.ResponseEdit{Set: filler(16 << 20), Encoding: "gzip"}),
		everywhere("body.endless", "sends 16 MiB without saying how much", fault.ResponseEdit{Set: filler(16 << 20), Chunked: true})...)...))
	h.Check(catalog.ResilienceManyHeaders, alongside(judge.Weathered, named(
		"jwks.header.many", "jwks.header.huge", "token.header.many", "token.header.huge", "userinfo.header.many", "userinfo.header.huge")...))
	h.Check(catalog.ResilienceProviderCookies, providerCookies)
}

// filler is a member that nobody knows, of that many bytes. It is within the
// object: what is cut off leaves no JSON behind.
func filler(size int) map[string]json.RawMessage {
	return map[string]json.RawMessage{"x_unknown": json.RawMessage(fmt.Sprintf(
		`{"$repeat":{"value":%q,"times":%d}}`, strings.Repeat("z", 1024), size/1024))}
}

// providerCookie is a cookie that the provider sets in answers to the shop.
const providerCookie = "provider_affinity"

func providerCookies(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	u := s.Person(nil)
	var findings []judge.Finding
	for i, t := range keysFirst(everywhere("header.cookie", "sets a cookie", fault.ResponseEdit{
		Header: map[string]string{"Set-Cookie": providerCookie + "=" + strings.Repeat("c", 64) + "; Path=/"},
	})) {
		t.User, t.NoPicture, t.Everybody = u, i > 0, unscoped(t)
		a, err := s.SignIn(ctx, t)
		if err != nil {
			return judge.Finding{}, err
		}
		findings = append(findings, s.Case(a, judge.First(judge.Usual(*a), judge.NotHandedOn(*a, ownCookies(s, a), providerCookie))))
		if err := s.ForgetShop(ctx); err != nil {
			return judge.Finding{}, err
		}
	}
	return judge.Worst(findings...), nil
}

func ownCookies(s *harness.Spec, a *attempt.SignIn) []attempt.Cookie { return s.ShopCookies(a.Cookies) }
