package attack

import (
	"context"
	"fmt"
	"html"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/countersign-oidc/countersign/mockidp/journal"
	"github.com/countersign-oidc/countersign/runner/check"
	"github.com/countersign-oidc/countersign/suites/catalog"
	"github.com/countersign-oidc/countersign/suites/harness"
	"github.com/countersign-oidc/countersign/suites/judge"
)

func pageSpecs(h *harness.Harness) {
	h.Check(catalog.AttackAnswerFromPage, answerFromPage)
	h.Check(catalog.AttackAnswerEmbedded, answerEmbedded)
	h.Check(catalog.AttackSessionKept, sessionKept)
}

// sent makes a site serve a page that sends the parameters of an address there
// by a method, as soon as it is opened. It returns the address of the page.
func sent(site *harness.Site, path, method, address string) string {
	var fields strings.Builder
	q := query(address)
	for _, name := range slices.Sorted(maps.Keys(q)) {
		for _, v := range q[name] {
			fmt.Fprintf(&fields, `<input type="hidden" name="%s" value="%s">`, html.EscapeString(name), html.EscapeString(v))
		}
	}
	bare, _, _ := strings.Cut(address, "?")
	site.Page(path, fmt.Sprintf(`<form method="%s" action="%s">%s</form><script>document.forms[0].submit()</script>`,
		strings.ToLower(method), html.EscapeString(bare), fields.String()))
	return site.URL(path)
}

// answerFromPage brings a customer to a page of the attacker that delivers the
// attacker's answer by link and by form, in a browser that began nothing and in
// one where a sign-in is pending.
func answerFromPage(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	attacker, victim := s.Person(nil), s.Person(nil)
	site, err := s.ForeignSite(ctx)
	if err != nil {
		return judge.Finding{}, err
	}
	var attempts []*observed
	for _, pending := range []bool{false, true} {
		for _, method := range []string{http.MethodGet, http.MethodPost} {
			title := "An attacker's page delivers the attacker's answer by " + method
			if err := s.Browser.Clear(ctx); err != nil {
				return judge.Finding{}, err
			}
			if pending {
				title += " while a sign-in is pending"
				if _, err := s.Begin(ctx, s.Browser); err != nil {
					return judge.Finding{}, err
				}
			}
			answer, err := s.Intercept(ctx, attacker)
			if err != nil {
				return judge.Finding{}, err
			}
			a, err := s.Open(ctx, sent(site, "/"+method, method, answer), harness.Try{Title: title, User: victim, NoPicture: len(attempts) > 0})
			if err != nil {
				return judge.Finding{}, err
			}
			attempts = append(attempts, a)
		}
	}
	return weighed(ctx, s, victim, judge.Rejected, attempts)
}

// answerEmbedded has a page of the attacker load the attacker's answer as an
// image, in a frame and by fetch.
func answerEmbedded(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	attacker, victim := s.Person(nil), s.Person(nil)
	site, err := s.ForeignSite(ctx)
	if err != nil {
		return judge.Finding{}, err
	}
	var attempts []*observed
	for _, pending := range []bool{false, true} {
		title := "An attacker's page embeds the attacker's answer"
		if err := s.Browser.Clear(ctx); err != nil {
			return judge.Finding{}, err
		}
		if pending {
			title += " while a sign-in is pending"
			if _, err := s.Begin(ctx, s.Browser); err != nil {
				return judge.Finding{}, err
			}
		}
		answer, err := s.Intercept(ctx, attacker)
		if err != nil {
			return judge.Finding{}, err
		}
		mark := s.Lane.Provider.Journal().Mark()
		if err := s.Embed(ctx, site, answer); err != nil {
			return judge.Finding{}, err
		}
		a, err := s.Open(ctx, s.Lane.Shop.URL(s.Lane.Shop.Public), harness.Try{Title: title, User: victim, NoPicture: true})
		if err != nil {
			return judge.Finding{}, err
		}
		a.Entries = s.Lane.Provider.Journal().Select(journal.Query{After: mark})
		attempts = append(attempts, a)
	}
	return weighed(ctx, s, victim, judge.Rejected, attempts)
}

// sessionKept forces answers of the attacker upon a customer who is signed in.
func sessionKept(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	attacker, victim := s.Person(nil), s.Person(nil)
	site, err := s.ForeignSite(ctx)
	if err != nil {
		return judge.Finding{}, err
	}
	before, err := s.SignIn(ctx, harness.Try{Title: "The customer's sign-in", User: victim, Control: true})
	if err != nil {
		return judge.Finding{}, err
	}
	if f := judge.Control(*before); f.Verdict != check.Pass {
		return f, nil
	}
	var findings []judge.Finding
	deliver := func(title, address string) error {
		a, err := s.Open(ctx, address, harness.Try{Title: title, User: victim, NoPicture: len(findings) > 0})
		if err == nil {
			findings = append(findings, s.Case(a, judge.Stays(*before, *a)))
		}
		return err
	}
	for _, method := range []string{http.MethodGet, http.MethodPost} {
		answer, err := s.Intercept(ctx, attacker)
		if err != nil {
			return judge.Finding{}, err
		}
		if err := deliver("An attacker's page delivers the attacker's answer by "+method, sent(site, "/"+method, method, answer)); err != nil {
			return judge.Finding{}, err
		}
	}
	callback := s.Lane.Shop.URL(s.Lane.Shop.Redirect)
	for _, q := range []string{"?error=access_denied&state=x", "?code=x&state=x", ""} {
		if err := deliver("A link leads to the callback with "+q, callback+q); err != nil {
			return judge.Finding{}, err
		}
	}
	return judge.Worst(findings...), nil
}
