package harness

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/countersign-oidc/countersign/mockidp"
	"github.com/countersign-oidc/countersign/mockidp/journal"
	"github.com/countersign-oidc/countersign/runner/check"
	"github.com/countersign-oidc/countersign/runner/environ"
	"github.com/countersign-oidc/countersign/runner/report"
	"github.com/countersign-oidc/countersign/suites/attempt"
	"github.com/countersign-oidc/countersign/suites/browser"
)

// tracer keeps all that happens while a check is tried: what visitors do and
// are answered, and what the providers record. A nil one keeps nothing.
type tracer struct {
	began time.Time
	lane  *environ.Lane
	mark  uint64

	mu       sync.Mutex
	visitors []*followed
	moments  []instant
	cookies  []string
	events   []check.Event
}

// instant is an event whose time is not yet counted from the beginning.
type instant struct {
	at time.Time
	check.Event
}

func newTracer() *tracer { return &tracer{began: time.Now()} }

// watch follows the providers of a lane from now on.
func (t *tracer) watch(lane *environ.Lane) {
	if t != nil {
		t.lane, t.mark = lane, lane.Provider.Journal().Mark()
	}
}

func (t *tracer) add(at time.Time, e check.Event) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.moments = append(t.moments, instant{at, e})
}

// follow is a visitor whose every step is traced.
func (t *tracer) follow(v Visitor) Visitor {
	t.mu.Lock()
	defer t.mu.Unlock()
	name := "Browser"
	if n := len(t.visitors) + 1; n > 1 {
		name += " " + strconv.Itoa(n)
	}
	f := &followed{Visitor: v, name: name, tracer: t}
	t.visitors = append(t.visitors, f)
	return f
}

// end puts together what happened, before the lane is gone. It is kept
// without the secrets that were seen on the way.
func (t *tracer) end(s *Spec) {
	if t == nil {
		return
	}
	for _, v := range t.visitors {
		v.leave()
	}
	t.journal("Provider", t.lane.Provider, t.mark)
	if t.lane.Second != nil {
		t.journal("Second provider", t.lane.Second, 0)
	}
	for _, a := range s.signIns {
		t.attempt(s, a)
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	slices.SortStableFunc(t.moments, func(a, b instant) int { return cmp.Compare(a.at.UnixNano(), b.at.UnixNano()) })
	hide := t.secrets(s).hider()
	for _, m := range t.moments {
		m.AtMS = m.at.Sub(t.began).Milliseconds()
		t.events = append(t.events, report.Scrub(m.Event, hide))
	}
}

// told is what happened, in its order.
func (t *tracer) told() []check.Event {
	if t == nil {
		return nil
	}
	return t.events
}

func (t *tracer) attempt(s *Spec, a *attempt.SignIn) {
	begin := check.Event{Who: check.Step, What: a.Title}
	if a.Username != "" {
		begin.Facts = append(begin.Facts, check.Fact{Name: "Person", Value: a.Username})
	}
	if a.Fault != nil {
		begin.Facts = append(begin.Facts, check.Fact{Name: "Fault", Value: fmt.Sprintf("%s (%s); exchanges that it changed: %d", a.Fault.Title, a.Fault.ID, a.Fired)})
	}
	t.add(a.Began, begin)
	if a.Ended.IsZero() {
		return
	}
	facts := []check.Fact{
		{Name: "Page", Value: strings.TrimSpace(fmt.Sprintf("%s %s", redactURL(a.Page.URL), a.Page.Failed))},
		{Name: "Title", Value: a.Page.Title},
		{Name: "Text", Value: a.Page.Text},
		{Name: "Signed in", Value: signedIn(a.Who)},
	}
	if f, ok := s.cases[a]; ok {
		facts = append(facts, check.Fact{Name: "Outcome", Value: fmt.Sprintf("%s: %s", f.Verdict, f.Reason)})
	}
	t.add(a.Ended, check.Event{Who: "Outcome", What: "The browser rests", Status: a.Page.Status, Facts: slices.DeleteFunc(facts, empty)})
}

func empty(f check.Fact) bool { return f.Value == "" }

// journal adds what a provider recorded.
func (t *tracer) journal(name string, p *mockidp.Provider, since uint64) {
	for _, e := range p.Journal().Select(journal.Query{After: since}) {
		x := exchangeOf(attempt.SignIn{Began: t.began}, e)
		if body := e.Redacted().Body; len(body) > 0 {
			x.Answer = append(x.Answer, check.Fact{Name: "body", Value: string(body)})
		}
		if !e.Sent {
			x.Answer = append(x.Answer, check.Fact{Name: "sent", Value: "not whole"})
		}
		t.add(e.At, check.Event{Who: name, What: string(e.Kind), Status: e.Status, Exchange: &x})
	}
}

// party is who answers at an address.
func (t *tracer) party(address string) string {
	switch {
	case t.lane == nil:
	case attempt.Origin(address) == attempt.Origin(t.lane.Shop.BaseURL):
		return "Shop"
	case t.lane.Second != nil && strings.HasPrefix(address, t.lane.Second.Issuer()):
		return "Second provider"
	case attempt.Origin(address) == attempt.Origin(t.lane.Provider.Issuer()):
		return "Provider"
	}
	return "Elsewhere"
}

// answer is what an answer says in its header.
func (t *tracer) answer(at time.Time, address string, status int, header map[string]string) {
	var facts []check.Fact
	for _, name := range []string{
		"location", "content-type", "cache-control", "referrer-policy", "content-security-policy", "x-frame-options",
		"strict-transport-security", "clear-site-data", "retry-after", "www-authenticate",
	} {
		if value := header[name]; value != "" {
			facts = append(facts, check.Fact{Name: name, Value: redactURL(value)})
		}
	}
	for line := range strings.Lines(header["set-cookie"]) {
		pair, attributes, _ := strings.Cut(strings.TrimSpace(line), ";")
		name, value, _ := strings.Cut(pair, "=")
		t.mu.Lock()
		t.cookies = append(t.cookies, value)
		t.mu.Unlock()
		facts = append(facts, check.Fact{Name: "set-cookie", Value: strings.TrimSpace(name + ";" + attributes)})
	}
	t.add(at, check.Event{Who: t.party(address), What: "answers " + withoutQuery(address), Status: status, Facts: facts})
}

// followed is a visitor whose steps, requests and answers are kept.
type followed struct {
	Visitor
	name   string
	tracer *tracer
	left   bool
}

// leave is the end of a visit.
func (f *followed) leave() {
	if !f.left {
		f.keep()
		f.left = true
	}
}

func (f *followed) does(format string, args ...any) {
	f.tracer.add(time.Now(), check.Event{Who: f.name, What: fmt.Sprintf(format, args...)})
}

// keep takes what the visitor recorded since it was cleared.
func (f *followed) keep() {
	r := f.Record()
	for _, q := range r.Requests {
		e := check.Event{Who: f.name, What: q.Method + " " + redactURL(q.URL)}
		if q.Failed != "" {
			e.Facts = []check.Fact{{Name: "no answer", Value: q.Failed}}
		}
		f.tracer.add(q.At, e)
		if !q.Answered.IsZero() {
			f.tracer.answer(q.Answered, q.URL, q.Status, q.Header)
		}
	}
	for i, line := range r.Console {
		at := f.tracer.began
		if i < len(r.Said) {
			at = r.Said[i]
		}
		f.tracer.add(at, check.Event{Who: f.name, What: "console: " + line})
	}
}

func (f *followed) Navigate(ctx context.Context, target string) (attempt.Page, error) {
	f.does("opens %s", redactURL(target))
	return f.Visitor.Navigate(ctx, target)
}

func (f *followed) Submit(ctx context.Context, fields ...browser.Field) (attempt.Page, error) {
	names := make([]string, 0, len(fields))
	for _, field := range fields {
		names = append(names, field.Selector)
	}
	f.does("fills in %s and sends it", strings.Join(names, ", "))
	return f.Visitor.Submit(ctx, fields...)
}

func (f *followed) Click(ctx context.Context, selector string) (attempt.Page, error) {
	f.does("presses %s", selector)
	return f.Visitor.Click(ctx, selector)
}

func (f *followed) Fetch(ctx context.Context, address string) (status int, body []byte, err error) {
	status, body, err = f.Visitor.Fetch(ctx, address)
	f.does("asks in place for %s and is answered %d", redactURL(address), status)
	return status, body, err
}

func (f *followed) Forget(ctx context.Context, host string) error {
	f.does("forgets the cookies of %s", host)
	return f.Visitor.Forget(ctx, host)
}

// Clear keeps what was recorded before it is gone.
func (f *followed) Clear(ctx context.Context) error {
	f.keep()
	f.does("forgets cookies and storage")
	return f.Visitor.Clear(ctx)
}

// hit traces a request to a site of an attacker.
func (t *tracer) hit(r *http.Request) {
	if t != nil {
		t.add(time.Now(), check.Event{Who: "Attacker", What: "is asked " + r.Method + " http://" + r.Host + redactURL(r.URL.RequestURI())})
	}
}

// transport traces requests that no browser makes; nil is the ordinary one.
func (t *tracer) transport() http.RoundTripper {
	if t == nil {
		return nil
	}
	return plainRequests{t}
}

type plainRequests struct{ tracer *tracer }

// RoundTrip implements http.RoundTripper.
func (p plainRequests) RoundTrip(r *http.Request) (*http.Response, error) {
	began, address := time.Now(), r.URL.String()
	e := check.Event{Who: "Plain request", What: r.Method + " " + redactURL(address)}
	for _, c := range r.Cookies() {
		e.Facts = append(e.Facts, check.Fact{Name: "cookie", Value: c.Name})
	}
	p.tracer.add(began, e)
	resp, err := http.DefaultTransport.RoundTrip(r)
	if err == nil {
		header := map[string]string{}
		for name, values := range resp.Header {
			header[strings.ToLower(name)] = strings.Join(values, "\n")
		}
		p.tracer.answer(time.Now(), address, resp.StatusCode, header)
	}
	return resp, err
}
