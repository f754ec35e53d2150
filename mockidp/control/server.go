package control

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"time"
)

// Options say where and for whom the API is served. The zero value is a free
// port on 127.0.0.1 and a token that nobody had before.
type Options struct {
	// Addr is the address to listen on; empty means "127.0.0.1:0".
	Addr string
	// Token is the bearer token; empty generates one. It has 16 characters at
	// least.
	Token string
	// Names are host names under which the API is reached, beside localhost and
	// addresses.
	Names []string
	// Metrics, if it is set, is served to callers with the token at /metrics.
	Metrics http.Handler
	// Pages are further handlers by the pattern of an http.ServeMux. Requests
	// of other origins do not get to them; who is calling is theirs to check.
	Pages map[string]http.Handler
	// Authorize, if it is set, lets a request to the API pass without the
	// token: a page keeps its session in a cookie, for example.
	Authorize func(*http.Request) bool
	// Logger gets mistakes of the API itself; nil discards them.
	Logger *slog.Logger
}

const (
	minToken      = 16
	headerTimeout = 10 * time.Second
	bodyTimeout   = 30 * time.Second
	idleTimeout   = 2 * time.Minute
	headerBytes   = 64 << 10
)

// Server serves the management API of a host.
type Server struct {
	addr    net.Addr
	token   string
	http    *http.Server
	end     context.CancelFunc
	stopped chan error
}

// Start listens and serves until Close. The context bounds the start only.
func Start(ctx context.Context, host Host, o Options) (*Server, error) {
	if o.Addr == "" {
		o.Addr = "127.0.0.1:0"
	}
	if o.Token == "" {
		o.Token = NewToken()
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if len(o.Token) < minToken || strings.ContainsAny(o.Token, " \t\r\n") {
		return nil, fmt.Errorf("management API: the token has white space or less than %d characters", minToken)
	}
	var lc net.ListenConfig
	ln, err := lc.Listen(ctx, "tcp", o.Addr)
	if err != nil {
		return nil, fmt.Errorf("management API: %w", err)
	}
	closing, end := context.WithCancel(context.WithoutCancel(ctx))
	s := &Server{addr: ln.Addr(), token: o.Token, end: end, stopped: make(chan error, 1)}
	s.http = &http.Server{
		Handler:           newHandler(host, ln.Addr(), o), //nolint:contextcheck // requests bring their own
		ReadHeaderTimeout: headerTimeout,
		ReadTimeout:       bodyTimeout,
		WriteTimeout:      maxWait + bodyTimeout,
		IdleTimeout:       idleTimeout,
		MaxHeaderBytes:    headerBytes,
		ErrorLog:          slog.NewLogLogger(o.Logger.Handler(), slog.LevelWarn),
		BaseContext:       func(net.Listener) context.Context { return closing },
	}
	go func() { s.stopped <- s.http.Serve(ln) }()
	return s, nil
}

// URL is the origin of the API, without a trailing slash.
func (s *Server) URL() string { return "http://" + s.addr.String() }

// Addr is the address that the server listens on.
func (s *Server) Addr() net.Addr { return s.addr }

// Token is the bearer token.
func (s *Server) Token() string { return s.token }

// Client is a client of this server.
func (s *Server) Client() *Client { return &Client{URL: s.URL(), Token: s.token} }

// Close ends waits and streams, lets other requests finish until the context
// is done, and cuts off the rest. It returns an error if it had to.
func (s *Server) Close(ctx context.Context) error {
	s.end()
	err := s.http.Shutdown(ctx)
	if err != nil {
		err = fmt.Errorf("requests to the management API were cut off: %w", errors.Join(err, s.http.Close()))
	}
	if served := <-s.stopped; !errors.Is(served, http.ErrServerClosed) {
		err = errors.Join(err, fmt.Errorf("management API: %w", served))
	}
	s.stopped <- http.ErrServerClosed // for a second Close
	return err
}

// newHandler serves a host at a listener's address.
func newHandler(host Host, addr net.Addr, o Options) http.Handler {
	g := &guard{addr: addr, names: o.Names, token: sha256.Sum256([]byte(o.Token)), authorize: o.Authorize}
	a := &api{host: host, logger: o.Logger, streams: make(chan struct{}, maxStreams)}
	mux := http.NewServeMux()
	for path, methods := range routes(served(o.Metrics)) {
		mux.HandleFunc(path, func(w http.ResponseWriter, r *http.Request) {
			if err := g.caller(r); err != nil && !methods[http.MethodGet].open {
				w.Header().Set("WWW-Authenticate", `Bearer realm="countersign"`)
				a.refuse(w, r, err)
				return
			}
			a.serve(w, r, methods) //nolint:contextcheck // the request has it
		})
	}
	for pattern, page := range o.Pages {
		mux.Handle(pattern, page)
	}
	if _, taken := o.Pages["/"]; !taken {
		mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
			a.refuse(w, r, problem(http.StatusNotFound, "nothing is served here; /openapi.json says what is"))
		})
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := g.place(r); err != nil {
			a.refuse(w, r, err)
			return
		}
		mux.ServeHTTP(w, r)
	})
}
