package control

import (
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// api answers requests to the operations.
type api struct {
	host    Host
	logger  *slog.Logger
	streams chan struct{}
}

// routes are the operations of each path, by method.
func routes(all []operation) map[string]map[string]operation {
	paths := make(map[string]map[string]operation)
	for _, o := range all {
		if paths[o.path] == nil {
			paths[o.path] = make(map[string]operation)
		}
		paths[o.path][o.method] = o
	}
	return paths
}

// serve answers a request to a path that has these operations.
func (a *api) serve(w http.ResponseWriter, r *http.Request, methods map[string]operation) {
	method := r.Method
	if method == http.MethodHead {
		method = http.MethodGet
	}
	o, ok := methods[method]
	if !ok || o.stream && r.Method == http.MethodHead {
		var allowed []string
		for m := range methods {
			allowed = append(allowed, m)
		}
		slices.Sort(allowed)
		w.Header().Set("Allow", strings.Join(allowed, ", "))
		a.refuse(w, r, problem(http.StatusMethodNotAllowed, "%s does nothing here", r.Method))
		return
	}
	c := &call{Request: r, w: w, api: a}
	answer, err := a.do(c, o)
	switch {
	case errors.Is(err, errStreamed):
	case err != nil:
		a.refuse(w, r, err)
	case o.status == http.StatusNoContent:
		w.WriteHeader(o.status)
	default:
		a.write(w, r, o.status, "application/json", answer)
	}
}

func (a *api) do(c *call, o operation) (any, error) {
	if err := o.check(c.Request); err != nil {
		return nil, err
	}
	if o.ofIssuer() {
		h, err := a.host.Issuer(c.Context(), c.PathValue("issuer"))
		if err != nil {
			return nil, err
		}
		c.handle = h
	}
	return o.serve(c)
}

// check refuses parameters that the operation does not have, and misses those
// that it needs: a misspelt one would otherwise select everything.
func (o operation) check(r *http.Request) error {
	given, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return problem(http.StatusBadRequest, "the query is not form encoded")
	}
	for name, values := range given {
		if !slices.ContainsFunc(o.query, func(p parameter) bool { return p.name == name }) {
			return problem(http.StatusBadRequest, "there is no parameter %q here", name)
		}
		if len(values) > 1 {
			return problem(http.StatusBadRequest, "the parameter %s is given more than once", name)
		}
	}
	for _, p := range o.query {
		if p.required && given.Get(p.name) == "" {
			return problem(http.StatusBadRequest, "the parameter %s is missing", p.name)
		}
	}
	return nil
}

// refuse writes a problem document. What is none is ours: only the log learns
// why.
func (a *api) refuse(w http.ResponseWriter, r *http.Request, err error) {
	p, ok := errors.AsType[*Problem](err)
	if !ok {
		if r.Context().Err() != nil {
			return // there is nobody to tell
		}
		a.logger.ErrorContext(r.Context(), "management API", "method", r.Method, "path", r.URL.Path, "err", err)
		p = problem(http.StatusInternalServerError, "a mistake of this program; its log says more")
	}
	a.write(w, r, p.Status, "application/problem+json", p)
}

func (a *api) write(w http.ResponseWriter, r *http.Request, status int, kind string, v any) {
	text, err := json.Marshal(v)
	if err != nil {
		a.logger.ErrorContext(r.Context(), "management API", "path", r.URL.Path, "err", err)
		w.WriteHeader(http.StatusInternalServerError)
		return
	}
	header := w.Header()
	header.Set("Content-Type", kind)
	header.Set("Cache-Control", "no-store")
	header.Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(status)
	_, _ = w.Write(append(text, '\n')) // the caller went away
}
