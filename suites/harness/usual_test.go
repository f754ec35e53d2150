package harness

import (
	"context"
	"testing"

	"github.com/countersign-oidc/countersign/runner/check"
	"github.com/countersign-oidc/countersign/runner/environ"
	"github.com/countersign-oidc/countersign/suites/attempt"
	"github.com/countersign-oidc/countersign/suites/judge"
)

// TestOrdinaryLeaksAreKnown holds that what an ordinary refusal leaks is
// written down, also where another attempt has leaked before, and that it is
// then nothing of the attempts that leak alike.
func TestOrdinaryLeaksAreKnown(t *testing.T) {
	t.Parallel()
	env, err := environ.Start(t.Context(), environ.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := env.Close(context.WithoutCancel(t.Context())); err != nil {
			t.Error(err)
		}
	})
	lane, err := env.Open(t.Context(), environ.Setup{})
	if err != nil {
		t.Fatal(err)
	}
	leaking := func(path, source string) *attempt.SignIn {
		return &attempt.SignIn{
			Title: "A refused sign-in", ShopOrigin: lane.Shop.BaseURL, CallbackPath: "/api/sf", Who: attempt.Who{Status: 401},
			Page: attempt.Page{URL: lane.Shop.BaseURL + path, Status: 400, Source: source},
		}
	}
	var ordinary refusal
	s := &Spec{Lane: lane, harness: &Harness{}, leak: judge.Fail("Something else."), comparing: &ordinary}
	s.overhear(t.Context(), leaking("/api/sf", "at f (/shop/node_modules/a.js:1:2)"))
	if ordinary.leak != "There is a stack trace of JavaScript in the source of the page " {
		t.Fatalf("an ordinary refusal leaks %q", ordinary.leak)
	}
	known := &Harness{refusals: map[string]refusal{"": ordinary}}
	for source, want := range map[string]check.Verdict{
		"at g (/shop/node_modules/b.js:3:4)": "",
		"goroutine 1 [running]":              check.Fail,
	} {
		s = &Spec{Lane: lane, harness: known}
		s.overhear(t.Context(), leaking("/elsewhere", source))
		if s.leak.Verdict != want {
			t.Errorf("%q beside an ordinary leak: %+v, want %q", source, s.leak, want)
		}
	}
	if err := lane.Close(t.Context()); err != nil {
		t.Error(err)
	}
}
