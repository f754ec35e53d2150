// Package openapi holds the management API to the OpenAPI document that it
// serves.
package openapi

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/pb33f/libopenapi"
	validator "github.com/pb33f/libopenapi-validator"

	"github.com/countersign-oidc/countersign/mockidp"
	"github.com/countersign-oidc/countersign/mockidp/control"
	"github.com/countersign-oidc/countersign/mockidp/control/controltest"
	"github.com/countersign-oidc/countersign/mockidp/fault"
	"github.com/countersign-oidc/countersign/mockidp/settings"
)

// contract lets requests through to the management API and holds them and
// their answers to the document that the API serves.
type contract struct {
	validator validator.Validator
	paths     map[string]map[string]struct {
		OperationID string                     `json:"operationId"`
		Responses   map[string]json.RawMessage `json:"responses"`
		RequestBody json.RawMessage            `json:"requestBody"`
	}
	templates map[string]*regexp.Regexp

	mu      sync.Mutex
	wrong   []string
	answers map[string]bool // "operation status"
}

func newContract(text []byte) (*contract, error) {
	doc, err := libopenapi.NewDocument(text)
	if err != nil {
		return nil, err
	}
	v, errs := validator.NewValidator(doc)
	if len(errs) > 0 {
		return nil, fmt.Errorf("%v", errs)
	}
	if ok, problems := v.ValidateDocument(); !ok {
		return nil, fmt.Errorf("%v", problems)
	}
	c := &contract{validator: v, templates: make(map[string]*regexp.Regexp), answers: make(map[string]bool)}
	whole := struct{ Paths any }{&c.paths}
	if err := json.Unmarshal(text, &whole); err != nil {
		return nil, err
	}
	for path := range c.paths {
		c.templates[path] = regexp.MustCompile("^" + regexp.MustCompile(`\{\w+\}`).ReplaceAllString(path, "[^/]+") + "$")
	}
	return c, nil
}

// RoundTrip sends a request. What differs from the document is noted.
func (c *contract) RoundTrip(req *http.Request) (*http.Response, error) {
	var sent []byte
	if req.Body != nil {
		var err error
		if sent, err = io.ReadAll(req.Body); err != nil {
			return nil, err
		}
		req.Body = io.NopCloser(bytes.NewReader(sent))
	}
	resp, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	stream := resp.Header.Get("Content-Type") == "text/event-stream"
	var answer []byte
	if !stream {
		if answer, err = io.ReadAll(resp.Body); err != nil {
			return nil, err
		}
		resp.Body.Close()
		resp.Body = io.NopCloser(bytes.NewReader(answer))
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.note(req, resp.StatusCode)
	if !stream {
		req.Body, resp.Body = io.NopCloser(bytes.NewReader(sent)), io.NopCloser(bytes.NewReader(answer))
		if ok, problems := c.validator.ValidateHttpResponse(req, resp); !ok {
			c.differs(req, resp.StatusCode, problems[0].Error()+" in "+string(answer[:min(len(answer), 2000)]))
		}
		resp.Body = io.NopCloser(bytes.NewReader(answer))
	}
	if resp.StatusCode/100 == 2 {
		req.Body = io.NopCloser(bytes.NewReader(sent))
		if ok, problems := c.validator.ValidateHttpRequest(req); !ok {
			c.differs(req, resp.StatusCode, "taken, but "+problems[0].Error()+": "+string(sent))
		}
	}
	return resp, nil
}

func (c *contract) differs(req *http.Request, status int, what string) {
	c.wrong = append(c.wrong, fmt.Sprintf("%s %s: %d: %s", req.Method, req.URL, status, what))
}

// note remembers which operation answered what.
func (c *contract) note(req *http.Request, status int) {
	for path, shape := range c.templates {
		op, ok := c.paths[path][strings.ToLower(req.Method)]
		if !ok || !shape.MatchString(req.URL.EscapedPath()) {
			continue
		}
		if _, documented := op.Responses[strconv.Itoa(status)]; !documented {
			c.differs(req, status, "the document does not have this status")
		}
		c.answers[fmt.Sprintf("%s %d", op.OperationID, status)] = true
		return
	}
	c.differs(req, status, "the document does not have this operation")
}

// TestOpenAPI runs the conformance suite of the management API through an
// OpenAPI validator, then asks for every refusal, until every operation has
// answered with every status that the document promises.
func TestOpenAPI(t *testing.T) {
	provider, err := mockidp.Start(t.Context(), mockidp.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer provider.Close(t.Context())
	server, err := control.Start(t.Context(), &control.Local{Server: provider, Own: []fault.Spec{controltest.Own()}}, control.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close(context.WithoutCancel(t.Context()))
	a := asker{t: t, server: server}
	_, text := a.ask(http.DefaultTransport, "GET", "/openapi.json", "")
	c, err := newContract([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	client := server.Client()
	client.HTTP = &http.Client{Transport: c}
	t.Run("suite", func(t *testing.T) { controltest.Run(t, client) })

	a.contract = c
	a.ask(c, "GET", "/healthz", "")
	a.ask(c, "GET", "/openapi.json", "")
	if _, err := client.NewIssuer(t.Context(), settings.Issuer{Path: "/asked"}); err != nil {
		t.Fatal(err)
	}
	for path, methods := range c.paths {
		for method, op := range methods {
			a.refusals(strings.ToUpper(method), path, op.RequestBody != nil)
		}
	}
	a.tooManyStreams()
	if err := provider.Close(t.Context()); err != nil {
		t.Error(err)
	}
	a.ask(c, "GET", "/readyz", "")

	for _, w := range c.wrong {
		t.Error(w)
	}
	for _, methods := range c.paths {
		for _, op := range methods {
			for status := range op.Responses {
				if !c.answers[op.OperationID+" "+status] {
					t.Errorf("%s never answered %s", op.OperationID, status)
				}
			}
		}
	}
	t.Logf("%d operations and statuses", len(c.answers))
}

// TestContractNotices holds that the transport of these tests tells what
// differs.
func TestContractNotices(t *testing.T) {
	provider, err := mockidp.Start(t.Context(), mockidp.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer provider.Close(t.Context())
	server, err := control.Start(t.Context(), &control.Local{Server: provider}, control.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close(t.Context())
	a := asker{t: t, server: server}
	_, text := a.ask(http.DefaultTransport, "GET", "/openapi.json", "")
	for _, edit := range []struct{ old, new string }{
		{`"required":["issuers"]`, `"required":["issuers","count"]`},
		{`"/v1/issuers":{`, `"/v1/issuer":{`},
		{`"operationId":"listIssuers"`, `"operationId":"listIssuers","deprecated":true`},
	} {
		text := regexp.MustCompile(`\s*([:,\[\]{}])\s*`).ReplaceAllString(text, "$1")
		if !strings.Contains(text, edit.old) {
			t.Fatalf("the document has no %s", edit.old)
		}
		c, err := newContract([]byte(strings.Replace(text, edit.old, edit.new, 1)))
		if err != nil {
			t.Fatal(err)
		}
		a.ask(c, "GET", "/v1/issuers", "")
		if harmless := strings.Contains(edit.new, "deprecated"); harmless != (len(c.wrong) == 0) {
			t.Errorf("with %s: %q", edit.new, c.wrong)
		}
	}
}

// asker makes requests that no client of ours would make.
type asker struct {
	t        *testing.T
	server   *control.Server
	contract *contract
}

// ask makes a request with the token and, given as name, value pairs, further
// header fields.
func (a asker) ask(via http.RoundTripper, method, path, body string, header ...string) (int, string) {
	a.t.Helper()
	req, err := http.NewRequestWithContext(a.t.Context(), method, a.server.URL()+path, strings.NewReader(body))
	if err != nil {
		a.t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+a.server.Token())
	req.Header.Set("Content-Type", "application/json")
	for i := 0; i < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
		if header[i] == "Host" {
			req.Host = header[i+1]
		}
	}
	resp, err := via.RoundTrip(req)
	if err != nil {
		a.t.Fatal(err)
	}
	defer resp.Body.Close()
	if resp.Header.Get("Content-Type") == "text/event-stream" {
		return resp.StatusCode, ""
	}
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		a.t.Fatal(err)
	}
	return resp.StatusCode, string(text)
}

// refusals makes an operation refuse in every way that does not depend on what
// it is about.
func (a asker) refusals(method, path string, hasBody bool) {
	a.t.Helper()
	path = strings.NewReplacer("{issuer}", "asked", "{ticket}", "1").Replace(path)
	for _, tc := range []struct {
		status             int
		query, body, where string
		header             []string
	}{
		{status: 400, query: "?nonsense=1"},
		{status: 401, header: []string{"Authorization", "Bearer nonsense"}},
		{status: 403, header: []string{"Origin", "http://evil.test"}},
		{status: 421, header: []string{"Host", "evil.test"}},
		{status: 404, where: "nobody"},
		{status: 400, body: "{"},
		{status: 413, body: `"` + strings.Repeat("x", 1<<20) + `"`},
		{status: 415, body: "{}", header: []string{"Content-Type", "text/plain"}},
		{status: 422, body: `{"nonsense":1}`},
	} {
		open := path == "/healthz" || path == "/readyz"
		if tc.body != "" && !hasBody || tc.where != "" && !strings.Contains(path, "asked") || tc.status == 401 && open {
			continue
		}
		at := path
		if tc.where != "" {
			at = strings.Replace(path, "asked", tc.where, 1)
			if method == "DELETE" && slices.Contains([]string{"users", "sessions", "clients"}, at[strings.LastIndexByte(at, '/')+1:]) {
				tc.query = "?user=a"
				if strings.HasSuffix(at, "clients") {
					tc.query = "?client=a"
				}
			}
		}
		if status, text := a.ask(a.contract, method, at+tc.query, tc.body, tc.header...); status != tc.status {
			a.t.Errorf("%s %s: %d %s, want %d", method, at+tc.query, status, text, tc.status)
		}
	}
}

func (a asker) tooManyStreams() {
	a.t.Helper()
	ctx, cancel := context.WithCancel(a.t.Context())
	defer cancel()
	for range 100 {
		req, err := http.NewRequestWithContext(ctx, "GET", a.server.URL()+"/v1/issuers/asked/journal/stream", nil)
		if err != nil {
			a.t.Fatal(err)
		}
		req.Header.Set("Authorization", "Bearer "+a.server.Token())
		resp, err := a.contract.RoundTrip(req)
		if err != nil {
			a.t.Fatal(err)
		}
		defer resp.Body.Close()
		if resp.StatusCode == http.StatusServiceUnavailable {
			return
		}
	}
	a.t.Error("streams without an end")
}
