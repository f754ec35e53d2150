package environ

import (
	"context"
	"crypto/rand"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"strings"
	"sync"

	"github.com/countersign-oidc/countersign/mockidp"
	"github.com/countersign-oidc/countersign/mockidp/journal"
)

// Gates say how the back channel of a lane is reached: each of the endpoints
// that the shop calls by itself has an address of its own, which the metadata
// names and which a check can shut.
type Gates string

// The ways of reaching the back channel. The zero value is at the provider's
// own address, without gates.
const (
	// GatesPlain are at the provider's host, each at a port of its own.
	GatesPlain Gates = "plain"
	// GatesLiteral are at the literal address of loopback: that of IPv6, where
	// the machine has one.
	GatesLiteral Gates = "literal"
	// GatesTLS speak TLS, with certificates that a check can change.
	GatesTLS Gates = "tls"
)

// Gate is one endpoint's own address. It hands connections on as they are.
type Gate struct {
	addr string // where it listens

	mu      sync.Mutex
	ln      net.Listener
	to      string // host and port behind it
	dialled int
	open    map[net.Conn]struct{}
	passing sync.WaitGroup
}

func newGate(ctx context.Context, addr, to string) (*Gate, error) {
	g := &Gate{addr: addr, to: to, open: map[net.Conn]struct{}{}}
	return g, g.Open(ctx)
}

// Open lets connections in, at the address that the gate always had.
func (g *Gate) Open(ctx context.Context) error {
	var lc net.ListenConfig
	ln, err := lc.Listen(ctx, "tcp", g.addr)
	if err != nil {
		return fmt.Errorf("gate of the provider: %w", err)
	}
	g.mu.Lock()
	g.ln, g.addr = ln, ln.Addr().String()
	g.mu.Unlock()
	g.passing.Go(func() { g.accept(context.WithoutCancel(ctx), ln) })
	return nil
}

// Shut refuses connections from now on, and ends those that a client has kept:
// nobody listens.
func (g *Gate) Shut() error {
	g.mu.Lock()
	defer g.mu.Unlock()
	for c := range g.open {
		_ = c.Close() // whoever waits at the other end learns of it
	}
	if err := g.ln.Close(); err != nil && !errors.Is(err, net.ErrClosed) {
		return fmt.Errorf("gate of the provider: %w", err)
	}
	return nil
}

// Lead hands connections on to another origin from now on.
func (g *Gate) Lead(origin string) error {
	u, err := url.Parse(origin)
	if err != nil {
		return fmt.Errorf("gate of the provider: %w", err)
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	g.to = u.Host
	return nil
}

// Dialled is how many connections were let in so far.
func (g *Gate) Dialled() int {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.dialled
}

func (g *Gate) close() error {
	err := g.Shut()
	g.passing.Wait()
	return err
}

func (g *Gate) accept(ctx context.Context, ln net.Listener) {
	for {
		in, err := ln.Accept()
		if err != nil {
			return // it is shut
		}
		g.mu.Lock()
		to := g.to
		g.dialled++
		g.mu.Unlock()
		g.passing.Go(func() { g.pass(ctx, in, to) })
	}
}

func (g *Gate) pass(ctx context.Context, in net.Conn, to string) {
	defer g.forget(in)
	g.keep(in)
	var d net.Dialer
	out, err := d.DialContext(ctx, "tcp", to)
	if err != nil {
		return // as if the provider had closed the connection
	}
	defer g.forget(out)
	g.keep(out)
	both := make(chan struct{}, 2)
	for _, way := range [][2]net.Conn{{in, out}, {out, in}} {
		go func() {
			_, _ = io.Copy(way[0], way[1]) // an end is an end
			both <- struct{}{}
		}()
	}
	<-both
}

func (g *Gate) keep(c net.Conn) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.open[c] = struct{}{}
}

func (g *Gate) forget(c net.Conn) {
	_ = c.Close()
	g.mu.Lock()
	defer g.mu.Unlock()
	delete(g.open, c)
}

// gated are the endpoints with a gate, by their member of the metadata.
var gated = map[string]journal.Kind{"token_endpoint": journal.Token, "jwks_uri": journal.JWKS, "userinfo_endpoint": journal.UserInfo}

// openGates makes the gates and the patch of the metadata that names them. The
// issuer has the path that is given.
func (e *Environment) openGates(ctx context.Context, l *Lane, how Gates, path string) (json.RawMessage, error) {
	scheme, host, listen, to := "http", ProviderHost, "127.0.0.1:0", e.server.Addr().String()
	switch how {
	case GatesLiteral:
		if host, listen = "::1", "[::1]:0"; !listens(ctx, listen) {
			host, listen = "127.0.0.1", "127.0.0.1:0"
		}
	case GatesTLS:
		scheme = "https"
		origin, err := e.Mirror(ctx, mockidp.Trusted)
		if err != nil {
			return nil, err
		}
		to = strings.TrimPrefix(origin, "https://")
	}
	plan, err := e.server.NewProvider(mockidp.Config{Path: path, Keys: e.ring, Profile: e.options.Profile})
	if err != nil {
		return nil, fmt.Errorf("endpoints of the lane: %w", err)
	}
	var served map[string]json.RawMessage
	err = json.Unmarshal(plan.ServedMetadata(), &served)
	plan.Close()
	if err != nil {
		return nil, fmt.Errorf("endpoints of the lane: %w", err)
	}
	patch := map[string]string{}
	for member, kind := range gated {
		gate, err := newGate(ctx, listen, to)
		if err != nil {
			return nil, err
		}
		l.Gates[kind] = gate
		var endpoint string
		if err := json.Unmarshal(served[member], &endpoint); err != nil {
			return nil, fmt.Errorf("%s of the lane: %w", member, err)
		}
		u, err := url.Parse(endpoint)
		if err != nil {
			return nil, fmt.Errorf("%s of the lane: %w", member, err)
		}
		_, port, err := net.SplitHostPort(gate.addr)
		if err != nil {
			return nil, fmt.Errorf("gate of the provider: %w", err)
		}
		u.Scheme, u.Host = scheme, net.JoinHostPort(host, port)
		patch[member] = u.String()
	}
	return json.Marshal(patch)
}

func listens(ctx context.Context, addr string) bool {
	var lc net.ListenConfig
	ln, err := lc.Listen(ctx, "tcp", addr)
	return err == nil && ln.Close() == nil
}

// Mirror is the origin of the provider with a certificate. It is made once for
// all lanes.
func (e *Environment) Mirror(ctx context.Context, id mockidp.TLSIdentity) (string, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if origin, ok := e.mirrors[id]; ok {
		return origin, nil
	}
	origin, err := e.server.Mirror(ctx, id)
	if err != nil {
		return "", fmt.Errorf("provider with the certificate %s: %w", id, err)
	}
	e.mirrors[id] = origin
	return origin, nil
}

// AnotherMirror is one with a new certificate that is good too.
func (e *Environment) AnotherMirror(ctx context.Context) (string, error) {
	return e.server.Mirror(ctx, mockidp.Trusted)
}

// roots are the CA that a shop has to trust to reach a provider by TLS.
func (e *Environment) roots() (*x509.CertPool, error) {
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(e.server.CA()) {
		return nil, errors.New("the provider's CA is no certificate")
	}
	return pool, nil
}

// gatedPath is the path of an issuer that is known before the issuer is made.
func gatedPath() string { return "/gated-" + strings.ToLower(rand.Text()[:10]) }
