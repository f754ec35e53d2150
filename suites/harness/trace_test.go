package harness

import (
	"context"
	"net/url"
	"os"
	"strings"
	"testing"

	"github.com/countersign-oidc/countersign/mockidp/journal"
	"github.com/countersign-oidc/countersign/runner/check"
	"github.com/countersign-oidc/countersign/runner/environ"
	"github.com/countersign-oidc/countersign/runner/report"
	"github.com/countersign-oidc/countersign/suites/judge"
)

// traced tries a body as a check is tried, without a browser, and gives the
// file of its trace.
func traced(t *testing.T, setup environ.Setup, body Body) string {
	t.Helper()
	env, err := environ.Start(t.Context(), environ.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := env.Close(context.WithoutCancel(t.Context())); err != nil {
			t.Error(err)
		}
	})
	s := &Spec{
		check: check.Check{ID: "a.traced", Title: "t"}, trace: newTracer(),
		harness: &Harness{environ: env, clean: plainVisitors{}},
	}
	f, err := s.try(t.Context(), setup, body)
	if err != nil || f.Verdict != check.Pass {
		t.Fatalf("%+v, %v", f, err)
	}
	paths, err := report.WriteDir(t.TempDir(), report.New(report.Run{}, []check.Result{{
		Check: s.check, Verdict: f.Verdict, Reason: f.Reason, Evidence: s.evidence(), Trace: s.trace.told(),
	}}))
	if err != nil || len(paths.Traces) != 1 {
		t.Fatalf("%+v, %v", paths, err)
	}
	page, err := os.ReadFile(paths.Traces[0])
	if err != nil {
		t.Fatal(err)
	}
	return string(page)
}

// TestTraceHidesSecrets signs in, is refused, reads pages, replays cookies and
// signs out at a shop that shows what it should not, and looks for each secret
// of it in the file.
func TestTraceHidesSecrets(t *testing.T) {
	t.Parallel()
	secret := map[string]string{}
	keep := func(name, value string) {
		if value != "" {
			secret[name+" "+value] = value
		}
	}
	setup := environ.Setup{Flaws: []string{"aud-unchecked", "token-request-in-url", "access-token-in-url", "token-in-page"}, Secret: "s3cret & more"}
	page := traced(t, setup, func(ctx context.Context, s *Spec) (judge.Finding, error) {
		u := s.Person(nil)
		keep("password", u.Password)
		keep("client secret", s.Lane.Client.Secret)
		keep("client secret", url.QueryEscape(s.Lane.Client.Secret))
		in, err := s.SignIn(ctx, Try{Title: "A sign-in for another client", User: u, Fault: "id_token.aud.other"})
		if err != nil {
			return judge.Finding{}, err
		}
		s.Note("seen", "%d", in.Page.Status)
		if _, err := s.Replay(ctx, in.Cookies); err != nil {
			return judge.Finding{}, err
		}
		if _, err := s.Visit(ctx, in, s.Lane.Shop.Account); err != nil {
			return judge.Finding{}, err
		}
		if err := s.Browser.Clear(ctx); err != nil {
			return judge.Finding{}, err
		}
		again, err := s.SignIn(ctx, Try{Title: "An ordinary one", User: u})
		if err != nil {
			return judge.Finding{}, err
		}
		if _, err := s.SignOut(ctx, again, Try{}); err != nil {
			return judge.Finding{}, err
		}
		for _, c := range append(in.Cookies, again.Cookies...) {
			keep("cookie", c.Value)
		}
		for _, e := range s.Lane.Provider.Journal().Select(journal.Query{}) {
			for _, name := range []string{"code", "code_verifier", "password", "client_secret", "access_token", "id_token_hint"} {
				keep(name, e.Form.Get(name))
				keep(name, e.Query.Get(name))
			}
			if u, err := url.Parse(e.Location); err == nil {
				keep("code", u.Query().Get("code"))
			}
			_, credentials, _ := strings.Cut(e.Header.Get("Authorization"), " ")
			keep("credentials", credentials)
			keep("cookies", e.Header.Get("Cookie"))
			for _, issued := range e.Tokens {
				keep(issued.Kind, issued.Value)
				if parts := strings.Split(issued.Value, "."); len(parts) == 3 {
					keep("signature", parts[2])
				}
			}
		}
		return s.Case(in, judge.Finding{Verdict: check.Pass, Reason: "Fine."}), nil
	})
	if len(secret) < 15 {
		t.Errorf("only %d secrets were seen", len(secret))
	}
	for name, value := range secret {
		if strings.Contains(page, value) {
			t.Errorf("the trace has the %s", name)
		}
	}
	for _, want := range []string{
		"A sign-in for another client", "An ordinary one", "The sign-out",
		">opens http", "fills in #username, #password and sends it", "forgets cookies and storage", "Plain request",
		"set-cookie</dt>", "HttpOnly", "token: POST", "grant_type", ">Changed</span> <ins>&#34;another-client&#34;</ins>",
		"Outcome", "pass: Fine.",
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the trace lacks %q", want)
		}
	}
}

// TestSecretsAreFoundAnywhere holds that a secret is taken out of places that
// no rule knows.
func TestSecretsAreFoundAnywhere(t *testing.T) {
	t.Parallel()
	found := secrets{}
	found.exchange(journal.Entry{
		Form:     url.Values{"code": {"CODE-SECRET"}, "state": {"visible-state"}},
		Location: "http://shop/cb#access_token=FRAGMENT-SECRET&state=visible-state",
		Body:     []byte(`{"refresh_token":"REFRESH-SECRET","scope":"visible-scope"}`),
		Header:   map[string][]string{"Authorization": {"Basic c2hvcDpDTElFTlQtU0VDUkVU"}, "Cookie": {"a=COOKIE-SECRET; b=short"}},
		Tokens:   []journal.Issued{{Value: "aaaaaaaa.bbbbbbbb.SIGNATURE"}},
	})
	text := "CODE-SECRET FRAGMENT-SECRET REFRESH-SECRET c2hvcDpDTElFTlQtU0VDUkVU CLIENT-SECRET COOKIE-SECRET SIGNATURE short visible-state visible-scope bbbbbbbb"
	want := strings.Repeat("[redacted] ", 7) + "short visible-state visible-scope bbbbbbbb"
	if got := found.hider()(text); got != want {
		t.Errorf("%q", got)
	}
}
