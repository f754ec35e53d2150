package idp

import (
	"context"
	"fmt"

	"github.com/countersign-oidc/countersign/mockidp"
	"github.com/countersign-oidc/countersign/mockidp/console"
	"github.com/countersign-oidc/countersign/mockidp/control"
)

// withConsole puts the console of a host on its management API.
func (m *managed) withConsole(host *control.Local) (err error) {
	if m.Token == "" {
		m.Token = control.NewToken()
	}
	m.console, err = console.New(console.Options{
		Host: host, Token: m.Token, Logger: m.Logger,
		Sheet: func(ctx context.Context, issuer, client string) ([]console.Field, error) {
			return consoleFields(ctx, host, issuer, client)
		},
	})
	if err == nil {
		m.Pages, m.Authorize = m.console.Pages(), m.console.Authorize
	}
	return err
}

// consoleFields are the provider form of a client.
func consoleFields(ctx context.Context, host *control.Local, issuer, client string) ([]console.Field, error) {
	h, err := host.Issuer(ctx, issuer)
	if err != nil {
		return nil, err
	}
	info, err := h.Info(ctx)
	if err != nil {
		return nil, err
	}
	var provider *mockidp.Provider
	for _, p := range host.Server.Providers() {
		if p.Path() == info.Path {
			provider = p
		}
	}
	if provider == nil {
		return nil, fmt.Errorf("settings of %s: it has just been removed", info.Issuer)
	}
	c, known := provider.Client(client)
	if !known {
		return nil, fmt.Errorf("settings of %s: it has no client %q", info.Issuer, client)
	}
	rows, err := formRows(provider, c)
	if err != nil {
		return nil, fmt.Errorf("settings of %s: %w", info.Issuer, err)
	}
	var fields []console.Field
	for _, row := range rows {
		fields = append(fields, console.Field{Name: row[0], Value: row[1], Secret: row[0] == secretRow && c.Secret != ""})
	}
	return fields, nil
}
