package mockidp

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/countersign-oidc/countersign/mockidp/fault"
	"github.com/countersign-oidc/countersign/mockidp/identity"
	"github.com/countersign-oidc/countersign/mockidp/journal"
)

// patience is how long a test waits for what must come.
const patience = 10 * time.Second

// startWith starts a server with options, and a provider on it.
func startWith(t testing.TB, o Options) *Provider {
	t.Helper()
	s, err := Start(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), patience)
		defer cancel()
		if err := s.Close(ctx); err != nil {
			t.Error(err)
		}
	})
	p, err := s.NewProvider(testConfig())
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func dial(t testing.TB, p *Provider) net.Conn {
	t.Helper()
	var d net.Dialer
	c, err := d.DialContext(t.Context(), "tcp", p.server.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	if err := c.SetDeadline(time.Now().Add(patience)); err != nil {
		t.Fatal(err)
	}
	return c
}

// awaitCut reads until the server ends the connection.
func awaitCut(c net.Conn) error {
	_, err := io.Copy(io.Discard, c)
	var late net.Error
	if errors.As(err, &late) && late.Timeout() {
		return errors.New("the connection was not cut")
	}
	return nil
}

// slow writes a text byte by byte until the server hangs up.
func slow(c net.Conn, text string, pause time.Duration) {
	tick := time.NewTicker(pause)
	defer tick.Stop()
	for i := range len(text) {
		if _, err := c.Write([]byte{text[i]}); err != nil {
			return
		}
		<-tick.C
	}
}

func TestSlowConnectionsHarmNobody(t *testing.T) {
	p := startWith(t, Options{Limits: Limits{Header: 500 * time.Millisecond, Request: time.Second, Idle: time.Second}})
	header := "POST " + p.path + "/swap HTTP/1.1\r\nHost: op.test\r\nContent-Type: application/x-www-form-urlencoded\r\n"
	endless := header + strings.Repeat("X-Slow: 1\r\n", 100)
	body := header + "Content-Length: 1000\r\n\r\n" + strings.Repeat("a=b&", 250)
	var cuts sync.WaitGroup
	began := time.Now()
	for i := range 200 {
		c := dial(t, p)
		cuts.Go(func() {
			switch i % 4 {
			case 0: // says nothing
			case 1:
				slow(c, endless, 10*time.Millisecond)
			case 2: // the headers at once, the body slowly
				at := strings.Index(body, "\r\n\r\n") + 4
				if _, err := io.WriteString(c, body[:at]); err == nil {
					slow(c, body[at:], 10*time.Millisecond)
				}
			case 3: // one exchange, then nothing
				if _, err := io.WriteString(c, "GET "+p.path+"/keys HTTP/1.1\r\nHost: op.test\r\n\r\n"); err == nil {
					resp, err := http.ReadResponse(bufio.NewReader(c), nil)
					if err != nil {
						t.Error(err)
						return
					}
					_ = resp.Body.Close()
				}
			}
			if err := awaitCut(c); err != nil {
				t.Errorf("connection %d: %v", i, err)
			}
		})
	}
	for range 5 {
		b := newBrowser(t, p)
		if r := b.swap(codeForm(b.code())); r.StatusCode != http.StatusOK {
			t.Errorf("sign-in beside slow connections: %d %s", r.StatusCode, r.Text)
		}
	}
	if took := time.Since(began); took > patience/2 {
		t.Errorf("five sign-ins took %v", took)
	}
	cuts.Wait()
}

func TestOversizeIsRefused(t *testing.T) {
	p := startWith(t, Options{Limits: Limits{HeaderBytes: 8 << 10}})
	b := newBrowser(t, p)
	large := strings.Repeat("x", 70<<10)
	if r := b.do(request(t, http.MethodGet, p.Issuer()+"/keys", nil, "X-Large", large[:16<<10])); r.StatusCode != http.StatusRequestHeaderFieldsTooLarge {
		t.Errorf("headers of 16 KiB: %d", r.StatusCode)
	}
	if r := b.do(request(t, http.MethodGet, p.Issuer()+"/begin?state="+large, nil)); r.StatusCode != http.StatusRequestHeaderFieldsTooLarge {
		t.Errorf("a URL of 70 KiB: %d", r.StatusCode)
	}
	mark := p.Journal().Mark()
	r := b.swap(codeForm(large))
	if r.StatusCode != http.StatusRequestEntityTooLarge || r.member(t, "error") != "invalid_request" {
		t.Errorf("a body of 70 KiB: %d %s", r.StatusCode, r.Text)
	}
	if seen := p.Journal().Select(journal.Query{After: mark}); len(seen) != 1 || seen[0].Error != "invalid_request" {
		t.Errorf("journal: %+v", seen)
	}
	if r := b.swap(codeForm(b.code())); r.StatusCode != http.StatusOK {
		t.Errorf("afterwards: %d %s", r.StatusCode, r.Text)
	}
}

func TestWhoNeverReadsIsCut(t *testing.T) {
	p := startWith(t, Options{Limits: Limits{Write: 300 * time.Millisecond}})
	if _, err := p.Arm(fault.Spec{ID: "jwks.body.huge", Response: &fault.ResponseEdit{Endpoint: journal.JWKS, Pad: 32 << 20}}, fault.Scope{}, 1); err != nil {
		t.Fatal(err)
	}
	c := dial(t, p)
	if _, err := io.WriteString(c, "GET "+p.path+"/keys HTTP/1.1\r\nHost: op.test\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	e, err := p.Journal().Await(ctx, journal.Query{Kind: journal.JWKS})
	if err != nil {
		t.Fatal(err)
	}
	if e.Sent {
		t.Error("an answer that nobody took counts as sent")
	}
}

func TestOptionsListAllProblems(t *testing.T) {
	_, err := Start(t.Context(), Options{
		URL: "https://idp.example.test/op/", BackChannelURL: "idp:9400", Host: "http://x",
		Limits: Limits{Header: -1, HeaderBytes: -1},
	})
	if err == nil {
		t.Fatal("accepted")
	}
	for _, want := range []string{
		`URL: "https://idp.example.test/op/" is more than an origin; write "https://idp.example.test"`,
		`back-channel URL: "idp:9400" is not an origin`,
		`the URL says which host it is, leave one out`,
		`host "http://x" is not a host name`,
		"limit header: -1ns is negative",
		"limit header bytes: -1 is negative",
	} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%v\nlacks %s", err, want)
		}
	}
}

func TestOneIssuerTwoOrigins(t *testing.T) {
	s, err := Start(t.Context(), Options{URL: "https://idp.example.test", BackChannelURL: "http://idp:9400"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close(context.WithoutCancel(t.Context())) })
	p, err := s.NewProvider(Config{Path: "/acme", Keys: sharedRing(), Clients: []identity.Client{basicClient()}, Users: []identity.User{ada()}})
	if err != nil {
		t.Fatal(err)
	}
	m := p.Metadata()
	for got, want := range map[string]string{
		p.Issuer(): "https://idp.example.test/acme", m.Issuer: "https://idp.example.test/acme",
		m.AuthorizationEndpoint: "https://idp.example.test/acme/begin", m.EndSessionEndpoint: "https://idp.example.test/acme/leave",
		m.TokenEndpoint: "http://idp:9400/acme/swap", m.JWKSURI: "http://idp:9400/acme/keys", m.UserInfoEndpoint: "http://idp:9400/acme/who",
	} {
		if got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
	b := newBrowser(t, p)
	for _, host := range []string{"idp.example.test", "idp:9400"} {
		req := request(t, http.MethodGet, "http://"+s.Addr().String()+"/acme/.well-known/openid-configuration", nil)
		req.Host = host
		if got := b.do(req).member(t, "issuer"); got != p.Issuer() {
			t.Errorf("discovery at %s: issuer %v", host, got)
		}
	}
	// Behind a proxy with TLS, browsers must not send the session in the clear.
	local := "http://" + s.Addr().String()
	page := b.do(request(t, http.MethodGet, local+"/acme/begin?"+authParams().Encode(), nil))
	form := strings.Replace(action(t, page.Text), "https://idp.example.test", local, 1)
	r := b.post(form, url.Values{"username": {"ada"}, "password": {"correct horse"}})
	if len(r.Cookies()) == 0 {
		t.Fatalf("no session: %d %s", r.StatusCode, r.Text)
	}
	for _, c := range r.Cookies() {
		if !c.Secure {
			t.Errorf("cookie %s is not Secure", c.Name)
		}
	}
}
