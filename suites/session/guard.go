package session

import (
	"context"
	"fmt"
	"net/http"
	"strings"

	"github.com/countersign-oidc/countersign/mockidp/fault"
	"github.com/countersign-oidc/countersign/runner/check"
	"github.com/countersign-oidc/countersign/suites/catalog"
	"github.com/countersign-oidc/countersign/suites/harness"
	"github.com/countersign-oidc/countersign/suites/judge"
)

func guardSpecs(h *harness.Harness) {
	h.Check(catalog.SessionForgedHeaders, forgedHeaders)
	h.Check(catalog.SessionPathSpellings, guarded(pathSpellings))
	h.Check(catalog.SessionMethods, guarded(methods))
	h.Check(catalog.SessionHealthChecker, guarded(healthCheckers))
	h.Check(catalog.SessionForwardedURI, guarded(forwardedAddresses))
	h.Check(catalog.SessionProviderBroken, providerBroken)
	h.Check(catalog.SessionForgedHost, forgedHost)
}

// identityHeaders are the names under which proxies hand on who somebody is,
// in the spellings that servers take for the same.
func identityHeaders() []string {
	return []string{
		"X-Remote-User", "Remote-User", "REMOTE_USER", "X-Forwarded-User", "X-Forwarded-Email", "X_Forwarded_Email",
		"X-Forwarded-Preferred-Username", "X-Auth-Request-User", "X-Auth-Request-Email", "X-WEBAUTH-USER",
		"OIDC_CLAIM_sub", "OIDC-CLAIM-sub", "OIDC_CLAIM_email", "X-User", "X-User-Id", "X-Authenticated-User",
		"X-Goog-Authenticated-User-Email", "X-Amzn-Oidc-Identity", "X-MS-CLIENT-PRINCIPAL-NAME", "Cf-Access-Authenticated-User-Email",
	}
}

// forgedHeaders sends each header with the name of a customer: without a
// session, and in the session of another one.
func forgedHeaders(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	o, f, err := signInCookies(ctx, s)
	if err != nil || f.Verdict != check.Pass {
		return f, err
	}
	own, err := asWhom(ctx, s, o.cookies...)
	if err != nil {
		return judge.Finding{}, err
	}
	subject := s.Says(own).Subject
	victim := s.Person(nil)
	tries := map[string]string{}
	var order []string
	add := func(name, value string) {
		tries[name+": "+value] = name
		order = append(order, name+": "+value)
	}
	for _, name := range identityHeaders() {
		add(name, victim.Subject)
		add(name, victim.Username+"@customers.example")
	}
	for _, value := range []string{"Bearer countersign-invented", "Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiJhZGEifQ.", "Basic YWRtaW46YWRtaW4="} {
		add("Authorization", value)
	}
	var findings []judge.Finding
	for _, header := range order {
		name := tries[header]
		value := strings.TrimPrefix(header, name+": ")
		stranger, err := s.Fetch(ctx, s.WhoAmIPath(), map[string]string{name: value})
		if err != nil {
			return judge.Finding{}, err
		}
		findings = append(findings, judge.Nobody("A stranger with "+header, s.Says(stranger)))
		other, err := s.Fetch(ctx, s.WhoAmIPath(), map[string]string{name: value}, o.cookies...)
		if err != nil {
			return judge.Finding{}, err
		}
		findings = append(findings, judge.Themself("Another customer with "+header, s.Says(other), subject))
	}
	s.Note("headers tried", "%s", strings.Join(order, "; "))
	return judge.Worst(findings...), nil
}

// variant is one way to ask for the account page.
type variant struct {
	what string
	ask  harness.Request
}

// guarded asks for the account page without a session in many ways and holds
// the answers against what a customer sees.
func guarded(variants func(account string) []variant) harness.Body {
	return func(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
		customers, public, f, err := accountPage(ctx, s)
		if err != nil || f.Verdict != check.Pass {
			return f, err
		}
		var findings []judge.Finding
		for _, v := range variants(s.Lane.Shop.Account) {
			answer, err := s.Send(ctx, v.ask)
			if err != nil {
				s.Note(v.what, "no answer: %s", err)
				continue
			}
			s.Note(v.what, "status %d, %d bytes", answer.Status, len(answer.Body))
			findings = append(findings, judge.NotShown(v.what, answer.Body, customers, public))
		}
		if len(findings) == 0 {
			return judge.Undecided("The shop answers none of the requests."), nil
		}
		return judge.Worst(findings...), nil
	}
}

// accountPage is what a customer sees and what everybody may see. The finding
// is a pass where the two can be told apart.
func accountPage(ctx context.Context, s *harness.Spec) (customers, public []byte, _ judge.Finding, _ error) {
	if err := s.Fetched(); err != nil {
		return nil, nil, judge.Finding{}, err
	}
	a, err := s.SignIn(ctx, harness.Try{Title: "A customer looks at the account page", User: s.Person(nil), Control: true})
	if err != nil {
		return nil, nil, judge.Finding{}, err
	}
	seen, err := s.Fetch(ctx, s.Lane.Shop.Account, nil, s.ShopCookies(a.Cookies)...)
	if err != nil {
		return nil, nil, judge.Finding{}, err
	}
	open, err := s.Fetch(ctx, s.Lane.Shop.Public, nil)
	if err != nil {
		return nil, nil, judge.Finding{}, err
	}
	return seen.Body, open.Body, judge.First(judge.Control(*a), judge.PageSeen(seen.Status)), nil
}

// publicFiles are paths that shops and proxies exempt from signing in.
func publicFiles() []string {
	return []string{"/static/style.css", "/public", "/healthz", "/favicon.ico"}
}

func pathSpellings(account string) []variant {
	first := account
	if len(account) > 1 {
		first = fmt.Sprintf("/%%%02x%s", account[1], account[2:])
	}
	spellings := []string{
		account, "/" + account, "//" + account, "/." + account, "/x/.." + account, account + "/", account + "/.", account + "//",
		account + "/..;" + account, account + "%2f", account + "%00", account + "%20", account + ";x", account + ";x=/public",
		account + ".css", account + "#/health", account + "%23/health", strings.ToUpper(account), first, "/%2e" + account, `/\` + account,
	}
	for _, file := range publicFiles() {
		spellings = append(spellings, account+"?x="+file, account+"?"+file, account+"?/.."+file)
	}
	list := make([]variant, 0, len(spellings))
	for _, path := range spellings {
		list = append(list, variant{"The address " + path, harness.Request{Path: path}})
	}
	return list
}

func methods(account string) []variant {
	var list []variant
	for _, m := range []string{http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions, http.MethodTrace, "FOO"} {
		list = append(list, variant{"The method " + m, harness.Request{Method: m, Path: account}})
	}
	return list
}

func healthCheckers(account string) []variant {
	var list []variant
	for _, agent := range []string{
		"kube-probe/1.30", "ELB-HealthChecker/2.0", "GoogleHC/1.0", "Amazon-Route53-Health-Check-Service (ref 1; report http://amzn.to/1vsZADi)", "HealthCheck/1.0",
	} {
		list = append(list, variant{"The User-Agent " + agent, harness.Request{Path: account, Header: map[string]string{"User-Agent": agent}}})
	}
	return list
}

func forwardedAddresses(account string) []variant {
	var list []variant
	for _, name := range []string{"X-Forwarded-Uri", "X-Original-URL", "X-Original-URI", "X-Rewrite-URL", "X-Forwarded-Prefix"} {
		for _, file := range publicFiles() {
			list = append(list, variant{name + ": " + file, harness.Request{Path: account, Header: map[string]string{name: file}}})
		}
	}
	return list
}

// providerBroken takes metadata and keys away while a stranger asks.
func providerBroken(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	customers, public, f, err := accountPage(ctx, s)
	if err != nil || f.Verdict != check.Pass {
		return f, err
	}
	for _, id := range []fault.ID{"discovery.status.503", "jwks.status.503"} {
		spec, ok := fault.Named(id)
		if !ok {
			return judge.Finding{}, fmt.Errorf("no fault is named %q", id)
		}
		if _, err := s.Lane.Provider.Arm(spec, fault.Scope{}, fault.Always); err != nil {
			return judge.Finding{}, fmt.Errorf("arm %s: %w", id, err)
		}
	}
	page, err := s.Fetch(ctx, s.Lane.Shop.Account, nil)
	if err != nil {
		return judge.Finding{}, err
	}
	who, err := s.Fetch(ctx, s.WhoAmIPath(), nil)
	if err != nil {
		return judge.Finding{}, err
	}
	s.Note("the account page for a stranger", "status %d, %d bytes", page.Status, len(page.Body))
	return judge.First(judge.NotShown("A stranger's visit of the account while the provider is broken", page.Body, customers, public),
		judge.Nobody("A stranger who asks who is signed in", s.Says(who))), nil
}

func forgedHost(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	const foreign = "shop.countersign-evil.example"
	var findings []judge.Finding
	for _, h := range []struct{ name, value string }{
		{"X-Forwarded-Host", foreign}, {"Forwarded", "host=" + foreign}, {"X-Host", foreign}, {"X-Original-Host", foreign}, {"Host", foreign},
	} {
		answer, err := s.Fetch(ctx, s.Lane.Shop.Public, map[string]string{h.name: h.value})
		if err != nil {
			return judge.Finding{}, err
		}
		s.Note(h.name, "status %d", answer.Status)
		findings = append(findings, judge.HostNotUsed(h.name, answer.Status, foreign, answer.Location+" "+string(answer.Body)))
	}
	return judge.Worst(findings...), nil
}
