package mockidp

import (
	"errors"
	"io"
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
	w := httptest.NewRecorder()
	defer func() {
		switch p := recover(); p {
		case nil:
		case http.ErrAbortHandler:
			resp, err = w.Result(), nil
			resp.Body = io.NopCloser(io.MultiReader(w.Body, cut{}))
			if w.Body.Len() == 0 {
				resp, err = nil, errCut
			}
		default:
			panic(p)
		}
	}()
	m.s.dispatch(w, in)
	return w.Result(), nil
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
