package control

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"slices"

	"github.com/countersign-oidc/countersign/mockidp"
	"github.com/countersign-oidc/countersign/mockidp/fault"
	"github.com/countersign-oidc/countersign/mockidp/settings"
)

// Local is the host of a server in this process. Its methods take contexts
// because those of a Client do.
type Local struct {
	Server *mockidp.Server
	// Own are faults that are armed by their IDs beside those of the catalogue.
	Own []fault.Spec
}

// Ready is nil while the server serves.
func (l *Local) Ready(context.Context) error {
	if err := l.Server.Serving(); err != nil {
		return problem(http.StatusServiceUnavailable, "%v", err)
	}
	return nil
}

// Faults are the named faults.
func (l *Local) Faults(context.Context) ([]fault.Spec, error) {
	return slices.Concat(l.Own, fault.All()), nil
}

// NewIssuer adds an issuer.
func (l *Local) NewIssuer(_ context.Context, i settings.Issuer) (Handle, error) {
	text, err := json.Marshal(i)
	if err != nil {
		return nil, unfit("the issuer", err)
	}
	var beside []settings.Issuer
	for _, p := range l.Server.Providers() {
		beside = append(beside, settings.Issuer{Path: p.Path(), Clients: p.Clients(), Users: p.Users()})
	}
	if i, err = settings.ParseIssuer(text, l.Own, beside); err != nil {
		return nil, unfit("the issuer", err)
	}
	var honest *mockidp.Provider
	if i.Evil != nil {
		honest, err = l.Provider(idOf(i.Evil.Honest))
		if err != nil {
			return nil, err
		}
	}
	p, err := i.Add(l.Server, honest)
	switch {
	case errors.Is(err, mockidp.ErrPathTaken):
		return nil, problem(http.StatusConflict, "another issuer has the path %q", i.Path)
	case err != nil:
		return nil, unfit("the issuer", err)
	}
	return &localHandle{l, p}, nil
}

// Issuers are all issuers.
func (l *Local) Issuers(ctx context.Context) ([]Info, error) {
	var out []Info
	for _, p := range l.Server.Providers() {
		info, err := (&localHandle{l, p}).Info(ctx)
		if err != nil {
			return nil, err
		}
		out = append(out, info)
	}
	return out, nil
}

// Issuer is the issuer of an ID.
func (l *Local) Issuer(_ context.Context, id string) (Handle, error) {
	p, err := l.Provider(id)
	if err != nil {
		return nil, err
	}
	return &localHandle{l, p}, nil
}

// Provider is the issuer of an ID as what it is in this process.
func (l *Local) Provider(id string) (*mockidp.Provider, error) {
	var known []string
	for _, p := range l.Server.Providers() {
		if idOf(p.Path()) == id {
			return p, nil
		}
		known = append(known, idOf(p.Path()))
	}
	return nil, missing("issuer", id, known)
}
