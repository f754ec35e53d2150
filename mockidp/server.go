package mockidp

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/countersign-oidc/countersign/mockidp/internal/endpoint"
	"github.com/countersign-oidc/countersign/mockidp/internal/testca"
	"github.com/countersign-oidc/countersign/mockidp/journal"
)

// Server listens for any number of providers.
type Server struct {
	front, back string // origins, without a trailing slash
	options     Options
	http        *http.Server
	ca          *testca.CA
	pages       *endpoint.Pages
	stray       *journal.Log

	// closing ends the delays of all providers.
	closing context.Context
	close   context.CancelFunc
	serving sync.WaitGroup

	mu        sync.RWMutex
	addr      net.Addr
	providers map[string]*Provider // by path; "" is the bare origin
	made      int
	fresh     map[net.Conn]struct{} // opened, without a request so far
	broken    []error               // of listeners that ended before their time
}

// Start listens and serves until Close. The context bounds the start only. Its
// error lists everything that is wrong with the options.
func Start(ctx context.Context, o Options) (*Server, error) {
	o, err := o.withDefaults()
	if err != nil {
		return nil, fmt.Errorf("mock provider: %w", err)
	}
	ln, err := bind(ctx, o.Addr)
	if err != nil {
		return nil, err
	}
	front, back := o.origins(ln.Addr())
	s, err := newServer(ctx, front, back, o)
	if err != nil {
		return nil, errors.Join(err, ln.Close())
	}
	s.addr = ln.Addr()
	if err := s.serve(ln, s.certificates(), false); err != nil {
		return nil, errors.Join(err, ln.Close())
	}
	return s, nil
}

func bind(ctx context.Context, addr string) (net.Listener, error) {
	var lc net.ListenConfig
	ln, err := lc.Listen(ctx, "tcp", addr)
	if err != nil {
		return nil, fmt.Errorf("mock provider: %w", err)
	}
	return ln, nil
}

// newServer is a server that does not listen yet.
func newServer(ctx context.Context, front, back string, o Options) (*Server, error) {
	pages, err := endpoint.NewPages()
	if err != nil {
		return nil, err
	}
	ca, err := testca.New(o.Now)
	if err != nil {
		return nil, err
	}
	s := &Server{
		front: front, back: back,
		options:   o,
		ca:        ca,
		pages:     pages,
		stray:     journal.NewLog(0),
		providers: make(map[string]*Provider),
		fresh:     make(map[net.Conn]struct{}),
	}
	s.closing, s.close = context.WithCancel(context.WithoutCancel(ctx))
	s.http = &http.Server{
		Handler:           http.HandlerFunc(s.dispatch),
		ReadHeaderTimeout: o.Limits.Header,
		ReadTimeout:       o.Limits.Request,
		IdleTimeout:       o.Limits.Idle,
		MaxHeaderBytes:    o.Limits.HeaderBytes,
		ErrorLog:          slog.NewLogLogger(o.Logger.Handler(), slog.LevelWarn),
		ConnState:         s.track,
	}
	return s, nil
}

// certificate is what a listener presents; nil is one without TLS.
type certificate func(*tls.ClientHelloInfo) (*tls.Certificate, error)

// certificates are those of the server's own listener.
func (s *Server) certificates() certificate {
	switch {
	case s.options.Certificate != nil:
		return func(*tls.ClientHelloInfo) (*tls.Certificate, error) { return s.options.Certificate, nil }
	case s.options.TLS:
		return s.ca.Renewing(testca.Leaf{Hosts: hosts(s.addr, s.front, s.back)})
	default:
		return nil
	}
}

var errClosed = errors.New("mock provider: the server is closed")

// ErrPathTaken is a provider at the path of another one.
var ErrPathTaken = errors.New("path is taken")

// serve serves a listener until the server closes, with a certificate by TLS,
// an old one or the usual. It refuses after that.
func (s *Server) serve(ln net.Listener, c certificate, old bool) error {
	if c != nil {
		config := &tls.Config{MinVersion: tls.VersionTLS12, NextProtos: []string{"h2", "http/1.1"}, GetCertificate: c}
		if old {
			config.MinVersion, config.MaxVersion = tls.VersionTLS10, tls.VersionTLS11
			config.NextProtos = nil // HTTP/2 is for TLS 1.2 and later (RFC 9113, section 9.2)
		}
		ln = tls.NewListener(ln, config)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closing.Err() != nil {
		return errClosed
	}
	s.serving.Go(func() {
		if err := s.http.Serve(ln); !errors.Is(err, http.ErrServerClosed) {
			s.mu.Lock()
			defer s.mu.Unlock()
			s.broken = append(s.broken, fmt.Errorf("mock provider: %w", err))
		}
	})
	return nil
}

// URL is the origin of the server for browsers, without a trailing slash.
func (s *Server) URL() string { return s.front }

// Addr is the address that the server listens on.
func (s *Server) Addr() net.Addr { return s.addr }

// CA is the certificate, in PEM, of the CA that signs the server's own
// certificate, and those of mirrors that are not bad. Relying parties and
// browsers have to trust it. The key never leaves the process.
func (s *Server) CA() []byte { return s.ca.PEM() }

// Providers are the issuers of the server, in the order of their paths.
func (s *Server) Providers() []*Provider {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return slices.SortedFunc(maps.Values(s.providers), func(a, b *Provider) int { return strings.Compare(a.path, b.path) })
}

// Serving is nil while the server serves, and says why when it does not.
func (s *Server) Serving() error {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if s.closing.Err() != nil {
		return errClosed
	}
	return errors.Join(s.broken...)
}

// Journal records the requests that belong to no provider.
func (s *Server) Journal() *journal.Log { return s.stray }

// Close ends delays, lets exchanges in progress finish until the context is
// done, and cuts off the rest. It returns an error if it had to.
func (s *Server) Close(ctx context.Context) error {
	s.mu.Lock()
	s.close() // under the lock, so that no mirror starts to serve after it
	s.mu.Unlock()
	s.dropFresh()
	err := s.http.Shutdown(ctx)
	if err != nil {
		err = fmt.Errorf("exchanges of the mock provider were cut off: %w", errors.Join(err, s.http.Close()))
	}
	s.serving.Wait()
	s.mu.Lock()
	defer s.mu.Unlock()
	return errors.Join(append(s.broken, err)...)
}

// track keeps the connections that have not carried a request. Browsers open
// such ones in advance, and a graceful shutdown would wait 5 s for each.
func (s *Server) track(c net.Conn, state http.ConnState) {
	s.mu.Lock()
	if state == http.StateNew {
		s.fresh[c] = struct{}{}
	} else {
		delete(s.fresh, c)
	}
	s.mu.Unlock()
	if state == http.StateNew && s.closing.Err() != nil {
		// The connection is of no use any more; nobody could act on an error.
		_ = c.Close()
	}
}

func (s *Server) dropFresh() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for c := range s.fresh {
		_ = c.Close()
	}
}

// dispatch hands a request to the provider with the longest path that leads
// to it.
func (s *Server) dispatch(w http.ResponseWriter, r *http.Request) {
	path := r.URL.Path
	for base := strings.TrimSuffix(path, "/"); ; {
		if p, ok := s.provider(base); ok {
			p.router.Serve(w, r, path[len(base):])
			return
		}
		i := strings.LastIndexByte(base, '/')
		if i < 0 {
			break
		}
		base = base[:i]
	}
	if !endpoint.Noise(path) {
		e := journal.Entry{
			At: time.Now(), Kind: journal.Stray, Method: r.Method, Path: path, Query: r.URL.Query(),
			Header: r.Header, Status: http.StatusNotFound, Sent: true,
		}
		s.stray.Append(e)
		if observe := s.options.observer(""); observe != nil {
			observe(e, e.At)
		}
	}
	http.Error(w, "No provider has this path.", http.StatusNotFound)
}

func (s *Server) provider(path string) (*Provider, bool) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	p, ok := s.providers[path]
	return p, ok
}
