package interop

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"html"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
)

// driver is a relying party and a browser that do as little as a sign-in
// takes, so that a benchmark measures the provider.
type driver struct {
	facts
	agent    *http.Client
	meta     oauth2.Endpoint
	verifier *oidc.IDTokenVerifier
	begin    string
	count    atomic.Int64
}

// facts is what a relying party has to know of a provider.
type facts struct {
	Issuer       string `json:"issuer"`
	ClientID     string `json:"client_id"`
	ClientSecret string `json:"client_secret"`
	Username     string `json:"username"`
	Password     string `json:"password"`
}

// driverCallback is a redirect URI that every provider takes.
const driverCallback = "http://127.0.0.1:9500/callback"

const (
	driverConns    = 8
	driverVerifier = "a-verifier-that-is-long-enough-to-be-one-0123456789"
	driverNonce    = "a-nonce"
)

func newDriver(ctx context.Context, f facts) (*driver, error) {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.MaxIdleConnsPerHost = driverConns
	d := &driver{facts: f, agent: &http.Client{Transport: transport, CheckRedirect: func(*http.Request, []*http.Request) error {
		return http.ErrUseLastResponse
	}}}
	op, err := oidc.NewProvider(oidc.ClientContext(ctx, d.agent), f.Issuer)
	if err != nil {
		return nil, err
	}
	d.meta = op.Endpoint()
	d.verifier = op.Verifier(&oidc.Config{ClientID: f.ClientID, SupportedSigningAlgs: []string{"RS256", "ES256"}})
	d.begin = d.meta.AuthURL + "?" + url.Values{
		"client_id": {f.ClientID}, "redirect_uri": {driverCallback}, "response_type": {"code"},
		"scope": {"openid profile email"}, "state": {"a-state"}, "nonce": {driverNonce},
		"code_challenge": {oauth2.S256ChallengeFromVerifier(driverVerifier)}, "code_challenge_method": {"S256"},
	}.Encode()
	return d, nil
}

func (d *driver) close() { d.agent.CloseIdleConnections() }

var driverForm = regexp.MustCompile(`<form [^>]*action="([^"]*)"`)

// signIn goes to the provider with a new browser and redeems the code. Of a
// hundred ID tokens it verifies one.
func (d *driver) signIn(ctx context.Context) error {
	page, to, err := d.send(ctx, http.MethodGet, d.begin, nil)
	if err != nil {
		return err
	}
	if to == nil {
		m := driverForm.FindStringSubmatch(page)
		if m == nil {
			return fmt.Errorf("no form in %q", page)
		}
		_, to, err = d.send(ctx, http.MethodPost, html.UnescapeString(m[1]), url.Values{"username": {d.Username}, "password": {d.Password}})
		if err != nil {
			return err
		}
	}
	text, _, err := d.send(ctx, http.MethodPost, d.meta.TokenURL, url.Values{
		"grant_type": {"authorization_code"}, "code": {to.Query().Get("code")}, "redirect_uri": {driverCallback},
		"code_verifier": {driverVerifier}, "client_id": {d.ClientID}, "client_secret": {d.ClientSecret},
	})
	if err != nil {
		return err
	}
	var answer struct {
		IDToken string `json:"id_token"`
	}
	if err := json.Unmarshal([]byte(text), &answer); err != nil || answer.IDToken == "" {
		return fmt.Errorf("token response %q: %w", text, err)
	}
	if d.count.Add(1)%100 != 1 {
		return nil
	}
	id, err := d.verifier.Verify(oidc.ClientContext(ctx, d.agent), answer.IDToken)
	if err == nil && id.Nonce != driverNonce {
		err = fmt.Errorf("nonce %q", id.Nonce)
	}
	return err
}

// signIns makes that many sign-ins, as many at once as there are connections.
func (d *driver) signIns(ctx context.Context, n int) error {
	var left atomic.Int64
	left.Store(int64(n))
	errs := make([]error, driverConns)
	var wg sync.WaitGroup
	for i := range errs {
		wg.Go(func() {
			for errs[i] == nil && left.Add(-1) >= 0 {
				errs[i] = d.signIn(ctx)
			}
		})
	}
	wg.Wait()
	return errors.Join(errs...)
}

// send is the body of an answer and where it redirects to, if it does.
func (d *driver) send(ctx context.Context, method, target string, form url.Values) (string, *url.URL, error) {
	req, err := http.NewRequestWithContext(ctx, method, target, strings.NewReader(form.Encode()))
	if err != nil {
		return "", nil, err
	}
	if method == http.MethodPost {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	resp, err := d.agent.Do(req)
	if err != nil {
		return "", nil, err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode >= 400 {
		return "", nil, fmt.Errorf("%s %s: status %d, %q: %w", method, req.URL.Path, resp.StatusCode, body, err)
	}
	if resp.Header.Get("Location") == "" {
		return string(body), nil, nil
	}
	to, err := resp.Location()
	return "", to, err
}

// TestDriver keeps the benchmarks' driver in order between their runs.
func TestDriver(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"countersign", "mockoidc"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := startPeer(t, name)
			for range 3 {
				if err := p.driver.signIn(t.Context()); err != nil {
					t.Fatal(err)
				}
			}
			before := p.cpu(t)
			if err := p.driver.signIn(t.Context()); err != nil {
				t.Fatal(err)
			}
			if spent := p.cpu(t) - before; spent <= 0 {
				t.Errorf("a sign-in took %v of CPU", spent)
			}
		})
	}
}
