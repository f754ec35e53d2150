package harness

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	"github.com/countersign-oidc/countersign/suites/attempt"
	"github.com/countersign-oidc/countersign/suites/plain"
)

// Request is a request to the shop without a browser: what an attacker's program
// or a proxy would send. The zero value of each member is the ordinary way.
type Request struct {
	// Method is GET unless it says otherwise.
	Method string
	// Path is sent as it is written, whatever a browser would make of it.
	Path   string
	Header map[string]string
	Form   url.Values
	// Body is sent where there is no form, and Chunked without its length.
	Body    string
	Chunked bool
	Cookies []attempt.Cookie
	// Via sends the request; nil is a client of its own.
	Via http.RoundTripper
}

// Send sends a request and follows no redirect.
func (s *Spec) Send(ctx context.Context, q Request) (Answer, error) {
	ctx, cancel := context.WithTimeout(ctx, fetchTimeout)
	defer cancel()
	req, err := q.request(ctx, s.Lane.Shop.BaseURL)
	if err != nil {
		return Answer{}, err
	}
	via := q.Via
	if via == nil {
		via = s.trace.transport()
	}
	if via == nil {
		via = http.DefaultTransport
	}
	resp, err := via.RoundTrip(req)
	if err != nil {
		return Answer{}, fmt.Errorf("ask the shop for %s: %w", q.Path, err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxBody))
	if err != nil {
		return Answer{}, fmt.Errorf("the shop's answer to %s: %w", q.Path, err)
	}
	return Answer{Status: resp.StatusCode, Location: resp.Header.Get("Location"), Header: resp.Header, Body: body}, nil
}

func (q Request) request(ctx context.Context, base string) (*http.Request, error) {
	method := q.Method
	if method == "" {
		method = http.MethodGet
	}
	var body io.Reader = http.NoBody
	switch {
	case q.Form != nil:
		body = strings.NewReader(q.Form.Encode())
	case q.Chunked:
		body = io.MultiReader(strings.NewReader(q.Body)) // whose length nobody knows
	case q.Body != "":
		body = strings.NewReader(q.Body)
	}
	req, err := http.NewRequestWithContext(ctx, method, base+"/", body)
	if err != nil {
		return nil, fmt.Errorf("request to the shop: %w", err)
	}
	path, query, _ := strings.Cut(q.Path, "?")
	req.URL.Opaque, req.URL.RawQuery = "//"+req.URL.Host+path, query
	if !strings.HasPrefix(path, "//") {
		req.URL.Opaque = path
	}
	// A page is asked for, as a browser does: some shops answer programs
	// otherwise.
	req.Header.Set("Accept", "text/html,application/json;q=0.9,*/*;q=0.8")
	if q.Form != nil {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for name, value := range q.Header {
		if name == "Host" {
			req.Host = value
			continue
		}
		req.Header.Set(name, value)
	}
	for _, c := range q.Cookies {
		req.AddCookie(&http.Cookie{Name: c.Name, Value: c.Value})
	}
	return req, nil
}

// BelowShop is an address of the shop as a path with its query.
func (s *Spec) BelowShop(address string) string {
	return strings.TrimPrefix(address, s.Lane.Shop.BaseURL)
}

// Says reads an answer of the shop about who is signed in.
func (s *Spec) Says(a Answer) attempt.Who {
	how := s.Lane.Shop.WhoAmI
	if how.JSON != "" {
		return s.who(a.Status, a.Body)
	}
	if a.Status != http.StatusOK {
		return attempt.Who{Status: a.Status}
	}
	text, found := plain.Text(string(a.Body), how.Subject)
	return s.shown(a.Status, text, found)
}
