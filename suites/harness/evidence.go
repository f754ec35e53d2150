package harness

import (
	"fmt"
	"slices"
	"strings"

	"github.com/countersign-oidc/countersign/mockidp/journal"
	"github.com/countersign-oidc/countersign/runner/check"
	"github.com/countersign-oidc/countersign/suites/attempt"
)

// evidence is what was observed, as a report shows it: secrets are redacted.
func (s *Spec) evidence() []check.Evidence {
	list := make([]check.Evidence, 0, len(s.signIns)+1)
	if len(s.facts) > 0 {
		list = append(list, check.Evidence{Title: "Observations", Facts: s.facts})
	}
	for _, a := range s.signIns {
		e := evidenceOf(*a)
		if f, ok := s.cases[a]; ok {
			e.Outcome, e.Reason = f.Verdict, f.Reason
		}
		list = append(list, e)
	}
	return list
}

func evidenceOf(a attempt.SignIn) check.Evidence {
	e := check.Evidence{
		Title: a.Title, Screenshot: a.Screenshot,
		Facts: []check.Fact{
			{Name: "Person", Value: a.Username},
			rests(a),
			{Name: "Signed in afterwards", Value: signedIn(a.Who)},
		},
	}
	if a.Fault != nil {
		e.Fault = &check.Fault{ID: string(a.Fault.ID), Title: a.Fault.Title, Fired: a.Fired}
		if len(a.Fault.Refs) > 0 {
			e.Fault.Ref = a.Fault.Refs[0].String()
		}
	}
	for _, line := range a.Record.Console {
		e.Facts = append(e.Facts, check.Fact{Name: "Console", Value: line})
	}
	for _, entry := range a.Entries {
		e.Exchanges = append(e.Exchanges, exchangeOf(a, entry))
	}
	for _, entry := range a.Other {
		x := exchangeOf(a, entry)
		x.Endpoint = "second provider: " + x.Endpoint
		e.Exchanges = append(e.Exchanges, x)
	}
	for _, q := range a.Record.Requests {
		if q.Document {
			e.Pages = append(e.Pages, check.Page{
				AtMS: q.At.Sub(a.Began).Milliseconds(), URL: redactURL(q.URL), Status: q.Status, Title: titleOf(a, q),
			})
		}
	}
	return e
}

// rests is where an attempt came to an end.
func rests(a attempt.SignIn) check.Fact {
	switch {
	case a.Notice == nil:
		return check.Fact{Name: "Browser rests on", Value: fmt.Sprintf("%s (status %d)", redactURL(a.Page.URL), a.Page.Status)}
	case a.Notice.Failed != "":
		return check.Fact{Name: "The shop's answer", Value: "none: " + a.Notice.Failed}
	}
	return check.Fact{Name: "The shop's answer", Value: fmt.Sprintf("status %d", a.Notice.Status)}
}

// titleOf is the title of a request's document, known of the one that rests.
func titleOf(a attempt.SignIn, q attempt.Request) string {
	if q.URL == a.Page.URL && q.Status == a.Page.Status {
		return a.Page.Title
	}
	return ""
}

func signedIn(w attempt.Who) string {
	if w.Status == 0 {
		return "not asked"
	}
	if !w.SignedIn {
		return fmt.Sprintf("nobody (who-am-I answers %d)", w.Status)
	}
	return w.Subject
}

func exchangeOf(a attempt.SignIn, raw journal.Entry) check.Exchange {
	e := raw.Redacted()
	x := check.Exchange{
		AtMS: e.At.Sub(a.Began).Milliseconds(), Endpoint: string(e.Kind),
		Request: e.Method + " " + e.Path, Status: e.Status, Faults: e.Faults,
	}
	for _, values := range []map[string][]string{e.Query, e.Form} {
		for _, name := range sortedNames(values) {
			x.Params = append(x.Params, check.Fact{Name: name, Value: strings.Join(values[name], " | ")})
		}
	}
	for _, f := range []check.Fact{
		{Name: "client authentication", Value: e.ClientAuth},
		{Name: "page", Value: e.Page},
		{Name: "error", Value: e.Error},
		{Name: "error_description", Value: e.ErrorDescription},
		{Name: "redirect", Value: redactURL(e.Location)},
	} {
		if f.Value != "" {
			x.Answer = append(x.Answer, f)
		}
	}
	for _, t := range raw.Tokens {
		if decoded, ok := decode(t); ok {
			x.Tokens = append(x.Tokens, decoded)
		}
	}
	return x
}

func sortedNames(values map[string][]string) []string {
	names := make([]string, 0, len(values))
	for name := range values {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// decode takes a token apart and marks what a fault changed.
func decode(t journal.Issued) (check.Token, bool) {
	d, ok := t.Decode()
	if !ok {
		return check.Token{}, false
	}
	return check.Token{Kind: d.Kind, Signature: d.Signature, Header: membersOf(d.Header), Claims: membersOf(d.Claims)}, true
}

func membersOf(in []journal.Member) []check.Member {
	out := make([]check.Member, 0, len(in))
	for _, m := range in {
		out = append(out, check.Member(m))
	}
	return out
}
