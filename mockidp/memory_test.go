package mockidp

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"testing"
)

// memory carries requests to a server without a network, so that a test can
// run on a fake clock and a benchmark measures the provider alone.
type memory struct{ s *Server }

var errCut = errors.New("connection cut")

// RoundTrip serves the request in the caller's goroutine.
func (m memory) RoundTrip(req *http.Request) (resp *http.Response, err error) {
	in := req.Clone(req.Context())
	in.RequestURI, in.RemoteAddr, in.Host = req.URL.RequestURI(), "192.0.2.1:1", req.URL.Host
	if in.Body == nil {
		in.Body = http.NoBody
	}
	w := &wire{ResponseRecorder: httptest.NewRecorder()}
	defer func() {
		switch p := recover(); p {
		case nil:
		case http.ErrAbortHandler:
			resp, err = w.broken(in) //nolint:bodyclose // whoever gets the response closes it
		default:
			panic(p)
		}
	}()
	m.s.dispatch(w, in)
	if w.taken != nil {
		return w.broken(in)
	}
	return w.Result(), nil
}

// wire is a connection that a handler can take over.
type wire struct {
	*httptest.ResponseRecorder
	taken *bytes.Buffer // what was written since
}

// Hijack is the connection without its other end.
func (w *wire) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	w.taken = &bytes.Buffer{}
	conn, other := net.Pipe()
	if err := other.Close(); err != nil {
		return nil, nil, err
	}
	return conn, bufio.NewReadWriter(bufio.NewReader(w.taken), bufio.NewWriter(w.taken)), nil
}

// broken is what arrived before the connection ended.
func (w *wire) broken(r *http.Request) (*http.Response, error) {
	switch {
	case w.taken != nil && w.taken.Len() > 0:
		return http.ReadResponse(bufio.NewReader(w.taken), r)
	case !w.Flushed:
		return nil, errCut
	}
	resp := w.Result()
	resp.Body = io.NopCloser(io.MultiReader(w.Body, cut{}))
	return resp, nil
}

// cut is the end of a body whose connection was lost.
type cut struct{}

func (cut) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

// newMemoryProvider is a provider whose server does not listen.
func newMemoryProvider(t testing.TB, edit func(*Config)) *Provider {
	t.Helper()
	o, err := Options{}.withDefaults()
	if err != nil {
		t.Fatal(err)
	}
	s, err := newServer(t.Context(), "http://op.test", "http://op.test", o)
	if err != nil {
		t.Fatal(err)
	}
	c := testConfig()
	if edit != nil {
		edit(&c)
	}
	p, err := s.NewProvider(c)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func newMemoryBrowser(t testing.TB, p *Provider) *browser {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &browser{t, p, &http.Client{Jar: jar, Transport: memory{p.server}, CheckRedirect: func(*http.Request, []*http.Request) error {
		return http.ErrUseLastResponse
	}}}
}
