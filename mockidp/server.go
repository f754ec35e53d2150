package mockidp

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/countersign-oidc/countersign/mockidp/internal/endpoint"
	"github.com/countersign-oidc/countersign/mockidp/journal"
)

// Options says where a server listens. The zero value is a free port on
// 127.0.0.1.
type Options struct {
	// Addr is the address to listen on; empty means "127.0.0.1:0".
	Addr string
	// Host is the host name in issuer URLs, without a port; empty means the
	// listener's address, or localhost when it listens on all. A shop and its provider want different names, for
	// example "localhost" here, so that browsers keep their cookies apart.
	Host string
	// Logger gets what does not belong in a journal; nil discards it.
	Logger *slog.Logger
}

// Server listens for any number of providers.
type Server struct {
	origin string
	http   *http.Server
	logger *slog.Logger
	pages  *endpoint.Pages
	stray  *journal.Log
	served chan error

	// closing ends the delays of all providers.
	closing context.Context
	close   context.CancelFunc

	mu        sync.RWMutex
	providers map[string]*Provider // by path; "" is the bare origin
	made      int
	fresh     map[net.Conn]struct{} // opened, without a request so far
}

// Start listens and serves until Close. The context bounds the start only.
func Start(ctx context.Context, o Options) (*Server, error) {
	if o.Addr == "" {
		o.Addr = "127.0.0.1:0"
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	var lc net.ListenConfig
	ln, err := lc.Listen(ctx, "tcp", o.Addr)
	if err != nil {
		return nil, fmt.Errorf("mock provider: %w", err)
	}
	s, err := newServer(ctx, "http://"+authority(o.Host, ln.Addr()), o.Logger)
	if err != nil {
		return nil, errors.Join(err, ln.Close())
	}
	go func() { s.served <- s.http.Serve(ln) }()
	return s, nil
}

// newServer is a server that does not listen yet.
func newServer(ctx context.Context, origin string, logger *slog.Logger) (*Server, error) {
	pages, err := endpoint.NewPages()
	if err != nil {
		return nil, err
	}
	s := &Server{
		origin:    origin,
		logger:    logger,
		pages:     pages,
		stray:     journal.NewLog(0),
		served:    make(chan error, 1),
		providers: make(map[string]*Provider),
		fresh:     make(map[net.Conn]struct{}),
	}
	s.closing, s.close = context.WithCancel(context.WithoutCancel(ctx))
	s.http = &http.Server{
		Handler:           http.HandlerFunc(s.dispatch),
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       30 * time.Second,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    64 << 10,
		ErrorLog:          slog.NewLogLogger(logger.Handler(), slog.LevelWarn),
		ConnState:         s.track,
	}
	return s, nil
}

// authority is where issuer URLs point. A server on all interfaces calls
// itself localhost: no browser can go to 0.0.0.0 everywhere.
func authority(host string, addr net.Addr) string {
	tcp, ok := addr.(*net.TCPAddr)
	switch {
	case !ok:
		return addr.String()
	case host == "" && tcp.IP.IsUnspecified():
		host = "localhost"
	case host == "":
		host = tcp.IP.String()
	}
	return net.JoinHostPort(host, strconv.Itoa(tcp.Port))
}

// URL is the origin of the server, without a trailing slash.
func (s *Server) URL() string { return s.origin }

// Journal records the requests that belong to no provider.
func (s *Server) Journal() *journal.Log { return s.stray }

// Close ends delays, lets exchanges in progress finish until the context is
// done, and cuts off the rest. It returns an error if it had to.
func (s *Server) Close(ctx context.Context) error {
	s.close()
	s.dropFresh()
	err := s.http.Shutdown(ctx)
	if err != nil {
		err = fmt.Errorf("exchanges of the mock provider were cut off: %w", errors.Join(err, s.http.Close()))
	}
	if serveErr := <-s.served; !errors.Is(serveErr, http.ErrServerClosed) {
		err = errors.Join(err, fmt.Errorf("mock provider: %w", serveErr))
	}
	// Closing twice must not wait for a second end.
	s.served <- http.ErrServerClosed
	return err
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
		s.stray.Append(journal.Entry{
			At: time.Now(), Kind: journal.Stray, Method: r.Method, Path: path, Query: r.URL.Query(),
			Header: r.Header.Clone(), Status: http.StatusNotFound, Sent: true,
		})
	}
	http.Error(w, "No provider has this path.", http.StatusNotFound)
}

func (s *Server) provider(path string) (*Provider, bool) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	p, ok := s.providers[path]
	return p, ok
}
