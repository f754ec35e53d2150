package settings

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"github.com/countersign-oidc/countersign/mockidp/document"
	"github.com/countersign-oidc/countersign/mockidp/fault"
	"github.com/countersign-oidc/countersign/mockidp/identity"
)

// Load reads the configuration file at a path, and the files that it names.
func Load(path string) (*File, error) {
	data, err := readFile(path)
	if err != nil {
		return nil, err
	}
	dir := filepath.Dir(path)
	return Parse(path, data, func(name string) ([]byte, error) {
		if !filepath.IsAbs(name) {
			name = filepath.Join(dir, name)
		}
		return readFile(name)
	})
}

// LoadFaults reads a file of faults; see fault.Load.
func LoadFaults(path string) ([]fault.Spec, error) {
	data, err := readFile(path)
	if err != nil {
		return nil, err
	}
	return fault.Load(path, data)
}

func readFile(path string) ([]byte, error) {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("no file %s: check the path: %w", path, fs.ErrNotExist)
	}
	if err != nil {
		return nil, fmt.Errorf("file is unreadable, check its permissions: %w", err)
	}
	defer func() { _ = f.Close() }() // opened for reading only
	data, err := io.ReadAll(io.LimitReader(f, document.MaxSize+1))
	if err != nil {
		return nil, fmt.Errorf("file is unreadable, is it a regular file?: %w", err)
	}
	return data, nil
}

// Parse reads a configuration; name is what problems call it. Files that it
// names are read by the given function. The error is of type
// document.Problems unless the schema itself is broken.
func Parse(name string, data []byte, open func(string) ([]byte, error)) (*File, error) {
	schema, err := compiled()
	if err != nil {
		return nil, err
	}
	f := &File{}
	r, err := read(schema, name, data, f)
	if err != nil {
		return nil, err
	}
	r.file(f, open)
	return f, r.err()
}

var compiled = sync.OnceValues(func() (*document.Schema, error) { return document.Compile(schemaJSON) })

// read decodes a file, or a part of one, that fits a schema.
func read(schema *document.Schema, name string, data []byte, into any) (*reader, error) {
	doc, err := document.Parse(name, data)
	if err != nil {
		return nil, err
	}
	if err := doc.Validate(schema); err != nil {
		return nil, err
	}
	return &reader{doc: doc}, doc.Decode(into)
}

// reader collects what is wrong with a file beyond its schema.
type reader struct {
	doc      *document.Document
	problems document.Problems
}

func (r *reader) err() error {
	if len(r.problems) == 0 {
		return nil
	}
	return r.problems.Sorted()
}

// add notes each of joined errors.
func (r *reader) add(pointer string, err error) {
	if err == nil {
		return
	}
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		for _, e := range joined.Unwrap() {
			r.add(pointer, e)
		}
		return
	}
	for line := range strings.SplitSeq(err.Error(), "\n") {
		r.problems = append(r.problems, r.doc.Problem(pointer, line))
	}
}

func (r *reader) file(f *File, open func(string) ([]byte, error)) {
	if _, err := f.Server.Options(); err != nil {
		r.add("/server", err)
	}
	for i, path := range f.FaultFiles {
		data, err := open(path)
		if err != nil {
			r.add(document.Pointer("fault_files", i), err)
			continue
		}
		specs, err := fault.Load(path, data)
		r.add(document.Pointer("fault_files", i), err)
		f.own = append(f.own, specs...)
	}
	paths := make(map[string]bool)
	for i := range f.Issuers {
		issuer := &f.Issuers[i]
		at := document.Pointer("issuers", i)
		if paths[issuer.Path] && issuer.Path != "" {
			r.add(at+"/path", fmt.Errorf("another issuer has the path %q", issuer.Path))
		}
		paths[issuer.Path] = true
		r.issuer(at, issuer, f)
	}
}

// honest is the issuer that an evil one is beside.
func (f *File) honest(e *Evil) (Issuer, bool) {
	for _, i := range f.Issuers {
		if i.Path == e.Honest && i.Evil == nil {
			return i, true
		}
	}
	return Issuer{}, false
}

func (r *reader) issuer(at string, i *Issuer, f *File) {
	bare := i.Config()
	bare.Clients, bare.Users, bare.Faults = nil, nil, nil
	r.add(at, bare.Validate())
	clients, users := make(map[string]bool), make(map[string]bool)
	for n, c := range i.Clients {
		r.add(at+document.Pointer("clients", n), c.Validate())
		if clients[c.ID] {
			r.add(at+document.Pointer("clients", n, "client_id"), fmt.Errorf("another client has the ID %q", c.ID))
		}
		clients[c.ID] = true
	}
	subjects := make(map[string]bool)
	for n, u := range i.Users {
		r.user(at+document.Pointer("users", n), u, users, subjects)
	}
	if i.Evil != nil {
		honest, ok := f.honest(i.Evil)
		if !ok {
			r.add(at+"/evil/honest", fmt.Errorf("no honest issuer has the path %q", i.Evil.Honest))
		}
		for _, c := range honest.Clients {
			clients[c.ID] = true
		}
		for _, u := range honest.Users {
			users[u.Username] = true
		}
	}
	for n := range i.Faults {
		r.armed(at+document.Pointer("faults", n), &i.Faults[n], f.own, clients, users)
	}
}

func (r *reader) user(at string, u identity.User, users, subjects map[string]bool) {
	r.add(at, u.Validate())
	switch {
	case users[u.Username]:
		r.add(at+"/username", fmt.Errorf("another user has the name %q", u.Username))
	case subjects[u.Sub()]:
		r.add(at+"/sub", fmt.Errorf("another user has the sub %q", u.Sub()))
	}
	users[u.Username], subjects[u.Sub()] = true, true
}

// armed finds the spec of a fault. Users who may register themselves are not
// known yet.
func (r *reader) armed(at string, a *Armed, own []fault.Spec, clients, users map[string]bool) {
	var id fault.ID
	var err error
	if json.Unmarshal(a.Fault, &id) == nil {
		a.spec, err = Named(id, own)
	} else {
		a.spec, err = fault.Parse(a.Fault)
	}
	r.add(at+"/fault", err)
	if a.User != "" && !users[a.User] {
		r.add(at+"/user", fmt.Errorf("no user of this issuer is called %q", a.User))
	}
	if a.Client != "" && !clients[a.Client] {
		r.add(at+"/client", fmt.Errorf("no client of this issuer has the ID %q", a.Client))
	}
}
