package keys

import (
	"context"
	"net/http"

	"github.com/countersign-oidc/countersign/mockidp/fault"
	"github.com/countersign-oidc/countersign/mockidp/identity"
	"github.com/countersign-oidc/countersign/runner/check"
	"github.com/countersign-oidc/countersign/suites/catalog"
	"github.com/countersign-oidc/countersign/suites/harness"
	"github.com/countersign-oidc/countersign/suites/judge"
)

func cacheSpecs(h *harness.Harness) {
	h.Check(catalog.KeysCachedThroughFailure, keptThrough(
		named("jwks.keys.empty"), named("jwks.keys.missing"), named("jwks.status.503"),
		answers("body.page", "a page in place of the key set", fault.ResponseEdit{Body: body("<!doctype html><title>Maintenance</title>")}),
		answers("body.objects", "an empty object in place of the key set", fault.ResponseEdit{Body: body("{}")}),
		answers("status.no_content", "no content in place of the key set", fault.ResponseEdit{Status: http.StatusNoContent}),
	))
	h.Check(catalog.KeysOutage, outage)
	h.Check(catalog.KeysOutageFirst, outageFirst)
	h.Check(catalog.KeysCacheHeaders, cacheHeaders)
	h.Check(catalog.KeysNotModified, notModified)
}

// keptThrough makes the shop fetch keys that are broken, for each way with a
// shop of its own, and signs in while they still are.
func keptThrough(faults ...fault.Spec) harness.Body {
	return func(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
		var findings []judge.Finding
		for i := range faults {
			if i > 0 {
				if err := s.Fresh(ctx); err != nil {
					return judge.Finding{}, err
				}
			}
			u := s.Person(nil)
			if f, err := before(ctx, s, u); err != nil || f.Verdict != check.Pass {
				return f, err
			}
			elapse(s)
			f, err := throughFailure(ctx, s, u, faults[i])
			if err != nil {
				return judge.Finding{}, err
			}
			findings = append(findings, f)
		}
		return judge.Worst(findings...), nil
	}
}

func throughFailure(ctx context.Context, s *harness.Spec, u identity.User, broken fault.Spec) (judge.Finding, error) {
	broken.Token = unknownKid().Token
	bad, _, err := timed(ctx, s, s.Variant(u, &broken, true))
	if err != nil {
		return judge.Finding{}, err
	}
	broken.Token = nil
	ticket, err := s.Lane.Provider.Arm(broken, fault.Scope{}, fault.Always)
	if err != nil {
		return judge.Finding{}, err
	}
	defer ticket.Disarm()
	good, _, err := timed(ctx, s, harness.Try{Title: "A good sign-in meanwhile", User: u, Control: true})
	if err != nil {
		return judge.Finding{}, err
	}
	if bad.Who.SignedIn {
		return s.Case(bad, judge.KeysAsked(*bad)), nil
	}
	return s.Case(good, judge.SignedIn(*good)), nil
}

func outage(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	u := s.Person(nil)
	if f, err := before(ctx, s, u); err != nil || f.Verdict != check.Pass {
		return f, err
	}
	var findings []judge.Finding
	for _, id := range []fault.ID{"jwks.status.503", "jwks.connection.dropped", "jwks.body.cut"} {
		down := named(id)
		a, _, err := timed(ctx, s, s.Variant(u, &down, true))
		if err != nil {
			return judge.Finding{}, err
		}
		findings = append(findings, s.Case(a, judge.SignedIn(*a)))
	}
	return judge.Worst(findings...), nil
}

func outageFirst(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	u := s.Person(nil)
	down := answers("status.500", "the key set answers 500", fault.ResponseEdit{Status: http.StatusInternalServerError, Body: body("{}")})
	bad, err := s.SignIn(ctx, s.Variant(u, &down, false))
	if err != nil {
		return judge.Finding{}, err
	}
	if bad.Who.SignedIn {
		return judge.KeysAsked(*bad), nil
	}
	if err := s.ForgetShop(ctx); err != nil {
		return judge.Finding{}, err
	}
	good, err := recovered(ctx, s, u)
	if err != nil {
		return judge.Finding{}, err
	}
	return judge.First(judge.Reached(*bad), judge.WorksOrRefuses(*bad), judge.SignedIn(*good)), nil
}

func cacheHeaders(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	cached := func(id, title, value string) fault.Spec {
		return answers("cache."+id, title, fault.ResponseEdit{Header: map[string]string{"Cache-Control": value}})
	}
	u := s.Person(nil)
	short := cached("zero", "a key set that is old at once", "max-age=0, must-revalidate")
	var findings []judge.Finding
	for i := range 4 {
		a, _, err := timed(ctx, s, s.Variant(u, &short, i > 0))
		if err != nil {
			return judge.Finding{}, err
		}
		findings = append(findings, s.Case(a, judge.First(judge.SignedIn(*a), judge.FetchedAtMost(a.Title, judge.KeysFetched(*a), 1))))
	}
	if fetches(s) == 0 {
		return judge.Skip("Not tried: the shop signed the customer in without asking for the provider's keys."), nil
	}
	if err := s.Fresh(ctx); err != nil {
		return judge.Finding{}, err
	}
	u = s.Person(nil)
	long := cached("year", "a key set for a year", "public, max-age=31536000, immutable")
	first, _, err := timed(ctx, s, s.Variant(u, &long, true))
	if err != nil {
		return judge.Finding{}, err
	}
	elapse(s)
	rotated := newKey()
	rotated.Response.Header = long.Response.Header
	second, _, err := timed(ctx, s, s.Variant(u, &rotated, true))
	if err != nil {
		return judge.Finding{}, err
	}
	findings = append(findings, s.Case(first, judge.SignedIn(*first)), s.Case(second, judge.SignedIn(*second)))
	return judge.Worst(findings...), nil
}

// notModified answers 304 to whoever asks again, also to a shop that did not
// ask with a condition.
func notModified(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	u := s.Person(nil)
	tagged := answers("etag.sent", "a key set with an ETag", fault.ResponseEdit{Header: map[string]string{"ETag": `"1"`}})
	first, _, err := timed(ctx, s, s.Variant(u, &tagged, true))
	if err != nil {
		return judge.Finding{}, err
	}
	if f := judge.Control(*first); f.Verdict != check.Pass {
		return f, nil
	}
	elapse(s)
	same := answers("status.304", "a key set that has not changed", fault.ResponseEdit{Status: http.StatusNotModified, Header: map[string]string{"ETag": `"1"`}})
	return throughFailure(ctx, s, u, same)
}
