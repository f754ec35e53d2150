package control

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/countersign-oidc/countersign/mockidp/fault"
	"github.com/countersign-oidc/countersign/mockidp/settings"
)

// maxAnswer bounds what is read of an answer. A page of the journal has about 4
// MiB, before base64.
const maxAnswer = 32 << 20

// Client is a host in another process. Its errors are a *Problem where the
// server refused something.
type Client struct {
	// URL is the origin of the API, such as "http://127.0.0.1:9401".
	URL string
	// Token is the bearer token.
	Token string
	// HTTP makes the requests; nil means one that uses no proxy.
	HTTP *http.Client

	once sync.Once
	own  *http.Client
}

// Ready is nil when the provider serves.
func (c *Client) Ready(ctx context.Context) error {
	return c.do(ctx, request{method: http.MethodGet, path: "/readyz"}, nil)
}

// Faults are the named faults.
func (c *Client) Faults(ctx context.Context) ([]fault.Spec, error) {
	return items[fault.Spec](ctx, c, "/v1/faults", "faults")
}

// NewIssuer adds an issuer.
func (c *Client) NewIssuer(ctx context.Context, i settings.Issuer) (Handle, error) {
	var info Info
	err := c.do(ctx, request{method: http.MethodPost, path: "/v1/issuers", body: i}, &info)
	if err != nil {
		return nil, err
	}
	return &remoteHandle{c, info.ID}, nil
}

// Issuers are all issuers.
func (c *Client) Issuers(ctx context.Context) ([]Info, error) {
	return items[Info](ctx, c, "/v1/issuers", "issuers")
}

// Issuer is the issuer of an ID.
func (c *Client) Issuer(ctx context.Context, id string) (Handle, error) {
	if id == "" || strings.HasPrefix(id, ".") || strings.Contains(id, "/") {
		return nil, missing("issuer", id, nil) // no ID is like that, and a path cannot say it
	}
	h := &remoteHandle{c, id}
	if _, err := h.Info(ctx); err != nil {
		return nil, err
	}
	return h, nil
}

// request is a request to make.
type request struct {
	method, path string
	query        url.Values
	body         any
}

// items reads a list with a name.
func items[T any](ctx context.Context, c *Client, path, name string) ([]T, error) {
	var out map[string][]T
	err := c.do(ctx, request{method: http.MethodGet, path: path}, &out)
	return out[name], err
}

// do makes a request and decodes what is answered, if it is wanted.
func (c *Client) do(ctx context.Context, r request, into any) error {
	resp, err := c.send(ctx, r)
	if err != nil {
		return err
	}
	defer func() { _ = resp.Body.Close() }() // read as far as it is wanted
	if into == nil {
		return nil
	}
	dec := json.NewDecoder(io.LimitReader(resp.Body, maxAnswer))
	dec.UseNumber() // claims keep every digit
	if err := dec.Decode(into); err != nil {
		return fmt.Errorf("%s %s: the answer is not as expected: %w", r.method, r.path, err)
	}
	return nil
}

// send makes a request. The answer is one of success; its body is the caller's
// to close.
func (c *Client) send(ctx context.Context, r request) (*http.Response, error) {
	var body io.Reader
	if r.body != nil {
		text, err := json.Marshal(r.body)
		if err != nil {
			return nil, unfit("the body", err)
		}
		body = bytes.NewReader(text)
	}
	target := strings.TrimSuffix(c.URL, "/") + r.path
	if len(r.query) > 0 {
		target += "?" + r.query.Encode()
	}
	req, err := http.NewRequestWithContext(ctx, r.method, target, body)
	if err != nil {
		return nil, fmt.Errorf("management API: %w", err)
	}
	req.Header.Set("Authorization", "Bearer "+c.Token)
	if r.body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	resp, err := c.client().Do(req)
	if err != nil {
		return nil, fmt.Errorf("management API: %w", err)
	}
	if resp.StatusCode/100 == 2 {
		return resp, nil
	}
	return nil, errors.Join(refusal(r, resp), resp.Body.Close())
}

func refusal(r request, resp *http.Response) error {
	text, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer))
	p := &Problem{}
	if err == nil {
		err = json.Unmarshal(text, p)
	}
	if err != nil || p.Status != resp.StatusCode {
		return fmt.Errorf("%s %s: status %s from something that is no management API", r.method, r.path, resp.Status)
	}
	return p
}

// client makes calls without a proxy and without following redirects: neither
// is to see the token.
func (c *Client) client() *http.Client {
	if c.HTTP != nil {
		return c.HTTP
	}
	c.once.Do(func() {
		c.own = &http.Client{
			Transport: &http.Transport{
				DialContext:           (&net.Dialer{Timeout: headerTimeout}).DialContext,
				TLSHandshakeTimeout:   headerTimeout,
				ResponseHeaderTimeout: 2 * maxWait,
				IdleConnTimeout:       time.Minute,
			},
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		}
	})
	return c.own
}
