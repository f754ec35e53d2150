package strict

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/countersign-oidc/countersign/mockidp/fault"
)

// bend is a provider with one thing wrong: it changes what the strict provider
// gets, or what it answers.
type bend struct {
	t *testing.T
	m *mock

	mu sync.Mutex
	// What the provider issued last.
	code, access, refresh, scope, wanted string
	issued                               map[string]bool
	long                                 map[string]string
	n                                    int

	// https is that the target believes so.
	https bool

	ask    func(b *bend, q *asked)
	answer func(b *bend, q *asked, a *given)
}

// asked is a request on its way to the provider.
type asked struct {
	*http.Request
	path        string
	query, form url.Values
}

// params are those of the method.
func (q *asked) params() url.Values {
	if q.Method == http.MethodPost && q.path != "/sign-in" {
		return q.form
	}
	return q.query
}

// given is an answer on its way back.
type given struct {
	*http.Response
	body []byte
	back url.Values // of the redirect, or nil
	to   string     // where the redirect leads instead
}

func (b *bend) RoundTrip(r *http.Request) (*http.Response, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	q := &asked{Request: r.Clone(r.Context()), path: r.URL.Path[strings.LastIndexByte(r.URL.Path, '/'):], query: r.URL.Query()}
	q.URL.Scheme = "http"
	if r.Body != nil {
		raw, err := io.ReadAll(r.Body)
		if err != nil {
			return nil, err
		}
		if q.form, err = url.ParseQuery(string(raw)); err != nil {
			return nil, err
		}
	}
	if q.path == "/begin" && q.params().Get("scope") != "" {
		b.scope = q.params().Get("scope")
	}
	if b.ask != nil {
		b.ask(b, q)
	}
	q.URL.RawQuery = q.query.Encode()
	q.Body, q.ContentLength = http.NoBody, 0
	if q.form != nil {
		encoded := q.form.Encode()
		q.Body, q.ContentLength = io.NopCloser(strings.NewReader(encoded)), int64(len(encoded))
		q.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	resp, err := http.DefaultTransport.RoundTrip(q.Request)
	if err != nil {
		return nil, err
	}
	return b.back(q, resp)
}

func (b *bend) back(q *asked, resp *http.Response) (*http.Response, error) {
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return nil, err
	}
	resp.Body.Close()
	if b.https {
		body = bytes.ReplaceAll(body, []byte("http://"), []byte("https://"))
	}
	a := &given{Response: resp, body: body}
	u, err := url.Parse(resp.Header.Get("Location"))
	if err == nil && u.RawQuery != "" {
		a.back = u.Query()
		if code := a.back.Get("code"); code != "" {
			b.code, b.issued[code] = code, true
		}
	}
	var tokens struct {
		Access  string `json:"access_token"`
		Refresh string `json:"refresh_token"`
	}
	if q.path == "/swap" && json.Unmarshal(body, &tokens) == nil && tokens.Access != "" {
		b.access = tokens.Access
		b.issued[tokens.Access] = true
		if tokens.Refresh != "" {
			b.refresh, b.issued[tokens.Refresh] = tokens.Refresh, true
		}
	}
	if b.answer != nil {
		b.answer(b, q, a)
	}
	if a.to != "" {
		if u, err = url.Parse(a.to); err != nil {
			return nil, err
		}
	}
	if a.back != nil {
		u.RawQuery = a.back.Encode()
		resp.Header.Set("Location", u.String())
	}
	resp.Body, resp.ContentLength = io.NopCloser(bytes.NewReader(a.body)), int64(len(a.body))
	resp.Header.Del("Content-Length")
	resp.Request = q.Request
	return resp, nil
}

// merge changes members of a JSON answer; null removes.
func (a *given) merge(t *testing.T, patch string) {
	var object, change map[string]any
	if json.Unmarshal(a.body, &object) != nil {
		return
	}
	if err := json.Unmarshal([]byte(patch), &change); err != nil {
		t.Error(err)
	}
	for name, v := range change {
		if v == nil {
			delete(object, name)
		} else {
			object[name] = v
		}
	}
	a.body, _ = json.Marshal(object)
}

// asking changes the requests to one endpoint.
func asking(path string, change func(b *bend, q *asked)) func(*bend, *asked) {
	return func(b *bend, q *asked) {
		if q.path == path {
			change(b, q)
		}
	}
}

// param changes the parameters of requests to one endpoint.
func param(path string, change func(v url.Values)) func(*bend, *asked) {
	return asking(path, func(_ *bend, q *asked) { change(q.params()) })
}

// answering changes the answers of one endpoint.
func answering(path string, change func(b *bend, q *asked, a *given)) func(*bend, *asked, *given) {
	return func(b *bend, q *asked, a *given) {
		if q.path == path {
			change(b, q, a)
		}
	}
}

// patched merges members into the JSON that one endpoint serves.
func patched(path, patch string) func(*bend, *asked, *given) {
	return answering(path, func(b *bend, _ *asked, a *given) {
		if a.StatusCode == http.StatusOK {
			a.merge(b.t, patch)
		}
	})
}

// headed sets a header of what one endpoint answers; empty removes.
func headed(path, name, value string) func(*bend, *asked, *given) {
	return answering(path, func(_ *bend, _ *asked, a *given) {
		a.Header.Del(name)
		if value != "" {
			a.Header.Set(name, value)
		}
	})
}

// honestAuth gives a request the credentials of the client.
func (b *bend) honestAuth(q *asked) {
	c := attempt{client: b.m.target.Client}.redeem()
	q.Header.Set("Authorization", c.header.Get("Authorization"))
	q.form.Del("client_id")
	q.form.Del("client_secret")
}

func (b *bend) basicID(q *asked) string {
	id, _, _ := q.BasicAuth()
	return id
}

// arm makes the mock provider do one thing wrong.
func (b *bend) arm(s fault.Spec, budget fault.Budget) {
	if s.ID == "" {
		s.ID, s.Title = "test.one.rule", "one rule broken"
	}
	if _, err := b.m.Arm(s, fault.Scope{}, budget); err != nil {
		b.t.Error(err)
	}
}
