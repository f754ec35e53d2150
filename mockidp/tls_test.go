package mockidp

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/countersign-oidc/countersign/mockidp/fault"
	"github.com/countersign-oidc/countersign/mockidp/internal/testca"
	"github.com/countersign-oidc/countersign/mockidp/journal"
)

// trusting is a browser that trusts the server's CA and nothing else.
func trusting(t testing.TB, p *Provider) *browser {
	t.Helper()
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(p.server.CA()) {
		t.Fatalf("no certificate in %q", p.server.CA())
	}
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12}, ForceAttemptHTTP2: true}
	t.Cleanup(transport.CloseIdleConnections)
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &browser{t, p, &http.Client{Jar: jar, Transport: transport, CheckRedirect: func(*http.Request, []*http.Request) error {
		return http.ErrUseLastResponse
	}}}
}

func TestSignInOverTLS(t *testing.T) {
	p := startWith(t, Options{TLS: true, Host: "localhost"})
	b := trusting(t, p)
	if !strings.HasPrefix(p.Issuer(), "https://localhost:") {
		t.Fatalf("issuer %s", p.Issuer())
	}
	r := b.signIn(authParams())
	if r.ProtoMajor != 2 {
		t.Errorf("HTTP/%d", r.ProtoMajor)
	}
	u, err := url.Parse(p.Issuer())
	if err != nil {
		t.Fatal(err)
	}
	if len(b.c.Jar.Cookies(u)) == 0 {
		t.Error("no session")
	}
	for _, c := range r.Cookies() {
		if !c.Secure {
			t.Errorf("cookie %s is not Secure", c.Name)
		}
	}
	if r := b.swap(codeForm(r.redirect().Get("code"))); r.StatusCode != http.StatusOK {
		t.Errorf("%d %s", r.StatusCode, r.Text)
	}
	// A dropped connection is an error over HTTP/2 too, and no answer.
	if _, err := p.Arm(fault.Spec{ID: "jwks.drop", Response: &fault.ResponseEdit{Endpoint: journal.JWKS, Drop: true}}, fault.Scope{}, 1); err != nil {
		t.Fatal(err)
	}
	if resp, err := b.c.Do(request(t, http.MethodGet, p.Issuer()+"/keys", nil)); err == nil {
		_ = resp.Body.Close()
		t.Errorf("dropped, but %d", resp.StatusCode)
	}
	if r := b.get("/keys", nil); r.StatusCode != http.StatusOK {
		t.Errorf("after the fault: %d", r.StatusCode)
	}
}

func TestCookiesAreNotSecureWithoutTLS(t *testing.T) {
	// A Secure cookie would be lost, and with it the session.
	for _, c := range newBrowser(t, newProvider(t, nil)).signIn(authParams()).Cookies() {
		if c.Secure {
			t.Errorf("cookie %s is Secure", c.Name)
		}
	}
}

func TestGivenCertificate(t *testing.T) {
	ca, err := testca.New(time.Now)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := ca.Issue(testca.Leaf{Hosts: []string{"127.0.0.1"}})
	if err != nil {
		t.Fatal(err)
	}
	p := startWith(t, Options{Certificate: cert})
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(ca.PEM())
	b := trusting(t, p)
	b.c.Transport.(*http.Transport).TLSClientConfig.RootCAs = roots
	r := b.get("/keys", nil)
	if got := r.TLS.PeerCertificates[0].SerialNumber; got.Cmp(cert.Leaf.SerialNumber) != 0 {
		t.Errorf("another certificate, %v", got)
	}
}

func TestCertificateOfTheServer(t *testing.T) {
	s, err := Start(t.Context(), Options{TLS: true, Addr: "127.0.0.2:0", URL: "https://idp.example.test", BackChannelURL: "https://idp:9400"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close(t.Context()) })
	got, err := s.certificates()(nil)
	if err != nil {
		t.Fatal(err)
	}
	leaf := got.Leaf
	for _, host := range []string{"localhost", "127.0.0.1", "::1", "127.0.0.2", "idp.example.test", "idp"} {
		if err := leaf.VerifyHostname(host); err != nil {
			t.Error(err)
		}
	}
	if leaf.KeyUsage != x509.KeyUsageDigitalSignature || len(leaf.ExtKeyUsage) != 1 || leaf.ExtKeyUsage[0] != x509.ExtKeyUsageServerAuth || leaf.IsCA {
		t.Errorf("key usage %v %v, CA %v", leaf.KeyUsage, leaf.ExtKeyUsage, leaf.IsCA)
	}
	if life := leaf.NotAfter.Sub(leaf.NotBefore); life > 10*24*time.Hour {
		t.Errorf("good for %v", life)
	}
}

func TestCertificatesAreRenewed(t *testing.T) {
	now := time.Now()
	ca, err := testca.New(func() time.Time { return now })
	if err != nil {
		t.Fatal(err)
	}
	for _, leaf := range []testca.Leaf{{Hosts: []string{"localhost"}}, {Hosts: []string{"localhost"}, Expired: true}} {
		source := ca.Renewing(leaf)
		first, err := source(nil)
		if err != nil {
			t.Fatal(err)
		}
		now = now.Add(24 * time.Hour)
		if second, err := source(nil); err != nil || second != first {
			t.Errorf("another certificate after a day: %v", err)
		}
		now = now.Add(5 * 24 * time.Hour)
		later, err := source(nil)
		if err != nil || (later == first) != leaf.Expired || leaf.Expired != later.Leaf.NotAfter.Before(now) {
			t.Errorf("after six days: %v, %v", later.Leaf.NotAfter, err)
		}
	}
}

func TestMirrors(t *testing.T) {
	p := startWith(t, Options{TLS: true})
	wrong := map[TLSIdentity]func(error) bool{
		Trusted:    func(err error) bool { return err == nil },
		SelfSigned: func(err error) bool { _, ok := errors.AsType[x509.UnknownAuthorityError](err); return ok },
		UnknownCA:  func(err error) bool { _, ok := errors.AsType[x509.UnknownAuthorityError](err); return ok },
		Expired: func(err error) bool {
			e, ok := errors.AsType[x509.CertificateInvalidError](err)
			return ok && e.Reason == x509.Expired
		},
		OldTLS:    func(err error) bool { return err != nil && strings.Contains(err.Error(), "protocol version") },
		WrongHost: func(err error) bool { _, ok := errors.AsType[x509.HostnameError](err); return ok },
	}
	for _, id := range TLSIdentities() {
		origin, err := p.server.Mirror(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		target := origin + p.path + "/.well-known/openid-configuration"
		resp, err := trusting(t, p).c.Do(request(t, http.MethodGet, target, nil))
		if err == nil {
			_ = resp.Body.Close()
		}
		if !wrong[id](err) {
			t.Errorf("%s: %v", id, err)
		}
		// Whoever does not look at certificates gets the same issuer.
		blind := trusting(t, p)
		blind.c.Transport.(*http.Transport).TLSClientConfig.InsecureSkipVerify = true
		blind.c.Transport.(*http.Transport).TLSClientConfig.MinVersion = tls.VersionTLS10
		if got := blind.do(request(t, http.MethodGet, target, nil)).member(t, "issuer"); got != p.Issuer() {
			t.Errorf("%s: issuer %v", id, got)
		}
	}
	if _, err := p.server.Mirror(t.Context(), "shiny"); err == nil || !strings.Contains(err.Error(), `"self_signed"`) {
		t.Errorf("got %v", err)
	}
	if err := p.server.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := p.server.Mirror(t.Context(), Trusted); err == nil {
		t.Error("a closed server has a mirror")
	}
}

// TestMirrorByMetadata is how a relying party that reads discovery gets to a
// mirror.
func TestMirrorByMetadata(t *testing.T) {
	p := startWith(t, Options{})
	origin, err := p.server.Mirror(t.Context(), WrongHost)
	if err != nil {
		t.Fatal(err)
	}
	merge := []byte(`{"token_endpoint": "` + origin + p.path + `/swap"}`)
	spec := fault.Spec{ID: "discovery.token_endpoint.wrong_host", Response: &fault.ResponseEdit{Endpoint: journal.Discovery, Merge: merge}}
	if _, err := p.Arm(spec, fault.Scope{}, fault.Always); err != nil {
		t.Fatal(err)
	}
	b := newBrowser(t, p)
	endpoint, ok := b.get("/.well-known/openid-configuration", nil).member(t, "token_endpoint").(string)
	if !ok {
		t.Fatal("no token_endpoint")
	}
	if resp, err := b.c.Do(request(t, http.MethodPost, endpoint, codeForm("x"))); err == nil {
		_ = resp.Body.Close()
		t.Error("accepted a certificate of another host")
	}
}
