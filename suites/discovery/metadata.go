package discovery

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httputil"
	"net/url"
	"strings"
	"time"

	"github.com/countersign-oidc/countersign/mockidp/fault"
	"github.com/countersign-oidc/countersign/runner/check"
	"github.com/countersign-oidc/countersign/suites/attempt"
	"github.com/countersign-oidc/countersign/suites/harness"
	"github.com/countersign-oidc/countersign/suites/judge"
)

const tokenPath = "/a/token"

// tokensElsewhere is a site that hands token requests on to the provider, and
// the metadata that name it.
func tokensElsewhere(ctx context.Context, s *harness.Spec) (*harness.Site, fault.Spec, error) {
	site, err := s.Canary(ctx)
	if err != nil {
		return nil, fault.Spec{}, err
	}
	to, err := url.Parse(s.Lane.Provider.Metadata().TokenEndpoint)
	if err != nil {
		return nil, fault.Spec{}, fmt.Errorf("token endpoint: %w", err)
	}
	proxy := &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) { r.Out.URL, r.Out.Host = to, to.Host }}
	site.Handle(tokenPath, proxy.ServeHTTP)
	return site, member("token_endpoint", "moved", `"`+site.URL(tokenPath)+`"`), nil
}

func answersJSON(site *harness.Site, path string, document []byte) {
	site.Handle(path, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write(document)
	})
}

const wellKnown = "/.well-known/openid-configuration"

// foreignMetadata is a site that is an issuer of its own, as far as its
// document goes.
func foreignMetadata(ctx context.Context, s *harness.Spec) (*harness.Site, error) {
	site, err := s.Canary(ctx)
	if err != nil {
		return nil, err
	}
	document, err := json.Marshal(map[string]any{
		"issuer": site.URL(""), "authorization_endpoint": site.URL("/authorize"), "token_endpoint": site.URL("/token"),
		"jwks_uri": site.URL("/keys"), "response_types_supported": []string{"code"}, "subject_types_supported": []string{"public"},
		"id_token_signing_alg_values_supported": []string{"RS256"},
	})
	if err != nil {
		return nil, fmt.Errorf("metadata of an attacker: %w", err)
	}
	answersJSON(site, wellKnown, document)
	site.Page("/authorize", "Sign in here.")
	return site, nil
}

func endpointsAdvertised(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	if f, ok := unread(s); !ok {
		return f, nil
	}
	plain, err := s.SignIn(ctx, harness.Try{Title: "A sign-in with the provider's own paths", User: s.Person(nil)})
	if err != nil {
		return judge.Finding{}, err
	}
	if err := s.Fresh(ctx); err != nil {
		return judge.Finding{}, err
	}
	site, moved, err := tokensElsewhere(ctx, s)
	if err != nil {
		return judge.Finding{}, err
	}
	a, err := s.SignIn(ctx, harness.Try{Title: "A sign-in with the token endpoint at another host", User: s.Person(nil), Written: &moved, Everybody: true})
	if err != nil {
		return judge.Finding{}, err
	}
	return judge.First(s.Case(plain, judge.SignedIn(*plain)), judge.Reached(*a), s.Case(a, judge.First(judge.SignedIn(*a), called(site)))), nil
}

func called(site *harness.Site) judge.Finding {
	if len(site.HitsOf(tokenPath)) == 0 {
		return judge.Fail("The code was not redeemed where the metadata say.")
	}
	return judge.Pass("The endpoints that the metadata name are used.")
}

// uncalled decides that nobody was made to call an attacker.
func uncalled(site *harness.Site, what string) judge.Finding {
	for _, h := range site.Hits() {
		return judge.Fail("%s: the attacker's host was called (%s %s).", what, h.Method, h.URL)
	}
	return judge.Pass("%s: the attacker's host was never called.", what)
}

func endpointUnsafe(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	var findings []judge.Finding
	var bad []*attempt.SignIn
	for i, spec := range []fault.Spec{
		member("authorization_endpoint", "script", `"javascript:document.title='countersign'//"`),
		member("authorization_endpoint", "data", `"data:text/html,countersign"`),
		member("authorization_endpoint", "file", `"file:///etc/hostname"`),
		member("authorization_endpoint", "fragment", `{"$append":"#countersign"}`),
		member("authorization_endpoint", "credentials", `"http://user:word@127.0.0.1:1/begin"`),
		member("jwks_uri", "file", `"file:///etc/hostname"`),
	} {
		a, f, err := first(ctx, s, i, spec)
		if err != nil || a == nil {
			return f, err
		}
		findings = append(findings, s.Case(a, judge.First(judge.LedAway(*a, s.Lane.Provider.Issuer()), judge.StillUp(*a))))
		bad = append(bad, a)
	}
	good, err := control(ctx, s)
	if err != nil {
		return judge.Finding{}, err
	}
	for _, a := range bad {
		findings = append(findings, judge.MetadataRefused(*a, *good, false))
	}
	return judge.Worst(findings...), nil
}

func unknownMembers(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	if f, ok := unread(s); !ok {
		return f, nil
	}
	more := map[string]json.RawMessage{
		"grant_types_supported":    json.RawMessage(`["authorization_code", "urn:countersign:unknown"]`),
		"response_modes_supported": json.RawMessage(`["query", "form_post", "countersign"]`),
		"x_nested":                 json.RawMessage(`{"a": [{"b": {"c": null}}], "issuer": "https://other.example"}`),
	}
	for i := range 300 {
		more[fmt.Sprintf("x_countersign_%d", i)] = json.RawMessage(`"unknown"`)
	}
	spec := document("members.unknown", "hundreds of members that nobody knows", fault.ResponseEdit{Set: more})
	a, err := s.SignIn(ctx, harness.Try{Title: "A sign-in with " + spec.Title, User: s.Person(nil), Written: &spec, Everybody: true})
	if err != nil {
		return judge.Finding{}, err
	}
	return judge.First(judge.Reached(*a), judge.SignedIn(*a)), nil
}

// namesExact adds members whose names differ in case only. What comes last
// counts for a reader that ignores case.
func namesExact(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	if f, ok := unread(s); !ok {
		return f, nil
	}
	site, err := s.Canary(ctx)
	if err != nil {
		return judge.Finding{}, err
	}
	rogue := json.RawMessage(`"` + site.URL("/rogue") + `"`)
	spec := document("members.other_case", "further members whose names differ in case", fault.ResponseEdit{
		Set: map[string]json.RawMessage{"JWKS_URI": rogue, "Token_Endpoint": rogue, "Userinfo_Endpoint": rogue},
	})
	a, err := s.SignIn(ctx, harness.Try{Title: "A sign-in with " + spec.Title, User: s.Person(nil), Written: &spec, Everybody: true})
	if err != nil {
		return judge.Finding{}, err
	}
	good, err := control(ctx, s)
	if err != nil {
		return judge.Finding{}, err
	}
	return judge.First(judge.Reached(*a), uncalled(site, a.Title), judge.StillUp(*a), judge.Control(*good),
		judge.Pass("Members whose names differ in case are not taken for the provider's own.")), nil
}

// redirected has the metadata address lead to an attacker's document.
func redirected(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	var bad []*attempt.SignIn
	var findings []judge.Finding
	for i, status := range []int{http.StatusFound, http.StatusMovedPermanently, http.StatusTemporaryRedirect, http.StatusPermanentRedirect} {
		site, err := foreignMetadata(ctx, s)
		if err != nil {
			return judge.Finding{}, err
		}
		spec := document(fmt.Sprintf("redirect.%d", status), fmt.Sprintf("a redirect (%d) to the metadata of another issuer", status),
			fault.ResponseEdit{Redirect: &fault.Elsewhere{To: site.URL(wellKnown), Status: status}})
		a, f, err := first(ctx, s, i, spec)
		if err != nil || a == nil {
			return f, err
		}
		f = judge.LedAway(*a, s.Lane.Provider.Issuer())
		findings = append(findings, s.Case(a, f))
		bad = append(bad, a)
	}
	good, err := control(ctx, s)
	if err != nil {
		return judge.Finding{}, err
	}
	for _, a := range bad {
		findings = append(findings, judge.MetadataRefused(*a, *good, true))
	}
	return judge.Worst(findings...), nil
}

func downAtFirst(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	spec, _ := fault.Named("discovery.status.503")
	bad, f, err := first(ctx, s, 0, spec)
	if err != nil || bad == nil {
		return f, err
	}
	front, err := s.Browser.Navigate(ctx, s.Lane.Shop.URL(s.Lane.Shop.Public))
	if err != nil {
		return judge.Finding{}, err
	}
	if s.Lane.Advance != nil {
		s.Lane.Advance(time.Minute)
	}
	good, err := s.SignIn(ctx, harness.Try{Title: "The sign-in once the provider is back", User: s.Person(nil)})
	if err != nil {
		return judge.Finding{}, err
	}
	if front.Status != http.StatusOK {
		return judge.Fail("While the provider was down, the shop's front page answered with status %d.", front.Status), nil
	}
	return judge.First(judge.Reached(*bad), judge.Anonymous(*bad), judge.StillUp(*bad), judge.SignedIn(*good),
		judge.Pass("While the provider was down the shop served its front page, and it recovered by itself.")), nil
}

// longAfter is later than any document that a shop should still use unseen.
const longAfter = 25 * time.Hour

// refreshed signs somebody in, then changes the metadata, lets a day pass and
// signs the same person in again.
func refreshed(ctx context.Context, s *harness.Spec, spec fault.Spec) (before, after *attempt.SignIn, err error) {
	u := s.Person(nil)
	if before, err = s.SignIn(ctx, harness.Try{Title: "A sign-in with the first document", User: u, Control: true}); err != nil {
		return nil, nil, err
	}
	s.Lane.Advance(longAfter)
	if err := s.Browser.Clear(ctx); err != nil {
		return nil, nil, err
	}
	// The provider's clock goes with the shop's.
	later, err := s.Lane.Provider.Arm(fault.Spec{
		ID: "id_token.times.later", Title: "ID token of a day later", Token: &fault.TokenEdit{SetClaims: map[string]json.RawMessage{
			"iat": at(longAfter), "exp": at(longAfter + 10*time.Minute), "auth_time": at(longAfter),
		}},
	}, fault.Scope{}, fault.Always)
	if err != nil {
		return nil, nil, fmt.Errorf("arm a later token: %w", err)
	}
	defer later.Disarm()
	after, err = s.SignIn(ctx, harness.Try{Title: "A sign-in a day later with " + spec.Title, User: u, Written: &spec, Everybody: true})
	return before, after, err
}

func at(d time.Duration) json.RawMessage { return json.RawMessage(`{"$now":"` + d.String() + `"}`) }

func refreshPoisoned(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	site, err := s.Canary(ctx)
	if err != nil {
		return judge.Finding{}, err
	}
	text := func(path string) json.RawMessage { return json.RawMessage(`"` + site.URL(path) + `"`) }
	spec := document("document.poisoned", "a document of an attacker", fault.ResponseEdit{Set: map[string]json.RawMessage{
		"issuer": text(""), "token_endpoint": text("/token"), "jwks_uri": text("/keys"), "userinfo_endpoint": text("/userinfo"),
		"authorization_endpoint": text("/authorize"),
	}})
	before, after, err := refreshed(ctx, s, spec)
	if err != nil {
		return judge.Finding{}, err
	}
	if after.Fired == 0 && after.Who.SignedIn {
		return judge.Skip("Not tried: the shop did not read the metadata again within a day."), nil
	}
	return judge.First(judge.Control(*before), judge.Reached(*after), uncalled(site, after.Title),
		judge.LedAway(*after, s.Lane.Provider.Issuer()), judge.StillUp(*after),
		judge.Pass("The document of an attacker was not used when the metadata were read again.")), nil
}

func refreshMoved(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	site, moved, err := tokensElsewhere(ctx, s)
	if err != nil {
		return judge.Finding{}, err
	}
	before, after, err := refreshed(ctx, s, moved)
	if err != nil {
		return judge.Finding{}, err
	}
	if f := judge.Control(*before); f.Verdict != check.Pass {
		return f, nil
	}
	return judge.First(called(site), judge.SignedIn(*after)), nil
}

// algorithmsNotBelieved changes what the metadata promise and sends tokens that
// only a shop that believes it would accept.
func algorithmsNotBelieved(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	var bad []*attempt.SignIn
	fresh := false
	for _, promise := range []string{"none", "hs256", "none_too", "empty", "missing"} {
		for _, token := range []fault.ID{fault.IDTokenAlgNone, fault.IDTokenAlgHS256PublicKey} {
			if fresh {
				if err := s.Fresh(ctx); err != nil {
					return judge.Finding{}, err
				}
			}
			if f, ok := unread(s); !ok {
				return f, nil
			}
			fresh = true
			spec, _ := fault.Named(fault.ID("discovery.algs." + promise))
			ticket, err := s.Lane.Provider.Arm(spec, fault.Scope{}, fault.Always)
			if err != nil {
				return judge.Finding{}, fmt.Errorf("arm %s: %w", spec.ID, err)
			}
			title, _ := strings.CutPrefix(spec.Title, "discovery ")
			a, err := s.SignIn(ctx, harness.Try{
				Title: "A sign-in where discovery " + title, User: s.Person(nil), Fault: token, NoPicture: len(bad) > 0,
			})
			if err != nil {
				return judge.Finding{}, err
			}
			if ticket.Fired() == 0 {
				return judge.Undecided("%s: the shop never read the metadata.", a.Title), nil
			}
			bad = append(bad, a)
		}
	}
	good, err := control(ctx, s)
	if err != nil {
		return judge.Finding{}, err
	}
	return s.Against(good, judge.Refused, bad...), nil
}
