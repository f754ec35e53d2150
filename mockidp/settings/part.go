package settings

import (
	"fmt"
	"slices"

	"github.com/countersign-oidc/countersign/mockidp/document"
	"github.com/countersign-oidc/countersign/mockidp/fault"
	"github.com/countersign-oidc/countersign/mockidp/identity"
)

// The names of parts of a file in the schema's "$defs".
const (
	issuerDef = "issuer"
	userDef   = "user"
	clientDef = "client"
	armedDef  = "armed"
)

// part reads a value as it stands in a file, of the type with that name in the
// schema.
func part(def string, data []byte, into any) (*reader, error) {
	whole, err := compiled()
	if err != nil {
		return nil, err
	}
	schema, ok := whole.Def(def)
	if !ok {
		return nil, fmt.Errorf("schema: no %q", def)
	}
	return read(schema, def+".json", data, into)
}

// ParseIssuer reads one issuer as it stands in a file, from JSON. It may arm
// one's own faults by their IDs and be evil beside the given ones.
func ParseIssuer(data []byte, own []fault.Spec, beside []Issuer) (Issuer, error) {
	var i Issuer
	r, err := part(issuerDef, data, &i)
	if err != nil {
		return i, err
	}
	r.issuer("", &i, &File{own: own, Issuers: beside})
	return i, r.err()
}

// ParseUser reads one user from JSON. It has to fit beside the others.
func ParseUser(data []byte, others []identity.User) (identity.User, error) {
	var u identity.User
	r, err := part(userDef, data, &u)
	if err != nil {
		return u, err
	}
	names, subjects := make(map[string]bool), make(map[string]bool)
	for _, o := range others {
		if o.Username != u.Username {
			subjects[o.Sub()] = true
		}
	}
	r.user("", u, names, subjects)
	return u, r.err()
}

// ParseClient reads one client from JSON.
func ParseClient(data []byte) (identity.Client, error) {
	var c identity.Client
	r, err := part(clientDef, data, &c)
	if err != nil {
		return c, err
	}
	r.add("", c.Validate())
	return c, r.err()
}

// ParseArmed reads a fault to arm from JSON, for one of the given users and
// clients or for all.
func ParseArmed(data []byte, own []fault.Spec, users []identity.User, clients []identity.Client) (Armed, error) {
	var a Armed
	r, err := part(armedDef, data, &a)
	if err != nil {
		return a, err
	}
	names, ids := make(map[string]bool), make(map[string]bool)
	for _, u := range users {
		names[u.Username] = true
	}
	for _, c := range clients {
		ids[c.ID] = true
	}
	r.armed("", &a, own, ids, names)
	return a, r.err()
}

// Named is the fault of that ID: one of one's own, or of the catalogue.
func Named(id fault.ID, own []fault.Spec) (fault.Spec, error) {
	if s, ok := find(own, id); ok {
		return s, nil
	}
	if s, ok := fault.Named(id); ok {
		return s, nil
	}
	var known []string
	for _, s := range slices.Concat(own, fault.All()) {
		known = append(known, string(s.ID))
	}
	return fault.Spec{}, fmt.Errorf("no fault has the ID %q%s", id, document.Suggest(string(id), known))
}

func find(specs []fault.Spec, id fault.ID) (fault.Spec, bool) {
	i := slices.IndexFunc(specs, func(s fault.Spec) bool { return s.ID == id })
	if i < 0 {
		return fault.Spec{}, false
	}
	return specs[i], true
}
