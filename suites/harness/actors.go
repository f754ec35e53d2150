package harness

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/countersign-oidc/countersign/suites/browser"
)

// Hit is a request that reached a site of an attacker.
type Hit struct {
	Method string
	// URL is path and query.
	URL    string
	Header http.Header
	Body   string
}

// Site is an HTTP host of an attacker: it serves the pages that a check gives
// it and remembers every request. As a canary it serves nothing, and a hit is
// the proof that somebody was made to call there.
type Site struct {
	// Host is the host name and port.
	Host string

	trace *tracer
	mu    sync.Mutex
	pages map[string]http.HandlerFunc
	hits  []Hit
}

// maxHit bounds what is kept of a request's body.
const maxHit = 64 << 10

// Canary is a host that nobody has a reason to call, at an address of loopback
// like the shop's own. It is gone with the check.
func (s *Spec) Canary(ctx context.Context) (*Site, error) { return s.site(ctx, "127.0.0.1") }

// ForeignSite is a site of an attacker that the customer's browser can be
// brought to: to the browser another site than shop and provider.
func (s *Spec) ForeignSite(ctx context.Context) (*Site, error) {
	return s.site(ctx, browser.ForeignHost)
}

func (s *Spec) site(ctx context.Context, name string) (*Site, error) {
	var lc net.ListenConfig
	l, err := lc.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("a site of an attacker: %w", err)
	}
	_, port, err := net.SplitHostPort(l.Addr().String())
	if err != nil {
		return nil, fmt.Errorf("a site of an attacker: %w", err)
	}
	site := &Site{Host: net.JoinHostPort(name, port), pages: map[string]http.HandlerFunc{}, trace: s.trace}
	server := &http.Server{Handler: site, ReadHeaderTimeout: 5 * time.Second}
	go func() { _ = server.Serve(l) }() // ends with Close
	s.closers = append(s.closers, func() { _ = server.Close() })
	return site, nil
}

// URL is a path of the site as a URL.
func (t *Site) URL(path string) string { return "http://" + t.Host + path }

// Page makes the site serve an HTML document at a path.
func (t *Site) Page(path, body string) {
	t.Handle(path, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprint(w, "<!doctype html><title>A page of an attacker</title><body>"+body+"</body>")
	})
}

// Handle makes the site answer at a path.
func (t *Site) Handle(path string, h http.HandlerFunc) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.pages[path] = h
}

// ServeHTTP implements http.Handler.
func (t *Site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(io.LimitReader(r.Body, maxHit)) // as much as came
	t.trace.hit(r)
	t.mu.Lock()
	t.hits = append(t.hits, Hit{Method: r.Method, URL: r.URL.RequestURI(), Header: r.Header.Clone(), Body: string(body)})
	r.Body = io.NopCloser(strings.NewReader(string(body)))
	page := t.pages[r.URL.Path]
	t.mu.Unlock()
	if page == nil {
		http.NotFound(w, r)
		return
	}
	page(w, r)
}

// Hits are the requests so far.
func (t *Site) Hits() []Hit {
	t.mu.Lock()
	defer t.mu.Unlock()
	return append([]Hit(nil), t.hits...)
}

// HitsOf are those with a path.
func (t *Site) HitsOf(path string) []Hit {
	var found []Hit
	for _, h := range t.Hits() {
		if u, err := url.Parse(h.URL); err == nil && u.Path == path {
			found = append(found, h)
		}
	}
	return found
}
