package claims

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/countersign-oidc/countersign/suites/attempt"
	"github.com/countersign-oidc/countersign/suites/catalog"
	"github.com/countersign-oidc/countersign/suites/harness"
	"github.com/countersign-oidc/countersign/suites/judge"
)

func valueSpecs(h *harness.Harness) {
	h.Check(catalog.ClaimsMarkupEscaped, markupEscaped)
	h.Check(catalog.ClaimsLinksHarmless, linksHarmless)
	h.Check(catalog.ClaimsHeadersIntact, headersIntact)
	h.Check(catalog.ClaimsPictureNotFetched, pictureNotFetched)
	h.Check(catalog.ClaimsAggregatedNotTrusted, aggregatedNotTrusted)
	h.Check(catalog.ClaimsDistributedNotFetched, distributedNotFetched)
}

// textClaims are the standard claims that are texts (OpenID Connect Core 1.0,
// section 5.1).
func textClaims() []string {
	return []string{
		"name", "given_name", "family_name", "middle_name", "nickname", "preferred_username", "profile", "picture", "website",
		"email", "gender", "birthdate", "zoneinfo", "locale", "address",
	}
}

// attack is a text that shows which claim it came from, if a page lets it.
func attack(claim string) string {
	return `"><script>document.title="countersign-ran"</script><b id="countersign-` + strings.ReplaceAll(claim, "_", "-") + `">x</b>countersign-{{7*7}}-${7*7}`
}

func markupEscaped(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	claims := map[string]any{}
	for _, name := range textClaims() {
		claims[name] = attack(name)
	}
	claims["address"] = map[string]any{"formatted": attack("address")}
	a, err := visit(ctx, s, "The sign-in of a person whose claims are markup", s.Person(claims))
	if err != nil {
		return judge.Finding{}, err
	}
	findings := []judge.Finding{judge.SignedIn(*a)}
	for _, path := range s.Pages() {
		page, err := s.Visit(ctx, a, path)
		if err != nil {
			return judge.Finding{}, err
		}
		a.Left = true
		var elements []string
		for _, name := range textClaims() {
			_, found, err := s.Browser.Text(ctx, "#countersign-"+strings.ReplaceAll(name, "_", "-"))
			if err != nil {
				return judge.Finding{}, err
			}
			if found {
				elements = append(elements, name)
			}
		}
		s.Note(path, "claims that became elements of the page: %q; its title: %q", elements, page.Title)
		findings = append(findings, judge.MarkupEscaped(path, page, elements))
	}
	return judge.Worst(findings...), nil
}

func linksHarmless(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	var findings []judge.Finding
	for _, address := range []string{
		"javascript:void('countersign-script')", " JaVaScRiPt:void('countersign-script')", "java\tscript:void('countersign-script')",
		"data:text/html,<script>'countersign-script'</script>",
	} {
		u := s.Person(map[string]any{"website": address, "profile": address, "picture": address})
		a, err := visit(ctx, s, fmt.Sprintf("The sign-in of a person whose website is %q", address), u)
		if err != nil {
			return judge.Finding{}, err
		}
		if _, err := s.Visit(ctx, a, s.Lane.Shop.Account); err != nil {
			return judge.Finding{}, err
		}
		var where string
		for _, attribute := range []string{"href", "src", "action", "data"} {
			_, found, err := s.Browser.Text(ctx, "["+attribute+`*="countersign-script"]`)
			if err != nil {
				return judge.Finding{}, err
			}
			if found {
				where = attribute
			}
		}
		findings = append(findings, s.Case(a, judge.First(judge.SignedIn(*a), judge.LinkHarmless(address, where))))
	}
	return judge.Worst(findings...), nil
}

func headersIntact(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	var findings []judge.Finding
	for _, name := range []string{
		"Ada\r\nX-Countersign-Marker: 1\r\nSet-Cookie: countersign-marker=1", "Ada\nX-Countersign-Marker: 1", "Ada; countersign-marker=1", "Ada, countersign-marker=1", "Ada\x00; countersign-marker=1",
	} {
		a, err := visit(ctx, s, fmt.Sprintf("The sign-in of %q", name), s.Person(map[string]any{"name": name}))
		if err != nil {
			return judge.Finding{}, err
		}
		findings = append(findings, s.Case(a, judge.First(judge.HeadersIntact(*a, "countersign-marker"), judge.NotCrashed(*a))))
	}
	good, err := visit(ctx, s, "The sign-in of a person with an ordinary name", s.Person(nil))
	if err != nil {
		return judge.Finding{}, err
	}
	return judge.Worst(append(findings, judge.Control(*good))...), nil
}

// pictureNotFetched needs neither redirects nor endless pictures: all hosts here
// are on loopback, where a shop must not fetch the first byte.
func pictureNotFetched(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	canary, err := s.Canary(ctx)
	if err != nil {
		return judge.Finding{}, err
	}
	_, port, _ := strings.Cut(canary.Host, ":")
	var findings []judge.Finding
	for _, host := range []string{"127.0.0.1", "localhost", "[::ffff:127.0.0.1]", "2130706433", "0x7f000001"} {
		at := "http://" + host + ":" + port
		u := s.Person(map[string]any{"picture": at + "/picture", "website": at + "/website", "profile": at + "/profile"})
		a, err := visit(ctx, s, "The sign-in of a person whose picture is at "+host, u)
		if err != nil {
			return judge.Finding{}, err
		}
		findings = append(findings, s.Case(a, judge.First(judge.SignedIn(*a), judge.NotCalled("picture, website or profile", ownCalls(canary)))))
	}
	return judge.Worst(findings...), nil
}

// ownCalls are the calls that no page made: a browser says what it fetches for
// (Fetch Metadata Request Headers, section 2).
func ownCalls(canary *harness.Site) []string {
	var calls []string
	for _, h := range canary.Hits() {
		if h.Header.Get("Sec-Fetch-Mode") == "" {
			calls = append(calls, h.Method+" "+h.URL)
		}
	}
	return calls
}

// source1 is a token with claims that are elsewhere (OpenID Connect Core 1.0,
// section 5.6.2).
func source1(source any, names ...string) map[string]any {
	where := map[string]any{}
	for _, n := range names {
		where[n] = "src1"
	}
	return map[string]any{"_claim_names": where, "_claim_sources": map[string]any{"src1": source}}
}

func aggregatedNotTrusted(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	victim := s.Person(nil)
	first, err := visit(ctx, s, "The sign-in of the victim", victim)
	if err != nil {
		return judge.Finding{}, err
	}
	payload, err := json.Marshal(map[string]any{"sub": s.Subject(victim), "email": victim.Claims["email"], "email_verified": true})
	if err != nil {
		return judge.Finding{}, err
	}
	segment := base64.RawURLEncoding.EncodeToString
	unsigned := segment([]byte(`{"alg":"none"}`)) + "." + segment(payload) + "."
	foreign := segment([]byte(`{"alg":"RS256","kid":"stranger"}`)) + "." + segment(payload) + "." + segment([]byte(rand.Text()+rand.Text()))
	findings := []judge.Finding{judge.Control(*first)}
	missing := map[string]any{"_claim_names": map[string]any{"credit_score": "nowhere"}, "_claim_sources": map[string]any{}}
	for _, c := range []struct {
		how    string
		claims map[string]any
	}{
		{"in an unsigned JWT", source1(map[string]any{"JWT": unsigned}, "sub", "email", "email_verified")},
		{"in a JWT of a stranger", source1(map[string]any{"JWT": foreign}, "sub", "email", "email_verified")},
		{"at a source that is missing", missing},
	} {
		a, err := visit(ctx, s, "The sign-in of an attacker with aggregated claims "+c.how, s.Person(c.claims))
		if err != nil {
			return judge.Finding{}, err
		}
		findings = append(findings, s.Case(a, judge.OtherCustomer(*a, s.Customer(first), s.Customer(a))))
	}
	return judge.Worst(findings...), nil
}

func distributedNotFetched(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	canary, err := s.Canary(ctx)
	if err != nil {
		return judge.Finding{}, err
	}
	var findings []judge.Finding
	for how, source := range map[string]map[string]any{
		"with an access token": {"endpoint": canary.URL("/with"), "access_token": "countersign"}, "without one": {"endpoint": canary.URL("/without")},
	} {
		a, err := visit(ctx, s, "The sign-in of a person with distributed claims "+how, s.Person(source1(source, "credit_score")))
		if err != nil {
			return judge.Finding{}, err
		}
		findings = append(findings, s.Case(a, judge.First(judge.SignedIn(*a), ownToken(canary, a), judge.NotCalled("distributed claims", ownCalls(canary)))))
	}
	return judge.Worst(findings...), nil
}

// ownToken fails a shop that sent the provider's access token to a stranger.
func ownToken(canary *harness.Site, a *attempt.SignIn) judge.Finding {
	for _, h := range canary.Hits() {
		for _, token := range a.Issued("access_token") {
			if strings.Contains(h.Header.Get("Authorization"), token) {
				return judge.Fail("The shop sent the provider's access token to the endpoint of distributed claims.")
			}
		}
	}
	return judge.Pass("The provider's access token was not sent away.")
}
