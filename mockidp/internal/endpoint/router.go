package endpoint

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"maps"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/countersign-oidc/countersign/mockidp/fault"
	"github.com/countersign-oidc/countersign/mockidp/journal"
	"github.com/countersign-oidc/countersign/mockidp/protocol"
)

// maxForm is how many bytes of a request body are read.
const maxForm = 64 << 10

// Router serves the endpoints of one provider. It is the only place where
// requests are read, faults meet responses, and anything is written.
type Router struct {
	Script  *fault.Script
	Journal *journal.Log
	Now     func() time.Time
	Logger  *slog.Logger
	// Closing ends delays when the provider closes.
	Closing context.Context
	// WriteTimeout is how long the other side may take to accept an answer, or
	// a byte of one that drips.
	WriteTimeout time.Duration
	// Facts are what faults know of the provider.
	Facts *Facts
	// Observe, if it is set, sees each exchange once it is recorded.
	Observe func(e journal.Entry, began time.Time)
	// Site says where the endpoints are.
	Site Site

	routes map[string]route
}

type route struct {
	kind    journal.Kind
	methods []string
	serve   func(*Exchange) Response
	// json is that bodies are JSON and no forms.
	json bool
}

// handle registers an endpoint, unless the provider does not have it.
func (rt *Router) handle(kind journal.Kind, methods []string, serve func(*Exchange) Response) {
	rt.register(route{kind: kind, methods: methods, serve: serve})
}

func (rt *Router) register(to route) {
	rt.at(rt.Site.Path(to.kind), to)
	for path, kind := range rt.Site.Profile.Aliases {
		if kind == to.kind {
			rt.at(path, to)
		}
	}
}

// handleJSON registers an endpoint that takes JSON.
func (rt *Router) handleJSON(kind journal.Kind, methods []string, serve func(*Exchange) Response) {
	rt.register(route{kind: kind, methods: methods, serve: serve, json: true})
}

// Paths are the paths below the issuer that are served.
func (rt *Router) Paths() []string { return slices.Sorted(maps.Keys(rt.routes)) }

// Serve answers a request whose path below the issuer is given.
func (rt *Router) Serve(w http.ResponseWriter, r *http.Request, path string) {
	if Noise(path) {
		w.WriteHeader(http.StatusNotFound)
		return
	}
	to, found := rt.routes[path]
	if !found {
		to = route{kind: journal.Stray, serve: notFound}
	}
	if to.preflight(w, r) {
		return
	}
	x := &Exchange{
		Request: r,
		began:   time.Now(),
		path:    path,
		site:    rt.Site,
		logout:  rt.Site.Profile.Logout(path),
		faults:  rt.Script.Open(),
		facts:   rt.Facts,
		Entry: journal.Entry{
			At: rt.Now(), Kind: to.kind, Method: r.Method, Path: r.URL.Path, Header: r.Header,
		},
	}
	resp := rt.respond(w, x, to)
	if x.Entry.Error == string(protocol.ServerError) {
		rt.Logger.ErrorContext(r.Context(), "provider error", "endpoint", to.kind, "err", x.Entry.ErrorDescription)
	}
	rt.finish(w, x, resp)
}

// Noise reports whether browsers ask for a path on their own account, so that
// a request for it says nothing about the relying party.
func Noise(path string) bool {
	return strings.HasSuffix(path, "/favicon.ico") || strings.HasSuffix(path, "/robots.txt") ||
		strings.Contains(path, "/apple-touch-icon") || strings.Contains(path, "/.well-known/appspecific/")
}

func notFound(*Exchange) Response {
	return plain(http.StatusNotFound, "This provider serves nothing here; its discovery document says what it serves.\n")
}

func plain(status int, text string) Response {
	return Response{Status: status, Header: http.Header{"Content-Type": {"text/plain; charset=utf-8"}}, Body: []byte(text)}
}

func (rt *Router) respond(w http.ResponseWriter, x *Exchange, to route) Response {
	oversize, err := x.read(w, to.json)
	if to.methods != nil && !slices.Contains(to.methods, x.Request.Method) {
		resp := plain(http.StatusMethodNotAllowed, "Method not allowed.\n")
		resp.Header.Set("Allow", strings.Join(to.methods, ", "))
		return resp
	}
	switch {
	case to.kind == journal.Stray:
		// Nothing is served here, whatever was sent.
	case oversize:
		return x.errorJSON(&protocol.Error{
			Code: protocol.InvalidRequest, Status: http.StatusRequestEntityTooLarge,
			Description: "the request body is larger than 64 KiB",
		})
	case err != nil:
		return x.errorJSON(&protocol.Error{Code: protocol.InvalidRequest, Description: err.Error()})
	}
	return to.serve(x)
}

// read takes in the parameters. They are recorded as far as they were
// understood, also when there is an error.
func (x *Exchange) read(w http.ResponseWriter, wantsJSON bool) (oversize bool, err error) {
	query, err := url.ParseQuery(x.Request.URL.RawQuery)
	x.Query, x.Entry.Query = query, query
	if err != nil {
		return false, errors.New("the query is not form encoded")
	}
	if x.Request.Method != http.MethodPost {
		return false, nil
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, x.Request.Body, maxForm))
	if err != nil {
		var tooLarge *http.MaxBytesError
		return errors.As(err, &tooLarge), errors.New("the request body could not be read")
	}
	if wantsJSON {
		x.Document, x.Entry.Document = body, body[:min(len(body), maxJournalBody)]
		if !x.hasType("application/json") {
			return false, errors.New("the body must be application/json")
		}
		return false, nil
	}
	if x.site.Profile.Client.JSON && x.Entry.Kind == journal.Token && x.hasType("application/json") {
		return false, x.readMembers(body)
	}
	if !x.hasType("application/x-www-form-urlencoded") {
		if len(body) == 0 {
			return false, nil
		}
		return false, errors.New("the body must be application/x-www-form-urlencoded")
	}
	form, err := url.ParseQuery(string(body))
	x.Form, x.Entry.Form = form, form
	login := x.site.Profile.Login
	if _, secret := login.Fields(); !login.Standard() && form.Has(secret) {
		x.Entry.SecretFields = []string{secret}
	}
	if err != nil {
		return false, errors.New("the body is not form encoded")
	}
	return false, nil
}

// readMembers takes the texts of a JSON object for a form.
func (x *Exchange) readMembers(body []byte) error {
	var members map[string]string
	if err := json.Unmarshal(body, &members); err != nil {
		return errors.New("the body is not a JSON object of texts")
	}
	x.Form = url.Values{}
	for name, value := range members {
		x.Form.Set(name, value)
	}
	x.Entry.Form = x.Form
	return nil
}

func (x *Exchange) hasType(want string) bool {
	kind, _, err := mime.ParseMediaType(x.Request.Header.Get("Content-Type"))
	return err == nil && kind == want
}

// single are the parameters of a form or query, each of which may be given
// once. An empty one counts as omitted (RFC 6749, section 3.1).
func single(values url.Values) (map[string]string, *protocol.Error) {
	out := make(map[string]string, len(values))
	for name, v := range values {
		if len(v) > 1 {
			return nil, &protocol.Error{Code: protocol.InvalidRequest, Description: "parameter " + safe(name) + " is given more than once"}
		}
		if v[0] != "" {
			out[name] = v[0]
		}
	}
	return out, nil
}

// safe keeps what a client sent out of the characters that an
// error_description may not have (RFC 6749, section 5.2).
func safe(s string) string {
	return printable(s[:min(len(s), 60)])
}

func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if r < 0x20 || r > 0x7e || r == '"' || r == '\\' {
			return '?'
		}
		return r
	}, s)
}
