package idp

import (
	"context"
	"fmt"

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
		Sheet: func(_ context.Context, issuer, client string) ([]console.Field, error) {
			return consoleFields(host, issuer, client)
		},
	})
	if err == nil {
		m.Pages, m.Authorize = m.console.Pages(), m.console.Authorize
	}
	return err
}

// consoleFields are the provider form of a client.
func consoleFields(host *control.Local, issuer, client string) ([]console.Field, error) {
	provider, err := host.Provider(issuer)
	if err != nil {
		return nil, err
	}
	c, known := provider.Client(client)
	if !known {
		return nil, fmt.Errorf("settings of %s: it has no client %q", provider.Issuer(), client)
	}
	rows, err := formRows(provider, c)
	if err != nil {
		return nil, fmt.Errorf("settings of %s: %w", provider.Issuer(), err)
	}
	var fields []console.Field
	for _, row := range rows {
		fields = append(fields, console.Field{Name: row[0], Value: row[1], Secret: row[0] == secretRow && c.Secret != ""})
	}
	return fields, nil
}
