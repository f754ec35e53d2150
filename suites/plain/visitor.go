package plain

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/countersign-oidc/countersign/suites/attempt"
	"github.com/countersign-oidc/countersign/suites/browser"
)

// ErrScripts is what everything ends with that needs a page's scripts.
var ErrScripts = errors.New("a visitor without a browser runs no scripts")

const (
	pageTimeout  = 40 * time.Second
	maxPage      = 8 << 20
	maxRedirects = 20
)

// Visitor is one person with cookies of their own. It is used by one
// goroutine at a time, as a tab is.
type Visitor struct {
	// Scriptless leaves also forms alone that a script would send.
	Scriptless bool

	client *http.Client
	jar    jar
	page   document

	mu     sync.Mutex
	record attempt.Record
}

// New is a visitor who was never anywhere.
func New() *Visitor {
	// No connection is kept: thousands of visitors come and go.
	transport := &http.Transport{DisableKeepAlives: true, DialContext: dial}
	return &Visitor{client: &http.Client{
		Transport: transport, Timeout: pageTimeout,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// dial finds the foreign host of attack pages where the browser finds it.
func dial(ctx context.Context, network, address string) (net.Conn, error) {
	if host, port, err := net.SplitHostPort(address); err == nil && host == browser.ForeignHost {
		address = net.JoinHostPort("127.0.0.1", port)
	}
	var d net.Dialer
	return d.DialContext(ctx, network, address)
}

// Close is there because a browser has one.
func (v *Visitor) Close() error { return nil }

// Navigate opens a URL as the address bar does.
func (v *Visitor) Navigate(ctx context.Context, target string) (attempt.Page, error) {
	return v.open(ctx, visit{method: http.MethodGet, target: target})
}

// visit is one request for a page. From is the page that leads there; empty
// is the address bar.
type visit struct {
	method, target, from string
	form                 url.Values
}

// open follows redirects and sends forms that send themselves until a page
// rests.
func (v *Visitor) open(ctx context.Context, q visit) (attempt.Page, error) {
	for range maxRedirects {
		doc, next, err := v.fetch(ctx, q)
		if err != nil {
			return attempt.Page{}, err
		}
		if next != nil {
			q = *next
			continue
		}
		if doc.aborted {
			return v.stay(doc), nil
		}
		v.page = doc
		if own, ok := doc.sendsItself(); ok && !v.Scriptless {
			q = own
			continue
		}
		return doc.read(), nil
	}
	v.page = document{url: q.target, failed: "net::ERR_TOO_MANY_REDIRECTS"}
	return v.page.read(), nil
}

// stay is the page from before with the reason why the visit led nowhere.
func (v *Visitor) stay(doc document) attempt.Page {
	p := v.page.read()
	p.Failed = doc.failed
	return p
}

func (v *Visitor) fetch(ctx context.Context, q visit) (document, *visit, error) {
	at, err := url.Parse(q.target)
	if err != nil || at.Scheme != "http" && at.Scheme != "https" || at.Host == "" {
		// A browser shows an address that it cannot open as an error page.
		v.note(attempt.Request{Method: q.method, URL: q.target, Failed: "net::ERR_UNKNOWN_URL_SCHEME"})
		return document{aborted: true, failed: "net::ERR_ABORTED"}, nil, nil //nolint:nilerr // an address is what is judged
	}
	resp, body, err := v.send(ctx, at, q) //nolint:bodyclose // send reads and closes it
	if cause := context.Cause(ctx); cause != nil {
		return document{}, nil, fmt.Errorf("open %s: %w", q.target, cause)
	}
	if err != nil {
		failed := "net::ERR_FAILED: " + err.Error()
		v.note(attempt.Request{Method: q.method, URL: q.target, Failed: failed})
		return document{url: q.target, failed: failed}, nil, nil //nolint:nilerr // a page that does not come is what is judged
	}
	v.note(attempt.Request{Method: q.method, URL: q.target, Status: resp.StatusCode, Answered: time.Now(), Header: lower(resp.Header)})
	if next, ok := redirected(resp, at, q); ok {
		return document{}, next, nil
	}
	if resp.StatusCode == http.StatusNoContent || resp.StatusCode == http.StatusResetContent {
		return document{aborted: true, failed: fmt.Sprintf("status %d without a page", resp.StatusCode)}, nil, nil
	}
	return parse(q.target, resp, body), nil, nil
}

func (v *Visitor) send(ctx context.Context, at *url.URL, q visit) (*http.Response, []byte, error) {
	var content io.Reader = http.NoBody
	if q.form != nil {
		content = strings.NewReader(q.form.Encode())
	}
	req, err := http.NewRequestWithContext(ctx, q.method, withoutFragment(at), content)
	if err != nil {
		return nil, nil, err
	}
	req.Header.Set("Accept", "text/html,application/json;q=0.9,*/*;q=0.8")
	req.Header.Set("Sec-Fetch-Mode", "navigate")
	req.Header.Set("Sec-Fetch-Dest", "document")
	req.Header.Set("Sec-Fetch-Site", fetchSite(q.from, at))
	// Another site learns the origin alone, as by default in browsers (Referrer
	// Policy, strict-origin-when-cross-origin).
	if from := attempt.Origin(q.from); from != "" && from != attempt.Origin(q.target) {
		req.Header.Set("Referer", from+"/")
	}
	if q.form != nil {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		req.Header.Set("Origin", attempt.Origin(q.from))
	}
	v.jar.add(req, q.from)
	resp, err := v.client.Do(req)
	if err != nil {
		return nil, nil, err
	}
	defer func() { _ = resp.Body.Close() }() // what matters of it was read
	v.jar.keep(at, resp.Cookies())
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxPage))
	return resp, body, err
}

func withoutFragment(u *url.URL) string {
	bare := *u
	bare.Fragment, bare.RawFragment = "", ""
	return bare.String()
}

// redirected is where a redirect leads. Only 307 and 308 send a form again
// (RFC 9110, section 15.4).
func redirected(resp *http.Response, at *url.URL, q visit) (*visit, bool) {
	location := resp.Header.Get("Location")
	if location == "" || resp.StatusCode < 300 || resp.StatusCode > 399 || resp.StatusCode == http.StatusNotModified {
		return nil, false
	}
	to, err := at.Parse(location)
	next := visit{method: http.MethodGet, from: q.from, target: location}
	if err == nil {
		if to.Fragment == "" {
			to.Fragment = at.Fragment
		}
		next.target = to.String()
	}
	if resp.StatusCode == http.StatusTemporaryRedirect || resp.StatusCode == http.StatusPermanentRedirect {
		next.method, next.form = q.method, q.form
	}
	return &next, true
}

func lower(h http.Header) map[string]string {
	out := make(map[string]string, len(h))
	for name, values := range h {
		out[strings.ToLower(name)] = strings.Join(values, "\n")
	}
	return out
}

func (v *Visitor) note(q attempt.Request) {
	q.At, q.Document = time.Now(), true
	v.mu.Lock()
	defer v.mu.Unlock()
	v.record.Requests = append(v.record.Requests, q)
}

// Record is what was asked for since the visitor began or was cleared.
func (v *Visitor) Record() attempt.Record {
	v.mu.Lock()
	defer v.mu.Unlock()
	return attempt.Record{Requests: append([]attempt.Request(nil), v.record.Requests...)}
}

// Clear makes the visitor as good as new.
func (v *Visitor) Clear(context.Context) error {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.record, v.jar, v.page = attempt.Record{}, jar{}, document{}
	return nil
}

// Fetch asks for a resource with the visitor's cookies and without leaving the
// page. An answer that is no success has a status and no body.
func (v *Visitor) Fetch(ctx context.Context, address string) (status int, body []byte, err error) {
	at, err := url.Parse(address)
	if err != nil {
		return 0, nil, fmt.Errorf("fetch %s: %w", address, err)
	}
	resp, body, err := v.send(ctx, at, visit{method: http.MethodGet, target: address, from: address}) //nolint:bodyclose // send reads and closes it
	if err != nil {
		return 0, nil, fmt.Errorf("fetch %s: %w", address, err)
	}
	if resp.StatusCode < 200 || resp.StatusCode > 299 {
		return resp.StatusCode, nil, nil
	}
	return resp.StatusCode, body, nil
}

// Screenshot is nothing: there is no window.
func (v *Visitor) Screenshot(context.Context) ([]byte, error) { return nil, nil }

// Eval needs scripts.
func (v *Visitor) Eval(context.Context, string, any) error { return ErrScripts }

// Run needs scripts.
func (v *Visitor) Run(context.Context, string) (attempt.Page, error) {
	return attempt.Page{}, ErrScripts
}
