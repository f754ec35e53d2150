package strict

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

const (
	// maxBody is how many bytes of an answer are read.
	maxBody = 2 << 20
	// answerTime is how long one answer may take.
	answerTime = 20 * time.Second
)

// answer is what came back to one request, read whole.
type answer struct {
	url     *url.URL
	status  int
	header  http.Header
	body    []byte
	cookies []*http.Cookie
}

func (a *answer) media() string {
	kind, _, err := mime.ParseMediaType(a.header.Get("Content-Type"))
	if err != nil {
		return ""
	}
	return kind
}

// object is the JSON object in the body.
func (a *answer) object() (map[string]json.RawMessage, bool) {
	var m map[string]json.RawMessage
	return m, json.Unmarshal(a.body, &m) == nil && m != nil
}

// text is a member of the JSON object if it is a text, else "".
func (a *answer) text(name string) string {
	m, _ := a.object()
	var s string
	if json.Unmarshal(m[name], &s) != nil {
		return ""
	}
	return s
}

func (a *answer) redirects() bool {
	return a.status >= 300 && a.status < 400 && a.header.Get("Location") != ""
}

// location is where the answer redirects to.
func (a *answer) location() (*url.URL, error) {
	u, err := a.url.Parse(a.header.Get("Location"))
	if err != nil {
		return nil, errors.New("the provider redirects to something that is no URL")
	}
	return u, nil
}

// guard keeps requests to the hosts that they are meant for.
type guard struct {
	next    http.RoundTripper
	consent bool
}

// RoundTrip refuses to leave loopback without consent.
func (g guard) RoundTrip(r *http.Request) (*http.Response, error) {
	if !g.consent && !loopback(r.URL) {
		return nil, fmt.Errorf("the provider names %s, which is not on loopback; consent is needed", r.URL.Host)
	}
	return g.next.RoundTrip(r)
}

// request makes a request; a form makes it a POST unless method says else.
func request(ctx context.Context, method, target string, query, form url.Values) (*http.Request, error) {
	u, err := url.Parse(target)
	if err != nil || u.Host == "" {
		return nil, fmt.Errorf("%q is no address to send a request to", target)
	}
	if len(query) > 0 {
		if u.RawQuery != "" {
			u.RawQuery += "&"
		}
		u.RawQuery += query.Encode()
	}
	var body io.Reader
	if form != nil {
		body = strings.NewReader(form.Encode())
	}
	req, err := http.NewRequestWithContext(ctx, method, u.String(), body)
	if err != nil {
		return nil, errors.New("a request that cannot be built")
	}
	if form != nil {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	req.Header.Set("User-Agent", "countersign-strict")
	return req, nil
}

// send sends one request and records it. Redirects are not followed. An error
// means that there was no answer, so nothing can be concluded from it.
func (p *probe) send(req *http.Request, jar http.CookieJar) (*answer, error) {
	client := http.Client{
		Transport: p.run.transport, Jar: jar, Timeout: answerTime,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	form := formOf(req)
	began := time.Now()
	resp, err := client.Do(req)
	if err != nil {
		// The URL in the error may carry parameters that are secret.
		var inner *url.Error
		if errors.As(err, &inner) {
			err = inner.Err
		}
		return nil, fmt.Errorf("%s %s: no answer: %w", req.Method, place(req.URL), err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxBody+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("%s %s: the answer broke off: %w", req.Method, place(req.URL), err)
	case len(body) > maxBody:
		return nil, fmt.Errorf("%s %s: the answer is larger than %d bytes", req.Method, place(req.URL), maxBody)
	}
	a := &answer{url: req.URL, status: resp.StatusCode, header: resp.Header, body: body, cookies: resp.Cookies()}
	p.record(began, req, form, a)
	if a.status == http.StatusTooManyRequests {
		return nil, fmt.Errorf("%s %s: the provider limits the rate of requests (429)", req.Method, place(req.URL))
	}
	return a, nil
}

func formOf(req *http.Request) url.Values {
	if req.GetBody == nil {
		return nil
	}
	body, err := req.GetBody()
	if err != nil {
		return nil
	}
	raw, err := io.ReadAll(body)
	if err != nil {
		return nil
	}
	// A body that is no form has nothing to record by name.
	form, _ := url.ParseQuery(string(bytes.TrimSpace(raw)))
	return form
}

// place is a URL without what may be secret in it.
func place(u *url.URL) string { return u.Scheme + "://" + u.Host + u.EscapedPath() }

// secretNames are the parameters whose values never appear in a report.
var secretNames = []string{
	"client_secret", "password", "code", "code_verifier", "access_token", "refresh_token", "id_token", "id_token_hint",
	"request", "client_assertion",
}

func redacted(name, value string) string {
	if !slices.Contains(secretNames, name) || value == "" {
		return value
	}
	return fmt.Sprintf("[redacted, %d characters]", len(value))
}
